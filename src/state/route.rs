//! Where in the app one is: every address as a value, so that no link can be misspelt.

use baton_domain::id::{CaseId, FacilityId, LineId, TransferId};
use baton_domain::proposal::ProposalId;
use baton_domain::recall::RecallId;
use baton_domain::request::RequestId;

/// What the address bar names: a path, and a query with every escape undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `/stock`
    pub path: String,
    /// `?whose=mine` as `("whose", "mine")`.
    pub query: Vec<(String, String)>,
}

impl Address {
    /// What the query says for `key`, the first time it does.
    pub fn asked(&self, key: &str) -> Option<String> {
        let (_, value) = self.query.iter().find(|(name, _)| name == key)?;
        Some(value.clone())
    }
}

/// A screen and what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Today,
    /// `/case/new`
    NewCase,
    /// `/case/:id`
    Case(CaseId),
    /// `/case/:id/use`
    CaseUse(CaseId),
    /// `/case/:id/mark`
    CaseMark(CaseId),
    /// `/case/:id/cover`
    CaseCover(CaseId),
    /// `/case/:id/swap`
    CaseSwap(CaseId),
    /// `/case/:id/bill`
    CaseBill(CaseId),
    /// `/case/:id/edit`
    CaseEdit(CaseId),
    /// `/stock`
    Stock,
    /// `/stock/:line`
    Line(LineId),
    /// `/stock/:line/share`
    ShareFacilityStock(LineId),
    /// `/count`
    Count,
    /// `/order/new`
    NewStockingOrder,
    /// `/facility/:id`
    Facility(FacilityId),
    /// `/office/adjustments`
    Adjustments,
    /// `/stock/:line/tray`
    Tray(LineId),
    /// `/receive`
    Receive,
    /// `/scan`
    Scan,
    /// `/handoffs`
    Handoffs,
    /// `/handoff/new`
    NewHandoff,
    /// `/handoff/:id`
    Handoff(TransferId),
    /// `/handoff/scan`
    HandoffScan,
    /// `/handoff/:id/code`
    HandoffCode(TransferId),
    /// `/handoff/:id/proof`
    HandoffProof(TransferId),
    /// `/approval/:id/code`
    ProposalCode(ProposalId),
    /// `/request/new`
    NewRequest,
    /// `/request/:id`
    Request(RequestId),
    /// `/return`
    GiveBack,
    /// `/activity`
    Activity,
    /// `/me`
    Me,
    /// `/me/scanner`
    MyScanner,
    /// `/office`
    Office,
    /// `/office/people`
    People,
    /// `/office/facilities`
    Facilities,
    /// `/office/accounts`
    Accounts,
    /// `/office/trays`
    Trays,
    /// `/office/recalls`
    Recalls,
    /// `/office/recall/:id`
    Recall(RecallId),
    /// `/office/approvals`
    Approvals,
    /// `/office/disputes`
    Disputes,
    /// `/office/devices`
    Devices,
    /// `/office/links`
    Links,
    /// `/setup`
    SetUp,
    /// `/invite`
    Invite,
    /// Any other address.
    NotFound,
}

