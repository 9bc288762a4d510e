//! Labels with two symbols: the product in one, lot and dates in the other.
//!
//! Joining the wrong two would put a lot on a product that it does not belong to, so the
//! rules are narrow. Two readings join only when exactly one of them lacks what the other
//! has, when nothing contradicts, and when they follow each other within ten seconds. What
//! one half says is never blanked by the other's silence. HIBC labels say themselves which
//! halves belong together; then that decides.

use crate::{Agency, Udi, gs1};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// After this long the first half of a label is no longer waited with.
pub const PAIR_WITHIN_MS: u64 = 10_000;

/// Why two readings are not halves of one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// They follow different standards.
    Agency,
    /// Both say something about this, and not the same.
    Contradiction {
        /// The name of the field in [`Udi`].
        field: &'static str,
    },
    /// The HIBC lot belongs to a product text with another check character.
    Link {
        /// The check character of the product text.
        product: char,
        /// The check character that the lot text asks for.
        wanted: char,
    },
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::Agency => f.write_str("the two codes follow different standards"),
            JoinError::Contradiction { field } => {
                write!(
                    f,
                    "the two codes name a different {}",
                    field.replace('_', " ")
                )
            }
            JoinError::Link { product, wanted } => write!(
                f,
                "this code belongs to a product code that ends in '{wanted}', not '{product}'"
            ),
        }
    }
}

impl core::error::Error for JoinError {}

/// Joins two readings of one label, the order being of no weight for the result's fields.
///
/// # Errors
/// [`JoinError`] when they cannot be of one label. Time is not looked at here.
pub fn join(first: &Udi, second: &Udi) -> Result<Udi, JoinError> {
    if first.agency != second.agency {
        return Err(JoinError::Agency);
    }
    check_link(first, second)?;
    check_link(second, first)?;
    let mut joined = first.clone();
    merge(
        "device_identifier",
        &mut joined.device_identifier,
        &second.device_identifier,
    )?;
    merge("lot", &mut joined.lot, &second.lot)?;
    merge("serial", &mut joined.serial, &second.serial)?;
    merge("expiry", &mut joined.expiry, &second.expiry)?;
    merge(
        "manufactured",
        &mut joined.manufactured,
        &second.manufactured,
    )?;
    merge("quantity", &mut joined.quantity, &second.quantity)?;
    merge(
        "distinct_identifier",
        &mut joined.distinct_identifier,
        &second.distinct_identifier,
    )?;
    joined.check_character = first.check_character.or(second.check_character);
    joined.link_character = first.link_character.or(second.link_character);
    append_new(&mut joined.elements, &second.elements);
    append_new(&mut joined.warnings, &second.warnings);
    if first.raw != second.raw {
        joined.raw = [first.raw.as_str(), second.raw.as_str()].join("\n");
    }
    joined.alternative = alternative(first, second);
    if joined.agency == Agency::Gs1 {
        gs1::pairings(&mut joined);
    }
    Ok(joined)
}

fn check_link(product: &Udi, production: &Udi) -> Result<(), JoinError> {
    match (product.check_character, production.link_character) {
        (Some(product), Some(wanted)) if product != wanted => {
            Err(JoinError::Link { product, wanted })
        }
        _ => Ok(()),
    }
}

