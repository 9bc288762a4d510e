//! A half-given answer as text, for the draft that keeps it (R5): a call in the middle of counting
//! costs nothing.

use super::answering::Answering;
use baton_domain::product::ProductId;
use baton_domain::stock::Identity;
use baton_domain::time::Date;
use baton_domain::transfer::Extra;

/// Between two parts of a row. No keyboard types it.
const PART: char = '\u{1f}';
/// Before a lot or serial that is there, so that none differs from an empty one.
const THERE: char = '=';
/// A lot that could not be read (R30).
const UNREADABLE: &str = "?";

/// What is said of each line, a row a line.
pub fn answers_text(answers: &[Answering]) -> String {
    rows(answers.iter().map(|answer| {
        [
            answer.missing.to_string(),
            answer.damaged.to_string(),
            answer.wrong.to_string(),
            plain(&answer.note),
        ]
    }))
}

/// Says it again of the lines that are offered; what does not fit them any more is left out.
pub fn answers_again(answers: &mut [Answering], text: &str) {
    for (answer, row) in answers.iter_mut().zip(text.split('\n')) {
        let parts: Vec<&str> = row.split(PART).collect();
        let [missing, damaged, wrong, note] = parts[..] else {
            continue;
        };
        let (Ok(missing), Ok(damaged), Ok(wrong)) =
            (missing.parse(), damaged.parse(), wrong.parse())
        else {
            continue;
        };
        *answer = Answering::all(answer.offered)
            .with_missing(missing)
            .with_damaged(damaged)
            .with_wrong(wrong);
        answer.note = note.to_owned();
    }
}

/// What came and was not offered, a row a kind.
pub fn extras_text(extras: &[Extra]) -> String {
    rows(extras.iter().map(|extra| {
        let id = &extra.identity;
        let there = |text: &Option<baton_domain::Text>| {
            text.as_ref()
                .map_or_else(String::new, |text| format!("{THERE}{}", plain(text)))
        };
        let lot = if id.lot_unknown {
            UNREADABLE.to_owned()
        } else {
            there(&id.lot)
        };
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        [
            id.product.to_string(),
            lot,
            there(&id.serial),
            day(id.expiry),
            day(id.manufactured),
            extra.quantity.to_string(),
        ]
    }))
}

/// Reads what [`extras_text`] made; what is no such row is left out.
pub fn extras_again(text: &str) -> Vec<Extra> {
    text.split('\n').filter_map(extra).collect()
}

fn extra(row: &str) -> Option<Extra> {
    let parts: Vec<&str> = row.split(PART).collect();
    let [product, lot, serial, expiry, manufactured, quantity] = parts[..] else {
        return None;
    };
    let there = |text: &str| text.strip_prefix(THERE).map(Into::into);
    Some(Extra {
        identity: Identity {
            product: ProductId::new(product)?,
            lot: there(lot),
            lot_unknown: lot == UNREADABLE,
            serial: there(serial),
            expiry: expiry.parse().ok(),
            manufactured: manufactured.parse().ok(),
        },
        quantity: quantity.parse().ok()?,
        note: "".into(),
    })
}

fn rows<const PARTS: usize>(rows: impl Iterator<Item = [String; PARTS]>) -> String {
    let rows: Vec<String> = rows.map(|parts| parts.join(&PART.to_string())).collect();
    rows.join("\n")
}

/// A text without the characters that part rows.
fn plain(text: &str) -> String {
    text.replace(|letter: char| letter.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::reading::read;

    #[test]
    fn r5_a_half_given_answer_comes_back() {
        let mut said = vec![
            Answering::all(4).with_missing(1).with_wrong(2),
            Answering::all(1),
        ];
        said[1].note = "box\nopen".into();
        let mut again = vec![Answering::all(4), Answering::all(1)];
        answers_again(&mut again, &answers_text(&said));
        said[1].note = "box open".into();
        assert_eq!(again, said);
    }

    #[test]
    fn what_fits_no_line_any_more_is_left_out() {
        let mut one = vec![Answering::all(1)];
        answers_again(
            &mut one,
            &answers_text(&[Answering::all(9).with_missing(7)]),
        );
        assert_eq!(one, [Answering::all(1).with_missing(1)]);
        answers_again(&mut one, "no numbers");
        assert_eq!(one, [Answering::all(1).with_missing(1)]);
    }

    #[test]
    fn r5_what_was_not_offered_comes_back() {
        let today = Date::new(2026, 11, 23).expect("a date");
        let extra = |code: &str, quantity| Extra {
            identity: read(code, today).expect("a reading").identity,
            quantity,
            note: "".into(),
        };
        let mut extras = vec![
            extra("(01)00614950000203(17)290630(10)A1(21)S", 2),
            extra("(01)00614950000203", 1),
        ];
        extras[1].identity.lot_unknown = true;
        assert_eq!(extras_again(&extras_text(&extras)), extras);
        assert_eq!(extras_again(""), []);
    }
}
