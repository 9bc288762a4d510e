//! How large handoffs are: `cargo xtask bench handoff`. One JSON object on standard output.
//!
//! The offers are as a rep makes them: pieces of deliveries of five, two in three with a serial,
//! every identifier as random as a phone's, and the giver's phone is vouched for. Beside each stands
//! what no encoding could leave out: two signatures, the phone's key, the random bits of the
//! identifiers, and per line its place in the delivery, a
//! product of 20,000, a lot or serial of six digits and an expiry of ten years.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

use baton_domain::entry::{Entry, EntryBody, OfferedLine};
use baton_domain::id::{DeviceId, EntryId, LineId, OrganizationId, PersonId};
use baton_domain::product::ProductId;
use baton_domain::splitmix::SplitMix64;
use baton_domain::stock::{Custodian, Identity, LineRef};
use baton_domain::time::{Date, Timestamp};
use baton_domain::transfer::{LineAnswer, Travel};
use baton_handoff::{Collected, Collector, Kind, Parcel, Shown, Symbol, code, code_length};
use baton_ledger::{Certificate, Enrolment, SignedEntry, SigningKey, Unsigned};
use std::time::Instant;

const PER_DELIVERY: u32 = 5;

/// Bits that carry nothing but what must be said.
const SIGNATURE_BITS: u32 = 512;
const KEY_BITS: u32 = 257;
const ID_BITS: u32 = 122;
const LINE_BITS: u32 = 3 + 15 + 20 + 12;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rows = Vec::new();
    for lines in [1, 10, 25, 100] {
        rows.push(measured(lines)?);
    }
    println!("[{}]", rows.join(","));
    Ok(())
}

fn measured(lines: u32) -> Result<String, Box<dyn std::error::Error>> {
    let offer = signed(1, offer(lines)?)?;
    let receipt = signed(2, answer(&offer, lines))?;
    let began = Instant::now();
    let parcel = parcel(Kind::Offer, offer.clone())?.encode()?;
    let shown = code(&parcel)?;
    let made_us = began.elapsed().as_micros();
    let (version, level, pieces, codes) = match &shown {
        Shown::Code(text) => (symbol(text)?.version(), level(text)?, 1, vec![text.clone()]),
        Shown::Frames(frames) => {
            let texts: Vec<String> = (0..frames.pieces() as u16)
                .map(|n| frames.code(n))
                .collect();
            (
                symbol(&texts[0])?.version(),
                level(&texts[0])?,
                frames.pieces(),
                texts,
            )
        }
    };
    let began = Instant::now();
    let mut collector = Collector::default();
    let mut read = None;
    for text in &codes {
        if let Collected::Whole(bytes) = collector.take(text)? {
            read = Some(Parcel::decode(&bytes)?);
        }
    }
    let read_us = began.elapsed().as_micros();
    assert!(read.is_some_and(|read| read.entry == offer));
    let receipt_bytes = parcel_bytes(Kind::Receipt, receipt)?;
    // The phone's signature, and the server's on the phone's key; the ids of offer, organization,
    // giver, his phone, receiver and server; each delivery's id once; the lines.
    let deliveries = lines.div_ceil(PER_DELIVERY);
    let least_bits = 2 * SIGNATURE_BITS + KEY_BITS + ID_BITS * (6 + deliveries) + LINE_BITS * lines;
    let least = usize::try_from(least_bits.div_ceil(8))?;
    // What ur (BCR-2020-005) would take: two letters a byte, head and checksum beside.
    let ur = parcel.len() * 2 + 40 * pieces;
    let ours: usize = codes.iter().map(String::len).sum();
    Ok(format!(
        r#"{{"lines":{lines},"entry_bytes":{},"parcel_bytes":{},"least_bytes":{least},"characters":{ours},"least_characters":{},"ur_characters":{ur},"codes":{pieces},"version":{version},"level":"{level}","receipt_bytes":{receipt_bytes},"made_us":{made_us},"read_us":{read_us}}}"#,
        offer.bytes().len(),
        parcel.len(),
        code_length(least),
    ))
}

fn symbol(text: &str) -> Result<Symbol, &'static str> {
    Symbol::of(text).ok_or("no symbol holds it")
}

fn level(text: &str) -> Result<&'static str, &'static str> {
    Ok(if symbol(text)?.is_medium() { "M" } else { "L" })
}

