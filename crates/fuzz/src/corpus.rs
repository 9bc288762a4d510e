//! The inputs that new ones are made of.

use std::collections::HashSet;

use crate::cbor;
use crate::chance::Chance;
use crate::mutate;

/// Inputs kept at most.
const INPUTS_MAX: usize = 4_000;
/// Longest input that is kept or made.
const BYTES_MAX: usize = 64 * 1024;
/// Changes of one new input, at most.
const CHANGES_MAX: usize = 4;

/// What inputs look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// CBOR after so many bytes of another kind.
    Cbor(usize),
}

/// Inputs, and the answers that they led to.
pub struct Corpus {
    form: Form,
    inputs: Vec<Vec<u8>>,
    seen: HashSet<u64>,
}

impl Corpus {
    /// Begins with true inputs.
    ///
    /// # Panics
    /// If there are none: everything is made of them.
    pub fn new(form: Form, inputs: Vec<Vec<u8>>) -> Self {
        assert!(!inputs.is_empty(), "nothing to begin with");
        Self {
            form,
            inputs,
            seen: HashSet::new(),
        }
    }

    /// The inputs.
    pub fn inputs(&self) -> &[Vec<u8>] {
        &self.inputs
    }

    /// How many different answers there were.
    pub fn answers(&self) -> usize {
        self.seen.len()
    }

    /// A new input.
    pub fn make(&self, chance: &mut Chance) -> Vec<u8> {
        let mut input = chance.pick(&self.inputs).clone();
        let other = chance.pick(&self.inputs);
        if chance.once_in(16) {
            input = mutate::splice(&input, other, chance);
        }
        // Mostly one: the more there are, the sooner is it turned away.
        let most = if chance.once_in(2) { 1 } else { CHANGES_MAX };
        for _ in 0..=chance.below(most) {
            input = match self.form {
                Form::Text => {
                    let mut text = String::from_utf8_lossy(&input).into_owned();
                    mutate::text(&mut text, chance);
                    text.into_bytes()
                }
                Form::Cbor(skip) => change_cbor(input, other, skip, chance),
            };
        }
        input.truncate(BYTES_MAX);
        input
    }

    /// Hears what an input led to; one with a new answer joins.
    pub fn learn(&mut self, input: &[u8], answer: u64) {
        if self.seen.insert(answer) && self.inputs.len() < INPUTS_MAX && input.len() <= BYTES_MAX {
            self.inputs.push(input.to_vec());
        }
    }
}

fn change_cbor(mut input: Vec<u8>, other: &[u8], skip: usize, chance: &mut Chance) -> Vec<u8> {
    let tree = input.get(skip..).and_then(cbor::read);
    match tree {
        Some(mut tree) if !chance.once_in(8) => {
            let donor = other.get(skip..).and_then(cbor::read);
            tree.change(donor.as_ref(), chance);
            let mut changed = input[..skip].to_vec();
            changed.extend(cbor::write(&tree));
            changed
        }
        _ => {
            mutate::bytes(&mut input, chance);
            input
        }
    }
}
