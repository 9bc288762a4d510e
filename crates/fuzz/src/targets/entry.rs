//! Signed entries: read, judged and folded where the demo's ledger stands.

use baton_domain::verdict::Outcome;
use baton_domain::{Entry, fold, judge};
use baton_ledger::{Certificate, SignedEntry, Unsigned};

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, World};

/// Entries in COSE_Sign1.
pub struct Entries(World);

impl Entries {
    /// On the demo's ledger.
    pub fn new() -> Self {
        Self(world::world())
    }
}

/// Everything that happens to an entry of the right organization, whoever signed it.
pub fn live_through(world: &World, entry: &Entry) -> String {
    let verdict = judge(&world.state, entry);
    let mut after = world.state.clone();
    fold(&mut after, entry, &verdict);
    // What was judged on one state is folded on others: a phone's, a later one.
    let mut elsewhere = baton_domain::State::default();
    fold(&mut elsewhere, entry, &verdict);
    let kind = kind_of(&entry.body);
    match &verdict.outcome {
        Outcome::Accepted => format!("{kind} accepted {}", verdict.lines.len().min(3)),
        Outcome::Refused(refusal) => format!("{kind} refused {:?}", refusal.reason),
        Outcome::Disputed(refusal) => format!("{kind} disputed {:?}", refusal.reason),
        Outcome::Waiting(_) => format!("{kind} waiting"),
    }
}

impl Target for Entries {
    fn name(&self) -> &'static str {
        "entry"
    }

    fn form(&self) -> Form {
        Form::Cbor(0)
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let own = world::of_every_kind(&self.0.entries);
        let own = own.into_iter().filter_map(world::signed);
        own.map(|signed| signed.bytes().to_vec())
            .chain(world::golden("entry"))
            .collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let _ = Certificate::parse(input);
        let signed = match SignedEntry::parse(input) {
            Ok(signed) => signed,
            Err(error) => return Ok(answer(false, kind_of(&error))),
        };
        if signed.bytes() != input {
            return Err("an entry is kept as other bytes than came".into());
        }
        let entry = signed.entry();
        if let Ok(unsigned) = Unsigned::new(entry)
            && unsigned.sign_with(*signed.signature()).bytes() != input
        {
            return Err("an entry is written in another way than it was read".into());
        }
        let _ = signed.hash();
        Ok(answer(true, live_through(&self.0, entry)))
    }
}
