//! Many lines put at once are what they are one after the other, and stay so as they change.

use baton_domain::State;
use baton_domain::id::{EntryId, FacilityId, LineId};
use baton_domain::splitmix::SplitMix64;
use baton_domain::stock::{Claim, Claimant, StockLine, TitleHolder};
use baton_domain::testkit::{REP_A, REP_B, REP_C, lot, product_id, serial, with};
use std::sync::Arc;

fn entry_id(number: usize) -> EntryId {
    EntryId::from_bytes([number as u8; 16])
}

/// A few products, holders, serials, cases and facilities, so that lines meet in every index.
fn line(number: usize, chance: &mut SplitMix64) -> StockLine {
    let product = ["SCREW", "PLATE", "PUMP"][chance.below(3)];
    let identity = match chance.below(3) {
        0 => lot(product, "L1"),
        some => serial(product, &format!("S{}", some * chance.below(6))),
    };
    let quantity = chance.below(4) as u32;
    let claim = |by| Claim { by, quantity: 1 };
    let kept = [
        Claimant::Mark(entry_id(chance.below(3))),
        Claimant::Reservation(entry_id(chance.below(3))),
        Claimant::Offer(entry_id(9)),
    ];
    let claims = kept.into_iter().take(chance.below(4)).map(claim);
    let facility = FacilityId::from_bytes([chance.below(2) as u8; 16]);
    let replaced = LineId {
        entry: entry_id(chance.below(3)),
        index: 0,
    };
    StockLine {
        id: LineId {
            entry: entry_id(number / 8),
            index: (number % 8) as u16,
        },
        parent: None,
        replaces: (chance.below(5) == 0).then_some(replaced),
        identity,
        quantity,
        custodian: with([REP_A, REP_B, REP_C][chance.below(3)]),
        title: if chance.below(3) == 0 {
            TitleHolder::Facility(facility)
        } else {
            TitleHolder::Manufacturer
        },
        location: "".into(),
        claims: claims.collect(),
        hold: None,
        disputed: 0,
        head: entry_id(number / 8),
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

fn one_by_one(state: &State, lines: &[Arc<StockLine>]) -> State {
    let mut state = state.clone();
    for line in lines {
        state.put_line(StockLine::clone(line));
    }
    state
}

fn at_once(state: &State, lines: &[Arc<StockLine>]) -> State {
    let mut state = state.clone();
    state.put_lines(lines.to_vec());
    state
}

#[test]
fn many_lines_at_once_are_the_same_lines_one_by_one() {
    for seed in 0..300 {
        let mut chance = SplitMix64::new(seed);
        let count = chance.below(120);
        let lines: Vec<_> = (0..count)
            .map(|number| Arc::new(line(number, &mut chance)))
            .collect();
        let [plain, first] = [one_by_one, at_once].map(|put| put(&State::default(), &lines));
        assert!(first == plain, "seed {seed}");
        assert!(first == first.reindexed(), "seed {seed}");
        // Changed, out of order, some anew: over what was put at once.
        let later: Vec<_> = (0..chance.below(40))
            .map(|_| Arc::new(line(chance.below(count + 9), &mut chance)))
            .collect();
        let [plain, first] = [(one_by_one as fn(&_, &_) -> _, &plain), (at_once, &first)]
            .map(|(put, state)| put(state, &later));
        assert!(first == plain, "seed {seed}");
    }
}

fn drawn(count: usize, chance: &mut SplitMix64) -> Vec<u8> {
    let byte = |_| [b'a', b'b', 0x7e][chance.below(3)];
    (0..count).map(byte).collect()
}

#[test]
fn ids_and_products_are_in_the_order_of_their_bytes() {
    let mut chance = SplitMix64::new(2);
    for _ in 0..20_000 {
        let shared = drawn(chance.below(17), &mut chance);
        let mut with = |count| [shared.clone(), drawn(count, &mut chance)].concat();
        let left = 16 - shared.len();
        let (one, mut other) = (with(left), with(left));
        let id = |bytes: &[u8]| EntryId::from_bytes(bytes.try_into().unwrap());
        assert_eq!(id(&one).cmp(&id(&other)), one.cmp(&other));
        // A byte beyond ASCII is no negative number.
        other[15] = 0xff;
        assert_eq!(id(&one).cmp(&id(&other)), one.cmp(&other));
        for count in 1..9 {
            let texts = [with(count), with(9 - count)].map(|text| String::from_utf8(text).unwrap());
            let [first, second] = texts.each_ref().map(|text| product_id(text));
            assert_eq!(first.cmp(&second), texts[0].cmp(&texts[1]));
        }
    }
}

#[test]
fn lines_out_of_order_are_put_all_the_same() {
    let mut chance = SplitMix64::new(1);
    let mut lines: Vec<_> = (0..60)
        .map(|number| Arc::new(line(number, &mut chance)))
        .collect();
    lines.reverse();
    // Twice the same line: the later one counts.
    lines.push(Arc::new(line(7, &mut chance)));
    let [plain, all] = [one_by_one, at_once].map(|put| put(&State::default(), &lines));
    assert!(all == plain);
    assert_eq!(all.lines().count(), 60);
}
