//! CBOR as a tree that can be changed and written again with lengths that fit.
//!
//! A string of bytes that holds CBOR itself, as the payload of a signed entry does, is part of the
//! tree. Only what our own writers write is read (definite lengths); anything else stays bytes.

use crate::chance::Chance;
use crate::mutate;

const DEPTH_MAX: u32 = 24;
/// Longest bytes that are looked into.
const EMBEDDED_MIN: usize = 2;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A number: its major type (0 or 1) and its value.
    Number(u8, u64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Bytes that hold an item.
    Embedded(Box<Item>),
    /// Text; not always UTF-8 once it was changed.
    Text(Vec<u8>),
    /// An array.
    Array(Vec<Item>),
    /// A map.
    Map(Vec<(Item, Item)>),
    /// A tagged item.
    Tag(u64, Box<Item>),
    /// A simple value, or a float's bits: the head's first byte and what follows it.
    Simple(u8, Vec<u8>),
}

/// Reads bytes that are one item and nothing more.
pub fn read(bytes: &[u8]) -> Option<Item> {
    let mut rest = bytes;
    let item = read_item(&mut rest, 0)?;
    rest.is_empty().then_some(item)
}

/// Writes an item.
pub fn write(item: &Item) -> Vec<u8> {
    let mut out = Vec::new();
    write_item(item, &mut out);
    out
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn read_item(rest: &mut &[u8], depth: u32) -> Option<Item> {
    if depth > DEPTH_MAX {
        return None;
    }
    let first = take(rest, 1)?[0];
    let (major, short) = (first >> 5, first & 31);
    if major == 7 {
        let follows = match short {
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            28.. => return None,
            _ => 0,
        };
        return Some(Item::Simple(first, take(rest, follows)?.to_vec()));
    }
    let value = match short {
        0..=23 => u64::from(short),
        24..=27 => {
            let bytes = take(rest, 1 << (short - 24))?;
            bytes
                .iter()
                .fold(0, |value, byte| value << 8 | u64::from(*byte))
        }
        _ => return None,
    };
    let count = usize::try_from(value).ok()?;
    let room = rest.len();
    Some(match major {
        0 | 1 => Item::Number(major, value),
        2 => {
            let bytes = take(rest, count)?;
            match read(bytes).filter(|_| bytes.len() >= EMBEDDED_MIN) {
                Some(item) => Item::Embedded(Box::new(item)),
                None => Item::Bytes(bytes.to_vec()),
            }
        }
        3 => Item::Text(take(rest, count)?.to_vec()),
        4 if count <= room => Item::Array(
            (0..count)
                .map(|_| read_item(rest, depth + 1))
                .collect::<Option<_>>()?,
        ),
        5 if count <= room => Item::Map(
            (0..count)
                .map(|_| Some((read_item(rest, depth + 1)?, read_item(rest, depth + 1)?)))
                .collect::<Option<_>>()?,
        ),
        6 => Item::Tag(value, Box::new(read_item(rest, depth + 1)?)),
        _ => return None,
    })
}

fn head(major: u8, value: u64, out: &mut Vec<u8>) {
    let first = major << 5;
    match value {
        0..=23 => out.push(first | value as u8),
        24..=0xff => out.extend([first | 24, value as u8]),
        0x100..=0xffff => {
            out.push(first | 25);
            out.extend((value as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(first | 26);
            out.extend((value as u32).to_be_bytes());
        }
        _ => {
            out.push(first | 27);
            out.extend(value.to_be_bytes());
        }
    }
}

fn write_item(item: &Item, out: &mut Vec<u8>) {
    match item {
        Item::Number(major, value) => head(*major, *value, out),
        Item::Bytes(bytes) => {
            head(2, bytes.len() as u64, out);
            out.extend(bytes);
        }
        Item::Embedded(item) => {
            let bytes = write(item);
            head(2, bytes.len() as u64, out);
            out.extend(bytes);
        }
        Item::Text(bytes) => {
            head(3, bytes.len() as u64, out);
            out.extend(bytes);
        }
        Item::Array(items) => {
            head(4, items.len() as u64, out);
            items.iter().for_each(|item| write_item(item, out));
        }
        Item::Map(pairs) => {
            head(5, pairs.len() as u64, out);
            for (key, value) in pairs {
                write_item(key, out);
                write_item(value, out);
            }
        }
        Item::Tag(tag, item) => {
            head(6, *tag, out);
            write_item(item, out);
        }
        Item::Simple(first, follows) => {
            out.push(*first);
            out.extend(follows);
        }
    }
}

impl Item {
    fn children(&mut self) -> Vec<&mut Item> {
        match self {
            Item::Embedded(item) | Item::Tag(_, item) => vec![item],
            Item::Array(items) => items.iter_mut().collect(),
            Item::Map(pairs) => pairs
                .iter_mut()
                .flat_map(|(key, value)| [key, value])
                .collect(),
            _ => Vec::new(),
        }
    }

    fn count(&mut self) -> usize {
        1 + self.children().into_iter().map(Item::count).sum::<usize>()
    }

    /// The item at a place, counted from the root down.
    fn at(&mut self, place: &mut usize) -> Option<&mut Item> {
        if *place == 0 {
            return Some(self);
        }
        *place -= 1;
        self.children()
            .into_iter()
            .find_map(|child| child.at(place))
    }

    /// Every item of the tree.
    fn all<'a>(&'a self, found: &mut Vec<&'a Item>) {
        found.push(self);
        match self {
            Item::Embedded(item) | Item::Tag(_, item) => item.all(found),
            Item::Array(items) => items.iter().for_each(|item| item.all(found)),
            Item::Map(pairs) => pairs.iter().for_each(|(_, value)| value.all(found)),
            _ => {}
        }
    }

    /// True for what may well stand in the other's place: an identifier for an identifier, a list for
    /// a list, a map with the same first key.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Item::Bytes(one), Item::Bytes(other)) => one.len() == other.len(),
            (Item::Map(one), Item::Map(other)) => {
                let key = |pairs: &[(Item, Item)]| pairs.first().map(|(key, _)| key.clone());
                key(one) == key(other)
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Changes one item; now and then by one of another tree, mostly one that is like it: so that an
    /// entry names the lines of another, and not only what nobody has ever heard of.
    pub fn change(&mut self, donor: Option<&Item>, chance: &mut Chance) {
        let mut place = chance.below(self.count());
        let Some(item) = self.at(&mut place) else {
            return;
        };
        let mut given = Vec::new();
        if let Some(donor) = donor.filter(|_| chance.once_in(3)) {
            donor.all(&mut given);
            if !chance.once_in(6) {
                given.retain(|given| given.is_like(item));
            }
        }
        if given.is_empty() {
            change_one(item, chance);
        } else {
            *item = (*chance.pick(&given)).clone();
        }
    }
}

fn change_one(item: &mut Item, chance: &mut Chance) {
    if chance.once_in(12) {
        *item = match chance.below(5) {
            0 => Item::Number(chance.below(2) as u8, chance.number()),
            1 => Item::Simple(0xf6, Vec::new()),
            2 => Item::Array(vec![item.clone()]),
            3 => Item::Bytes(write(item)),
            _ => Item::Simple(0xf4 | chance.below(2) as u8, Vec::new()),
        };
        return;
    }
    match item {
        Item::Number(major, value) => match chance.below(4) {
            0 => *value = value.wrapping_add(1),
            1 => *value = value.wrapping_sub(1),
            2 => *major ^= 1,
            _ => *value = chance.number(),
        },
        Item::Bytes(bytes) => mutate::bytes(bytes, chance),
        Item::Text(bytes) => {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            mutate::text(&mut text, chance);
            *bytes = text.into_bytes();
        }
        Item::Tag(tag, _) => *tag = chance.number(),
        Item::Simple(first, _) => *first = 0xe0 | chance.below(24) as u8,
        Item::Embedded(inner) => {
            let mut bytes = write(inner);
            mutate::bytes(&mut bytes, chance);
            *item = Item::Bytes(bytes);
        }
        Item::Array(items) => change_list(items, chance),
        Item::Map(pairs) => change_list(pairs, chance),
    }
}

fn change_list<T: Clone>(list: &mut Vec<T>, chance: &mut Chance) {
    if list.is_empty() {
        return;
    }
    let (at, other) = (chance.below(list.len()), chance.below(list.len()));
    match chance.below(6) {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[other].clone()),
        2 => list.swap(at, other),
        3 => list[at] = list[other].clone(),
        4 => list.truncate(at),
        _ => {
            let most = if chance.once_in(20) { 3_000 } else { 12 };
            let many = 1 + chance.below(most);
            let one = list[at].clone();
            list.extend(std::iter::repeat_n(one, many));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for bytes in [
            &[0x01][..],
            &[0x38, 0x63],
            &[0x43, 1, 2, 3],
            &[0x42, 0x81, 0x05],
            &[0xa2, 0x01, 0x61, b'a', 0x02, 0x82, 0xf6, 0xf5],
            &[0xd2, 0x84, 0x40, 0xa0, 0x40, 0x40],
            &[0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(write(&read(bytes).unwrap()), bytes);
        }
        assert_eq!(read(&[0x9f, 0x01, 0xff]), None, "none of our writers does");
        assert_eq!(read(&[0x9a, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn changes_stay_readable_and_do_change() {
        let bytes = [
            0xa2, 0x01, 0x61, b'a', 0x02, 0x83, 0x19, 0x01, 0x00, 0x42, 1, 2, 0xf6,
        ];
        let mut chance = Chance::new(1);
        let changed = (0..200).filter(|_| {
            let mut item = read(&bytes).unwrap();
            item.change(None, &mut chance);
            write(&item) != bytes
        });
        assert!(changed.count() > 150);
    }
}
