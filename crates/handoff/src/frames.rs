//! A parcel that one code cannot hold, as a row of codes without end.
//!
//! The parcel is cut into pieces of one length. The first frames are the pieces themselves; every
//! later one is the exclusive-or of a random half of them, which its number chooses. Frames may
//! come in any order, repeatedly, or not at all: once as many *different* ones came as there are
//! pieces, and one or two more, everything is there. That is a random linear fountain; it is
//! solved like any linear system, over bits.
//!
//! ```text
//! frame = 3 ‖ first 4 bytes of SHA-256(parcel) ‖ parcel's length (2) ‖ number (2) ‖ piece
//! ```
//!
//! `ur` (BCR-2020-005) was tried for this and left: its words take 11 bits a byte where base45
//! takes 8.25, so that every frame would be a third larger, and it brings four crates and several
//! kinds of maps into what phones download.

use crate::error::HandoffError;
use crate::limits::{PARCEL_BYTES_MAX, PIECE_BYTES_MAX, PIECES_MAX};
use crate::parcel::FRAME;
use crate::text::{to_bytes, to_code};
use baton_domain::splitmix::SplitMix64;
use sha2::{Digest, Sha256};

const HEAD: usize = 9;

/// The frames of one parcel.
#[derive(Clone, Debug)]
pub struct Frames {
    pieces: Vec<Vec<u8>>,
    mark: [u8; 4],
    length: u16,
}

/// What a frame belongs to: every frame of one parcel says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whole {
    mark: [u8; 4],
    length: u16,
}

impl Whole {
    /// How many pieces there are, and how long each is. Both follow from the length, so that no
    /// frame can claim something else.
    fn cut(self) -> (usize, usize) {
        let length = usize::from(self.length).max(1);
        let wanted = length.div_ceil(PIECE_BYTES_MAX).min(PIECES_MAX);
        let size = length.div_ceil(wanted);
        (length.div_ceil(size), size)
    }
}

impl Frames {
    /// Cuts a parcel.
    pub fn new(parcel: &[u8]) -> Result<Self, HandoffError> {
        let length = u16::try_from(parcel.len()).map_err(|_| HandoffError::TooLarge)?;
        let mark = mark_of(parcel);
        let (_, size) = Whole { mark, length }.cut();
        let piece = |part: &[u8]| {
            let mut piece = part.to_vec();
            piece.resize(size, 0);
            piece
        };
        Ok(Self {
            pieces: parcel.chunks(size).map(piece).collect(),
            mark,
            length,
        })
    }

    /// How many pieces there are: the first so many frames show each once.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The text of a frame's code. Numbers begin at 0 and come round again after 65,535.
    pub fn code(&self, number: u16) -> String {
        let mut bytes = vec![FRAME];
        bytes.extend(self.mark);
        bytes.extend(self.length.to_be_bytes());
        bytes.extend(number.to_be_bytes());
        let mut mixed = vec![0; self.pieces.first().map_or(0, Vec::len)];
        let set = chosen(self.mark, number, self.pieces.len());
        for (place, piece) in self.pieces.iter().enumerate() {
            if set >> place & 1 == 1 {
                mix(&mut mixed, piece);
            }
        }
        bytes.extend(mixed);
        to_code(&bytes)
    }
}

fn mark_of(parcel: &[u8]) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::digest(parcel).into();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn mix(into: &mut [u8], piece: &[u8]) {
    for (byte, other) in into.iter_mut().zip(piece) {
        *byte ^= other;
    }
}

/// The pieces that a frame is mixed of, as bits.
fn chosen(mark: [u8; 4], number: u16, pieces: usize) -> u64 {
    let all = u64::MAX >> (64 - pieces.clamp(1, 64));
    if usize::from(number) < pieces {
        return 1 << number;
    }
    // By what the frame belongs to and its number. No frame is empty.
    let seed = u64::from(u32::from_be_bytes(mark)) << 16 | u64::from(number);
    let mut numbers = SplitMix64::new(seed);
    loop {
        let set = numbers.bits() & all;
        if set != 0 {
            return set;
        }
    }
}

/// How far a row of frames has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// More is needed.
    Some {
        /// Different frames so far.
        have: usize,
        /// Frames that are needed.
        of: usize,
    },
    /// The bytes of a parcel.
    Whole(Vec<u8>),
}

/// Takes codes as they are seen, until a parcel is whole.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    whole: Option<Whole>,
    /// Rows of the system, each with another lowest piece: what it is mixed of, and the mix.
    rows: Vec<(u64, Vec<u8>)>,
}

impl Collector {
    /// Takes one code or text. A frame of another parcel begins anew.
    pub fn take(&mut self, text: &str) -> Result<Collected, HandoffError> {
        let bytes = to_bytes(text)?;
        if bytes.first() != Some(&FRAME) {
            *self = Self::default();
            return Ok(Collected::Whole(bytes));
        }
        let Some((head, piece)) = bytes.split_at_checked(HEAD) else {
            return Err(HandoffError::Truncated);
        };
        let whole = Whole {
            mark: [head[1], head[2], head[3], head[4]],
            length: u16::from_be_bytes([head[5], head[6]]),
        };
        let (count, size) = whole.cut();
        if piece.len() != size || usize::from(whole.length) > PARCEL_BYTES_MAX {
            return Err(HandoffError::Garbled);
        }
        if self.whole != Some(whole) {
            *self = Self {
                whole: Some(whole),
                rows: Vec::with_capacity(count),
            };
        }
        let number = u16::from_be_bytes([head[7], head[8]]);
        self.add(chosen(whole.mark, number, count), piece.to_vec());
        if self.rows.len() < count {
            return Ok(Collected::Some {
                have: self.rows.len(),
                of: count,
            });
        }
        let parcel = self.solved(whole);
        *self = Self::default();
        if mark_of(&parcel) != whole.mark {
            return Err(HandoffError::Garbled);
        }
        Ok(Collected::Whole(parcel))
    }

    /// Takes what is known already out of a mix; keeps what is left, if it says something new.
    fn add(&mut self, mut set: u64, mut mixed: Vec<u8>) {
        for (known, row) in &self.rows {
            if set >> known.trailing_zeros() & 1 == 1 {
                set ^= known;
                mix(&mut mixed, row);
            }
        }
        if set == 0 {
            return;
        }
        // Every other row is freed of the new one's lowest piece, so that each row has its own.
        let lowest = set.trailing_zeros();
        for (known, row) in &mut self.rows {
            if *known >> lowest & 1 == 1 {
                *known ^= set;
                mix(row, &mixed);
            }
        }
        self.rows.push((set, mixed));
    }

    /// With as many rows as pieces, each row is one piece.
    fn solved(&self, whole: Whole) -> Vec<u8> {
        let (count, size) = whole.cut();
        let mut parcel = vec![0; count * size];
        for (set, row) in &self.rows {
            let place = set.trailing_zeros() as usize;
            if let Some(piece) = parcel.chunks_mut(size).nth(place) {
                piece.copy_from_slice(row);
            }
        }
        parcel.truncate(usize::from(whole.length));
        parcel
    }
}
