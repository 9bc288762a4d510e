//! The cover planner: what has to move, and who acts, so that another rep can take a case.
//!
//! [`plan_cover`] takes for every need from the sources in one fixed order until the quantity is
//! covered, and says what it took, what else there was, and what stays missing:
//!
//! 1. the new rep's own custody;
//! 2. accounts shared with the new rep;
//! 3. Facility Stock at the facility: usable now, else by a link (R22), else by a rebuild (R23);
//! 4. the former rep's custody, by a transfer;
//! 5. anybody else's custody, nearest first, by a transfer;
//! 6. the warehouse: a request (R25), or creation in custody where the manufacturer is not linked
//!    (R26). Nothing of this kind is ever called ready;
//! 7. nothing: short by so many.
//!
//! Between 3's stock that is usable now and everything that needs a step stand open offers to the
//! new rep: they are on their way already, and planning them anew would move things twice. So a
//! plan can be made again at any time, after a crash or a week, and lists what is still to do.
//!
//! What is allocated is gone for the next need; what is marked or reserved for this case counts as
//! free for it. The same state gives the same plan: ties go by id. Nothing is decided here, and no
//! clock is read: today's date is passed in.
//!
//! It looks up lines by product and cases by rep, and never walks over everything there is.

mod allocate;
mod clash;
mod give;
mod reasons;
mod step;
mod suggest;
mod survey;
mod warn;

pub use clash::clashes;
pub use give::plan_give;
pub use reasons::{Habit, shared_account_habit};
pub use step::{Step, may_take};
pub use suggest::{Suggestion, suggest_cover};
pub use warn::Warning;

use crate::case::{CoverChoice, TakenFirst};
use crate::id::{CaseId, LineId, OrganizationId, PersonId, TransferId};
use crate::product::ProductId;
use crate::state::State;
use crate::stock::Custodian;
use crate::time::Date;
use allocate::Allocation;
use survey::Survey;

/// What is asked of the planner beside the case and the rep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The date on the phone: what is nearer than the lead time may not arrive.
    pub today: Date,
    /// Facility Stock may be used, by a link or a rebuild where that is needed.
    pub facility_stock: bool,
    /// Stock may be handed over in the field.
    pub field: bool,
    /// Stock may come from a warehouse, or be created in custody.
    pub supply: bool,
    /// What is taken before everything but what is kept for the case or on its way already.
    pub first: Vec<TakenFirst>,
}

impl Wish {
    /// Everything may be used.
    pub fn everything(today: Date) -> Self {
        Self {
            today,
            facility_stock: true,
            field: true,
            supply: true,
            first: Vec::new(),
        }
    }

    /// What was chosen for a case when its rep changed.
    pub fn chosen(today: Date, cover: &CoverChoice) -> Self {
        Self {
            today,
            facility_stock: !cover.no_facility_stock,
            field: !cover.no_field,
            supply: !cover.no_supply,
            first: cover.first.clone(),
        }
    }

    /// What is kept of it with the case.
    pub fn choice(&self) -> CoverChoice {
        CoverChoice {
            no_facility_stock: !self.facility_stock,
            no_field: !self.field,
            no_supply: !self.supply,
            first: self.first.clone(),
        }
    }
}

/// Where pieces come from, in the planner's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The new rep holds them.
    Own,
    /// An account shared with the new rep holds them.
    Shared(Custodian),
    /// Facility Stock that the new rep can use now, in that custody.
    Facility(Custodian),
    /// Offered to the new rep already.
    Arriving(TransferId),
    /// Facility Stock sold by that Distributor account: a link makes it usable (R22).
    Link(Custodian),
    /// Facility Stock that no link makes usable, sold by a Rep above all: a rebuild does (R23).
    Rebuild(Custodian),
    /// The former rep's, by a transfer.
    FormerRep(PersonId),
    /// Somebody else's, by a transfer.
    Field(Custodian),
    /// The organization's own warehouse has them (R25).
    Warehouse(OrganizationId),
    /// The linked manufacturer may have them (R25).
    Request(OrganizationId),
    /// Nobody here has them and the manufacturer is not linked: created in custody (R26).
    Create,
}

impl Source {
    /// True for pieces that are here, on their way, or one act of a person away; false for what a
    /// warehouse may or may not have.
    pub fn is_sure(self) -> bool {
        !matches!(self, Self::Warehouse(_) | Self::Request(_) | Self::Create)
    }