fn merge<T: Clone + PartialEq>(
    field: &'static str,
    known: &mut Option<T>,
    other: &Option<T>,
) -> Result<(), JoinError> {
    match (&known, other) {
        (Some(a), Some(b)) if a != b => Err(JoinError::Contradiction { field }),
        (None, Some(_)) => {
            known.clone_from(other);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn append_new<T: Clone + PartialEq>(known: &mut Vec<T>, other: &[T]) {
    for item in other {
        if !known.contains(item) {
            known.push(item.clone());
        }
    }
}

/// The other reading of one half, joined to the other half.
fn alternative(first: &Udi, second: &Udi) -> Option<Box<Udi>> {
    let joined = match (&first.alternative, &second.alternative) {
        (Some(other), _) => join(other, second),
        (None, Some(other)) => join(first, other),
        (None, None) => return None,
    };
    joined.ok().map(Box::new)
}

/// What a scan makes of the label so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Product and lot or serial are known.
    Complete(Udi),
    /// The product is known, lot and serial are not: "product read, scan lot or expiry". For
    /// a product that is not tracked this is all there is.
    ProductRead(Udi),
    /// Lot, serial or dates are known, the product is not: "lot read, scan the product".
    ProductionRead(Udi),
}

impl Step {
    /// The reading so far.
    pub fn udi(&self) -> &Udi {
        match self {
            Step::Complete(udi) | Step::ProductRead(udi) | Step::ProductionRead(udi) => udi,
        }
    }

    fn of(udi: Udi) -> Step {
        if udi.device_identifier.is_none() {
            Step::ProductionRead(udi)
        } else if udi.is_tracked() {
            Step::Complete(udi)
        } else {
            Step::ProductRead(udi)
        }
    }
}

/// Waits with the first half of a two-code label for the second.
///
/// ```
/// use baton_udi::{Date, Step, TwoCodes, parse};
///
/// let today = Date::new(2026, 11, 23).expect("a day");
/// let mut label = TwoCodes::default();
/// let product = parse("09506000117843", today).udi().expect("a GTIN");
/// assert!(matches!(label.push(product, 0), Step::ProductRead(_)));
/// let lot = parse("(17)271231(10)AB12", today).udi().expect("GS1");
/// let Step::Complete(whole) = label.push(lot, 2_500) else { panic!("both halves are there") };
/// assert_eq!(whole.device_identifier.as_deref(), Some("09506000117843"));
/// assert_eq!(whole.lot.as_deref(), Some("AB12"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TwoCodes {
    waiting: Option<(Udi, u64)>,
}

impl TwoCodes {
    /// Takes the next reading; `now_ms` is any clock that does not run backwards.
    ///
    /// A reading that is complete by itself is passed on unchanged and ends the waiting. One
    /// that does not join with the half that waits takes its place.
    pub fn push(&mut self, udi: Udi, now_ms: u64) -> Step {
        let waiting = self.pending(now_ms).cloned();
        let step = match (Step::of(udi), waiting) {
            (Step::Complete(udi), _) => Step::Complete(udi),
            (step, Some(half)) if may_join(&half, step.udi()) => {
                join(&half, step.udi()).map_or(step, Step::of)
            }
            (step, _) => step,
        };
        self.waiting = match &step {
            Step::Complete(_) => None,
            Step::ProductRead(udi) | Step::ProductionRead(udi) => Some((udi.clone(), now_ms)),
        };
        step
    }

    /// The half that waits for another, if it still does.
    pub fn pending(&self, now_ms: u64) -> Option<&Udi> {
        let (udi, since_ms) = self.waiting.as_ref()?;
        (now_ms.saturating_sub(*since_ms) <= PAIR_WITHIN_MS).then_some(udi)
    }

    /// Stops waiting, because the person moved on.
    pub fn clear(&mut self) {
        self.waiting = None;
    }
}

/// One names the product and the other does not, or both name the same; the link of HIBC and
/// contradictions are looked at in [`join`].
fn may_join(half: &Udi, other: &Udi) -> bool {
    match (&half.device_identifier, &other.device_identifier) {
        (Some(a), Some(b)) => a == b,
        (None, None) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, parse};
    use alloc::string::ToString;

    fn udi(text: &str) -> Udi {
        let today = Date::new(2026, 11, 23).expect("a day");
        parse(text, today).udi().expect(text)
    }

    const PRODUCT: &str = "]C10109506000117843";
    const OTHER_PRODUCT: &str = "]C10107613336121535";
    const LOT: &str = "]C11727123110AB12";

    fn lot_of(step: &Step) -> (Option<&str>, Option<&str>) {
        let udi = step.udi();
        (udi.device_identifier.as_deref(), udi.lot.as_deref())
    }

    #[test]
    fn both_orders_give_the_same_fields() {
        for (first, second) in [(PRODUCT, LOT), (LOT, PRODUCT)] {
            let mut label = TwoCodes::default();
            assert!(!matches!(label.push(udi(first), 0), Step::Complete(_)));
            let step = label.push(udi(second), PAIR_WITHIN_MS);
            assert!(matches!(step, Step::Complete(_)));
            assert_eq!(lot_of(&step), (Some("09506000117843"), Some("AB12")));
            assert_eq!(step.udi().expiry, Date::new(2027, 12, 31));
            assert_eq!(step.udi().warnings, [], "the pair is complete now");
            assert_eq!(label.pending(0), None);
        }
    }

    #[test]
    fn after_ten_seconds_nothing_joins() {
        let mut label = TwoCodes::default();
        label.push(udi(PRODUCT), 0);
        let step = label.push(udi(LOT), PAIR_WITHIN_MS + 1);
        assert!(matches!(&step, Step::ProductionRead(_)), "{step:?}");
        assert_eq!(lot_of(&step), (None, Some("AB12")));
    }

    #[test]
    fn a_complete_code_never_takes_from_a_stranger() {
        let mut label = TwoCodes::default();
        label.push(udi("]C117271231"), 0);
        let step = label.push(udi("]C1010950600011784310AB12"), 100);
        assert!(matches!(&step, Step::Complete(_)));
        assert_eq!(step.udi().expiry, None);
        // And the next half does not join to what was complete.
        let step = label.push(udi("]C121SER1"), 200);
        assert!(matches!(step, Step::ProductionRead(_)));
    }

    #[test]
    fn another_product_takes_the_place_of_the_first() {
        let mut label = TwoCodes::default();
        label.push(udi(PRODUCT), 0);
        label.push(udi(OTHER_PRODUCT), 100);
        let step = label.push(udi(LOT), 200);
        assert_eq!(lot_of(&step), (Some("07613336121535"), Some("AB12")));
    }

    #[test]
    fn two_codes_of_one_product_complete_each_other() {
        let mut label = TwoCodes::default();
        label.push(udi(PRODUCT), 0);
        let step = label.push(udi("]C1010950600011784317271231"), 100);
        assert!(
            matches!(&step, Step::ProductRead(_)),
            "the lot is still missing"
        );
        let step = label.push(udi("]C110AB12"), 200);
        assert_eq!(lot_of(&step), (Some("09506000117843"), Some("AB12")));
        assert_eq!(step.udi().expiry, Date::new(2027, 12, 31));
        assert_eq!(step.udi().raw.lines().count(), 3);
    }

    #[test]
    fn halves_without_a_product_do_not_join() {
        let mut label = TwoCodes::default();
        label.push(udi("]C117271231"), 0);
        let step = label.push(udi("]C110AB12"), 100);
        assert_eq!(step.udi().expiry, None, "it may be of another label");
    }

    #[test]
    fn the_same_code_again_changes_nothing() {
        let mut label = TwoCodes::default();
        label.push(udi(PRODUCT), 0);
        let again = label.push(udi(PRODUCT), 100);
        assert_eq!(again.udi().raw, PRODUCT);
        assert_eq!(again.udi().elements.len(), 1);
    }

    #[test]
    fn a_known_value_is_never_blanked_or_changed() {
        let known = udi("]C101095060001178431727123110AB12");
        let joined = join(&known, &udi(PRODUCT)).expect("the same product");
        assert_eq!(joined.lot, known.lot);
        assert_eq!(joined.expiry, known.expiry);
        let refused = join(&known, &udi("]C110AB13"));
        assert_eq!(refused, Err(JoinError::Contradiction { field: "lot" }));
    }

    #[test]
    fn hibc_halves_join_only_by_their_link() {
        let product = udi("+A123BJC5D6E71G");
        // Check characters computed by hand from the 43 values.
        let linked = "+$$52001510X3G";
        let sum = |text: &str| {
            let known = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
            let values = text.chars().filter_map(|c| known.find(c));
            known
                .chars()
                .nth(values.sum::<usize>() % 43)
                .expect("of 43")
        };
        let mut text = linked.to_string();
        text.push(sum(linked));
        let joined = join(&product, &udi(&text)).expect("linked");
        assert_eq!(joined.device_identifier.as_deref(), Some("A123BJC5D6E71"));
        assert_eq!(joined.lot.as_deref(), Some("10X3"));
        let mut other = "+$$52001510X3H".to_string();
        other.push(sum(&other));
        let error = join(&product, &udi(&other)).expect_err("another product");
        assert_eq!(
            error,
            JoinError::Link {
                product: 'G',
                wanted: 'H'
            }
        );
        assert!(error.to_string().contains("'H'"));
    }

    #[test]
    fn standards_do_not_mix() {
        let refused = join(&udi(PRODUCT), &udi("+A123BJC5D6E71G"));
        assert_eq!(refused, Err(JoinError::Agency));
    }

    #[test]
    fn the_second_reading_of_a_half_is_joined_too() {
        let joined = join(&udi(PRODUCT), &udi("]C110LOT17251231")).expect("halves");
        assert_eq!(joined.lot.as_deref(), Some("LOT17251231"));
        let other = joined.alternative.expect("kept");
        assert_eq!(other.lot.as_deref(), Some("LOT"));
        assert_eq!(other.device_identifier.as_deref(), Some("09506000117843"));
    }
}
