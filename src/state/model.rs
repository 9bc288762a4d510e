//! What the pages show, as plain values. No signals, no rules, no browser.

use baton_domain::directory::Organization;
use baton_domain::directory::Role;
use baton_domain::id::{DeviceId, EntryId, PersonId};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, Refusal, Text, Verdict};
use std::sync::Arc;

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
}

/// A demo organization and who can be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOrganization {
    /// Its name.
    pub name: Text,
    /// Its people.
    pub people: Vec<DemoPerson>,
}

/// Somebody to try the demo as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// Name.
    pub name: Text,
    /// Role, in words.
    pub role: Text,
    /// What to sign in with.
    pub login: Text,
}

/// Work of somebody who used this phone before and that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Whose.
    pub person: Text,
    /// In which organization.
    pub organization: Text,
    /// How many entries.
    pub unsent: u32,
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

/// A one-time link that an Admin hands to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteLink {
    /// The whole link, to copy, share or show as a code.
    pub link: Text,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What a set-up needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpForm {
    /// The one-time token.
    pub token: Text,
    /// The organization's name.
    pub organization_name: String,
    /// True for a manufacturer, false for a distributor.
    pub manufacturer: bool,
    /// The first Admin's name.
    pub admin_name: String,
    /// What the first Admin signs in with.
    pub login: String,
    /// Their password.
    pub password: String,
}

/// Who is signed in, on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: Text,
    /// What they may do, as last known here.
    pub role: Role,
    /// The organization.
    pub organization: Organization,
    /// This phone.
    pub device: DeviceId,
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

/// The two promises and what lies between: how far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordStatus {
    /// Saved on this phone.
    SavedHere,
    /// On its way to the server; no answer yet.
    Sent,
    /// Confirmed by the server.
    Confirmed,
    /// The server has it and waits for another phone's entry that it builds on.
    Waiting,
    /// Disputed, or partly refused: a person has to look.
    NeedsReview,
    /// Refused; it has no effect.
    Refused,
}

/// One own act and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    /// What was recorded.
    pub entry: Arc<Entry>,
    /// How far it has come.
    pub status: RecordStatus,
    /// The server's order number, once it has one.
    pub order: Option<u64>,
    /// The server's word, or for a pending entry this phone's own expectation.
    pub verdict: Arc<Verdict>,
}

impl ActivityRow {
    /// Why it needs a look: the refusal or dispute of the whole, or else of its first such line.
    pub fn refusal(&self) -> Option<&Refusal> {
        use baton_domain::Outcome::{Disputed, Refused};
        let lines = self.verdict.lines.iter().map(|line| &line.outcome);
        std::iter::once(&self.verdict.outcome)
            .chain(lines)
            .find_map(|outcome| match outcome {
                Refused(refusal) | Disputed(refusal) => Some(refusal),
                _ => None,
            })
    }
}

/// An act that is saved on this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The entries it made, in order. The first one names what was made (a case, a transfer).
    pub entries: Vec<EntryId>,
}

impl Saved {
    /// The entry that names what was made: the id of a new case or transfer.
    pub fn first(&self) -> EntryId {
        self.entries
            .first()
            .copied()
            .unwrap_or(EntryId::from_bytes([0; 16]))
    }
}

/// Why an act was not saved. Nothing of it was: what was typed stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActError {
    /// A rule speaks against it.
    Refused(Box<Refusal>),
    /// The phone could not store or sign it.
    Storage(Box<Words>),
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

/// Saved movements that this phone once held and no longer finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How many of this phone's own movements are gone from it.
    pub entries: u64,
    /// How many of them the server has; `None` while it cannot be asked.
    pub on_server: Option<u64>,
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// The strongest contrast.
    Contrast,
}

/// Whether the app can be put on the home screen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// It runs installed already.
    Installed,
    /// The browser will ask when told to.
    Offered,
    /// iOS: show the three steps.
    IosSteps,
    /// The browser offers nothing.
    NotOffered,
}

/// What the browser promised about keeping this phone's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Not asked yet, or the browser cannot say.
    Unknown,
    /// It is kept until the person removes it.
    Persistent,
    /// The browser may remove it when space runs short.
    BestEffort,
}

/// Why signing out was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOutError {
    /// This many entries are only on this phone: send or export them first.
    Unsent(usize),
    /// Something failed.
    Failed(Box<Words>),
}

/// How a date or time is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// `Nov 23, 2026`
    Date,
    /// `Mon, Nov 23`
    Day,
    /// `Nov 2026`
    Month,
    /// `09:12`
    Time,
    /// `Nov 23, 09:12`
    DateTime,
}
