//! Taking from the sources in their order, for one rep.

use super::survey::{Group, Stocked, Survey};
use super::{NeedPlan, Source, Taken, former_rep};
use crate::directory::OrganizationKind;
use crate::id::PersonId;
use crate::product::ProductId;
use crate::query::{self, FacilityStockWay};
use crate::stock::{Custodian, StockLine};

/// What a need takes: a source, the group it lies in (where lines are known here), how many, and
/// how many of the group earlier needs took.
pub(super) struct Portion {
    pub(super) source: Source,
    group: Option<usize>,
    pub(super) quantity: u32,
    skip: u32,
}

/// What one need takes and what it could have taken.
pub(super) struct Share {
    product: usize,
    needed: u32,
    used: u32,
    pub(super) taken: Vec<Portion>,
    alternatives: Vec<(Source, u32)>,
    pub(super) short: u32,
}

/// Who takes what from where, need by need.
pub(super) struct Allocation {
    pub(super) shares: Vec<Share>,
}

/// How much of everything is gone already.
struct Gone {
    used: Vec<u32>,
    groups: Vec<Vec<u32>>,
    arrivals: Vec<u32>,
}

impl Allocation {
    /// Allocates for one rep, with what else there was.
    pub(super) fn of(survey: &Survey, rep: PersonId) -> Self {
        Self::allocate(survey, rep, true)
    }

    /// Allocates for one rep; nothing is listed that is not taken. Fast enough for everybody.
    pub(super) fn brief(survey: &Survey, rep: PersonId) -> Self {
        Self::allocate(survey, rep, false)
    }

    fn allocate(survey: &Survey, rep: PersonId, thorough: bool) -> Self {
        let accounts = query::shared_accounts(survey.state, rep);
        let taker = Taker {
            survey,
            rep,
            former: former_rep(survey.case, rep).map(Custodian::Person),
            accounts: &accounts,
            thorough,
        };
        let mut gone = Gone {
            used: vec![0; survey.products.len()],
            groups: survey
                .products
                .iter()
                .map(|stocked| vec![0; stocked.groups.len()])
                .collect(),
            arrivals: vec![0; survey.arrivals.len()],
        };
        let needs = survey.case.needs.iter();
        let shares = needs
            .map(|need| taker.share(&need.product, need.quantity, &mut gone))
            .collect();
        Self { shares }
    }

    /// With the lines of every portion.
    pub(super) fn into_needs(self, survey: &Survey) -> Vec<NeedPlan> {
        let need = |share: Share| {
            let stocked = &survey.products[share.product];
            let taken = share.taken.into_iter().map(|portion| Taken {
                source: portion.source,
                lines: portion.group.map_or_else(Vec::new, |at| {
                    stocked.groups[at].pick(survey.case, portion.skip, portion.quantity)
                }),
                quantity: portion.quantity,
            });
            NeedPlan {
                product: stocked.product.clone(),
                needed: share.needed,
                used: share.used,
                taken: taken.collect(),
                alternatives: share.alternatives,
                short: share.short,
            }
        };
        self.shares.into_iter().map(need).collect()
    }
}

struct Taker<'a> {
    survey: &'a Survey<'a>,
    rep: PersonId,
    former: Option<Custodian>,
    accounts: &'a [Custodian],
    /// Also what is not taken is wanted.
    thorough: bool,
}

