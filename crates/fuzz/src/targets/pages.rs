//! Pages of snapshots, and what else a phone reads of a server's answer.

use baton_domain::State;
use baton_ledger::message::{
    EntryVerdict, Recorded, SnapshotManifest, SyncResponse, decode_verdict,
};
use baton_ledger::page;

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, World};

/// Everything that a server says to a phone.
pub struct Pages(World);

impl Pages {
    /// Around the demo's ledger.
    pub fn new() -> Self {
        Self(world::world())
    }
}

impl Target for Pages {
    fn name(&self) -> &'static str {
        "pages"
    }

    fn form(&self) -> Form {
        Form::Cbor(0)
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let own = page::write(&self.0.state, page::Filter::Everything);
        ["page", "message", "verdict"]
            .into_iter()
            .flat_map(world::golden)
            .chain(own)
            .collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let _ = EntryVerdict::decode(input);
        let _ = Recorded::decode(input).map(|recorded| recorded.entry());
        let _ = SnapshotManifest::decode(input);
        let _ = SyncResponse::decode(input);
        let _ = decode_verdict(input);
        let mut state = State::default();
        if let Err(error) = page::read_into(&mut state, input) {
            return Ok(answer(false, kind_of(&error)));
        }
        // What could be read can be written and read again, and the same comes of it; but for what
        // this build knows by its envelope only.
        let written = page::write(&state, page::Filter::Everything);
        let mut again = State::default();
        for page in &written {
            let read = page::read_into(&mut again, page);
            read.map_err(|error| format!("an own page is not read: {}", kind_of(&error)))?;
        }
        if page::write(&again, page::Filter::Everything) != written {
            return Err("a page says something else once it was written again".into());
        }
        let counts = [
            state.lines().count().min(9),
            state.people().count().min(9),
            state.products().count().min(9),
        ];
        Ok(answer(true, counts))
    }

    fn bytes_max(&self, input: usize) -> usize {
        16 * 1024 * 1024 + 2_000 * input
    }
}
