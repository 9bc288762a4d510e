//! What decodes pictures, as the rest of scanning sees it. Today that is zxing-cpp in a worker;
//! the benchmark has another one in a process of its own.

use crate::{Crop, Formats, Symbol};
use std::fmt;

/// What is wanted of one picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Which kinds of symbols.
    pub formats: Formats,
    /// A still picture: take all the time it needs.
    pub still: bool,
    /// The part of the picture that is read as it is, before spots are looked for in all of it;
    /// `None` for the whole.
    pub first: Option<Crop>,
    /// Which guess at the blur of a spot is next; every number is one.
    pub turn: u8,
    /// Below this sharpness nothing is tried; see [`crate::Gate`].
    pub sharpness_min: f32,
}

impl Look {
    /// Everything that can be done with one still picture.
    pub const fn still(formats: Formats) -> Self {
        Self {
            formats,
            still: true,
            first: None,
            turn: 0,
            sharpness_min: 0.0,
        }
    }
}

/// What was seen in one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sighting {
    /// What could be read; places are parts of the *picture* that was given.
    pub symbols: Vec<Symbol>,
    /// How sharp it was: differences between neighbouring pixels, 0 to 255.
    pub sharpness: f32,
}

/// Why a picture was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineError {
    /// The decoder could not be loaded.
    NotLoaded,
    /// It failed on this picture; the next may go.
    Failed,
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotLoaded => "the decoder could not be loaded",
            Self::Failed => "the decoder failed on this picture",
        })
    }
}

impl std::error::Error for EngineError {}

/// A decoder. One picture at a time: whoever asks waits for the answer.
#[expect(
    async_fn_in_trait,
    reason = "engines live on one thread, so their futures need not be Send"
)]
pub trait Engine {
    /// A picture as this engine takes it.
    type Picture;

    /// Looks at one picture.
    ///
    /// # Errors
    /// [`EngineError`]; a picture without a symbol is none.
    async fn read(&self, picture: Self::Picture, look: Look) -> Result<Sighting, EngineError>;
}