impl Taker<'_> {
    fn share(&self, product: &ProductId, needed: u32, gone: &mut Gone) -> Share {
        let at = self.survey.place_of(product);
        let stocked = &self.survey.products[at];
        let used = needed.min(stocked.used.saturating_sub(gone.used[at]));
        gone.used[at] += used;
        let mut share = Share {
            product: at,
            needed,
            used,
            taken: Vec::new(),
            alternatives: Vec::new(),
            short: needed - used,
        };
        self.chosen_first(stocked, at, gone, &mut share);
        self.usable_now(stocked, &mut gone.groups[at], &mut share);
        self.arriving(stocked, &mut gone.arrivals, &mut share);
        self.by_a_step(stocked, &mut gone.groups[at], &mut share);
        self.supply(stocked, &mut gone.groups[at], &mut share);
        share
    }

    /// Where somebody chose whose stock covers this need: what is kept for the case already, or on
    /// its way, comes before it, so that a plan made again does not move things twice.
    fn chosen_first(&self, stocked: &Stocked, at: usize, gone: &mut Gone, share: &mut Share) {
        let wish = &self.survey.wish;
        let chosen = wish
            .first
            .iter()
            .find(|first| first.product == *stocked.product);
        let Some(first) = chosen else { return };
        let taker = Taker {
            thorough: false,
            ..*self
        };
        for (place, group) in stocked.groups.iter().enumerate() {
            let here = group.holder == Custodian::Person(self.rep)
                || self.accounts.contains(&group.holder);
            let kept: u32 = group
                .lines
                .iter()
                .map(|(line, usable)| line.kept_for(self.survey.case.id).min(*usable))
                .sum();
            if let Some(source) = taker.source(stocked, place).filter(|_| here) {
                let most = kept.saturating_sub(gone.groups[at][place]);
                taker.take(stocked, (place, most), source, &mut gone.groups[at], share);
            }
        }
        taker.arriving(stocked, &mut gone.arrivals, share);
        if let Some(place) = stocked.group(first.holder, first.facility_stock)
            && let Some(source) = taker.source(stocked, place)
        {
            taker.take(
                stocked,
                (place, u32::MAX),
                source,
                &mut gone.groups[at],
                share,
            );
        }
    }

    /// What a group is to this rep, if it may be taken from.
    fn source(&self, stocked: &Stocked, place: usize) -> Option<Source> {
        let Group {
            holder,
            facility_stock,
            lines,
            ..
        } = &stocked.groups[place];
        let (holder, wish) = (*holder, &self.survey.wish);
        if *facility_stock {
            if self.reach(holder) {
                return Some(Source::Facility(holder));
            }
            let (line, _) = lines.first().filter(|_| wish.facility_stock)?;
            return self.made_usable(line, holder);
        }
        Some(match holder {
            Custodian::Person(person) if person == self.rep => Source::Own,
            _ if self.reach(holder) => Source::Shared(holder),
            Custodian::Warehouse(own) => Source::Warehouse(wish.supply.then_some(own)?),
            _ if !wish.field => return None,
            Custodian::Person(person) if self.former == Some(holder) => Source::FormerRep(person),
            _ => Source::Field(holder),
        })
    }

    /// How Facility Stock becomes usable, where it is not.
    fn made_usable(&self, line: &StockLine, holder: Custodian) -> Option<Source> {
        match query::facility_stock_way(self.survey.state, line, self.rep) {
            FacilityStockWay::Usable => None,
            FacilityStockWay::Link(account) => Some(Source::Link(account)),
            FacilityStockWay::Rebuild => match holder {
                Custodian::Warehouse(_) => None,
                seller => Some(Source::Rebuild(seller)),
            },
        }
    }

    fn reach(&self, holder: Custodian) -> bool {
        holder == Custodian::Person(self.rep) || self.accounts.contains(&holder)
    }

    fn usable_now(&self, stocked: &Stocked, gone: &mut [u32], share: &mut Share) {
        let own = Custodian::Person(self.rep);
        let with = |account: &Custodian| (*account, Source::Shared(*account));
        let holders = std::iter::once((own, Source::Own)).chain(self.accounts.iter().map(with));
        for (holder, source) in holders.clone() {
            if let Some(group) = stocked.group(holder, false) {
                self.take(stocked, (group, u32::MAX), source, gone, share);
            }
        }
        for (holder, _) in holders {
            if let Some(group) = stocked.group(holder, true) {
                self.take(
                    stocked,
                    (group, u32::MAX),
                    Source::Facility(holder),
                    gone,
                    share,
                );
            }
        }
    }

    fn arriving(&self, stocked: &Stocked, gone: &mut [u32], share: &mut Share) {
        for (place, coming) in self.survey.arrivals.iter().enumerate() {
            if coming.product != stocked.product || !self.reach(coming.to) {
                continue;
            }
            let left = coming.quantity - gone[place];
            let taken = left.min(share.short);
            gone[place] += taken;
            let source = Source::Arriving(coming.transfer);
            self.note(source, None, taken, left - taken, 0, share);
        }
    }

    fn by_a_step(&self, stocked: &Stocked, gone: &mut [u32], share: &mut Share) {
        if self.survey.wish.facility_stock {
            for group in &stocked.sellers {
                if share.short == 0 && !self.thorough {
                    return;
                }
                let Group { holder, lines, .. } = &stocked.groups[*group];
                let Some((line, _)) = lines.first() else {
                    continue;
                };
                if let Some(source) = self.made_usable(line, *holder) {
                    self.take(stocked, (*group, u32::MAX), source, gone, share);
                }
            }
        }
        if !self.survey.wish.field {
            return;
        }
        if let Some(Custodian::Person(former)) = self.former
            && !self.reach(Custodian::Person(former))
            && let Some(group) = stocked.group(Custodian::Person(former), false)
        {
            self.take(
                stocked,
                (group, u32::MAX),
                Source::FormerRep(former),
                gone,
                share,
            );
        }
        for group in &stocked.nearest {
            if share.short == 0 && !self.thorough {
                return;
            }
            let holder = stocked.groups[*group].holder;
            if !self.reach(holder) && Some(holder) != self.former {
                self.take(
                    stocked,
                    (*group, u32::MAX),
                    Source::Field(holder),
                    gone,
                    share,
                );
            }
        }
    }

    fn supply(&self, stocked: &Stocked, gone: &mut [u32], share: &mut Share) {
        let state = self.survey.state;
        let Some(own) = state.organization() else {
            return;
        };
        if !self.survey.wish.supply {
            return;
        }
        if let Some(group) = stocked.group(Custodian::Warehouse(own.id), false) {
            self.take(
                stocked,
                (group, u32::MAX),
                Source::Warehouse(own.id),
                gone,
                share,
            );
        }
        let Some(product) = state.product(stocked.product) else {
            return;
        };
        let source = match state.manufacturer_link(&product.manufacturer) {
            Some(link) => Source::Request(link.organization),
            None if own.kind == OrganizationKind::Distributor => Source::Create,
            None => return,
        };
        self.note(source, None, share.short, 0, 0, share);
    }

    /// Takes what is still wanted of a group, at most so many.
    fn take(
        &self,
        stocked: &Stocked,
        (group, most): (usize, u32),
        source: Source,
        gone: &mut [u32],
        share: &mut Share,
    ) {
        let Group { total, .. } = stocked.groups[group];
        let skip = gone[group];
        let left = total - skip;
        let taken = left.min(share.short).min(most);
        gone[group] += taken;
        self.note(source, Some(group), taken, left - taken, skip, share);
    }

    fn note(
        &self,
        source: Source,
        group: Option<usize>,
        taken: u32,
        left: u32,
        skip: u32,
        share: &mut Share,
    ) {
        share.short -= taken;
        if taken > 0 {
            share.taken.push(Portion {
                source,
                group,
                quantity: taken,
                skip,
            });
        }
        if left > 0 && self.thorough {
            share.alternatives.push((source, left));
        }
    }
}