impl Route {
    /// Reads the path of an address.
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Today,
            ["case", "new"] => Self::NewCase,
            ["case", id] => id.parse().map_or(Self::NotFound, Self::Case),
            ["case", id, "use"] => id.parse().map_or(Self::NotFound, Self::CaseUse),
            ["case", id, "mark"] => id.parse().map_or(Self::NotFound, Self::CaseMark),
            ["case", id, "cover"] => id.parse().map_or(Self::NotFound, Self::CaseCover),
            ["case", id, "swap"] => id.parse().map_or(Self::NotFound, Self::CaseSwap),
            ["case", id, "bill"] => id.parse().map_or(Self::NotFound, Self::CaseBill),
            ["case", id, "edit"] => id.parse().map_or(Self::NotFound, Self::CaseEdit),
            ["stock"] => Self::Stock,
            ["stock", id, "tray"] => id.parse().map_or(Self::NotFound, Self::Tray),
            ["stock", id] => id.parse().map_or(Self::NotFound, Self::Line),
            ["stock", id, "share"] => id.parse().map_or(Self::NotFound, Self::ShareFacilityStock),
            ["count"] => Self::Count,
            ["order", "new"] => Self::NewStockingOrder,
            ["facility", id] => id.parse().map_or(Self::NotFound, Self::Facility),
            ["office", "adjustments"] => Self::Adjustments,
            ["receive"] => Self::Receive,
            ["scan"] => Self::Scan,
            ["handoffs"] => Self::Handoffs,
            ["handoff", "new"] => Self::NewHandoff,
            ["handoff", "scan"] => Self::HandoffScan,
            ["handoff", id, "code"] => id.parse().map_or(Self::NotFound, Self::HandoffCode),
            ["handoff", id, "proof"] => id.parse().map_or(Self::NotFound, Self::HandoffProof),
            ["handoff", id] => id.parse().map_or(Self::NotFound, Self::Handoff),
            ["approval", id, "code"] => id.parse().map_or(Self::NotFound, Self::ProposalCode),
            ["request", "new"] => Self::NewRequest,
            ["request", id] => id.parse().map_or(Self::NotFound, Self::Request),
            ["return"] => Self::GiveBack,
            ["activity"] => Self::Activity,
            ["me"] => Self::Me,
            ["me", "scanner"] => Self::MyScanner,
            ["office"] => Self::Office,
            ["office", "people"] => Self::People,
            ["office", "facilities"] => Self::Facilities,
            ["office", "accounts"] => Self::Accounts,
            ["office", "trays"] => Self::Trays,
            ["office", "recalls"] => Self::Recalls,
            ["office", "recall", id] => id.parse().map_or(Self::NotFound, Self::Recall),
            ["office", "approvals"] => Self::Approvals,
            ["office", "disputes"] => Self::Disputes,
            ["office", "devices"] => Self::Devices,
            ["office", "links"] => Self::Links,
            ["setup"] => Self::SetUp,
            ["invite"] => Self::Invite,
            _ => Self::NotFound,
        }
    }

    /// Its address, for links.
    pub fn path(self) -> String {
        let fixed = match self {
            Self::Case(id) => return format!("/case/{id}"),
            Self::CaseUse(id) => return format!("/case/{id}/use"),
            Self::CaseMark(id) => return format!("/case/{id}/mark"),
            Self::CaseCover(id) => return format!("/case/{id}/cover"),
            Self::CaseSwap(id) => return format!("/case/{id}/swap"),
            Self::CaseBill(id) => return format!("/case/{id}/bill"),
            Self::CaseEdit(id) => return format!("/case/{id}/edit"),
            Self::Line(id) => return format!("/stock/{id}"),
            Self::Request(id) => return format!("/request/{id}"),
            Self::ShareFacilityStock(id) => return format!("/stock/{id}/share"),
            Self::Facility(id) => return format!("/facility/{id}"),
            Self::Tray(id) => return format!("/stock/{id}/tray"),
            Self::Handoff(id) => return format!("/handoff/{id}"),
            Self::HandoffCode(id) => return format!("/handoff/{id}/code"),
            Self::HandoffProof(id) => return format!("/handoff/{id}/proof"),
            Self::ProposalCode(id) => return format!("/approval/{id}/code"),
            Self::Recall(id) => return format!("/office/recall/{id}"),
            Self::Today | Self::NotFound => "/",
            Self::NewCase => "/case/new",
            Self::Stock => "/stock",
            Self::Count => "/count",
            Self::NewStockingOrder => "/order/new",
            Self::Adjustments => "/office/adjustments",
            Self::Receive => "/receive",
            Self::Scan => "/scan",
            Self::Handoffs => "/handoffs",
            Self::NewHandoff => "/handoff/new",
            Self::HandoffScan => "/handoff/scan",
            Self::NewRequest => "/request/new",
            Self::GiveBack => "/return",
            Self::Activity => "/activity",
            Self::Me => "/me",
            Self::MyScanner => "/me/scanner",
            Self::Office => "/office",
            Self::People => "/office/people",
            Self::Facilities => "/office/facilities",
            Self::Accounts => "/office/accounts",
            Self::Recalls => "/office/recalls",
            Self::Approvals => "/office/approvals",
            Self::Disputes => "/office/disputes",
            Self::Devices => "/office/devices",
            Self::Links => "/office/links",
            Self::Trays => "/office/trays",
            Self::SetUp => "/setup",
            Self::Invite => "/invite",
        };
        fixed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::id::EntryId;

    #[test]
    fn every_address_leads_to_the_screen_it_was_made_for() {
        let id = EntryId::from_bytes([7; 16]);
        let routes = [
            Route::Today,
            Route::NewCase,
            Route::Case(id),
            Route::CaseUse(id),
            Route::CaseMark(id),
            Route::CaseCover(id),
            Route::CaseSwap(id),
            Route::CaseBill(id),
            Route::CaseEdit(id),
            Route::Stock,
            Route::Line(LineId {
                entry: id,
                index: 3,
            }),
            Route::ShareFacilityStock(LineId {
                entry: id,
                index: 3,
            }),
            Route::Facility(FacilityId::from_bytes([8; 16])),
            Route::Count,
            Route::NewStockingOrder,
            Route::Adjustments,
            Route::Tray(LineId {
                entry: id,
                index: 3,
            }),
            Route::Receive,
            Route::Scan,
            Route::Handoffs,
            Route::NewHandoff,
            Route::Handoff(id),
            Route::HandoffScan,
            Route::HandoffCode(id),
            Route::HandoffProof(id),
            Route::ProposalCode(id),
            Route::NewRequest,
            Route::Request(id),
            Route::GiveBack,
            Route::Links,
            Route::Activity,
            Route::Me,
            Route::MyScanner,
            Route::Office,
            Route::People,
            Route::Facilities,
            Route::Accounts,
            Route::Recalls,
            Route::Trays,
            Route::Recall(id),
            Route::Approvals,
            Route::Disputes,
            Route::Devices,
            Route::SetUp,
            Route::Invite,
        ];
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn an_address_that_names_nothing_is_not_found() {
        for path in ["/case/12", "/nowhere", "/stock/x.1", "/case/new/more"] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }
}
