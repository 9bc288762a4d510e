//! Argon2id with the crate's defaults (19 MiB, two passes), which are OWASP's first choice.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::random;
use crate::storage::StorageError;

/// What a password is compared with where there is no account, so that both take as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

/// The hash of a password in its PHC form. Blocks for a while.
pub(super) fn hash(password: &str) -> Result<String, StorageError> {
    let salt: [u8; 16] = random::bytes();
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| {
        StorageError::Unavailable(format!("the password could not be hashed: {error}"))
    })
}

/// True if the password has this hash. Takes as long where there is none. Blocks for a while.
pub(super) fn fits(hash: Option<&str>, password: &str) -> bool {
    let compare = |hash: &str| {
        Argon2::default()
            .verify_password(password.as_bytes(), hash)
            .is_ok()
    };
    match hash {
        Some(hash) => compare(hash),
        None => {
            let _ = NOBODY.as_deref().map(compare);
            false
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_hash_only() {
        let one = hash("correct horse").unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(fits(Some(&one), "correct horse"));
        assert!(!fits(Some(&one), "correct horsf"));
        assert!(!fits(Some("not a hash"), "correct horse"));
        assert!(!fits(None, "nobody has this password"));
        assert_ne!(one, hash("correct horse").unwrap());
    }
}
