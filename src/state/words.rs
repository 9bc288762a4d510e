//! Refusals in words: what, why, who may, what next. The only place where a [`Reason`] speaks.

use super::facility_words;
use super::letters::lower;
use super::model::Words;
use super::names::{
    custodian_name, identity_words, person_name, product_name, quantity_words, role_words,
};
use baton_domain::directory::Role;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::verdict::Flag;
use baton_domain::{Reason, Refusal, State};

/// Why something cannot be, for a person.
pub fn refusal_words(state: &State, refusal: &Refusal) -> Words {
    let about = About::new(state, refusal);
    let mut words = match refusal.reason {
        Reason::NotAllowed
        | Reason::Revoked
        | Reason::OtherOrganization
        | Reason::Malformed
        | Reason::Conflicting
        | Reason::Unknown
        | Reason::NotAnAccount
        | Reason::LastAdmin
        | Reason::NotARep
        | Reason::BadSignature
        | Reason::Newer(_)
        | Reason::NeedsNewerApp => general(&about, refusal.reason),
        Reason::NotLinked | Reason::NotRequested | Reason::RequestEnded | Reason::OwnTitle => {
            request(&about, refusal.reason)
        }
        Reason::OwnOffer
        | Reason::TransferEnded
        | Reason::AnswerDoesNotAddUp
        | Reason::ReasonNeeded
        | Reason::Unverified
        | Reason::FacilityStockStays => handoff(&about, refusal.reason),
        Reason::CaseEnded
        | Reason::CaseChanged
        | Reason::LinesChanged
        | Reason::NotClosed
        | Reason::OverUse
        | Reason::FromElsewhere
        | Reason::OtherFacility => in_case(&about, refusal.reason),
        Reason::AlreadySold
        | Reason::LinkNeeded
        | Reason::RebuildNeeded
        | Reason::RebuildUndone
        | Reason::NoSecondSide
        | Reason::NeverReversed
        | Reason::BuiltUpon
        | Reason::AlreadyReversed
        | Reason::OwnAct
        | Reason::AlreadyReviewed => facility_words::refusal(&about, refusal.reason),
        _ => stock(&about, refusal.reason),
    };
    words.who_may = who_may(state, &refusal.who_may);
    words
}

/// A rule that speaks against something that nevertheless stands, in a few words.
pub fn flag_words(flag: &Flag) -> &'static str {
    match flag.reason {
        Reason::Expired => "expired on the day of the case",
        Reason::OnHold => "was on hold",
        Reason::Recalled => "was recalled",
        Reason::FromElsewhere => "used from somewhere else than the rep's own and shared stock",
        Reason::KeptForOtherCase => "was kept for another case",
        Reason::OverUse => "more was used than the case needs",
        Reason::NotEnough => "more was recorded than was on hand",
        Reason::NotAllowed => "recorded by somebody whose role does not allow it",
        Reason::NotCustodian => "recorded by somebody who did not hold it",
        Reason::OtherFacility => "belongs to another facility",
        Reason::CaseEnded => "the case had ended",
        Reason::LineChanged => "it had moved meanwhile",
        Reason::Disputed => "is disputed",
        Reason::SerialActive => "this serial is also recorded elsewhere",
        Reason::Revoked => "the phone or person had been revoked",
        Reason::Offered => "was offered in a handoff",
        Reason::Unverified => "came from a phone that the server has not verified yet",
        Reason::NoSecondSide => "moved in a shared account without a second side",
        Reason::RebuildUndone => "it had been rebuilt for somebody else; the use counts",
        Reason::Unknown => "the product is not listed in the catalogue here",
        _ => "needs a look",
    }
}

/// What a refusal names, ready for sentences.
pub(super) struct About {
    /// The thing: "Serial 8841 (Femoral stem)", or "This item".
    pub(super) thing: String,
    /// Who holds it, if that is known.
    holder: Option<String>,
    /// Who is in the way, if that was said.
    person: Option<String>,
    /// How many there are, in words.
    available: Option<String>,
    /// What speaks against a fact that needs a reason, in words.
    flags: String,
}

impl About {
    fn new(state: &State, refusal: &Refusal) -> Self {
        let line = refusal.line.and_then(|id| state.line(id));
        Self {
            thing: line.map_or_else(|| "This item".into(), |line| thing(state, line)),
            holder: line.map(|line| held_by(state, line)),
            person: refusal.person.map(|person| person_name(state, person)),
            available: refusal.available.map(quantity_words),
            flags: flags(&refusal.flags),
        }
    }

