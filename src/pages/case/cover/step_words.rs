//! A step of a plan in words: what, who acts, on which phone.

use crate::components::icon::Icon;
use crate::state::{custodian_name, person_name, quantity_words};
use baton_domain::State;
use baton_domain::id::{LineId, OrganizationId, PersonId};
use baton_domain::plan::{CoverPlan, Outlook, Source, Step};
use baton_domain::stock::Custodian;

/// What a step does, with its sign.
pub fn step_words(state: &State, plan: &CoverPlan, step: &Step) -> (Icon, String) {
    let to = person_name(state, plan.to);
    let pieces =
        |lines: &[(LineId, u32)]| quantity_words(lines.iter().map(|(_, quantity)| quantity).sum());
    match step {
        Step::ChangeRep { .. } => (Icon::Swap, format!("{to} becomes the rep on the case")),
        Step::Link { account, lines } => (
            Icon::Link,
            format!(
                "Link {to} to {}, for {} of Facility Stock",
                custodian_name(state, *account),
                pieces(lines)
            ),
        ),
        Step::Rebuild { seller, lines } => (
            Icon::Building,
            format!(
                "Rebuild {} of Facility Stock that {} sold",
                pieces(lines),
                custodian_name(state, *seller)
            ),
        ),
        Step::Transfer { from, lines } => (
            Icon::Handoff,
            format!(
                "{} hands {} to {to}",
                custodian_name(state, *from),
                pieces(lines)
            ),
        ),
        Step::Request {
            organization,
            items,
            ..
        } => {
            let pieces = items.iter().map(|(_, quantity)| quantity).sum();
            let whose = warehouse_name(state, *organization);
            (
                Icon::Courier,
                format!("Ask {whose} for {}", quantity_words(pieces)),
            )
        }
        Step::Create { items } => {
            let pieces = items.iter().map(|(_, quantity)| quantity).sum();
            (
                Icon::Plus,
                format!(
                    "Record {} in {to}'s custody when they are there",
                    quantity_words(pieces)
                ),
            )
        }
        Step::Release { lines } => (
            Icon::Minus,
            format!("Let go of {} that nobody needs now", pieces(lines)),
        ),
        Step::Mark { lines } => (
            Icon::Mark,
            format!("Mark {} that {to} can use", pieces(lines)),
        ),
    }
}

/// Who acts, on which phone.
pub fn who_words(state: &State, plan: &CoverPlan, step: &Step, here: bool) -> String {
    let to = person_name(state, plan.to);
    let begins = |who: String| {
        if here { "This phone".to_owned() } else { who }
    };
    match step {
        Step::ChangeRep { .. } => begins("A phone of somebody who may change the rep".into()),
        Step::Link { account, .. } => begins(match account {
            Custodian::Person(owner) => format!(
                "The phone of {}, a Regional manager, Operations or an Admin",
                person_name(state, *owner)
            ),
            _ => "The phone of a Distributor, a Regional manager, Operations or an Admin".into(),
        }),
        Step::Rebuild { .. } => {
            begins("The phone of a Distributor, a Regional manager, Operations or an Admin".into())
        }
        Step::Transfer { from, .. } => {
            let offers = begins(match from {
                Custodian::Person(giver) => format!("{}'s phone", person_name(state, *giver)),
                _ => "A phone of the Distributor, Operations or an Admin".into(),
            });
            format!("{offers} offers, {to}'s phone accepts")
        }
        Step::Request { .. } => {
            format!("The warehouse offers, {to}'s phone accepts")
        }
        Step::Create { .. } => {
            format!("{to}'s phone: the manufacturer is not linked, so it is typed or scanned in")
        }
        Step::Release { .. } | Step::Mark { .. } => begins(format!("{to}'s phone")),
    }
}

/// A source in words, with nobody's pieces counted.
pub fn source_words(state: &State, source: Source) -> String {
    match source {
        Source::Own => "own custody".into(),
        Source::Shared(account) => custodian_name(state, account),
        Source::Facility(_) => "Facility Stock".into(),
        Source::Arriving(_) => "an open handoff".into(),
        Source::Link(account) => {
            format!(
                "Facility Stock of {}, by a link",
                custodian_name(state, account)
            )
        }
        Source::Rebuild(seller) => {
            format!(
                "Facility Stock of {}, by a rebuild",
                custodian_name(state, seller)
            )
        }
        Source::FormerRep(rep) => person_name(state, rep),
        Source::Field(holder) => custodian_name(state, holder),
        Source::Warehouse(organization) | Source::Request(organization) => {
            warehouse_name(state, organization)
        }
        Source::Create => "the manufacturer".into(),
    }
}

fn warehouse_name(state: &State, organization: OrganizationId) -> String {
    let name = baton_domain::query::custodian_name(state, Custodian::Warehouse(organization));
    name.map_or_else(
        || "the warehouse".into(),
        |name| format!("the warehouse of {name}"),
    )
}

/// What the case will be, in the words of its light.
pub fn outlook_words(outlook: Outlook) -> (crate::components::chip::Tone, Icon, String) {
    use crate::components::chip::Tone;
    match outlook {
        Outlook::Ready => (Tone::Ok, Icon::Check, "Ready".into()),
        Outlook::ReadyWhen(pieces) => (
            Tone::Warn,
            Icon::Clock,
            format!(
                "Ready when {} {}",
                quantity_words(pieces),
                if pieces == 1 { "arrives" } else { "arrive" }
            ),
        ),
        Outlook::Awaits(pieces) => (
            Tone::Warn,
            Icon::Courier,
            format!("Waits for {} from outside", quantity_words(pieces)),
        ),
        Outlook::ShortOf(pieces) => (Tone::Bad, Icon::Warn, format!("Short of {pieces}")),
    }
}

/// Who covered and who covers: `Ana → Ben`.
pub fn change_words(state: &State, from: Option<PersonId>, to: PersonId) -> String {
    match from {
        Some(from) => format!("{} → {}", person_name(state, from), person_name(state, to)),
        None => person_name(state, to),
    }
}
