//! What the pages show, as plain values. No signals, no rules, no browser.

use baton_domain::Text;

pub use crate::commands::{
    ActError, ActivityRow, DateStyle, DemoOrganization, DemoPerson, HandError, Install, InviteLink,
    Kept, LeftBehind, Lost, Me, Missing, Proof, ProofSide, RecordStatus, Saved, SetUpForm, Showing,
    SignatureHolds, Taken, Theme,
};

/// Which of the app's faces is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Local data is being read.
    Loading,
    /// Opened without HTTPS off the same machine: keys, camera and offline start are missing.
    Insecure,
    /// Another tab of this browser is the one that writes.
    ReadOnlyTab,
    /// Nobody is signed in on this phone.
    SignedOut(Doorway),
    /// A set-up link was opened: its one-time token.
    SetUp(Text),
    /// An invitation was opened.
    Invite(Invitation),
    /// The first snapshot comes in: pages done, pages in all (0 = not known yet).
    Preparing {
        /// Pages read so far.
        done: u32,
        /// Pages in all; 0 while that is not known.
        total: u32,
    },
    /// The work can begin, or go on.
    Ready,
    /// The app cannot go on, and why.
    Failed(Words),
}

/// What the sign-in page needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doorway {
    /// The server answers. Signing in needs it: a password cannot be checked on the phone.
    pub reachable: bool,
    /// Who signed in last on this phone, as typed, or empty.
    pub last_login: Text,
    /// Demo organizations that the server offers.
    pub demo: Vec<DemoOrganization>,
    /// Demo sign-ins all have this password where the server says so.
    pub demo_password: Text,
    /// Whose unsent work lies on this phone.
    pub left_behind: Vec<LeftBehind>,
    /// Why the last attempt to enter failed, where the page was changed meanwhile.
    pub trouble: Option<Words>,
}

/// Why signing out was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOutError {
    /// This many entries are only on this phone: send or export them first.
    Unsent(usize),
    /// Something failed.
    Failed(Box<Words>),
}

/// An invitation, as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The one-time token.
    pub token: Text,
    /// Who invites.
    pub organization: Text,
    /// Who is invited.
    pub person: Text,
}

/// How this phone stands to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// The last exchange went through.
    Online,
    /// No network or no server. Normal; nothing waits for it.
    Offline,
    /// The server wants a new sign-in before it takes more. Recording goes on.
    SignInToSend,
    /// This phone or person was revoked; the server takes nothing more as valid (R38).
    Revoked,
}

/// A message for a person: what happened, why, who may, and what to do next. Parts may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What is the matter, as a heading.
    pub what: String,
    /// Why.
    pub why: String,
    /// Who may do it.
    pub who_may: String,
    /// What to do next.
    pub next: String,
}

impl Words {
    /// A message without a "who may".
    pub fn new(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            who_may: String::new(),
            next: next.into(),
        }
    }
}
