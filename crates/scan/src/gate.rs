//! A gate before the decoder: a frame that is much more blurred than the last ones is not worth
//! the time.

/// Remembers how sharp it has been lately.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    best: f32,
}

/// A frame passes with this part of the best sharpness of late.
const PART: f32 = 0.4;
/// How much of the best is left after each frame: what was seen a second ago, perhaps of
/// something else, hardly counts.
const FADE: f32 = 0.93;

impl Gate {
    /// What a frame must have.
    pub fn sharpness_min(&self) -> f32 {
        self.best * PART
    }

    /// Takes notice of a frame.
    pub fn saw(&mut self, sharpness: f32) {
        self.best = (self.best * FADE).max(sharpness);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blurred_frame_among_sharp_ones_is_left_out_and_a_soft_camera_is_not() {
        let mut gate = Gate::default();
        assert!(gate.sharpness_min() <= 0.0, "the first frame passes");
        gate.saw(20.0);
        assert!(gate.sharpness_min() > 5.0);
        // Something softer is looked at for longer: soon it passes.
        for _ in 0..30 {
            gate.saw(5.0);
        }
        assert!(gate.sharpness_min() < 5.0);
    }
}
