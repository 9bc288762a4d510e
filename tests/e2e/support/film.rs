//! From one phone's screen to another phone's camera: what a person does by holding one before
//! the other. Only pixels cross.

use std::path::Path;

use fantoccini::Locator;
use serde_json::json;

use super::Phone;
use super::camera::draw::Picture;
use super::camera::film;
use super::png::Shot;

const WIDTH: usize = 1280;
const HEIGHT: usize = 960;
/// How wide a code stands in the picture.
const CODE_WIDTH: f32 = 660.0;
const FRAMES_PER_SECOND: u32 = 10;
/// Pictures of a code that does not move by itself.
const FRAMES: usize = 20;

impl Phone {
    /// Photographs the code that this phone shows, `times` times.
    pub async fn photograph(&self, times: usize) -> Vec<Shot> {
        // A phone's screen has three pixels where the layout has one.
        let sharp = json!({"width": 390, "height": 844, "deviceScaleFactor": 3, "mobile": true});
        self.cdp("Emulation.setDeviceMetricsOverride", sharp).await;
        self.wait_for_test_id("qr").await;
        let mut shots = Vec::with_capacity(times);
        for _ in 0..times {
            let code = self.client().find(Locator::Css("[data-testid=qr]")).await;
            let png = code.expect("a code").screenshot().await;
            shots.push(Shot::read(&png.expect("a picture")));
        }
        self.resize(390, 844).await;
        shots
    }

    /// Lets this phone's camera see the pictures from its next opening on.
    pub fn camera_sees(&self, shots: &[Shot]) {
        let frames: Vec<Picture> = match shots {
            [one] => (0..FRAMES).map(|number| frame(one, number)).collect(),
            many => many
                .iter()
                .enumerate()
                .flat_map(|(number, shot)| [frame(shot, 2 * number), frame(shot, 2 * number + 1)])
                .collect(),
        };
        film(self.film(), &frames, FRAMES_PER_SECOND);
    }
}

/// A grey wall, for a camera that has nothing before it yet.
pub fn nothing(file: &Path) {
    film(file, &[Picture::new(WIDTH, HEIGHT, 120)], FRAMES_PER_SECOND);
}

/// The screen as another phone's camera sees it: turned and tilted a little, out of focus for a
/// moment, with noise.
fn frame(shot: &Shot, number: usize) -> Picture {
    let mut picture = Picture::new(WIDTH, HEIGHT, 90);
    let swing = (number as f32 * 0.63).sin();
    let (sin, cos) = (0.03 + 0.04 * swing).sin_cos();
    let tilt = 0.00008 * swing;
    let scale = shot.width as f32 / CODE_WIDTH;
    let centre = (
        WIDTH as f32 * 0.5 + 14.0 * swing,
        HEIGHT as f32 * 0.5 - 9.0 * swing,
    );
    for down in 0..HEIGHT {
        for across in 0..WIDTH {
            let (dx, dy) = (across as f32 - centre.0, down as f32 - centre.1);
            let depth = 1.0 + tilt * dx;
            let x = (dx * cos + dy * sin) * scale * depth + shot.width as f32 * 0.5;
            let y = (dy * cos - dx * sin) * scale * depth + shot.height as f32 * 0.5;
            if let Some(grey) = shot.at(x, y) {
                picture.grey[down * WIDTH + across] = grey;
            }
        }
    }
    picture.blur(usize::from(number % 5 == 1));
    picture.noise(number as u64 + 1, 8);
    picture
}
