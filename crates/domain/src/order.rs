//! Sorting, once for all types.
//!
//! Every type that is sorted by the standard library is compiled with a sort of its own, and a
//! phone downloads each of them. Here places are sorted, which are numbers, and the items are
//! moved by swaps: the only sort there is.

use std::cmp::Ordering;

/// Sorts items in place; equal ones keep their order.
pub fn sort_by<T>(items: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    let places = places(items.len(), &|left, right| {
        compare(&items[left], &items[right])
    });
    for to in 0..items.len() {
        // What belongs here may have been swapped away to where an earlier item was taken from.
        let mut from = places[to];
        while from < to {
            from = places[from];
        }
        items.swap(to, from);
    }
}

/// True where no two of `count` items are equal.
pub fn are_distinct(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> bool {
    let places = places(count, compare);
    places
        .windows(2)
        .all(|pair| compare(pair[0], pair[1]) != Ordering::Equal)
}

/// The places of items in their order.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_unstable_by(|left, right| compare(*left, *right).then(left.cmp(right)));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_and_equal_ones_keep_their_order() {
        for count in 0..40usize {
            for step in 1..7 {
                let mut items: Vec<_> = (0..count).map(|at| (at * step % 5, at)).collect();
                let mut expected = items.clone();
                expected.sort_by_key(|item| item.0);
                sort_by(&mut items, &|left, right| left.0.cmp(&right.0));
                assert_eq!(items, expected);
            }
        }
    }

    #[test]
    fn twins_are_found_wherever_they_stand() {
        let distinct =
            |items: &[u8]| are_distinct(items.len(), &|left, right| items[left].cmp(&items[right]));
        assert!(distinct(&[]) && distinct(&[7]) && distinct(&[3, 1, 2]));
        assert!(!distinct(&[3, 1, 3]) && !distinct(&[1, 1]));
    }
}
