//! Scanning inside another task: a button that opens the camera over the page, a running list of
//! what was taken, and an undo for each. A scanner that types works while the sheet is closed,
//! too.

use super::button::{Button, Look};
use super::chip::Tone;
use super::icon::{Icon, icon};
use super::scanner::Scanner;
use super::sheet::Sheet;
use crate::state::{App, use_app};
use baton_scan::{ScanOutcome, Wanted, Way};
use leptos::prelude::*;

/// Rows of the running list at most.
const ROWS_MAX: usize = 40;
/// Rows of it while the camera is off: what is worked on stands below.
const ROWS_ASIDE: usize = 4;

/// What a page made of an outcome.
#[derive(Clone)]
pub struct Taken {
    /// Taken, doubtful, or not taken.
    pub tone: Tone,
    /// What it is, or why not and what next.
    pub words: String,
    /// Takes it back.
    pub undo: Option<Callback<()>>,
}

impl Taken {
    /// Taken, and how to take it back.
    pub fn yes(words: String, undo: Option<Callback<()>>) -> Self {
        Self {
            tone: Tone::Ok,
            words,
            undo,
        }
    }

    /// What speaks against it is said beside it, taken or not.
    pub fn but(mut self, doubt: Option<String>) -> Self {
        if let Some(doubt) = doubt {
            self.tone = Tone::Warn;
            self.words = format!("{}: {doubt}", self.words);
        }
        self
    }

    /// Taken, whatever speaks against it.
    fn is_taken(&self) -> bool {
        self.tone == Tone::Ok || self.undo.is_some()
    }

    /// Not taken, because it names no product.
    pub fn no_product(outcome: &ScanOutcome) -> Self {
        Self::no(if outcome.missing.is_some() {
            "Lot read. Now scan the code of the product"
        } else {
            "This is not a code of a device. Look for the one with (01) or +"
        })
    }

    /// Not taken, and why.
    pub fn no(words: impl Into<String>) -> Self {
        Self {
            tone: Tone::Warn,
            words: words.into(),
            undo: None,
        }
    }
}

#[derive(Clone)]
struct Row {
    number: u32,
    taken: Taken,
    undone: bool,
}

/// Hears the wedge as long as the component that calls this is there.
pub fn use_wedge(app: App, heard: Callback<ScanOutcome>) {
    let number = app.listen_wedge(
        false,
        Callback::new(move |text: String| heard.run(app.enter_code(&text, Way::Wedge))),
    );
    on_cleanup(move || app.unlisten_wedge(number));
}

/// The button, the sheet and the list.
#[component]
pub fn ScanHere(
    /// What scanning does here.
    label: &'static str,
    /// Called for everything that was read; says what became of it.
    take: Callback<ScanOutcome, Taken>,
    /// Several labels one after the other.
    #[prop(optional)]
    batch: bool,
    /// Its name in tests.
    testid: &'static str,
) -> AnyView {
    let app = use_app();
    let open = RwSignal::new(false);
    let rows = RwSignal::new(Vec::<Row>::new());
    // An undo outlives the button that an outcome came by: "one more" is drawn anew by what it does.
    let owner = Owner::current();
    let heard = Callback::new(move |outcome: ScanOutcome| {
        let taken = match &owner {
            Some(owner) => owner.with(|| take.run(outcome)),
            None => take.run(outcome),
        };
        app.announce(taken.words.clone());
        if taken.is_taken() && !batch {
            open.set(false);
        }
        rows.update(|rows| {
            let number = rows.first().map_or(0, |row| row.number + 1);
            rows.insert(
                0,
                Row {
                    number,
                    taken,
                    undone: false,
                },
            );
            rows.truncate(ROWS_MAX);
        });
    });
    use_wedge(app, heard);
    let list = move |most| move || running_list(rows, most, batch, heard);
    view! {
        <Button look=Look::Wide sign=Icon::Scan label=label testid=testid press=Callback::new(move |()| open.set(true)) />
        {move || (!open.get()).then(list(ROWS_ASIDE))}
        <Sheet title="Scan" open=open testid="scan-sheet">
            <Scanner wanted=Wanted::Labels batch=batch on_outcome=heard />
            {list(ROWS_MAX)}
        </Sheet>
    }
    .into_any()
}

/// What was taken, newest first.
fn running_list(
    rows: RwSignal<Vec<Row>>,
    most: usize,
    batch: bool,
    heard: Callback<ScanOutcome>,
) -> Option<AnyView> {
    let app = use_app();
    let all = rows.get();
    let last_taken = all.first().is_some_and(|row| row.taken.is_taken());
    let more = (batch && last_taken).then(|| {
        let press = Callback::new(move |()| {
            if let Some(outcome) = app.scan_once_more() {
                heard.run(outcome);
            }
        });
        view! { <Button sign=Icon::Plus label="One more of the last" testid="scan-more" press=press /> }
    });
    (!all.is_empty()).then(|| {
        let newest = all.into_iter().take(most);
        let drawn: Vec<AnyView> = newest.map(|row| drawn(rows, row)).collect();
        view! {
            <div class="card card-flush rows" data-testid="scan-list">{drawn}</div>
            {more}
        }
        .into_any()
    })
}

fn drawn(rows: RwSignal<Vec<Row>>, row: Row) -> AnyView {
    let sign = match (row.undone, row.taken.tone) {
        (true, _) => Icon::Cross,
        (_, Tone::Ok) => Icon::Check,
        _ => Icon::Warn,
    };
    let number = row.number;
    let undo = row.taken.undo.filter(|_| !row.undone).map(|undo| {
        let press = Callback::new(move |()| {
            undo.run(());
            rows.update(|rows| {
                if let Some(row) = rows.iter_mut().find(|row| row.number == number) {
                    row.undone = true;
                }
            });
        });
        view! { <Button look=Look::Bare label="Undo" testid="scan-undo" press=press /> }
    });
    let words = if row.undone {
        format!("Taken back: {}", row.taken.words)
    } else {
        row.taken.words
    };
    view! {
        <div class="row" data-testid="scan-row">
            {icon(sign)}
            <span class="grow small">{words}</span>
            {undo}
        </div>
    }
    .into_any()
}
