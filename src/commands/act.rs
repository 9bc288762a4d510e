//! One act: decide, sign, append, and only then show it.

use super::desk::Desk;
use super::model::{ActError, Saved};
use super::ports::{Ports, Signer};
use baton_domain::command::Author;
use baton_domain::id::EntryId;
use baton_domain::{Command, Entry, EntryBody, decide, judge};
use baton_ledger::{SignedEntry, Unsigned};
use baton_store::{LedgerStore, StoreError};

/// How often an act is decided anew because another tab was faster.
const TRIES_MAX: u32 = 4;

impl<P: Ports> Desk<P> {
    /// Decides, signs and stores a command. `Ok` means *saved on this phone*.
    pub async fn act(&self, command: Command) -> Result<Saved, ActError> {
        let _gate = self.writing.lock().await;
        let mut tries = 1;
        let offer_hash = match &command {
            Command::AnswerTransfer { transfer, .. } => self.offer_hash(*transfer).await,
            _ => None,
        };
        loop {
            let entries = self.decided(command.clone(), offer_hash)?;
            let signed = self.signed(entries).await?;
            match self.store.append(&signed).await {
                Ok(()) => return Ok(self.recorded(signed)),
                Err(StoreError::SequenceTaken { .. } | StoreError::Stale) if tries < TRIES_MAX => {
                    // Another tab recorded something: see it first, then decide again on it.
                    self.reload().await?;
                    tries += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What the command records, as entries of this device. A receipt binds to the bytes of its
    /// offer, where they lie here.
    fn decided(
        &self,
        command: Command,
        offer_hash: Option<[u8; 32]>,
    ) -> Result<Vec<Entry>, ActError> {
        let engine = self.engine.borrow();
        let author = Author {
            organization: self.identity.organization,
            person: self.identity.person,
            device: self.identity.device,
        };
        let mut next_id = || EntryId::from_bytes(self.ports.fresh_id());
        let bodies = decide(engine.view(), &author, command, &mut next_id)
            .map_err(|refusal| ActError::Refused(Box::new(refusal)))?;
        let occurred_at = self.ports.now();
        let entry = |(sequence, (id, body)): (u64, (EntryId, EntryBody))| Entry {
            id,
            organization: author.organization,
            actor: author.person,
            device: author.device,
            sequence,
            occurred_at,
            source_sha256: None,
            body: body.bound_to(offer_hash),
        };
        Ok((engine.next_sequence()..).zip(bodies).map(entry).collect())
    }

    async fn signed(&self, entries: Vec<Entry>) -> Result<Vec<SignedEntry>, ActError> {
        let mut signed = Vec::with_capacity(entries.len());
        for entry in &entries {
            let unsigned = Unsigned::new(entry).map_err(ActError::Format)?;
            let signature = self
                .signer
                .sign(&unsigned.signing_input())
                .await
                .map_err(|_| ActError::Key)?;
            signed.push(unsigned.sign_with(signature));
        }
        Ok(signed)
    }

    fn recorded(&self, signed: Vec<SignedEntry>) -> Saved {
        let entries = signed.iter().map(|entry| entry.entry().id).collect();
        let mut engine = self.engine.borrow_mut();
        engine.judge_by(judge);
        for entry in signed {
            engine.record(entry);
        }
        drop(engine);
        self.mark();
        Saved { entries }
    }
}
