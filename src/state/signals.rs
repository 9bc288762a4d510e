//! The signals behind [`App`](super::App). Only the backend sets them.

use super::model::*;
use super::route::Address;
use baton_domain::State;
use baton_domain::directory::{Organization, OrganizationKind, Role};
use baton_domain::id::{DeviceId, OrganizationId, PersonId};
use baton_domain::time::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// Everything that is shown, as signals.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Which face is shown.
    pub phase: RwSignal<Phase>,
    /// What the address bar names.
    pub address: RwSignal<Address>,
    /// What is known.
    pub view: RwSignal<State>,
    /// Who is signed in.
    pub me: RwSignal<Me>,
    /// How this phone stands to the server.
    pub online: RwSignal<Online>,
    /// An exchange runs.
    pub syncing: RwSignal<bool>,
    /// Own entries that are not confirmed.
    pub unconfirmed: RwSignal<usize>,
    /// Unsent records that lie here and cannot be read.
    pub unreadable: RwSignal<usize>,
    /// When the last exchange went through.
    pub last_sync_at: RwSignal<Option<Timestamp>>,
    /// Own acts, newest first.
    pub activity: RwSignal<Arc<[ActivityRow]>>,
    /// Lost movements.
    pub lost: RwSignal<Option<Lost>>,
    /// A lasting problem that does not stop the work.
    pub trouble: RwSignal<Option<Words>>,
    /// Whose unsent work lies here beside that of who is signed in.
    pub left_behind: RwSignal<Vec<LeftBehind>>,
    /// Wide enough for two panes.
    pub wide: RwSignal<bool>,
    /// Text for screen readers.
    pub announcement: RwSignal<String>,
    /// Colours.
    pub theme: RwSignal<Theme>,
    /// Whether the app can be installed.
    pub install: RwSignal<Install>,
    /// There is work worth keeping, and installing was not declined.
    pub install_is_due: RwSignal<bool>,
    /// What the browser promised about the data.
    pub kept: RwSignal<Kept>,
    /// A new version may be offered.
    pub update_waiting: RwSignal<bool>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading),
            address: RwSignal::new(Address::default()),
            view: RwSignal::new(State::default()),
            me: RwSignal::new(nobody()),
            online: RwSignal::new(Online::Offline),
            syncing: RwSignal::new(false),
            unconfirmed: RwSignal::new(0),
            unreadable: RwSignal::new(0),
            last_sync_at: RwSignal::new(None),
            activity: RwSignal::new(Arc::from([])),
            lost: RwSignal::new(None),
            trouble: RwSignal::new(None),
            left_behind: RwSignal::new(Vec::new()),
            wide: RwSignal::new(false),
            announcement: RwSignal::new(String::new()),
            theme: RwSignal::new(Theme::System),
            install: RwSignal::new(Install::NotOffered),
            install_is_due: RwSignal::new(false),
            kept: RwSignal::new(Kept::Unknown),
            update_waiting: RwSignal::new(false),
        }
    }
}

/// Before anybody signed in: an id of zeros, which owns nothing, in the least role.
fn nobody() -> Me {
    Me {
        person: PersonId::from_bytes([0; 16]),
        name: "".into(),
        role: Role::Rep,
        organization: Organization {
            id: OrganizationId::from_bytes([0; 16]),
            name: "".into(),
            kind: OrganizationKind::Distributor,
            demo: false,
        },
        device: DeviceId::from_bytes([0; 16]),
    }
}
