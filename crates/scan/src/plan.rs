//! Which part of a frame to look at next.
//!
//! A whole frame of 1080 lines takes five times as long to read as its middle, and the guide on
//! the screen makes people hold the label there. So most looks go to the middle: a square for
//! matrix codes and a band as wide as the frame for linear ones, in turn. Spots that are small or
//! out of focus are looked for around both each time, which costs little, and each time with
//! another guess at their blur. Every fifth look takes the whole frame, for labels that are held
//! too close, and for things that lie at its edge.

use crate::{Format, Formats};

/// A part of a frame, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl Crop {
    /// A place in this part, as a place in the whole frame; both from 0 to 1.
    pub fn in_frame(&self, (x, y): (f32, f32), width: u32, height: u32) -> (f32, f32) {
        let along = |start: u32, part: f32, length: u32, whole: u32| {
            (start as f32 + part * length as f32) / whole.max(1) as f32
        };
        (
            along(self.x, x, self.width, width),
            along(self.y, y, self.height, height),
        )
    }
}

/// One look at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// The part of the frame that is taken.
    pub crop: Crop,
    /// What of that part is read as it is ([`crate::Look::first`]).
    pub first: Option<Crop>,
    /// Which guess at the blur of a spot is next ([`crate::Look::turn`]).
    pub turn: u8,
}

/// Which look is next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    looks: u32,
}

/// The square's side, as a part of the frame's shorter side, in hundredths.
const SQUARE: u32 = 70;
/// The band's height, as a part of the frame's height, in hundredths.
const BAND: u32 = 35;
/// Every so many looks one at the whole frame.
const WHOLE_EVERY: u32 = 5;

impl Plan {
    /// How to look at the next frame, which has this size.
    pub fn next(&mut self, width: u32, height: u32, formats: Formats) -> View {
        let look = self.looks % WHOLE_EVERY;
        // Fewer than all numbers, so that each part is looked at with each guess.
        let turn = (self.looks % 60) as u8;
        self.looks = self.looks.wrapping_add(1);
        if look == WHOLE_EVERY - 1 {
            let crop = centred(width, height, width, height);
            return View {
                crop,
                first: None,
                turn,
            };
        }
        let side = width.min(height) * SQUARE / 100;
        if !formats.has(Format::Code128) {
            let crop = centred(width, height, side, side);
            return View {
                crop,
                first: None,
                turn,
            };
        }
        let band = height * BAND / 100;
        let crop = centred(width, height, width, side.max(band));
        let first = if look.is_multiple_of(2) {
            centred(crop.width, crop.height, side, side)
        } else {
            centred(crop.width, crop.height, crop.width, band)
        };
        View {
            crop,
            first: Some(first),
            turn,
        }
    }
}

fn centred(frame_width: u32, frame_height: u32, width: u32, height: u32) -> Crop {
    let (width, height) = (width.max(1), height.max(1));
    Crop {
        x: frame_width.saturating_sub(width) / 2,
        y: frame_height.saturating_sub(height) / 2,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(width: u32, height: u32, formats: Formats) -> Vec<View> {
        let mut plan = Plan::default();
        (0..10).map(|_| plan.next(width, height, formats)).collect()
    }

    #[test]
    fn the_middle_comes_each_time_and_the_whole_every_fifth() {
        let looks = looks(1920, 1080, Formats::LABELS);
        let which: Vec<usize> = (0..10).filter(|at| looks[*at].first.is_none()).collect();
        assert_eq!(which, [4, 9]);
        assert!(which.iter().all(|at| looks[*at].crop.height == 1080));
        assert_eq!((looks[0].crop.y, looks[0].crop.height), (162, 756));
        let first = |at: usize| {
            looks[at]
                .first
                .map(|part| (part.x, part.width, part.height))
        };
        assert_eq!(first(0), Some((582, 756, 756)));
        assert_eq!(first(1), Some((0, 1920, 378)));
    }

    #[test]
    fn each_look_guesses_anew() {
        let looks = looks(1920, 1080, Formats::LABELS);
        let turns: Vec<u8> = looks.iter().map(|view| view.turn).collect();
        assert_eq!(turns, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn a_phone_held_upright_has_a_square_as_wide_as_fits() {
        let looks = looks(1080, 1920, Formats::LABELS);
        let first = |at: usize| looks[at].first.map(|part| (part.width, part.height));
        assert_eq!(first(0), Some((756, 756)));
        assert_eq!(first(1), Some((1080, 672)));
    }

    #[test]
    fn who_wants_matrix_codes_only_looks_at_squares_and_the_whole() {
        let looks = looks(1280, 720, Formats::QR);
        let fits = |crop: Crop| crop.width == crop.height || crop.width == 1280;
        assert!(looks.iter().all(|view| fits(view.crop)));
        assert!(looks.iter().all(|view| view.first.is_none()));
    }

    #[test]
    fn every_part_lies_within_its_frame() {
        for (width, height) in [(1, 1), (3, 2), (640, 480), (1081, 1919)] {
            for View { crop, first, .. } in looks(width, height, Formats::LABELS) {
                let within = |part: Crop, width: u32, height: u32| {
                    part.width >= 1
                        && part.height >= 1
                        && part.x + part.width <= width
                        && part.y + part.height <= height
                };
                assert!(within(crop, width, height), "{crop:?}");
                assert!(first.is_none_or(|part| within(part, crop.width, crop.height)));
            }
        }
    }

    #[test]
    fn places_lead_back_to_the_frame() {
        let crop = Crop {
            x: 100,
            y: 50,
            width: 200,
            height: 100,
        };
        assert_eq!(crop.in_frame((0.5, 0.5), 400, 200), (0.5, 0.5));
        assert_eq!(crop.in_frame((0.0, 0.0), 400, 200), (0.25, 0.25));
    }
}
