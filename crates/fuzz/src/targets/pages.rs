//! Pages of snapshots, and what else a phone reads of a server's answer.

use baton_domain::{Entry, State, Verdict, fold, judge};
use baton_ledger::message::{
    EntryVerdict, Recorded, SnapshotManifest, SyncResponse, decode_verdict,
};
use baton_ledger::page;

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, World};

/// Everything that a server says to a phone.
pub struct Pages {
    world: World,
    /// What happens on a state with a page read into it: some of everything.
    later: Vec<Entry>,
}

impl Pages {
    /// Around the demo's ledger.
    pub fn new() -> Self {
        let world = world::world();
        let later = world::of_every_kind(&world.entries);
        Self {
            later: later.into_iter().cloned().collect(),
            world,
        }
    }

    /// The rules work on whatever a page makes of a state that was sound.
    fn work_on(&self, page: &[u8]) {
        let mut state = self.world.state.clone();
        if page::read_into(&mut state, page).is_err() {
            return;
        }
        for entry in &self.later {
            let verdict = judge(&state, entry);
            fold(&mut state.clone(), entry, &verdict);
            fold(&mut state, entry, &Verdict::accepted());
        }
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
        let own = page::write(&self.world.state, page::Filter::Everything);
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
        self.work_on(input);
        let counts = [
            state.lines().count().min(9),
            state.people().count().min(9),
            state.products().count().min(9),
        ];
        Ok(answer(true, counts))
    }

    fn bytes_max(&self, input: usize) -> usize {
        6 * 1024 * 1024 + 400 * input
    }
}
