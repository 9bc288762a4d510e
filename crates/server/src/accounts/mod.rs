//! Who may sign in: local accounts, sessions, invites and the link that begins everything.
//!
//! A password is kept as its argon2id hash, a token as its SHA-256: neither can be read back from
//! a copy of the database. A sign-in counts as failed before it is looked at and is forgiven when
//! it succeeds, so a thousand tries at once are a thousand failures; unknown logins take as long
//! and are slowed down like known ones, so that nobody learns who has an account here.

mod password;

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use baton_domain::id::{OrganizationId, PersonId};

use crate::clock::{self, DAY_MS, HOUR_MS};
use crate::random::Token;
use crate::storage::{
    AcceptedInvite, AccountRow, InviteRow, PutAccount, SessionRow, Storage, StorageError,
};

/// How long a session lasts after it was last used, to within a day.
pub const SESSION_MS: i64 = 30 * DAY_MS;
/// How long an invite lasts.
pub const INVITE_MS: i64 = 72 * HOUR_MS;
/// How long a set-up link lasts.
pub const SETUP_LINK_MS: i64 = HOUR_MS;
/// Shortest password, in characters.
pub const PASSWORD_LEN_MIN: usize = 10;
/// Longest password, in bytes: hashing more would let a stranger make the server work.
const PASSWORD_BYTES_MAX: usize = 256;
/// Failures in a row that cost nothing.
const FREE_FAILURES: u32 = 5;
/// Longest pause after a failure.
const PAUSE_MS_MAX: i64 = 15 * 60 * 1000;

/// The accounts of this server.
pub struct Accounts {
    storage: Arc<dyn Storage>,
    // Each hash takes 19 MiB and a core for a while: no more at once than there are cores.
    hashing: Arc<Semaphore>,
}

/// Why an account cannot have this login or password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialFault {
    /// Not 3 to 64 characters, or with spaces.
    Login,
    /// Too short.
    PasswordShort,
    /// Too long.
    PasswordLong,
}

impl fmt::Display for CredentialFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login => f.write_str(
                "A sign-in name has 3 to 64 characters and no spaces; an e-mail address is a good one",
            ),
            Self::PasswordShort => write!(
                f,
                "The password is too short: use at least {PASSWORD_LEN_MIN} characters. Four random words are good"
            ),
            Self::PasswordLong => write!(f, "The password is too long: at most {PASSWORD_BYTES_MAX} bytes"),
        }
    }
}

/// Why nobody was signed in.
#[derive(Debug)]
pub enum SignInError {
    /// The login is not known, or the password is not its password.
    Wrong,
    /// Too many failures: not looked at before this time.
    TooMany {
        /// When the next try is looked at.
        free_at_ms: i64,
    },
    /// Storage failed.
    Storage(StorageError),
}