    /// Somebody by name, or a stand-in.
    pub(super) fn who(&self, else_say: &str) -> String {
        self.person
            .clone()
            .or_else(|| self.holder.clone())
            .unwrap_or_else(|| else_say.into())
    }
}

fn flags(flags: &[Flag]) -> String {
    let mut words: Vec<&str> = flags.iter().map(flag_words).collect();
    words.sort_unstable();
    words.dedup();
    words.join("; ")
}

fn thing(state: &State, line: &StockLine) -> String {
    let name = product_name(state, &line.identity.product);
    let mark = identity_words(&line.identity);
    if mark.is_empty() {
        name
    } else {
        format!("{mark} ({name})")
    }
}

fn held_by(state: &State, line: &StockLine) -> String {
    match line.custodian {
        Custodian::Warehouse(_) => {
            format!("the {}", lower(&custodian_name(state, line.custodian)))
        }
        custodian => custodian_name(state, custodian),
    }
}

fn who_may(state: &State, roles: &[Role]) -> String {
    if roles.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = state
        .people()
        .filter(|person| person.active && person.role != Role::Rep && roles.contains(&person.role))
        .take(3)
        .map(|person| person.name.to_string())
        .collect();
    let roles = listed(
        &mut roles
            .iter()
            .map(|role| role_words(*role).to_string())
            .collect::<Vec<_>>(),
    );
    if names.is_empty() {
        roles
    } else {
        format!("{roles}: {}", listed(&mut names))
    }
}

/// `a`, `a or b`, `a, b or c`.
fn listed(items: &mut Vec<String>) -> String {
    match items.pop() {
        None => String::new(),
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} or {last}", items.join(", ")),
    }
}

fn general(about: &About, reason: Reason) -> Words {
    match reason {
        Reason::NotAllowed => Words::new(
            "Your role does not allow this",
            "Who may do what is set by the role, so that everybody knows who answers for what.",
            "Ask one of those who may.",
        ),
        Reason::Revoked => Words::new(
            "This phone or person was revoked",
            "What the server had before stays. What came later waits for an Admin.",
            "Ask an Admin to release it. Nothing you recorded is lost.",
        ),
        Reason::OtherOrganization => Words::new(
            "This belongs to another organization",
            "A record can only go into the ledger of the organization it names.",
            "Sign in to that organization to send it.",
        ),
        Reason::Conflicting => Words::new(
            "Two different records carry the same number",
            "A number of this phone was used twice, which happens when a phone is restored from a backup.",
            "An Admin decides which one stands. Nothing is lost.",
        ),
        Reason::Unknown => Words::new(
            "This is not known here",
            "It may have been recorded on another phone that has not synced yet.",
            "Sync, then try again.",
        ),
        Reason::NotAnAccount => Words::new(
            "These two cannot be linked",
            "A sharing link joins a Distributor account and a Rep, never two Reps.",
            "Choose a Distributor or a shared account on one side and a Rep on the other.",
        ),
        Reason::LastAdmin => Words::new(
            "The last Admin cannot be removed",
            "Somebody must be able to manage people and phones.",
            "Make somebody else an Admin first.",
        ),
        Reason::NotARep => Words::new(
            format!(
                "{} cannot cover cases",
                about.person.as_deref().unwrap_or("This person")
            ),
            "Only an active person who covers cases can be the rep on one.",
            "Choose another rep.",
        ),
        Reason::BadSignature => Words::new(
            "The signature does not fit",
            "The record was changed on its way, or signed by a phone that speaks for somebody else.",
            "Record it again on your own phone. Tell an Admin if it happens twice.",
        ),
        Reason::Newer(_) => Words::new(
            "Update the app to see why",
            "The server knows a rule that this version of the app does not.",
            "Open the app online and take the update.",
        ),
        Reason::NeedsNewerApp => Words::new(
            "Update the app first",
            format!(
                "A newer version of the app recorded something about {}.",
                about.thing
            ),
            "Open the app online and take the update. The rest goes on working.",
        ),
        _ => Words::new(
            "Something is missing or does not fit",
            "The record is empty, too large, or contradicts itself.",
            "Check what you entered.",
        ),
    }
}

