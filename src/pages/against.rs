//! What speaks against a piece whose label is scanned, said at once and wherever it is scanned, with
//! the way on.

use crate::components::chip::Tone;
use crate::components::expiry::{Expiry, expiry_on};
use crate::components::icon::Icon;
use crate::components::notice::notice;
use crate::pages::reading::lines_named;
use crate::state::{App, DateStyle, custodian_name};
use baton_domain::State;
use baton_domain::recall::covering;
use baton_domain::stock::{Custodian, Identity, StockLine};
use leptos::prelude::AnyView;

/// One thing that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Against {
    tone: Tone,
    sign: Icon,
    what: String,
    next: String,
}

impl Against {
    /// As a note of its own.
    pub fn shown(self) -> AnyView {
        notice(self.tone, self.sign, self.what, self.next)
    }

    /// As words in a list.
    pub fn words(&self) -> String {
        format!("{}. {}", self.what, self.next)
    }
}

/// All that speaks against what a label names, the worst first: recalled, expired, on hold. `lines`
/// are those that it may be on.
pub fn against(app: App, state: &State, identity: &Identity, lines: &[&StockLine]) -> Vec<Against> {
    let date = |date| app.format_date(date, DateStyle::Date);
    let bad = |sign, what: String, next: &str| Against {
        tone: Tone::Bad,
        sign,
        what,
        next: next.to_owned(),
    };
    let recalled = covering(state, identity).map(|recall| {
        bad(
            Icon::Hold,
            format!("Recalled: {}", recall.reason),
            "Do not use it. Put it aside; the office says where it goes.",
        )
    });
    // A label without a date may be on a line that has one.
    let expiry = identity
        .expiry
        .or_else(|| lines.first().and_then(|line| line.identity.expiry));
    let expired = match expiry_on(expiry, app.today()) {
        Expiry::Past(day) => Some(bad(
            Icon::Warn,
            format!("Expired {}", date(day)),
            "Look for another piece. If it was used all the same, record it with the reason.",
        )),
        _ => None,
    };
    // What is recalled is on hold for that.
    let held = lines.iter().find_map(|line| line.hold.as_ref());
    let held = held.filter(|_| recalled.is_none()).map(|hold| {
        bad(
            Icon::Hold,
            format!("On hold: {}", hold.reason),
            "Open the line to see how many, and who may release it.",
        )
    });
    [recalled, expired, held].into_iter().flatten().collect()
}

/// What is said first about a piece that is taken into a list all the same.
pub fn doubt(app: App, state: &State, identity: &Identity) -> Option<String> {
    let lines: Vec<&StockLine> = lines_named(state, identity).collect();
    let all = against(app, state, identity, &lines);
    all.first().map(Against::words)
}

/// Who has it, where nobody of `own` does.
pub fn elsewhere(
    state: &State,
    lines: &[&StockLine],
    own: impl Fn(Custodian) -> bool,
) -> Option<Against> {
    if lines.iter().any(|line| own(line.custodian)) {
        return None;
    }
    let holder = custodian_name(state, lines.first()?.custodian);
    Some(Against {
        tone: Tone::Warn,
        sign: Icon::Person,
        what: format!("{holder} has it"),
        next: format!(
            "Ask {holder} for a handoff before you take it. A use can be recorded at once."
        ),
    })
}
