//! What of a phone never arrived, as the office is told (R31).

use crate::codes::{accept, apart, hand, online};
use crate::host::Network;
use crate::on_one_phone::receive;
use crate::phone::{Phone, now};
use baton::commands::{Missing, Ports, Server, ServerError};
use baton_domain::testkit::{REP_A, REP_B, SCREW, lot, offer, with};
use baton_handoff::Kind;

fn missing(phone: &Phone) -> Result<Vec<Missing>, ServerError> {
    now(phone.hardware.server().missing())
}

#[test]
fn r31_what_only_the_giver_holds_is_missing_until_the_giver_syncs() {
    let (host, ann, ben, line) = apart();
    // Nothing of the offer builds on this one, so no code carries it.
    ann.act(receive(ann.me(), lot(SCREW, "L9"), 3));
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
        .first();
    hand(&ann, &ben, transfer, Kind::Offer);
    accept(&ben, transfer, 2);
    let office = Phone::new(&host, 3, "Olga");
    assert_eq!(missing(&office), Ok(Vec::new()));

    online(&ben);
    let told = missing(&office).unwrap();
    let expected = [(ann.desk.me().device, 1)];
    let short: Vec<_> = told.iter().map(|gap| (gap.device, gap.count)).collect();
    assert_eq!(short, expected);

    online(&ann);
    assert_eq!(missing(&office), Ok(Vec::new()));
    office.network(Network::Down);
    assert_eq!(missing(&office), Err(ServerError::Unreachable));
}