    /// Whose stock it is, for `rep`, and whether it is Facility Stock; `None` for what is on its
    /// way or comes from outside.
    pub fn holder(self, rep: PersonId) -> Option<(Custodian, bool)> {
        match self {
            Self::Own => Some((Custodian::Person(rep), false)),
            Self::Shared(holder) | Self::Field(holder) => Some((holder, false)),
            Self::FormerRep(former) => Some((Custodian::Person(former), false)),
            Self::Warehouse(organization) => Some((Custodian::Warehouse(organization), false)),
            Self::Facility(holder) | Self::Link(holder) | Self::Rebuild(holder) => {
                Some((holder, true))
            }
            Self::Arriving(_) | Self::Request(_) | Self::Create => None,
        }
    }

    /// True where nothing has to be done.
    pub fn is_usable_now(self) -> bool {
        matches!(self, Self::Own | Self::Shared(_) | Self::Facility(_))
    }
}

/// Pieces from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where they come from.
    pub source: Source,
    /// Which lines, where there are lines here.
    pub lines: Vec<(LineId, u32)>,
    /// How many.
    pub quantity: u32,
}

/// How one need is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedPlan {
    /// The product.
    pub product: ProductId,
    /// How many the case needs.
    pub needed: u32,
    /// How many of these it used already.
    pub used: u32,
    /// What is taken, in the planner's order.
    pub taken: Vec<Taken>,
    /// What else there is, with how many, in the planner's order.
    pub alternatives: Vec<(Source, u32)>,
    /// Covered by nothing.
    pub short: u32,
}

/// How a rep can take a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverPlan {
    /// The case.
    pub case: CaseId,
    /// Who covered it before, if it was somebody else.
    pub from: Option<PersonId>,
    /// Who is to cover it.
    pub to: PersonId,
    /// What was chosen.
    pub choice: CoverChoice,
    /// Need by need, in the case's order.
    pub needs: Vec<NeedPlan>,
    /// What is to be done, in order. What was done already is not among it.
    pub steps: Vec<Step>,
    /// What a person should know before, the gravest first.
    pub warnings: Vec<Warning>,
}

/// What a case will be once every step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Everything is there now.
    Ready,
    /// Everything is there once so many pieces have come.
    ReadyWhen(u32),
    /// So many pieces have to come from a warehouse or be created; nothing else is missing.
    Awaits(u32),
    /// So many pieces are covered by nothing.
    ShortOf(u32),
}

impl CoverPlan {
    /// What the case will be once every step is done.
    pub fn outlook(&self) -> Outlook {
        let short: u32 = self.needs.iter().map(|need| need.short).sum();
        if short > 0 {
            return Outlook::ShortOf(short);
        }
        let pieces = |wanted: fn(Source) -> bool| {
            let taken = self.needs.iter().flat_map(|need| &need.taken);
            taken
                .filter(|taken| wanted(taken.source))
                .fold(0, |sum: u32, taken| sum.saturating_add(taken.quantity))
        };
        match (
            pieces(|source| !source.is_sure()),
            pieces(|source| !source.is_usable_now()),
        ) {
            (0, 0) => Outlook::Ready,
            (0, coming) => Outlook::ReadyWhen(coming),
            (supply, _) => Outlook::Awaits(supply),
        }
    }
}

/// Plans how `rep` can take `case`; `None` where the case is not known.
///
/// `rep` may be who covers the case already: then it is what is left to do.
pub fn plan_cover(state: &State, case: CaseId, rep: PersonId, wish: Wish) -> Option<CoverPlan> {
    let case = state.case(case)?;
    let choice = wish.choice();
    let survey = Survey::new(state, case, wish);
    let allocation = Allocation::of(&survey, rep);
    let needs = allocation.into_needs(&survey);
    let from = former_rep(case, rep);
    let steps = step::steps(&survey, rep, &needs);
    let warnings = warn::warnings(&survey, rep, &needs, &steps);
    Some(CoverPlan {
        case: case.id,
        from,
        to: rep,
        choice,
        needs,
        steps,
        warnings,
    })
}

/// Whose stock the case leans on: who covers it now, or who did before `rep`.
fn former_rep(case: &crate::case::Case, rep: PersonId) -> Option<PersonId> {
    if case.rep == rep {
        case.rep_before
    } else {
        Some(case.rep)
    }
}
