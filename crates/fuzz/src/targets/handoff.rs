//! Codes between two phones: the text of a code or a frame, and the parcel in it.

use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_domain::id::PersonId;
use baton_handoff::{Collected, Collector, Frames, Parcel, Reader, check, plain};
use baton_server::demo::DISTRIBUTOR_ID;

use super::{Target, answer, kind_of};
use crate::cbor::{self, Item};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, World};

/// Bytes of a parcel before its contents: its format and its length.
const HEAD: usize = 3;

/// The format of a parcel that is not deflated.
const PLAIN: u8 = 1;

/// A plain parcel whose length is that of what follows, whatever was changed there.
fn in_length(mut parcel: Vec<u8>) -> Vec<u8> {
    if parcel.len() >= HEAD && parcel[0] == PLAIN {
        let length = (parcel.len() - HEAD) as u16;
        parcel[1..HEAD].copy_from_slice(&length.to_be_bytes());
    }
    parcel
}

/// Parcels, as bytes and as texts.
pub struct Codes {
    world: World,
    reader: PersonId,
}

impl Codes {
    /// Read by a rep of the demo.
    pub fn new() -> Self {
        let world = world::world();
        let rep = world.state.people().find(|one| one.role == Role::Rep);
        let reader = rep.map_or(PersonId::from_bytes([0; 16]), |rep| rep.id);
        Self { world, reader }
    }

    fn meaning(&self, parcel: &Parcel) -> String {
        let state = &self.world.state;
        let reader = Reader {
            view: state,
            base: state,
            organization: DISTRIBUTOR_ID,
            person: self.reader,
            hash_of: &|_| None,
        };
        match check(parcel, reader) {
            Ok(arrival) => format!("{:?} {}", arrival.meaning, arrival.entries.len()),
            Err(error) => kind_of(&error),
        }
    }
}

impl Target for Codes {
    fn name(&self) -> &'static str {
        "handoff"
    }

    fn form(&self) -> Form {
        Form::Cbor(HEAD)
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let mut seeds = Vec::new();
        for entry in &self.world.entries {
            let kind = match entry.body {
                EntryBody::TransferOffered { .. } => 1,
                EntryBody::TransferAnswered { .. } => 2,
                _ => continue,
            };
            let Some(signed) = world::signed(entry) else {
                continue;
            };
            // Not deflated, so that its contents can be changed as a tree.
            let contents = Item::Array(vec![
                Item::Number(0, kind),
                Item::Array(vec![Item::Bytes(signed.bytes().to_vec())]),
                Item::Array(Vec::new()),
            ]);
            seeds.push(in_length(
                [&[PLAIN, 0, 0], &cbor::write(&contents)[..]].concat(),
            ));
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../handoff/tests/golden");
        let files = std::fs::read_dir(folder).into_iter().flatten();
        for file in files.filter_map(Result::ok) {
            seeds.extend(std::fs::read(file.path()).ok());
        }
        seeds
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        // As texts that a camera or a message brought, a line a code.
        let mut collector = Collector::default();
        let mut words = Vec::new();
        for line in String::from_utf8_lossy(input).lines().take(64) {
            words.push(match collector.take(line) {
                Ok(Collected::Whole(bytes)) => match Parcel::decode(&bytes) {
                    Ok(parcel) => self.meaning(&parcel),
                    Err(error) => kind_of(&error),
                },
                Ok(other) => kind_of(&other),
                Err(error) => kind_of(&error),
            });
        }
        words.truncate(4);
        // As the bytes of a parcel, through text and frames and back.
        let input = &in_length(input.to_vec());
        let decoded = Parcel::decode(input);
        if let Ok(parcel) = &decoded {
            words.push(self.meaning(parcel));
            let again = parcel.encode().map(|bytes| Parcel::decode(&bytes));
            if !matches!(again, Ok(Ok(again)) if again == *parcel) && input.len() < 2_000 {
                return Err("a parcel is not read back as it was written".into());
            }
        }
        let mut whole = Collector::default();
        if let Ok(Collected::Whole(bytes)) = whole.take(&plain(input))
            && bytes != *input
        {
            return Err("a text brought other bytes than it was made of".into());
        }
        if let Ok(frames) = Frames::new(input) {
            let mut whole = Collector::default();
            for number in 0..frames.pieces() as u16 {
                if let Ok(Collected::Whole(bytes)) = whole.take(&frames.code(number))
                    && bytes != *input
                {
                    return Err("frames brought other bytes than they were made of".into());
                }
            }
        }
        let kind = decoded.as_ref().map(|_| ()).map_err(kind_of);
        Ok(answer(decoded.is_ok(), (words, kind)))
    }
}
