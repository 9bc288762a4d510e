//! What a label and a person say about stock that comes in, and what is still missing.

use crate::components::draft::{Draft, Kept};
use crate::pages::reading::Reading;
use baton_domain::entry::ReceivedLine;
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Identity, TitleHolder};
use baton_domain::time::Date;
use leptos::prelude::*;

/// What is entered.
#[derive(Clone, Copy)]
pub struct Form {
    /// The product, once it is known what it is.
    pub product: RwSignal<Option<ProductId>>,
    /// Lot.
    pub lot: RwSignal<String>,
    /// The lot exists and cannot be read (R30).
    pub lot_unknown: RwSignal<bool>,
    /// Serial number.
    pub serial: RwSignal<String>,
    /// Expiry, as `2029-06-30`.
    pub expiry: RwSignal<String>,
    /// Day it was made, as the label says it.
    pub manufactured: RwSignal<Option<Date>>,
    /// Pieces.
    pub quantity: RwSignal<u32>,
    /// Whose it is.
    pub title: RwSignal<String>,
    /// Where it lies.
    pub location: RwSignal<String>,
    /// Why it is created.
    pub reason: RwSignal<String>,
    /// In whose custody.
    pub custodian: RwSignal<String>,
}

impl Form {
    /// An empty form for a custody.
    pub fn new(custodian: String) -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            product: RwSignal::new(None),
            lot: text(),
            lot_unknown: RwSignal::new(false),
            serial: text(),
            expiry: text(),
            manufactured: RwSignal::new(None),
            quantity: RwSignal::new(1),
            title: RwSignal::new("manufacturer".into()),
            location: text(),
            reason: text(),
            custodian: RwSignal::new(custodian),
        }
    }

    /// Keeps what is entered, under this name.
    pub fn keep(self, key: String) -> Kept {
        let words = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        Draft::of(key)
            .texts(&[self.lot, self.serial, self.expiry, self.title])
            .texts(&[self.location, self.reason, self.custodian])
            .other(
                move || {
                    self.product
                        .get()
                        .map_or_else(String::new, |id| id.to_string())
                },
                move |text| self.product.set(ProductId::new(text)),
            )
            .other(
                move || {
                    if self.lot_unknown.get() {
                        "1".into()
                    } else {
                        String::new()
                    }
                },
                move |text| self.lot_unknown.set(!text.is_empty()),
            )
            .other(
                move || words(self.manufactured.get()),
                move |text| self.manufactured.set(Date::parse_iso(text)),
            )
            .other(
                move || self.quantity.get().to_string(),
                move |text| self.quantity.set(text.parse().unwrap_or(1)),
            )
            .keep()
    }

    /// Fills in what a label says.
    pub fn take(self, reading: &Reading) {
        let text = |value: &Option<baton_domain::Text>| value.as_deref().unwrap_or("").to_owned();
        let identity = &reading.identity;
        self.lot.set(text(&identity.lot));
        self.lot_unknown.set(false);
        self.serial.set(text(&identity.serial));
        self.expiry.set(
            identity
                .expiry
                .map(|date| date.to_string())
                .unwrap_or_default(),
        );
        self.manufactured.set(identity.manufactured);
        self.quantity.set(reading.quantity.unwrap_or(1).max(1));
        self.product.set(Some(identity.product.clone()));
    }

    /// Begins with what pieces are known as, to correct it.
    pub fn begin(self, identity: &Identity, quantity: u32) {
        self.take(&Reading {
            identity: identity.clone(),
            quantity: Some(quantity),
            doubts: Vec::new(),
        });
        self.lot_unknown.set(identity.lot_unknown);
        self.reason.set(String::new());
    }

    /// Ready for the next thing; who, whose, where and why usually stay the same.
    pub fn next(self) {
        for text in [self.lot, self.serial, self.expiry] {
            text.set(String::new());
        }
        self.lot_unknown.set(false);
        self.manufactured.set(None);
        self.quantity.set(1);
        self.product.set(None);
    }

    /// What tells the pieces apart, as far as it is entered.
    pub fn identity(self) -> Option<Identity> {
        let text = |signal: RwSignal<String>| {
            let text = signal.get();
            let text = text.trim();
            (!text.is_empty()).then(|| text.into())
        };
        Some(Identity {
            product: self.product.get()?,
            lot: text(self.lot),
            lot_unknown: self.lot_unknown.get(),
            serial: text(self.serial),
            expiry: Date::parse_iso(&self.expiry.read()),
            manufactured: self.manufactured.get(),
        })
    }

    /// What was entered, as plain values.
    pub fn entered(self) -> Entered {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        Entered {
            product: self.product.get_untracked(),
            lot: text(self.lot),
            lot_unknown: self.lot_unknown.get_untracked(),
            serial: text(self.serial),
            expiry: text(self.expiry),
            manufactured: self.manufactured.get_untracked(),
            quantity: self.quantity.get_untracked(),
            ours: self.title.with_untracked(|title| title == "organization"),
            location: text(self.location),
            reason: text(self.reason),
        }
    }
}

