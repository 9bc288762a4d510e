//! Facility Stock: selling to a facility, what lies there, and making it usable by another rep.

mod order;
mod share;
mod view;

pub use order::NewStockingOrder;
pub use share::ShareFacilityStock;
pub use view::FacilityPage;

use crate::state::App;
use baton_domain::facility_stock::Price;

/// An amount as people write it: `1,250.00`. The currency is the organization's own.
pub fn money_words(app: App, cents: u64) -> String {
    let units = u32::try_from(cents / 100).unwrap_or(u32::MAX);
    let units = app.format_number(units);
    let rest = cents % 100;
    let zero = if rest < 10 { "0" } else { "" };
    format!("{units}.{zero}{rest}")
}

/// What a piece costs, in words.
pub fn price_words(app: App, price: Price) -> String {
    match price {
        Price::NoCharge => "No charge".into(),
        Price::CentsEach(cents) => format!("{} each", money_words(app, u64::from(cents))),
    }
}
