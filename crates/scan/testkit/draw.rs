//! Pictures of codes as a camera sees them: turned, tilted, small, blurred, in a noisy room.

use std::f32::consts::TAU;
use std::path::Path;
use std::process::Command;

/// A symbol: dark and light modules.
#[derive(Clone, Debug)]
pub struct Matrix {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

/// How a symbol lies before the camera.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Where its middle is, in pixels.
    pub centre: (f32, f32),
    /// How large a module is, in pixels.
    pub module: f32,
    /// Turned by so much, in turns.
    pub turn: f32,
    /// Tilted away: 0 is flat, 0.3 a lot.
    pub tilt: f32,
}

/// A grey picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Line by line.
    pub grey: Vec<u8>,
}

impl Matrix {
    /// Asks the writer of the zxing-wasm package in this folder. `options` as the writer takes
    /// them: `gs1` for a text with brackets.
    ///
    /// # Panics
    /// Where Node or the package is not there: this is for tests.
    pub fn written(package: &Path, format: &str, text: &str, options: &str) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/crates/scan/testkit/matrix.mjs"
        );
        let own = concat!(env!("CARGO_MANIFEST_DIR"), "/testkit/matrix.mjs");
        let script = if Path::new(own).is_file() {
            own
        } else {
            script
        };
        let output = Command::new("node")
            .arg(script)
            .arg(package)
            .args([format, text, options])
            .output()
            .expect("node starts");
        let rows = String::from_utf8_lossy(&output.stdout);
        let rows: Vec<&str> = rows.lines().filter(|row| !row.is_empty()).collect();
        assert!(
            !rows.is_empty(),
            "{format} cannot be written: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self {
            width: rows[0].len(),
            height: rows.len(),
            dark: rows
                .iter()
                .flat_map(|row| row.bytes().map(|b| b == b'#'))
                .collect(),
        }
    }

    /// Modules across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The level at a place in modules from the middle; `None` outside of the quiet zone.
    fn level(&self, x: f32, y: f32) -> Option<u8> {
        let quiet = if self.height * 2 < self.width {
            10.0
        } else {
            3.0
        };
        let (x, y) = (x + self.width as f32 / 2.0, y + self.height as f32 / 2.0);
        let inside = |v: f32, size: usize| v >= 0.0 && v < size as f32;
        if inside(x, self.width) && inside(y, self.height) {
            let dark = self.dark[y as usize * self.width + x as usize];
            return Some(if dark { 25 } else { 235 });
        }
        let near = |v: f32, size: usize| v >= -quiet && v < size as f32 + quiet;
        (near(x, self.width) && near(y, self.height)).then_some(235)
    }
}

impl Picture {
    /// An even ground.
    pub fn new(width: usize, height: usize, ground: u8) -> Self {
        Self {
            width,
            height,
            grey: vec![ground; width * height],
        }
    }

    /// Puts a symbol into it.
    pub fn put(&mut self, matrix: &Matrix, pose: Pose) {
        const SAMPLES: usize = 3;
        let (sin, cos) = (pose.turn * TAU).sin_cos();
        let half = pose.module * (matrix.width.max(matrix.height) as f32 / 2.0 + 12.0);
        // What is tilted towards the camera grows.
        let reach = half * 1.5 * (1.0 + pose.tilt.abs());
        let range = |middle: f32, end: usize| {
            let from = (middle - reach).max(0.0) as usize;
            from..((middle + reach).max(0.0) as usize).min(end)
        };
        for py in range(pose.centre.1, self.height) {
            for px in range(pose.centre.0, self.width) {
                let (mut sum, mut hits) = (0u32, 0u32);
                for sample in 0..SAMPLES * SAMPLES {
                    let part = |n: usize| (n as f32 + 0.5) / SAMPLES as f32;
                    let dx = px as f32 + part(sample % SAMPLES) - pose.centre.0;
                    let dy = py as f32 + part(sample / SAMPLES) - pose.centre.1;
                    let (x, y) = (cos * dx + sin * dy, cos * dy - sin * dx);
                    let depth = 1.0 + pose.tilt * y / half;
                    let place = (x / depth / pose.module, y / depth / pose.module);
                    if let Some(level) = matrix.level(place.0, place.1) {
                        sum += u32::from(level);
                        hits += 1;
                    }
                }
                let at = py * self.width + px;
                let rest = (SAMPLES * SAMPLES) as u32 - hits;
                let mixed = (sum + rest * u32::from(self.grey[at])) / (SAMPLES * SAMPLES) as u32;
                self.grey[at] = mixed as u8;
            }
        }
    }

    /// Blurs twice with a box of this radius, which comes near a lens out of focus.
    pub fn blur(&mut self, radius: usize) {
        if radius == 0 {
            return;
        }
        for _ in 0..2 {
            self.smear(radius, 1, self.width, self.height, self.width);
            self.smear(radius, self.width, self.height, self.width, 1);
        }
    }

    /// One pass along lines of `length` pixels that lie `step` apart.
    fn smear(&mut self, radius: usize, step: usize, length: usize, lines: usize, next: usize) {
        let window = (2 * radius + 1) as u32;
        let mut line = vec![0u8; length];
        for start in (0..lines).map(|line| line * next) {
            for (at, pixel) in line.iter_mut().enumerate() {
                *pixel = self.grey[start + at * step];
            }
            let level = |at: isize| u32::from(line[at.clamp(0, length as isize - 1) as usize]);
            let reach = radius as isize;
            let mut sum: u32 = (-reach..=reach).map(level).sum();
            for at in 0..length {
                self.grey[start + at * step] = (sum / window) as u8;
                sum += level(at as isize + reach + 1);
                sum -= level(at as isize - reach);
            }
        }
    }

    /// Adds what a small sensor adds; the same for the same seed.
    pub fn noise(&mut self, seed: u64, most: u32) {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for pixel in &mut self.grey {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let change = (state >> 33) as u32 % (2 * most + 1);
            let level = i32::from(*pixel) + change as i32 - most as i32;
            *pixel = level.clamp(0, 255) as u8;
        }
    }
}
