//! Which part of a frame to look at next, and how closely.
//!
//! A whole frame of 1080 lines takes five times as long as its middle, and the guide on the
//! screen makes people hold the label there. So most looks go to the middle: a square for
//! matrix codes, a band as wide as the frame for linear ones; then the inner part of each,
//! doubled and sharpened, for codes that are small or out of focus. Every fifth look takes the
//! whole frame, for labels that are held too close, and for things that lie at its edge.

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

/// Which look is next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    looks: u32,
}

/// The square's side, as a part of the frame's shorter side, in hundredths.
const SQUARE: u32 = 70;
/// The band's height, as a part of the frame's height, in hundredths.
const BAND: u32 = 35;
/// The side of the square of a close look, in hundredths of the shorter side.
const CLOSE_SQUARE: u32 = 36;
/// Width and height of the band of a close look, in hundredths.
const CLOSE_BAND: (u32, u32) = (84, 9);
/// Every so many looks one at the whole frame.
const WHOLE_EVERY: u32 = 5;

impl Plan {
    /// The part of a frame of this size to look at now, and how closely ([`crate::Look::close`]).
    pub fn next(&mut self, width: u32, height: u32, formats: Formats) -> (Crop, u8) {
        let (round, look) = (self.looks / WHOLE_EVERY, self.looks % WHOLE_EVERY);
        self.looks = self.looks.wrapping_add(1);
        let linear = formats.has(Format::Code128);
        let close = 1 + (round % 2) as u8;
        let square = |part: u32| {
            let side = width.min(height) * part / 100;
            centred(width, height, side, side)
        };
        match look {
            4 => (centred(width, height, width, height), 0),
            3 if linear => {
                let (wide, high) = CLOSE_BAND;
                let (wide, high) = (width * wide / 100, height * high / 100);
                (centred(width, height, wide, high), close)
            }
            1 if linear => (centred(width, height, width, height * BAND / 100), 0),
            2 => (square(CLOSE_SQUARE), close),
            _ => (square(SQUARE), 0),
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

    fn looks(width: u32, height: u32, formats: Formats) -> Vec<(Crop, u8)> {
        let mut plan = Plan::default();
        (0..10).map(|_| plan.next(width, height, formats)).collect()
    }

    #[test]
    fn the_middle_comes_each_time_and_the_whole_every_fifth() {
        let looks = looks(1920, 1080, Formats::LABELS);
        let whole = |crop: &Crop| crop.width == 1920 && crop.height == 1080;
        let which: Vec<usize> = (0..10).filter(|at| whole(&looks[*at].0)).collect();
        assert_eq!(which, [4, 9]);
        let size = |at: usize| (looks[at].0.width, looks[at].0.height);
        assert_eq!((size(0), size(1)), ((756, 756), (1920, 378)));
        assert_eq!((size(2), size(3)), ((388, 388), (1612, 97)));
        assert_eq!((looks[0].0.x, looks[0].0.y), (582, 162));
    }

    #[test]
    fn close_looks_undo_a_little_blur_and_more_in_turn() {
        let looks = looks(1920, 1080, Formats::LABELS);
        let close: Vec<u8> = looks.iter().map(|(_, close)| *close).collect();
        assert_eq!(close, [0, 0, 1, 1, 0, 0, 0, 2, 2, 0]);
    }

    #[test]
    fn a_phone_held_upright_has_a_square_as_wide_as_fits() {
        let looks = looks(1080, 1920, Formats::LABELS);
        assert_eq!((looks[0].0.width, looks[0].0.height), (756, 756));
        assert_eq!((looks[1].0.width, looks[1].0.height), (1080, 672));
    }

    #[test]
    fn who_wants_matrix_codes_only_looks_at_squares_and_the_whole() {
        let looks = looks(1280, 720, Formats::QR);
        let fits = |crop: &Crop| crop.width == crop.height || crop.width == 1280;
        assert!(looks.iter().all(|(crop, _)| fits(crop)));
        assert!(looks.iter().all(|(crop, _)| crop.height != 252));
    }

    #[test]
    fn every_part_lies_within_its_frame() {
        for (width, height) in [(1, 1), (3, 2), (640, 480), (1081, 1919)] {
            for (crop, _) in looks(width, height, Formats::LABELS) {
                assert!(crop.width >= 1 && crop.x + crop.width <= width, "{crop:?}");
                assert!(
                    crop.height >= 1 && crop.y + crop.height <= height,
                    "{crop:?}"
                );
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
