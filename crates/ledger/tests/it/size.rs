//! An offer has to fit into a QR code (architecture §6).

use crate::samples::{date, entry, entry_id, product_id, signed};
use baton_domain::EntryBody;
use baton_domain::entry::OfferedLine;
use baton_domain::id::{PersonId, PoolId};
use baton_domain::stock::{Custodian, Identity, LineRef};
use baton_domain::transfer::Travel;

/// Ids as they come: nothing repeats by accident.
fn random_id(number: u64) -> [u8; 16] {
    let mut make = crate::make::Make::new(number);
    let mut id = [0; 16];
    id.fill_with(|| make.number(256) as u8);
    id
}

/// An offer of lot lines out of a few deliveries, every third piece with a serial, as in a trunk.
fn offer(lines: u16, deliveries: u16) -> Vec<u8> {
    let lines = (0..lines).map(|number| {
        let delivery =
            baton_domain::id::EntryId::from_bytes(random_id(u64::from(number % deliveries)));
        let serial = number.is_multiple_of(3);
        OfferedLine {
            stock: LineRef {
                line: baton_domain::id::LineId {
                    entry: delivery,
                    index: number,
                },
                quantity: if serial { 1 } else { 4 },
                head: serial.then_some(delivery),
            },
            identity: Identity {
                product: product_id(&format!(
                    "{:014}",
                    812_345_678_901_u64 + 97 * u64::from(number)
                )),
                lot: Some(format!("B23-{}", 771 + number).into()),
                lot_unknown: false,
                serial: serial.then(|| format!("SN{}", 100_200 + 37 * u32::from(number)).into()),
                expiry: Some(date(2027, 1 + (number % 12) as u8, 28)),
                manufactured: None,
            },
            reserved_for: number.is_multiple_of(5).then(|| entry_id(40)),
        }
    });
    let body = EntryBody::TransferOffered {
        from: Custodian::Person(PersonId::from_bytes(random_id(1_000))),
        to: Custodian::Pool(PoolId::from_bytes(random_id(1_001))),
        lines: lines.collect(),
        travel: Travel::default(),
        note: "".into(),
    };
    signed(&entry(body)).bytes().to_vec()
}

fn deflated(bytes: &[u8]) -> usize {
    miniz_oxide::deflate::compress_to_vec(bytes, 9).len()
}

#[test]
fn an_offer_of_ten_lines_fits_a_small_code() {
    let usual = offer(10, 3);
    assert!(usual.len() < 700, "{} bytes", usual.len());
    // Even where every line came by a delivery of its own.
    let scattered = offer(10, 10);
    assert!(scattered.len() < 850, "{} bytes", scattered.len());
}

#[test]
fn an_offer_of_twenty_five_lines_fits_a_code() {
    let usual = deflated(&offer(25, 5));
    assert!(usual <= 1_200, "{usual} bytes deflated");
}
