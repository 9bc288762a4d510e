//! Listing a product that the catalogue does not have yet, from what its label says.

use crate::components::errors::Errors;
use crate::components::field::{Choices, TextField, Tick};
use baton_domain::product::{Product, ProductId, Tracking};
use leptos::prelude::*;

/// What is entered about a new product.
#[derive(Clone, Copy)]
pub struct Listing {
    reference: RwSignal<String>,
    description: RwSignal<String>,
    manufacturer: RwSignal<String>,
    tracking: RwSignal<String>,
    sterile: RwSignal<bool>,
    single_use: RwSignal<bool>,
}

impl Listing {
    /// An empty form, with what most implants are.
    pub fn new() -> Self {
        Self {
            reference: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            manufacturer: RwSignal::new(String::new()),
            tracking: RwSignal::new("lot".into()),
            sterile: RwSignal::new(true),
            single_use: RwSignal::new(true),
        }
    }

    /// The product, or what is missing.
    pub fn product(
        self,
        id: &ProductId,
        expires: bool,
    ) -> Result<Product, Vec<(&'static str, String)>> {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        let needed = [
            (
                "new-reference",
                text(self.reference),
                "Enter the maker's reference",
            ),
            ("new-description", text(self.description), "Say what it is"),
            (
                "new-manufacturer",
                text(self.manufacturer),
                "Enter who makes it",
            ),
        ];
        let missing: Vec<(&'static str, String)> = needed
            .iter()
            .filter(|(_, value, _)| value.is_empty())
            .map(|(id, _, words)| (*id, (*words).to_owned()))
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let [(_, reference, _), (_, description, _), (_, manufacturer, _)] = needed;
        Ok(Product {
            id: id.clone(),
            reference: reference.into(),
            description: description.into(),
            brand: "".into(),
            manufacturer: manufacturer.into(),
            tracking: self.tracking.with_untracked(|key| match key.as_str() {
                "serial" => Tracking::Serial,
                "none" => Tracking::Untracked,
                _ => Tracking::Lot,
            }),
            sterile: self.sterile.get_untracked(),
            single_use: self.single_use.get_untracked(),
            expires,
            size: "".into(),
        })
    }

    /// The fields.
    pub fn fields(self, errors: Errors) -> AnyView {
        let tracking = vec![
            ("lot", "By lot"),
            ("serial", "By serial"),
            ("none", "Not at all"),
        ];
        view! {
            <section class="card" data-testid="new-product">
                <h2>"Add it to the catalogue"</h2>
                <TextField id="new-reference" label="Reference" value=self.reference errors=errors />
                <TextField id="new-description" label="What it is" value=self.description errors=errors />
                <TextField id="new-manufacturer" label="Maker" value=self.manufacturer errors=errors />
                <Choices id="new-tracking" label="Tracked" value=self.tracking options=tracking />
                <Tick id="new-sterile" label="Sterile" value=self.sterile />
                <Tick id="new-single-use" label="Single use" value=self.single_use />
            </section>
        }
        .into_any()
    }
}

impl Default for Listing {
    fn default() -> Self {
        Self::new()
    }
}