fn handoff(about: &About, reason: Reason) -> Words {
    match reason {
        Reason::OwnOffer => Words::new(
            "You cannot answer your own offer",
            "The other side answers what you sent, so that both agree on what changed hands.",
            "Wait for the answer, or take the offer back.",
        ),
        Reason::TransferEnded => Words::new(
            "This handoff is no longer open",
            match &about.person {
                Some(person) => format!("{person} answered it or took it back first."),
                None => "It was answered, declined or taken back first.".to_string(),
            },
            "Look at the handoff to see what became of it; make a new one if it is still needed.",
        ),
        Reason::AnswerDoesNotAddUp => Words::new(
            "The answer does not add up",
            "Accepted, damaged and missing together must be what was offered, line by line.",
            "Check the quantities of each line.",
        ),
        Reason::FacilityStockStays => Words::new(
            format!("{} is Facility Stock", about.thing),
            "It was sold to a facility and is used only there, so it cannot be offered to anybody.",
            "Leave it out of the handoff.",
        ),
        Reason::Unverified => Words::new(
            format!("{} came from a phone that is not known here", about.thing),
            "Until the server has verified that phone's key, it can be used, and not passed on or sold.",
            "Sync once where there is a network, then try again.",
        ),
        _ if about.flags.is_empty() => Words::new(
            "A reason is needed",
            "Whoever reads this later has to know why.",
            "Choose or type a reason.",
        ),
        // A fact is recorded whatever speaks against it, once somebody says why (R37).
        _ => Words::new(
            "A reason is needed",
            format!("Something speaks against it: {}.", about.flags),
            "If it happened all the same, type the reason. It is recorded and marked for review.",
        ),
    }
}

fn request(about: &About, reason: Reason) -> Words {
    match reason {
        Reason::NotLinked => Words::new(
            "The two organizations are not linked",
            "Stock is requested from a warehouse only after one side asked for a link and the other accepted.",
            "Ask an Admin to link them in the office.",
        ),
        Reason::NotRequested => Words::new(
            match &about.available {
                Some(available) => format!("Only {available} of {} requested", about.thing),
                None => format!("{} was not requested", about.thing),
            },
            "The warehouse sends what was asked for, so that nobody holds what nobody expects.",
            "Take it out of the offer, or send fewer.",
        ),
        Reason::RequestEnded => Words::new(
            "This request is no longer open",
            "It was offered, declined or taken back first.",
            "Look at what became of it; ask again if it is still needed.",
        ),
        _ => Words::new(
            format!("{} belongs to your organization", about.thing),
            "A return moves what the other side owns. It sells nothing.",
            "Leave it out of the return.",
        ),
    }
}

fn in_case(about: &About, reason: Reason) -> Words {
    match reason {
        Reason::CaseEnded => Words::new(
            "The case has ended",
            "A closed or cancelled case no longer changes.",
            "Look at the case, or schedule a new one.",
        ),
        Reason::CaseChanged => Words::new(
            format!(
                "{} changed this case first",
                about.person.as_deref().unwrap_or("Somebody")
            ),
            "What you saw when you decided is no longer so.",
            "Look at the case as it is now, then decide again.",
        ),
        Reason::LinesChanged => Words::new(
            "What was used has changed",
            "A signature is for exactly the lines that were shown.",
            "Look at the bill sheet as it is now, then sign again.",
        ),
        Reason::NotClosed => Words::new(
            "The case is not closed yet",
            "A purchase order follows the signed bill sheet.",
            "Close and sign the case first.",
        ),
        Reason::OverUse => Words::new(
            "More than the case needs",
            "The case does not need that many.",
            "Check the quantity. If it was used, record it with a reason.",
        ),
        Reason::OtherFacility => Words::new(
            format!("{} belongs to another facility", about.thing),
            "Facility Stock is used only at the facility that bought it.",
            "Take other stock. If it was used already, record it with a reason.",
        ),
        _ => Words::new(
            format!("{} is with {}", about.thing, about.who("somebody else")),
            "A case takes stock of its own rep and of accounts shared with that rep.",
            format!(
                "Ask {} for a handoff. If it was used already, record it with a reason.",
                about.who("the holder")
            ),
        ),
    }
}

