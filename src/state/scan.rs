//! Scanning, as pages and components see it.

use baton_scan::{ScanOutcome, Wanted};
use leptos::prelude::*;

/// A sitting before the camera: what is looked for, and who hears of it.
#[derive(Clone)]
pub struct Sitting {
    /// The id of the `<video>` that shows the camera.
    pub video: &'static str,
    /// What is looked for.
    pub wanted: Wanted,
    /// Several labels, one after the other.
    pub batch: bool,
    /// How the camera stands.
    pub camera: RwSignal<CameraState>,
    /// Called for everything that was read.
    pub on_outcome: Callback<ScanOutcome>,
}

/// How the camera stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CameraState {
    /// Off.
    #[default]
    Off,
    /// The person is asked, or the camera starts.
    Starting,
    /// It shows a picture.
    On(Abilities),
    /// It does not.
    Trouble(CameraTrouble),
}

/// Why the camera shows nothing that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraTrouble {
    /// The person or the system said no.
    Denied,
    /// There is none, or the browser gives none.
    Missing,
    /// Another app has it.
    Busy,
    /// It was there and went away.
    Lost,
    /// It gives no picture, or one without anything in it.
    Dark,
    /// The decoder could not be loaded.
    NoDecoder,
}

/// What the open camera can do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Abilities {
    /// Whether its light is on, where it has one.
    pub torch: Option<bool>,
    /// How close it can come.
    pub zoom: Option<Zoom>,
    /// How many cameras there are.
    pub lenses: usize,
}

/// How close a camera can come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    /// Farthest.
    pub least: f64,
    /// Closest.
    pub most: f64,
    /// Now.
    pub now: f64,
}

/// The cameras of a phone, by the ids that the browser gives them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lenses {
    /// All.
    pub ids: Vec<String>,
    /// The one that is open.
    pub now: String,
}

impl Lenses {
    /// The one after the open one.
    pub fn next(&self) -> Option<&String> {
        let place = self.ids.iter().position(|id| *id == self.now);
        let next = place.map_or(0, |place| place + 1);
        self.ids.get(next).or_else(|| self.ids.first())
    }
}

/// What a person asks of the open camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CameraWish {
    /// Light on or off.
    Torch(bool),
    /// Closer or farther.
    Zoom(f64),
    /// Another camera.
    NextLens,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lenses_follow_each_other_in_a_ring() {
        let mut lenses = Lenses {
            ids: vec!["a".into(), "b".into()],
            now: "a".into(),
        };
        assert_eq!(lenses.next(), Some(&"b".into()));
        lenses.now = "b".into();
        assert_eq!(lenses.next(), Some(&"a".into()));
        lenses.now = "gone".into();
        assert_eq!(lenses.next(), Some(&"a".into()));
        assert_eq!(Lenses::default().next(), None);
    }
}
