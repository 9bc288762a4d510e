//! More in a trunk than the demo has.

use std::fmt::Write as _;
use std::ops::Range;

use super::Server;

/// Products of the demo's catalogue that are tracked by lot.
const PRODUCTS: [&str; 4] = [
    "00614950000203",
    "00614950000210",
    "00614950022588",
    "00614950022595",
];

/// The organization of the demo's reps.
const ORGANIZATION: &str = "Ridgeline Surgical (demo)";

/// A line of a trunk.
struct Piece {
    product: &'static str,
    lot: String,
    serial: String,
    quantity: usize,
    expiry: (usize, usize, usize),
}

impl Piece {
    fn numbered(number: usize) -> Self {
        // Marks as labels have them, without a pattern that would make a code shorter.
        let mark = (number + 1).wrapping_mul(7_368_787) % 900_000 + 100_000;
        let (lot, serial, quantity) = match number % 3 {
            0 => (mark.to_string(), String::new(), 1 + number % 6),
            _ => (String::new(), mark.to_string(), 1),
        };
        Self {
            product: PRODUCTS[number * 7 % PRODUCTS.len()],
            lot,
            serial,
            quantity,
            expiry: (2028 + number % 5, 1 + number % 12, 1 + number * 11 % 28),
        }
    }
}

/// What the label of a trunk's line says, with brackets.
pub fn trunk_label(number: usize) -> String {
    let piece = Piece::numbered(number);
    let (year, month, day) = piece.expiry;
    let mark = match piece.lot.as_str() {
        "" => format!("(21){}", piece.serial),
        lot => format!("(10){lot}"),
    };
    format!(
        "(01){}(17){:02}{month:02}{day:02}{mark}",
        piece.product,
        year % 100
    )
}

impl Server {
    /// Imports one delivery into somebody's trunk, while the server is stopped: so many lines at a
    /// place that a search finds them by. Two in three have a serial.
    pub fn fill_trunk(&self, who: &str, place: &str, lines: Range<usize>) {
        let mut file =
            "custodian,device_identifier,lot,serial,expiry,quantity,title,location\n".to_owned();
        for number in lines.clone() {
            let Piece {
                product,
                lot,
                serial,
                quantity,
                expiry: (year, month, day),
            } = Piece::numbered(number);
            let _ = writeln!(
                file,
                "{who},{product},{lot},{serial},{year}-{month:02}-{day:02},{quantity},manufacturer,{place}"
            );
        }
        let path = self.data().join(format!("trunk-{}.csv", lines.start));
        std::fs::write(&path, file).unwrap();
        let path = path.to_string_lossy();
        self.run(&["import", "--org", ORGANIZATION, "stock", &path]);
    }
}
