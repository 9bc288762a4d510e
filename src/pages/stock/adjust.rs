//! Saying that pieces are gone, or that more lie there; and moving them between a shared account
//! and its member.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::{Choices, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::state::{App, use_app};
use baton_domain::entry::ReceivedLine;
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// The sheet that adjusts one line.
#[component]
pub fn AdjustSheet(
    /// Which line.
    line: LineId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let quantity = RwSignal::new(1);
    let way = RwSignal::new("away".to_owned());
    let reason = RwSignal::new(String::new());
    let save = Callback::new(move |()| {
        let state = app.view_untracked();
        let Some(known) = state.line(line) else {
            return;
        };
        let is_away = way.with_untracked(|way| way == "away");
        let command = adjustment(
            known,
            quantity.get_untracked(),
            is_away,
            &reason.get_untracked(),
        );
        doing.act(command, move |saved| {
            open.set(false);
            doing.toast("Adjusted", crate::pages::undo::of(app, saved.first()));
        });
    });
    view! {
        <Sheet title="Adjust stock" open=open testid="adjust-sheet">
            {notice(Tone::Warn, Icon::Info, "It takes effect at once", "What a Rep adjusts is reviewed by the office or the manager afterwards.")}
            <Choices id="adjust-way" label="What is so" value=way options=vec![("away", "Fewer lie there"), ("found", "More lie there")] />
            <div class="field">
                <span class="field-label">"How many"</span>
                <div><Stepper label="Pieces" value=quantity set=Callback::new(move |pieces| quantity.set(pieces)) least=1 testid="adjust-quantity" /></div>
            </div>
            <TextField id="adjust-reason" label="Reason" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main label="Save" busy=doing.busy testid="confirm-adjust" press=save />
        </Sheet>
    }
    .into_any()
}

fn adjustment(line: &StockLine, quantity: u32, is_away: bool, reason: &str) -> Command {
    let found = ReceivedLine {
        identity: line.identity.clone(),
        quantity,
        title: line.title.clone(),
        location: line.location.clone(),
    };
    let (away, found) = if is_away {
        (vec![(line.id, quantity)], Vec::new())
    } else {
        (Vec::new(), vec![found])
    };
    Command::AdjustStock {
        custodian: line.custodian,
        away,
        found,
        reason: reason.trim().into(),
    }
}

/// Where pieces of a line can be moved in one act: drawn to oneself out of a shared account, or put
/// back into one (R3).
pub fn draws(app: App, state: &State, line: &StockLine) -> Vec<Custodian> {
    let me = app.me().person;
    if line.free() == 0 || line.facility_stock_at().is_some() {
        return Vec::new();
    }
    if line.custodian == Custodian::Person(me) {
        return baton_domain::query::shared_accounts(state, me);
    }
    if state.is_shared_with(line.custodian, me) {
        return vec![Custodian::Person(me)];
    }
    Vec::new()
}

/// The sheet that moves pieces between a shared account and its member.
#[component]
pub fn DrawSheet(
    /// Which line.
    line: LineId,
    /// Where to; closed while there is nowhere.
    to: RwSignal<Option<Custodian>>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let open = RwSignal::new(false);
    let quantity = RwSignal::new(1);
    let most = Signal::derive(move || app.view().line(line).map_or(0, StockLine::free));
    // Each of the two follows the other and is set only where it differs: a signal that is set
    // tells so even where nothing changed, and the two would wake each other for ever.
    Effect::new(move |_| {
        let wanted = to.get().is_some();
        if open.get_untracked() != wanted {
            open.set(wanted);
        }
        quantity.set(most.get_untracked());
    });
    Effect::new(move |_| {
        if !open.get() && to.get_untracked().is_some() {
            to.set(None);
        }
    });
    let save = Callback::new(move |()| {
        let state = app.view_untracked();
        let (Some(known), Some(to)) = (state.line(line), to.get_untracked()) else {
            return;
        };
        let command = Command::DrawStock {
            from: known.custodian,
            to,
            lines: vec![(line, quantity.get_untracked())],
            note: "".into(),
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast("Moved", None);
        });
    });
    view! {
        <Sheet title="Move in a shared account" open=open testid="draw-sheet">
            {notice(Tone::Accent, Icon::Link, "One act, no second side", "What is shared is drawn and put back without an answer. The manager sees it.")}
            <div class="field">
                <span class="field-label">"How many"</span>
                <div><Stepper label="Pieces" value=quantity set=Callback::new(move |pieces| quantity.set(pieces)) least=1 most=most testid="draw-quantity" /></div>
            </div>
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main label="Move" busy=doing.busy testid="confirm-draw" press=save />
        </Sheet>
    }
    .into_any()
}