impl From<StorageError> for SignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Accounts {
    /// The accounts in `storage`.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            storage,
            hashing: Arc::new(Semaphore::new(cores)),
        }
    }

    /// Checks a login and a password. The caller begins the session.
    pub async fn check(&self, login: &str, password: &str) -> Result<AccountRow, SignInError> {
        let login = login.trim().to_lowercase();
        let login_hash = Sha256::digest(&login).into();
        let attempt = self
            .storage
            .count_attempt(login_hash, clock::now_ms(), pause_ms)
            .await?;
        attempt.map_err(|free_at_ms| SignInError::TooMany { free_at_ms })?;
        let account = self.storage.account_by_login(login).await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let given = if password.len() > PASSWORD_BYTES_MAX {
            ""
        } else {
            password
        }
        .to_owned();
        let fits = self
            .hashing(move || password::fits(hash.as_deref(), &given))
            .await?;
        match account {
            Some(account) if fits => {
                self.storage.clear_attempts(login_hash).await?;
                Ok(account)
            }
            _ => Err(SignInError::Wrong),
        }
    }

    /// True if an account has this password. Not for signing in: nothing slows a guesser down.
    pub async fn fits(&self, account: &AccountRow, password: &str) -> Result<bool, StorageError> {
        let (hash, given) = (account.password_hash.clone(), password.to_owned());
        self.hashing(move || password::fits(Some(&hash), &given))
            .await
    }

    /// Begins a session.
    pub async fn begin_session(
        &self,
        organization: OrganizationId,
        person: PersonId,
    ) -> Result<Token, StorageError> {
        let token = Token::new(organization);
        let expires_at_ms = clock::now_ms() + SESSION_MS;
        self.storage
            .put_session(SessionRow {
                organization,
                token_hash: token.hash(),
                person,
                expires_at_ms,
            })
            .await?;
        Ok(token)
    }

    /// The session of a token, unless it expired. Using it lets it last longer.
    pub async fn session(&self, token: &Token) -> Result<Option<SessionRow>, StorageError> {
        let now_ms = clock::now_ms();
        let row = self
            .storage
            .session(token.organization(), token.hash())
            .await?;
        let Some(row) = row.filter(|row| row.expires_at_ms > now_ms) else {
            return Ok(None);
        };
        if row.expires_at_ms < now_ms + SESSION_MS - DAY_MS {
            self.storage
                .extend_session(row.organization, row.token_hash, now_ms + SESSION_MS)
                .await?;
        }
        Ok(Some(row))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &Token) -> Result<(), StorageError> {
        self.storage
            .end_session(token.organization(), token.hash())
            .await
    }

    /// Makes an invite. Earlier ones of the same person end.
    pub async fn invite(
        &self,
        organization: OrganizationId,
        person: PersonId,
        invited_by: PersonId,
    ) -> Result<(Token, i64), StorageError> {
        let token = Token::new(organization);
        let expires_at_ms = clock::now_ms() + INVITE_MS;
        let token_hash = token.hash();
        let row = InviteRow {
            organization,
            token_hash,
            person,
            invited_by,
            expires_at_ms,
            used: false,
        };
        self.storage.put_invite(row).await?;
        Ok((token, expires_at_ms))
    }

    /// The invite of a token, unless it was used or expired.
    pub async fn open_invite(&self, token: &Token) -> Result<Option<InviteRow>, StorageError> {
        let row = self
            .storage
            .invite(token.organization(), token.hash())
            .await?;
        Ok(row.filter(|row| !row.used && row.expires_at_ms > clock::now_ms()))
    }

    /// Uses an invite up for an account. Somebody who has one gets the new login and password.
    pub async fn accept_invite(
        &self,
        token: &Token,
        person: PersonId,
        credentials: Credentials,
    ) -> Result<AcceptedInvite, StorageError> {
        let account = self
            .account(token.organization(), person, credentials)
            .await?;
        self.storage
            .accept_invite(token.hash(), clock::now_ms(), account)
            .await
    }

    /// Makes the link with which the first organization is set up. An earlier one ends.
    pub async fn make_setup_link(&self) -> Result<Token, StorageError> {
        let token = Token::without_organization();
        self.storage
            .put_setup_link(token.hash(), clock::now_ms() + SETUP_LINK_MS)
            .await?;
        Ok(token)
    }

    /// True while a set-up link can be used.
    pub async fn is_setup_link(&self, token: &Token) -> Result<bool, StorageError> {
        Ok(self
            .storage
            .setup_link(token.hash())
            .await?
            .is_some_and(|end| end > clock::now_ms()))
    }

    /// Puts accounts, all or none. Sessions of people who had one end.
    pub async fn put(
        &self,
        organization: OrganizationId,
        accounts: Vec<(PersonId, Credentials)>,
    ) -> Result<PutAccount, StorageError> {
        let mut rows = Vec::with_capacity(accounts.len());
        for (person, credentials) in accounts {
            rows.push(self.account(organization, person, credentials).await?);
        }
        self.storage.put_accounts(rows).await
    }

    /// The hash of a password, as accounts keep it.
    pub async fn hash(&self, password: Password) -> Result<String, StorageError> {
        self.hashing(move || password::hash(&password.0)).await?
    }

    async fn account(
        &self,
        organization: OrganizationId,
        person: PersonId,
        credentials: Credentials,
    ) -> Result<AccountRow, StorageError> {
        let Credentials { login, password } = credentials;
        let password_hash = self.hash(password).await?;
        Ok(AccountRow {
            organization,
            person,
            login,
            password_hash,
            changed_at_ms: clock::now_ms(),
        })
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StorageError> {
        let stopped = || StorageError::Unavailable("the server is stopping".into());
        let permit = Arc::clone(&self.hashing)
            .acquire_owned()
            .await
            .map_err(|_| stopped())?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|_| stopped())
    }
}

/// A login and a password that an account may have.
#[derive(Clone)]
pub struct Credentials {
    login: String,
    password: Password,
}

/// A password that an account may have. It has no `Debug`: it cannot slip into a log.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Checks its length.
    pub fn new(text: &str) -> Result<Self, CredentialFault> {
        if text.chars().count() < PASSWORD_LEN_MIN {
            Err(CredentialFault::PasswordShort)
        } else if text.len() > PASSWORD_BYTES_MAX {
            Err(CredentialFault::PasswordLong)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl Credentials {
    /// Checks both.
    pub fn new(login: &str, password: &str) -> Result<Self, CredentialFault> {
        let login = login.trim().to_lowercase();
        let fits = (3..=64).contains(&login.chars().count());
        if !fits
            || login
                .chars()
                .any(|one| one.is_whitespace() || one.is_control())
        {
            return Err(CredentialFault::Login);
        }
        Ok(Self {
            login,
            password: Password::new(password)?,
        })
    }

    /// The login, lower case.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The password.
    pub fn password(&self) -> &Password {
        &self.password
    }
}

/// Nothing for the first few, then half a minute, doubled each time.
fn pause_ms(failures: u32) -> i64 {
    match failures.checked_sub(FREE_FAILURES) {
        None => 0,
        Some(beyond) => (30_000 << beyond.min(10)).min(PAUSE_MS_MAX),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        let pauses: Vec<_> = [1, 4, 5, 6, 7, 12, u32::MAX].map(pause_ms).to_vec();
        assert_eq!(
            pauses,
            [0, 0, 30_000, 60_000, 120_000, PAUSE_MS_MAX, PAUSE_MS_MAX]
        );
    }

    #[test]
    fn credentials_are_checked() {
        let fault = |login: &str, password: &str| Credentials::new(login, password).err();
        assert_eq!(fault("ab", "long enough"), Some(CredentialFault::Login));
        assert_eq!(fault("a b c", "long enough"), Some(CredentialFault::Login));
        assert_eq!(
            fault("ada", "too short"),
            Some(CredentialFault::PasswordShort)
        );
        assert_eq!(
            fault("ada", &"x".repeat(257)),
            Some(CredentialFault::PasswordLong)
        );
        assert_eq!(
            Credentials::new("  Ada@Demo ", "long enough")
                .unwrap()
                .login(),
            "ada@demo"
        );
    }
}
