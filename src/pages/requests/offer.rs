//! The warehouse's side: which lines go for a request, or why none does.

use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::{Kind, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::case::mark::{Picked, pick, picked_of};
use crate::state::{App, Route, product_name, quantity_words};
use baton_domain::id::LineId;
use baton_domain::request::{RequestId, StockRequest};
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::time::Date;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// Lines listed of one product; what expires first comes first.
const LINES_MAX: usize = 8;

/// The lines of the warehouse that may go for a request: of what is asked, free, and good on the
/// day of use.
pub fn sendable<'a>(state: &'a State, request: &StockRequest) -> Vec<&'a StockLine> {
    let shelf = Custodian::Warehouse(request.from);
    let mut lines = Vec::new();
    for need in &request.wanted.needs {
        let fits = |line: &&StockLine| {
            line.custodian == shelf
                && line.free() > 0
                && line.facility_stock_at().is_none()
                && request
                    .wanted
                    .use_date
                    .is_none_or(|day| !line.is_expired_on(day))
        };
        let mut of_product: Vec<_> = state.product_on_hand(&need.product).filter(fits).collect();
        of_product.sort_by_key(|line| {
            (
                line.identity.expiry.is_none(),
                line.identity.expiry,
                line.id,
            )
        });
        of_product.truncate(LINES_MAX);
        lines.extend(of_product);
    }
    lines
}

/// What is picked at first: what expires first, until what was asked is there.
pub fn first_pick(state: &State, request: &StockRequest) -> Vec<(LineId, u32)> {
    let mut left: Vec<u32> = request
        .wanted
        .needs
        .iter()
        .map(|need| need.quantity)
        .collect();
    let mut picked = Vec::new();
    for line in sendable(state, request) {
        let of = |need: &baton_domain::case::Need| need.product == line.identity.product;
        let Some(place) = request.wanted.needs.iter().position(of) else {
            continue;
        };
        let some = left[place].min(line.free());
        if some > 0 {
            left[place] -= some;
            picked.push((line.id, some));
        }
    }
    picked
}

/// An offer for a request while it is put together.
#[derive(Clone, Copy)]
pub struct OfferForm {
    app: App,
    request: RequestId,
    picked: Picked,
    due_back: RwSignal<String>,
    travel: TravelForm,
    declining: RwSignal<bool>,
    doing: Doing,
    go: Callback<String>,
}

impl OfferForm {
    /// Begins with what expires first.
    pub fn new(app: App, request: RequestId) -> Self {
        let state = app.view_untracked();
        let picked = state
            .request(request)
            .map_or_else(Vec::new, |known| first_pick(&state, known));
        Self {
            app,
            request,
            picked: RwSignal::new(picked),
            due_back: RwSignal::new(String::new()),
            travel: TravelForm::new(),
            declining: RwSignal::new(false),
            doing: Doing::new(),
            go: use_going(),
        }
    }

    /// The lines to pick from.
    pub fn fields(self) -> AnyView {
        hold_updates();
        let (app, state) = (self.app, self.app.view_untracked());
        let lines = state
            .request(self.request)
            .map(|known| sendable(&state, known))
            .unwrap_or_default();
        let none = lines.is_empty().then(|| {
            notice(
                Tone::Warn,
                Icon::Stock,
                "The warehouse has none of this free",
                "Decline with the reason, or receive it first.",
            )
        });
        let rows: Vec<AnyView> = lines
            .into_iter()
            .map(|line| row(app, &state, line, self.picked))
            .collect();
        view! {
            <section class="section">
                <h2>"From the warehouse"</h2>
                {none}
                <div class="card card-flush rows" data-testid="request-lines">{rows}</div>
            </section>
            <TextField id="due-back" label="Due back (for a loan)" kind=Kind::Date value=self.due_back />
            <TravelFields form=self.travel />
            <Decline request=self.request open=self.declining />
        }
        .into_any()
    }

    /// One button that says what it will do, and the way to say no.
    pub fn actions(self) -> AnyView {
        let Self {
            request,
            picked,
            due_back,
            travel,
            declining,
            doing,
            go,
            ..
        } = self;
        let offer = Callback::new(move |()| {
            let mut lines = picked.get_untracked();
            lines.retain(|(_, quantity)| *quantity > 0);
            let command = Command::OfferForRequest {
                request,
                lines,
                due_back: Date::parse_iso(due_back.get_untracked().trim()),
                travel: travel.travel(),
                note: travel.note(),
            };
            doing.act(command, move |saved| {
                go.run(Route::Handoff(saved.first()).path())
            });
        });
        let pieces =
            move || picked.with(|all| all.iter().map(|(_, quantity)| quantity).sum::<u32>());
        let label = Signal::derive(move || format!("Offer {}", quantity_words(pieces())));
        let nothing = Signal::derive(move || pieces() == 0);
        view! {
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main sign=Icon::Handoff label=label busy=doing.busy off=nothing testid="confirm-request-offer" press=offer />
            <Button look=Look::Wide label="Decline" testid="decline-request" press=Callback::new(move |()| declining.set(true)) />
        }
        .into_any()
    }
}

fn row(app: App, state: &State, line: &StockLine, picked: Picked) -> AnyView {
    let id = line.id;
    view! {
        <div class="row row-top row-wrap" data-testid="request-line">
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <Stepper
                label=product_name(state, &line.identity.product)
                value=Signal::derive(move || picked_of(picked, id))
                set=Callback::new(move |quantity| pick(picked, id, quantity))
                most=Signal::stored(line.free())
                testid="request-pick"
            />
        </div>
    }
    .into_any()
}

/// The sheet that declines a request, with the reason.
#[component]
fn Decline(
    /// Which.
    request: RequestId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let decline = Callback::new(move |()| {
        let command = Command::DeclineRequest {
            request,
            reason: reason.get_untracked().trim().into(),
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast("Declined", None);
        });
    });
    view! {
        <Sheet title="Decline the request?" open=open testid="decline-request-sheet">
            <TextField id="decline-request-reason" label="Why" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Decline" busy=doing.busy testid="confirm-decline-request" press=decline />
        </Sheet>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::case::Need;
    use baton_domain::request::{RequestStatus, Wanted};
    use baton_domain::stock::Identity;
    use baton_domain::testkit::{ORGANIZATION, REP_A, SCREW, World, date, lot, product_id, with};
    use baton_domain::transfer::Travel;

    #[test]
    fn the_first_pick_takes_what_expires_first_and_not_more_than_was_asked() {
        let mut world = World::new();
        let shelf = Custodian::Warehouse(ORGANIZATION);
        let of = |number: &str, year| Identity {
            expiry: Some(date(year, 6, 30)),
            ..lot(SCREW, number)
        };
        let later = world.stock(shelf, of("L1", 2030), 5);
        let sooner = world.stock(shelf, of("L2", 2028), 3);
        world.stock(shelf, of("L3", 2026), 9);
        world.stock(with(REP_A), of("L4", 2027), 9);
        let request = StockRequest {
            id: world.next_id(),
            from: ORGANIZATION,
            by: ORGANIZATION,
            asked_by: (REP_A, world.ledger[0].0.occurred_at),
            to_name: "".into(),
            wanted: Wanted {
                to: with(REP_A),
                needs: vec![Need {
                    product: product_id(SCREW),
                    quantity: 4,
                }],
                case: None,
                use_date: Some(date(2026, 12, 1)),
                travel: Travel::default(),
                note: "".into(),
            },
            status: RequestStatus::Open,
            ended: None,
        };
        let picked = first_pick(&world.state, &request);
        assert_eq!(picked, [(sooner, 3), (later, 1)]);
    }
}
