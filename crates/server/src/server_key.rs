//! The server's own signing key: made once, kept outside the database.
//!
//! It signs what no phone signs: the founding of an organization, the enrolment of a device and
//! its certificate, and what a command records. Whoever holds the database without it can read
//! the ledger and not write a line of it.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use baton_domain::Entry;
use baton_domain::id::{DeviceId, OrganizationId, PersonId};
use baton_ledger::{
    Certificate, Enrolment, FormatError, PublicKey, SignedEntry, SigningKey, Unsigned, key,
};

use crate::data_folder::DataFolder;
use crate::words::Failure;
use crate::{clock, random};

const FILE: &str = "server.key";

/// The key, and the device id that its entries carry.
pub struct ServerKey {
    device: DeviceId,
    key: SigningKey,
    // The same key once more: signing a large import is several times faster with it.
    fast: EcdsaKeyPair,
    random: SystemRandom,
}

impl ServerKey {
    /// Reads the key of a data folder, or makes it.
    pub fn open(folder: &DataFolder) -> Result<Self, Failure> {
        if let Some(text) = folder.read_secret(FILE)? {
            return Self::read(&text).ok_or_else(|| {
                Failure::new(format!("{} is damaged", folder.path().join(FILE).display())).next(
                    "Restore it from a backup: without it nothing can be added to the ledgers",
                )
            });
        }
        let (device, secret) = (random::device_id(), random::bytes());
        let text = format!("{device} {}\n", Base64UrlUnpadded::encode_string(&secret));
        folder.write_secret(FILE, &text)?;
        Self::new(device, secret)
            .ok_or_else(|| Failure::new("the random source gives no usable key"))
    }

    /// The key with these secret bytes; `None` for the few values that are no key.
    pub fn new(device: DeviceId, secret: [u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(&secret)?;
        let random = SystemRandom::new();
        let public = key::raw_from_public_key(&key.public_key())?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let fast =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &secret, &public, &random)
                .ok()?;
        Some(Self {
            device,
            key,
            fast,
            random,
        })
    }

    /// The device id that its entries carry.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Its public key.
    pub fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    /// The public half, as the ledger's keeper wants it.
    pub fn for_keeper(&self) -> baton_sync::ServerKey {
        baton_sync::ServerKey {
            device: self.device,
            public_key: self.public_key(),
        }
    }

    /// Signs an entry whose device is this key's.
    pub fn sign(&self, entry: &Entry) -> Result<SignedEntry, FormatError> {
        let unsigned = Unsigned::new(entry)?;
        let input = unsigned.signing_input();
        let fast = self.fast.sign(&self.random, &input).ok();
        let signature = fast.and_then(|signature| signature.as_ref().try_into().ok());
        Ok(unsigned.sign_with(signature.unwrap_or_else(|| self.key.sign(&input))))
    }

    /// Certifies that a key belongs to a person's phone.
    pub fn certify(
        &self,
        organization: OrganizationId,
        person: PersonId,
        device: DeviceId,
        public_key: PublicKey,
    ) -> Certificate {
        let issued_at_ms = clock::now_ms();
        let enrolment = Enrolment {
            organization,
            device,
            person,
            public_key,
            issued_at_ms,
        };
        Certificate::issue(&enrolment, self.device, &self.key)
    }

    fn read(text: &str) -> Option<Self> {
        let (device, secret) = text.trim().split_once(' ')?;
        let mut bytes = [0; 32];
        let read = Base64UrlUnpadded::decode(secret, &mut bytes).ok()?.len();
        (read == bytes.len()).then(|| Self::new(device.parse().ok()?, bytes))?
    }
}