fn parcel(kind: Kind, entry: SignedEntry) -> Result<Parcel, &'static str> {
    let certificates = vec![certificate(&entry)?];
    Ok(Parcel {
        kind,
        ancestors: Vec::new(),
        entry,
        certificates,
    })
}

fn parcel_bytes(kind: Kind, entry: SignedEntry) -> Result<usize, Box<dyn std::error::Error>> {
    Ok(parcel(kind, entry)?.encode()?.len())
}

/// The server's word on the phone that signed.
fn certificate(signed: &SignedEntry) -> Result<Certificate, &'static str> {
    let (entry, key) = (signed.entry(), key(9)?);
    let enrolment = Enrolment {
        organization: entry.organization,
        device: entry.device,
        person: entry.actor,
        public_key: key.public_key(),
        issued_at_ms: 1_795_000_000_000,
    };
    let server = DeviceId::from_bytes(id(6));
    Ok(Certificate::issue(&enrolment, server, &key))
}

fn key(number: u8) -> Result<SigningKey, &'static str> {
    SigningKey::from_bytes(&[number; 32]).ok_or("no key")
}

/// Sixteen bytes that no compression makes fewer.
fn id(number: u32) -> [u8; 16] {
    // As good as random also where the numbers are neighbours.
    let mut numbers = SplitMix64::new(SplitMix64::new(number.into()).bits());
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&numbers.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&numbers.bits().to_be_bytes());
    bytes
}

/// A number below a bound that looks like chance.
fn chance(number: u32, below: u32) -> u32 {
    let bytes = id(number + 50_000);
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) % below
}

fn offer(lines: u32) -> Result<EntryBody, Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for number in 0..lines {
        let entry = EntryId::from_bytes(id(100 + number / PER_DELIVERY));
        let has_serial = number % 3 != 0;
        let mark = format!("{}", 100_000 + chance(number, 900_000));
        all.push(OfferedLine {
            stock: LineRef {
                line: LineId {
                    entry,
                    index: u16::try_from(number % PER_DELIVERY)?,
                },
                quantity: if has_serial {
                    1
                } else {
                    1 + chance(number + 900, 6)
                },
                head: has_serial.then_some(entry),
            },
            identity: Identity {
                product: product(chance(number + 300, 40))?,
                lot: (!has_serial).then(|| mark.as_str().into()),
                lot_unknown: false,
                serial: has_serial.then(|| mark.as_str().into()),
                expiry: Date::from_days(21_000 + i32::try_from(chance(number + 600, 1_800))?),
                manufactured: None,
            },
            reserved_for: None,
        });
    }
    Ok(EntryBody::TransferOffered {
        from: Custodian::Person(PersonId::from_bytes(id(3))),
        to: Custodian::Person(PersonId::from_bytes(id(4))),
        lines: all,
        travel: Travel::default(),
        note: "".into(),
    })
}

/// One of a few dozen products of one maker, with a right check digit.
fn product(number: u32) -> Result<ProductId, Box<dyn std::error::Error>> {
    let digits = format!("0061495{:06}", 10_000 + number * 137);
    let weight = |place: usize| if place.is_multiple_of(2) { 3 } else { 1 };
    let sum: u32 = digits
        .chars()
        .enumerate()
        .filter_map(|(place, digit)| Some(digit.to_digit(10)? * weight(place)))
        .sum();
    let text = format!("{digits}{}", (10 - sum % 10) % 10);
    ProductId::new(&text).ok_or_else(|| text.into())
}

fn answer(offer: &SignedEntry, lines: u32) -> EntryBody {
    EntryBody::TransferAnswered {
        transfer: offer.entry().id,
        offer_hash: Some(offer.hash()),
        answers: (0..lines)
            .map(|_| LineAnswer {
                accepted: 1,
                ..LineAnswer::default()
            })
            .collect(),
        extras: Vec::new(),
    }
}

fn signed(number: u32, body: EntryBody) -> Result<SignedEntry, Box<dyn std::error::Error>> {
    let key = key(number as u8)?;
    let entry = Entry {
        id: EntryId::from_bytes(id(10 + number)),
        organization: OrganizationId::from_bytes(id(5)),
        actor: PersonId::from_bytes(id(2 + number)),
        device: DeviceId::from_bytes(id(7 + number)),
        sequence: 40 + u64::from(number),
        occurred_at: Timestamp {
            unix_ms: 1_795_400_000_000,
            offset_min: -420,
        },
        source_sha256: None,
        body,
    };
    Ok(Unsigned::new(&entry)?.sign(&key))
}
