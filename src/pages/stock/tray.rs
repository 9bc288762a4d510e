//! A tray: what belongs in it, what lies in it, and the check against both (R6, J9).

use super::by_label::counted_by_label;
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::field::TextField;
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::pages::gates::NotFound;
use crate::state::{
    App, DateStyle, Route, identity_words, person_name, product_name, quantity_words, use_app,
};
use baton_domain::id::LineId;
use baton_domain::stock::StockLine;
use baton_domain::tray::{Tally, TrayCheck, TrayCount, contents, tally};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// True for a line that is a tray, or may become one: it has a serial, and either something lies
/// in it or somebody listed what belongs in it.
pub fn is_tray(state: &State, line: &StockLine) -> bool {
    let listed = state.bill_of_materials(&line.identity.product).is_some();
    line.identity.serial.is_some() && (listed || state.tray(line.id).is_some())
}

/// What is counted at a check: each line with how many were there.
type Counts = RwSignal<Vec<(LineId, u32)>>;

/// A tray.
#[component]
pub fn TrayPage(
    /// Its own line.
    line: LineId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().line(line).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let title = Signal::derive(move || {
        let state = app.view();
        state.line(line).map_or_else(String::new, |line| {
            let apart = identity_words(&line.identity);
            format!("{} {apart}", product_name(&state, &line.identity.product))
        })
    });
    let doing = Doing::new();
    let (checking, packing) = (RwSignal::new(false), RwSignal::new(false));
    let check = Callback::new(move |()| checking.set(true));
    let actions = view! {
        <Button look=Look::Main sign=Icon::Check label="Check the tray" testid="check-tray" press=check />
    }
    .into_any();
    view! {
        <Page title=title eyebrow="Tray" back=Route::Line(line).path() actions=actions>
            <Problem words=doing.problem doing=doing />
            {move || {
                let state = app.view();
                state.line(line).map(|line| body(app, &state, line, doing, packing))
            }}
            <Sheet title="Put into the tray" open=packing testid="pack-sheet">
                <Packing tray=line />
            </Sheet>
            <Sheet title="Check the tray" open=checking testid="check-sheet">
                <Checking tray=line open=checking />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn body(
    app: App,
    state: &State,
    tray: &StockLine,
    doing: Doing,
    packing: RwSignal<bool>,
) -> AnyView {
    let rows = tally(state, tray);
    let missing: u32 = rows.iter().map(Tally::missing).sum();
    let whole = if missing == 0 {
        notice(
            Tone::Ok,
            Icon::Check,
            "Complete",
            "Everything on the list is in it.",
        )
    } else {
        let more = "Missing pieces stand below; what was not found at a check is on hold.";
        notice(
            Tone::Warn,
            Icon::Warn,
            format!("{} missing", quantity_words(missing)),
            more,
        )
    };
    let listed: Vec<AnyView> = rows.iter().map(|row| tally_row(state, row)).collect();
    let inside: Vec<AnyView> = contents(state, tray.id)
        .into_iter()
        .map(|line| content_row(app, state, tray.id, line, doing))
        .collect();
    let inside = if inside.is_empty() {
        empty(
            Icon::Stock,
            "The tray is empty",
            "Put in what belongs there.",
            None,
        )
    } else {
        view! { <ul class="card card-flush rows" data-testid="tray-contents">{inside}</ul> }
            .into_any()
    };
    let checked = state.tray(tray.id).and_then(|tray| tray.checked.as_ref());
    let press = Callback::new(move |()| packing.set(true));
    view! {
        {whole}
        {checked.map(|check| last_check(app, state, check))}
        <section class="section">
            <h2>"What belongs in it"</h2>
            <ul class="card card-flush rows" data-testid="tray-tally">{listed}</ul>
        </section>
        <section class="section">
            <h2>"What lies in it"</h2>
            {inside}
        </section>
        <Button look=Look::Wide sign=Icon::Plus label="Put something in" testid="pack-tray" press=press />
    }
    .into_any()
}

fn tally_row(state: &State, row: &Tally) -> AnyView {
    let (tone, sign, words) = match (row.expected, row.missing()) {
        (0, _) => (Tone::Warn, Icon::Info, "Not on the list".to_owned()),
        (_, 0) => (Tone::Ok, Icon::Check, "There".to_owned()),
        (_, missing) => (Tone::Bad, Icon::Warn, format!("{missing} missing")),
    };
    view! {
        <li class="row">
            <span class="row-lines">
                <span class="row-title clamp">{product_name(state, &row.product)}</span>
                <span class="chips">{chip(tone, sign, words)}</span>
            </span>
            <span class="count">{format!("{} of {}", row.inside, row.expected)}</span>
        </li>
    }
    .into_any()
}

fn content_row(app: App, state: &State, tray: LineId, line: &StockLine, doing: Doing) -> AnyView {
    let (id, quantity) = (line.id, line.quantity);
    let take_out = move |_| {
        let command = Command::UnpackTray {
            tray,
            lines: vec![(id, quantity)],
        };
        let undo = Command::PackTray {
            tray,
            lines: vec![(id, quantity)],
        };
        // A lot comes out as a new line, which another act would have to name.
        let serial = app
            .view_untracked()
            .line(id)
            .is_some_and(|line| line.identity.serial.is_some());
        doing.act(command, move |_| {
            doing.toast("Taken out of the tray", serial.then_some(undo))
        });
    };
    view! {
        <li class="row" data-line=id.to_string()>
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <span class="count">{quantity}</span>
            <button type="button" class="btn btn-bare" data-testid="unpack" on:click=take_out>"Take out"</button>
        </li>
    }
    .into_any()
}

fn last_check(app: App, state: &State, check: &TrayCheck) -> AnyView {
    let (who, at) = check.by;
    let missing: u32 = check.missing.iter().map(|need| need.quantity).sum();
    let found = if missing == 0 {
        "everything there".to_owned()
    } else {
        format!("{} not found", quantity_words(missing))
    };
    let words = format!(
        "{}, {}: {found}. {}",
        person_name(state, who),
        app.format_time(at, DateStyle::DateTime),
        check.note
    );
    notice(
        Tone::Quiet,
        Icon::Clock,
        "Last check",
        words.trim().to_owned(),
    )
}

/// Own stock that can go in: what belongs there first.
#[component]
fn Packing(
    /// The tray's line.
    tray: LineId,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let rows = move || {
        let state = app.view();
        let Some(holder) = state.line(tray).map(|tray| tray.custodian) else {
            return Vec::new();
        };
        let wanted = state
            .line(tray)
            .map(|tray| tally(&state, tray))
            .unwrap_or_default();
        let rank = |line: &StockLine| {
            let product = &line.identity.product;
            let row = wanted.iter().find(|row| row.product == *product);
            row.map_or(2, |row| u8::from(row.missing() == 0))
        };
        let fits = |line: &&StockLine| {
            line.id != tray
                && line.free() > 0
                && line.facility_stock_at().is_none()
                && state.tray_of(line.id).is_none()
                && !is_tray(&state, line)
        };
        let mut lines: Vec<&StockLine> = state.lines_held_by(holder).filter(fits).collect();
        lines.sort_by_key(|line| rank(line));
        lines.truncate(MOST_SHOWN);
        lines
            .into_iter()
            .map(|line| packing_row(app, &state, tray, line, &wanted, doing))
            .collect()
    };
    view! {
        <Problem words=doing.problem doing=doing />
        <ul class="card card-flush rows">{rows}</ul>
    }
    .into_any()
}

/// More than anybody looks through; what belongs in the tray comes first.
const MOST_SHOWN: usize = 60;

fn packing_row(
    app: App,
    state: &State,
    tray: LineId,
    line: &StockLine,
    wanted: &[Tally],
    doing: Doing,
) -> AnyView {
    let row = wanted
        .iter()
        .find(|row| row.product == line.identity.product);
    let missing = row.map_or(0, Tally::missing);
    let quantity = if missing > 0 {
        missing.min(line.free())
    } else {
        1
    };
    let id = line.id;
    let put_in = move |_| {
        let lines = vec![(id, quantity)];
        doing.act(Command::PackTray { tray, lines }, move |_| {
            doing.toast("In the tray", None);
        });
    };
    view! {
        <li class="row">
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <button type="button" class="btn" data-testid="pack" on:click=put_in>
                {icon(Icon::Plus)} <span>{quantity}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Counting line by line. It begins with nothing found, so that a check is a check.
#[component]
fn Checking(
    /// The tray's line.
    tray: LineId,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let note = RwSignal::new(String::new());
    let state = app.view_untracked();
    let lines: Vec<(LineId, u32)> = contents(&state, tray)
        .into_iter()
        .map(|line| (line.id, line.quantity))
        .collect();
    let counts: Counts = RwSignal::new(lines.iter().map(|(line, _)| (*line, 0)).collect());
    let rows: Vec<AnyView> = lines
        .iter()
        .map(|(line, all)| counting_row(&state, *line, *all, counts))
        .collect();
    let save = Callback::new(move |()| {
        let found = counts.with_untracked(|counts| {
            let count = |(line, found): &(LineId, u32)| TrayCount {
                line: *line,
                found: *found,
            };
            counts.iter().map(count).collect()
        });
        let note = note.get_untracked().trim().into();
        doing.act(Command::CheckTray { tray, found, note }, move |_| {
            open.set(false);
            doing.toast("Checked", None);
        });
    });
    let expected: u32 = lines.iter().map(|(_, all)| all).sum();
    let scanned = Callback::new(move |outcome: ScanOutcome| -> Taken {
        let so_far = move |line| {
            counts.with(|counts| {
                let own = counts.iter().find(|(known, _)| *known == line);
                own.map_or(0, |(_, found)| *found)
            })
        };
        let put = move |line, found| {
            counts.update(|counts| {
                if let Some(own) = counts.iter_mut().find(|(known, _)| *known == line) {
                    own.1 = found;
                }
            });
        };
        counted_by_label(app, &outcome, &lines, so_far, put, true)
    });
    let so_far = move || {
        let found: u32 = counts.with(|counts| counts.iter().map(|(_, found)| found).sum());
        format!("{found} of {expected} found")
    };
    view! {
        <ScanHere label="Scan to tick off" batch=true take=scanned testid="scan-tray-label" />
        <p class="quiet" aria-live="polite" data-testid="found-so-far">{so_far}</p>
        <ul class="card card-flush rows">{rows}</ul>
        <TextField id="check-note" label="What you saw (not required)" value=note />
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main label="Record the check" busy=doing.busy testid="save-check" press=save />
    }
    .into_any()
}

fn counting_row(state: &State, line: LineId, all: u32, counts: Counts) -> AnyView {
    let known = state.line(line);
    let name = known.map_or_else(String::new, |line| {
        product_name(state, &line.identity.product)
    });
    let apart = known.map_or_else(String::new, |line| identity_words(&line.identity));
    let value = Signal::derive(move || {
        counts.with(|counts| {
            let own = counts.iter().find(|(known, _)| *known == line);
            own.map_or(0, |(_, found)| *found)
        })
    });
    let put = move |found: u32| {
        counts.update(|counts| {
            if let Some(own) = counts.iter_mut().find(|(known, _)| *known == line) {
                own.1 = found;
            }
        });
    };
    view! {
        <li class="row">
            <span class="row-lines">
                <span class="row-title clamp">{name.clone()}</span>
                <span class="row-note">{format!("{apart} · {all} expected")}</span>
            </span>
            <span class="stack">
                <Stepper label=name value=value set=Callback::new(put) most=all testid="found" />
                <button type="button" class="btn btn-bare" data-testid="all-there" on:click=move |_| put(all)>
                    {icon(Icon::Check)} <span>"All there"</span>
                </button>
            </span>
        </li>
    }
    .into_any()
}