/// What was entered, as plain values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entered {
    /// The product.
    pub product: Option<ProductId>,
    /// Lot, or empty.
    pub lot: String,
    /// The lot exists and cannot be read.
    pub lot_unknown: bool,
    /// Serial number, or empty.
    pub serial: String,
    /// Expiry as typed, or empty.
    pub expiry: String,
    /// Day it was made.
    pub manufactured: Option<Date>,
    /// Pieces.
    pub quantity: u32,
    /// Title is the organization's own.
    pub ours: bool,
    /// Where it lies.
    pub location: String,
    /// Why it is created.
    pub reason: String,
}

/// Checks what must be there for such a product; each error names its field.
pub fn check(
    entered: &Entered,
    known: Option<&Product>,
) -> Result<ReceivedLine, Vec<(&'static str, String)>> {
    let tracking = known.map(|product| product.tracking);
    let expiry = Date::parse_iso(&entered.expiry);
    let mut missing: Vec<(&'static str, &str)> = Vec::new();
    if tracking == Some(Tracking::Serial) && entered.serial.is_empty() {
        missing.push((
            "serial",
            "Enter the serial number: this product is tracked piece by piece",
        ));
    }
    let told_apart = !entered.lot.is_empty() || !entered.serial.is_empty() || entered.lot_unknown;
    if tracking == Some(Tracking::Lot) && !told_apart {
        missing.push(("lot", "Enter the lot, or say that it cannot be read"));
    }
    if expiry.is_none() && !entered.expiry.is_empty() {
        missing.push(("expiry", "Enter the expiry as a date, such as 2029-06-30"));
    }
    if entered.reason.is_empty() {
        missing.push(("reason", "Say why it comes into custody this way"));
    }
    let Some(product) = entered.product.clone().filter(|_| missing.is_empty()) else {
        return Err(missing
            .into_iter()
            .map(|(id, words)| (id, words.to_owned()))
            .collect());
    };
    let text = |value: &str| (!value.is_empty()).then(|| value.into());
    Ok(ReceivedLine {
        identity: Identity {
            product,
            lot: text(&entered.lot),
            lot_unknown: entered.lot_unknown && entered.lot.is_empty(),
            serial: text(&entered.serial),
            expiry,
            manufactured: entered.manufactured,
        },
        // A serial number is one piece (R30).
        quantity: if entered.serial.is_empty() {
            entered.quantity
        } else {
            1
        },
        title: if entered.ours {
            TitleHolder::Organization
        } else {
            TitleHolder::Manufacturer
        },
        location: entered.location.as_str().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::product;

    const SCREW: &str = "00614950000203";

    fn entered() -> Entered {
        Entered {
            product: ProductId::new(SCREW),
            lot: "A1".into(),
            quantity: 4,
            reason: "Brought by courier".into(),
            ..Entered::default()
        }
    }

    fn fields(entered: &Entered, known: &Product) -> Vec<&'static str> {
        check(entered, Some(known))
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|(id, _)| id)
            .collect()
    }

    #[test]
    fn r30_an_unreadable_lot_is_said_and_not_made_up() {
        let mut unreadable = entered();
        unreadable.lot = String::new();
        assert_eq!(fields(&unreadable, &product(SCREW, "Screw")), ["lot"]);
        unreadable.lot_unknown = true;
        let line = check(&unreadable, Some(&product(SCREW, "Screw"))).expect("complete");
        assert!(line.identity.lot_unknown && line.identity.lot.is_none());
    }

    #[test]
    fn r30_a_serial_is_one_piece() {
        let mut with_serial = entered();
        let mut tracked = product(SCREW, "Distractor");
        tracked.tracking = Tracking::Serial;
        assert_eq!(fields(&with_serial, &tracked), ["serial"]);
        with_serial.serial = "0031".into();
        assert_eq!(
            check(&with_serial, Some(&tracked))
                .expect("complete")
                .quantity,
            1
        );
    }

    #[test]
    fn r26_a_reason_is_asked_for() {
        let mut silent = entered();
        silent.reason = String::new();
        assert_eq!(fields(&silent, &product(SCREW, "Screw")), ["reason"]);
    }

    #[test]
    fn a_date_that_is_none_is_not_swallowed() {
        let mut odd = entered();
        odd.expiry = "2029-13-01".into();
        assert_eq!(fields(&odd, &product(SCREW, "Screw")), ["expiry"]);
    }
}
