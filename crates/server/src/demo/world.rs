//! A ledger in the making: every command goes through the rules before it becomes a step.

use baton_domain::command::Author;
use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_domain::splitmix::SplitMix64;
use baton_domain::time::Timestamp;
use baton_domain::{Command, Entry, EntryBody, Refusal, State, decide, fold, judge};

/// One entry to record.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: EntryId,
    /// Who did it.
    pub actor: PersonId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened.
    pub body: EntryBody,
}

/// A state and the steps that led there.
pub struct World {
    /// What is known after the last step.
    pub state: State,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// The choices.
    pub choices: SplitMix64,
    organization: OrganizationId,
    device: DeviceId,
    now: Timestamp,
}

impl World {
    /// Begins with a founded organization.
    pub fn new(founded: &State, device: DeviceId, now: Timestamp, seed: u64) -> Self {
        let organization = founded
            .organization()
            .map_or(OrganizationId::from_bytes([0; 16]), |organization| {
                organization.id
            });
        let mix = u64::from(organization.as_bytes()[15]);
        Self {
            state: founded.clone(),
            steps: Vec::new(),
            choices: SplitMix64::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(mix)),
            organization,
            device,
            now,
        }
    }

    /// Does something `hours` ago. A refusal is handed back: the caller chose something that the
    /// rules forbid, and goes on without it.
    pub fn act(
        &mut self,
        actor: PersonId,
        hours: i64,
        command: Command,
    ) -> Result<EntryId, Refusal> {
        let at = Timestamp {
            unix_ms: self.now.unix_ms - hours * 3_600_000,
            ..self.now
        };
        let author = Author {
            organization: self.organization,
            person: actor,
            device: self.device,
        };
        let choices = &mut self.choices;
        let mut next_id = || id_at(at, choices);
        let decided = decide(&self.state, &author, command, &mut next_id)?;
        let first = decided.first().map(|(id, _)| *id);
        for (id, body) in decided {
            self.put(Step {
                id,
                actor,
                occurred_at: at,
                body,
            });
        }
        first.ok_or_else(|| Refusal::new(baton_domain::Reason::Malformed))
    }

    fn put(&mut self, step: Step) {
        let entry = Entry {
            id: step.id,
            organization: self.organization,
            actor: step.actor,
            device: self.device,
            sequence: self.steps.len() as u64 + 1,
            occurred_at: step.occurred_at,
            source_sha256: None,
            body: step.body.clone(),
        };
        let verdict = judge(&self.state, &entry);
        fold(&mut self.state, &entry, &verdict);
        self.steps.push(step);
    }
}

/// A UUIDv7 (RFC 9562, section 5.7) of that instant.
fn id_at(at: Timestamp, choices: &mut SplitMix64) -> EntryId {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.unix_ms.to_be_bytes()[2..]);
    bytes[6..14].copy_from_slice(&choices.bits().to_be_bytes());
    bytes[14..].copy_from_slice(&choices.bits().to_be_bytes()[..2]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    EntryId::from_bytes(bytes)
}
