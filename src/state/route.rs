//! Where in the app one is: every address as a value, so that no link can be misspelt.

use baton_domain::id::{CaseId, LineId, TransferId};

/// A screen and what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Today,
    /// `/case/new`
    NewCase,
    /// `/case/:id`
    Case(CaseId),
    /// `/stock`
    Stock,
    /// `/stock/:line`
    Line(LineId),
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
    /// `/activity`
    Activity,
    /// `/me`
    Me,
    /// `/office`
    Office,
    /// `/office/people`
    People,
    /// `/office/facilities`
    Facilities,
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
            ["stock"] => Self::Stock,
            ["stock", id] => id.parse().map_or(Self::NotFound, Self::Line),
            ["receive"] => Self::Receive,
            ["scan"] => Self::Scan,
            ["handoffs"] => Self::Handoffs,
            ["handoff", "new"] => Self::NewHandoff,
            ["handoff", id] => id.parse().map_or(Self::NotFound, Self::Handoff),
            ["activity"] => Self::Activity,
            ["me"] => Self::Me,
            ["office"] => Self::Office,
            ["office", "people"] => Self::People,
            ["office", "facilities"] => Self::Facilities,
            ["setup"] => Self::SetUp,
            ["invite"] => Self::Invite,
            _ => Self::NotFound,
        }
    }

    /// Its address, for links.
    pub fn path(self) -> String {
        let fixed = match self {
            Self::Case(id) => return format!("/case/{id}"),
            Self::Line(id) => return format!("/stock/{id}"),
            Self::Handoff(id) => return format!("/handoff/{id}"),
            Self::Today | Self::NotFound => "/",
            Self::NewCase => "/case/new",
            Self::Stock => "/stock",
            Self::Receive => "/receive",
            Self::Scan => "/scan",
            Self::Handoffs => "/handoffs",
            Self::NewHandoff => "/handoff/new",
            Self::Activity => "/activity",
            Self::Me => "/me",
            Self::Office => "/office",
            Self::People => "/office/people",
            Self::Facilities => "/office/facilities",
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
            Route::Stock,
            Route::Line(LineId {
                entry: id,
                index: 3,
            }),
            Route::Receive,
            Route::Scan,
            Route::Handoffs,
            Route::NewHandoff,
            Route::Handoff(id),
            Route::Activity,
            Route::Me,
            Route::Office,
            Route::People,
            Route::Facilities,
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
