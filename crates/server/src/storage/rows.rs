//! What goes into storage and comes out: rows, and what became of a write.

use std::fmt;

use sha2::{Digest, Sha256};

use baton_domain::directory::OrganizationKind;
use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};

/// An organization as storage knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationRow {
    /// Its identifier.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Manufacturer or distributor.
    pub kind: OrganizationKind,
    /// True for a demo organization.
    pub demo: bool,
    /// Changes when a backup is restored: phones then take a new snapshot.
    pub incarnation: [u8; 16],
    /// When it was founded.
    pub founded_at_ms: i64,
}

/// Where a ledger stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Raised by every commit.
    pub revision: u64,
    /// The last order number.
    pub order: u64,
}

/// A recorded entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its order number.
    pub order: u64,
    /// When it came.
    pub received_at_ms: i64,
    /// Its id.
    pub id: EntryId,
    /// The device that signed it.
    pub device: DeviceId,
    /// Its place in that device's own count.
    pub sequence: u64,
    /// The hash of what was signed.
    pub hash: [u8; 32],
    /// The bytes exactly as they came.
    pub bytes: Vec<u8>,
    /// The encoded verdict.
    pub verdict: Vec<u8>,
}

/// An entry that waits for an ancestor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRow {
    /// Its id.
    pub id: EntryId,
    /// The device that signed it.
    pub device: DeviceId,
    /// Its place in that device's own count.
    pub sequence: u64,
    /// The hash of what was signed.
    pub hash: [u8; 32],
    /// The bytes exactly as they came.
    pub bytes: Vec<u8>,
    /// When it came.
    pub received_at_ms: i64,
    /// What it waits for.
    pub ancestor: EntryId,
}

/// An entry that is held, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Its id.
    pub id: EntryId,
    /// The hash of what was signed.
    pub hash: [u8; 32],
    /// Where it stands.
    pub standing: StandingRow,
}

/// Where a held entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StandingRow {
    /// Recorded under this number with this encoded verdict.
    Recorded(u64, Vec<u8>),
    /// Waiting for this entry.
    Waiting(EntryId),
}

/// Bytes that were refused without being recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// SHA-256 of the bytes: the same bytes are kept once.
    pub digest: [u8; 32],
    /// The bytes exactly as they came.
    pub bytes: Vec<u8>,
    /// Why, as a word for programs.
    pub reason: String,
    /// The device whose owner delivered them.
    pub delivered_by: DeviceId,
    /// When they came.
    pub received_at_ms: i64,
}

impl QuarantineRow {
    /// The row of some bytes.
    pub fn new(bytes: Vec<u8>, reason: &str, delivered_by: DeviceId, received_at_ms: i64) -> Self {
        let digest = Sha256::digest(&bytes).into();
        Self {
            digest,
            bytes,
            reason: reason.into(),
            delivered_by,
            received_at_ms,
        }
    }
}

/// What one batch led to.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// The revision that the batch was judged on.
    pub expected_revision: u64,
    /// What is recorded, ascending and without a gap after the last order number.
    pub records: Vec<RecordRow>,
    /// Which of them stood among the waiting ones.
    pub no_longer_waiting: Vec<EntryId>,
    /// What waits, new or for another ancestor.
    pub waiting: Vec<WaitingRow>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is written. The new position.
    Done(Position),
    /// Somebody else wrote first: catch up and judge again.
    Overtaken,
}

/// The beginning of an organization.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The organization.
    pub organization: OrganizationRow,
    /// Its first entries.
    pub records: Vec<RecordRow>,
    /// Its first account.
    pub account: Option<AccountRow>,
    /// The set-up link that is used up by it, and the time now.
    pub setup_link: Option<([u8; 32], i64)>,
}

/// What became of a founding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Founded {
    /// It is written.
    Done,
    /// The set-up link is unknown, used or expired.
    LinkEnded,
    /// The login belongs to somebody.
    LoginTaken,
}

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The organization.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// The login, lower case; unique over all organizations.
    pub login: String,
    /// The argon2id hash in its PHC form.
    pub password_hash: String,
    /// When the password was last set.
    pub changed_at_ms: i64,
}

impl fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountRow {{ person: {}, .. }}", self.person)
    }
}

/// What became of putting accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutAccount {
    /// They are put.
    Done,
    /// A login belongs to somebody else.
    LoginTaken,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The organization.
    pub organization: OrganizationId,
    /// The hash of the token in the cookie.
    pub token_hash: [u8; 32],
    /// The person.
    pub person: PersonId,
    /// When it ends unless it is used.
    pub expires_at_ms: i64,
}

/// An invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteRow {
    /// The organization.
    pub organization: OrganizationId,
    /// The hash of the token in the link.
    pub token_hash: [u8; 32],
    /// Who is invited.
    pub person: PersonId,
    /// Who invited.
    pub invited_by: PersonId,
    /// When it ends.
    pub expires_at_ms: i64,
    /// True once it was used.
    pub used: bool,
}

/// What became of accepting an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedInvite {
    /// The account is put.
    Done,
    /// The invite is unknown, used or expired.
    Ended,
    /// The login belongs to somebody else.
    LoginTaken,
}

/// Which snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotKey {
    /// For whom it is.
    pub person: PersonId,
    /// The last order number when it was made.
    pub order: u64,
    /// The build that wrote it: another one may write other pages of the same state.
    pub build: &'static str,
}

/// A snapshot to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// Which one.
    pub key: SnapshotKey,
    /// When it was made.
    pub made_at_ms: i64,
    /// Its pages, compressed.
    pub pages: Vec<Vec<u8>>,
}

/// What became of asking for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotPage {
    /// The page, compressed.
    Here(Vec<u8>),
    /// The snapshot is kept and has no such page.
    NeverWas,
    /// The snapshot is not kept (any more).
    Gone,
}
