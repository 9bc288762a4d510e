//! Files of an import: planned on the demo's ledger, and what is planned is judged.

use std::collections::BTreeSet;

use baton_domain::Entry;
use baton_domain::id::EntryId;
use baton_domain::time::Timestamp;
use baton_server::demo::{DISTRIBUTOR_ID, distributor_founder};
use baton_server::import::{Kind, plan};

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, DEVICE, World};

const KINDS: [Kind; 5] = [
    Kind::Catalogue,
    Kind::Stock,
    Kind::People,
    Kind::Facilities,
    Kind::Cases,
];

/// CSV files. The first letter of an input says of which kind.
pub struct Files(World);

impl Files {
    /// On the demo's ledger.
    pub fn new() -> Self {
        Self(world::world())
    }

    fn rows(&self, kind: Kind) -> String {
        let state = &self.0.state;
        let product = state
            .products()
            .next()
            .map(|product| product.id.to_string());
        let product = product.unwrap_or_default();
        let person = state.people().nth(1).map(|person| person.name.to_string());
        let person = person.unwrap_or_default();
        let facility = state.facilities().next().map(|one| one.name.to_string());
        let facility = facility.unwrap_or_default();
        let value = |column: &&str| match *column {
            "di" | "device_identifier" | "product" => product.clone(),
            "custodian" | "rep" => person.clone(),
            "facility" => facility.clone(),
            "name" => "Somebody New".into(),
            "role" => "rep".into(),
            "zone" => "America/Denver".into(),
            "tracking" => "lot".into(),
            "quantity" => "5".into(),
            "lot" => "LOT7".into(),
            "expiry" | "date" => "2027-12-31".into(),
            "time" => "07:30".into(),
            "sterile" | "single_use" => "yes".into(),
            "title" => "manufacturer".into(),
            _ => "x".to_owned(),
        };
        kind.columns()
            .iter()
            .map(value)
            .collect::<Vec<_>>()
            .join(",")
    }
}

impl Target for Files {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn form(&self) -> Form {
        Form::Text
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let file = |(place, kind): (usize, &Kind)| {
            let head = kind.columns().join(",");
            let row = self.rows(*kind);
            format!(
                "{place}{head}\n{row}\n\"{}\",,,\n{row}\n",
                row.replace(',', "\",\"")
            )
        };
        let files = KINDS.iter().enumerate().map(file);
        files.map(String::into_bytes).collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let Some((first, file)) = input.split_first() else {
            return Ok(answer(false, 0));
        };
        let kind = KINDS[usize::from(first.wrapping_sub(b'0')) % KINDS.len()];
        let mut next = 0_u128;
        let mut next_id = || {
            next += 1;
            EntryId::from_bytes((u128::MAX / 3 + next).to_be_bytes())
        };
        let planned = match plan(kind, file, &self.0.state, &mut next_id) {
            Ok(planned) => planned,
            Err(fault) => return Ok(answer(false, kind_of(&fault))),
        };
        if planned.unchanged + planned.faulty_rows() > planned.rows {
            return Err("more rows were counted than there are".into());
        }
        let faults: BTreeSet<_> = planned.faults.iter().take(20).map(kind_of).collect();
        let mut words = BTreeSet::new();
        for (id, body) in planned.bodies.iter().take(50) {
            let entry = Entry {
                id: *id,
                organization: DISTRIBUTOR_ID,
                actor: distributor_founder().id,
                device: DEVICE,
                sequence: 1,
                occurred_at: Timestamp {
                    unix_ms: 1_790_000_000_000,
                    offset_min: 0,
                },
                source_sha256: Some([1; 32]),
                body: body.clone(),
            };
            words.insert(super::entry::live_through(&self.0, &entry));
            // What was planned can be written down.
            if let Some(signed) = world::signed(&entry)
                && let Err(error) = baton_ledger::SignedEntry::parse(signed.bytes())
            {
                return Err(format!("an own entry is not read: {}", kind_of(&error)));
            }
        }
        Ok(answer(true, (kind.columns().len(), faults, words)))
    }

    fn bytes_max(&self, input: usize) -> usize {
        8 * 1024 * 1024 + 2_000 * input
    }
}