fn stock(about: &About, reason: Reason) -> Words {
    match reason {
        Reason::NotCustodian => Words::new(
            format!("{} is with {}", about.thing, about.who("somebody else")),
            "Only the one who holds it can release it.",
            format!("Ask {} for a handoff.", about.who("the holder")),
        ),
        Reason::NotEnough => Words::new(
            match &about.available {
                Some(available) => format!("Only {available} free of {}", about.thing),
                None => format!("Not enough free of {}", about.thing),
            },
            "The rest is offered, marked for a case, on hold or used.",
            "Take fewer, or another lot.",
        ),
        Reason::LineChanged => Words::new(
            format!("{} has changed meanwhile", about.thing),
            match &about.person {
                Some(person) => format!("{person} recorded something about it first."),
                None => "Something about it was recorded first.".to_string(),
            },
            "Look at it as it is now, then decide again.",
        ),
        Reason::SerialActive => Words::new(
            format!("This serial is already with {}", about.who("somebody else")),
            "A serial number exists once. It cannot be in two places.",
            format!(
                "Check the label. If it is in your hand, ask {} for a handoff.",
                about.who("the holder")
            ),
        ),
        Reason::ManufacturerLinked => Words::new(
            "Ask the manufacturer's warehouse for this",
            "The manufacturer is linked, so its stock comes by a handoff and is never typed in twice.",
            "Request it: the warehouse offers it, and you accept what arrives.",
        ),
        Reason::KeptForOtherCase => Words::new(
            format!("{} is kept for another case", about.thing),
            "What is marked or reserved for one case is not there for another.",
            "Take another one, or drop it from the other case first.",
        ),
        Reason::Expired => Words::new(
            format!("{} is expired on the day of the case", about.thing),
            "What has expired must not be planned. The date at the facility counts.",
            "Take one that lasts longer. If it was used already, record it with a reason.",
        ),
        Reason::OnHold => Words::new(
            format!("{} is on hold", about.thing),
            "It must be reviewed before it is used or handed on.",
            "Have it reviewed, or take another one.",
        ),
        Reason::Recalled => Words::new(
            format!("{} is recalled", about.thing),
            "Nothing of a recalled lot is used or handed on, except back to where it came from.",
            "Take another one. If it was used already, record it with a reason.",
        ),
        Reason::OwnProposal => Words::new(
            "This is your own proposal",
            "Nobody approves what he proposed himself.",
            "Wait for somebody else who may, or withdraw it.",
        ),
        Reason::ProposalEnded => Words::new(
            "This proposal was answered already",
            match &about.person {
                Some(person) => format!("{person} was first."),
                None => "Somebody was first.".to_string(),
            },
            "Look at what became of it in the activity.",
        ),
        Reason::NotProposable => Words::new(
            "This cannot be proposed",
            "It is not an act that others approve, or not the one that was proposed.",
            "Ask somebody who may do it.",
        ),
        Reason::DisputeEnded => Words::new(
            "This dispute is no longer open",
            match &about.person {
                Some(person) => format!("{person} decided it."),
                None => "Somebody decided it.".to_string(),
            },
            "What was decided stands in the activity; record what happened since.",
        ),
        Reason::InTray => Words::new(
            format!("{} is in a tray", about.thing),
            "What lies in a tray goes with the tray.",
            "Take it out of the tray first, or hand over the whole tray.",
        ),
        Reason::NotATray => Words::new(
            format!("{} cannot be a tray", about.thing),
            "A tray is a line with a serial number, so that everybody means the same one.",
            "Receive the tray with its serial or asset number.",
        ),
        Reason::RecallEnded => Words::new(
            "This recall has ended",
            match &about.person {
                Some(person) => format!("{person} ended it first."),
                None => "Somebody ended it first.".to_string(),
            },
            "Review what it put on hold and release it piece by piece.",
        ),
        Reason::Disputed => Words::new(
            format!("{} is disputed", about.thing),
            "Two records claim it. Until somebody decides, it is not planned, offered or sold.",
            "Ask the office to resolve it.",
        ),
        Reason::Offered => Words::new(
            format!("{} is offered in a handoff", about.thing),
            "While an offer is open, what it names is neither used nor offered again.",
            "Wait for the answer, or take the offer back first.",
        ),
        _ => Words::new(
            "The serial number is missing",
            "This product is tracked piece by piece: each has its serial and a quantity of 1.",
            "Type the serial number from the label.",
        ),
    }
}
