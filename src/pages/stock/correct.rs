//! Correcting what a line is (R12): its label was read or typed wrong. Nothing is edited: the
//! pieces are deactivated and made again as they should have been, each naming the other.

use crate::components::act::{Doing, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Kind, TextField, Tick};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::product_picker::ProductPicker;
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::pages::receive::{Entered, Form, check};
use crate::state::{Route, product_name, use_app};
use baton_domain::id::LineId;
use baton_domain::product::Product;
use baton_domain::stock::{Identity, StockLine};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// The sheet that corrects one line.
#[component]
pub fn CorrectSheet(
    /// Which line.
    line: LineId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let (doing, errors, go) = (Doing::new(), Errors::new(), use_going());
    let form = Form::new(String::new());
    let most = Signal::derive(move || app.view().line(line).map_or(0, StockLine::free));
    // Each opening begins with what the line is known as.
    Effect::new(move |_| {
        if open.get() {
            let state = app.view_untracked();
            if let Some(known) = state.line(line) {
                form.begin(&known.identity, known.free());
            }
        }
    });
    let picked = Callback::new(move |product: Product| form.product.set(Some(product.id)));
    let name = move || {
        let state = app.view();
        form.product
            .get()
            .map(|product| product_name(&state, &product))
    };
    let save = Callback::new(move |()| {
        let state = app.view_untracked();
        match corrected(&state, &form.entered()) {
            Err(missing) => errors.show(missing),
            Ok(identity) => {
                errors.show(Vec::new());
                let command = Command::CorrectIdentity {
                    line,
                    quantity: form.quantity.get_untracked(),
                    identity,
                    reason: form.reason.get_untracked().trim().into(),
                };
                doing.act(command, move |saved| {
                    open.set(false);
                    doing.toast("Corrected", None);
                    let made = LineId {
                        entry: saved.first(),
                        index: 0,
                    };
                    go.run(Route::Line(made).path());
                });
            }
        }
    });
    view! {
        <Sheet title="Correct what it is" open=open testid="correct-sheet">
            {notice(Tone::Accent, Icon::Info, "The wrong line stays in the history", "The same pieces begin again as they should have been, and name the line whose place they take.")}
            <ErrorSummary errors=errors />
            <p class="strong" data-testid="correct-product">{name}</p>
            <ProductPicker id="correct-search" label="Another product: name, reference or code" picked=picked />
            <TextField id="lot" label="Lot" value=form.lot kind=Kind::Code errors=errors />
            <Tick id="lot-unknown" label="The lot cannot be read" value=form.lot_unknown />
            <TextField id="serial" label="Serial number" value=form.serial kind=Kind::Code errors=errors />
            <TextField id="expiry" label="Expires" value=form.expiry kind=Kind::Date errors=errors />
            <div class="field">
                <span class="field-label">"How many"</span>
                <div><Stepper label="Pieces" value=form.quantity set=Callback::new(move |pieces| form.quantity.set(pieces)) least=1 most=most testid="correct-quantity" /></div>
            </div>
            <TextField id="reason" label="How the mistake came about" value=form.reason errors=errors />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main label="Correct" busy=doing.busy testid="confirm-correct" press=save />
        </Sheet>
    }
    .into_any()
}

/// What the line should have been, checked as a label that comes in is.
fn corrected(state: &State, entered: &Entered) -> Result<Identity, Vec<(&'static str, String)>> {
    let product = entered.product.as_ref().and_then(|id| state.product(id));
    let checked = check(entered, product).map(|line| line.identity);
    checked.map_err(|missing| {
        let own_words = |(id, words)| match id {
            "reason" => (id, "Say how the mistake came about".to_owned()),
            _ => (id, words),
        };
        missing.into_iter().map(own_words).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, person, product};
    use baton_domain::stock::Custodian;

    const SCREW: &str = "00614950000203";

    #[test]
    fn r12_a_correction_begins_with_what_the_line_is_and_keeps_what_is_not_changed() {
        let mut state = State::default();
        state.put_product(product(SCREW, "Screw"));
        let known = line(1, SCREW, "A1", 3, Custodian::Person(person(1)));
        let form = Form::new(String::new());
        form.begin(&known.identity, 3);
        form.reason.set("Read wrong".into());
        assert_eq!(
            corrected(&state, &form.entered()),
            Ok(known.identity.clone())
        );
        form.lot.set("A7".into());
        let right = corrected(&state, &form.entered()).expect("complete");
        assert_eq!(right.lot.as_deref(), Some("A7"));
        assert_eq!(right.expiry, known.identity.expiry);
        form.lot.set(String::new());
        let fields: Vec<_> = corrected(&state, &form.entered())
            .expect_err("no lot")
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        assert_eq!(fields, ["lot"]);
    }
}
