//! From one phone's screen to another phone's camera: what a person does by holding one before
//! the other. Only pixels cross.

use std::path::Path;

use fantoccini::Locator;
use serde_json::json;

use super::camera::draw::{Matrix, Picture, Pose};
use super::camera::film;
use super::png::Shot;
use super::{Phone, from_xtask};

const WIDTH: usize = 1280;
const HEIGHT: usize = 960;
/// How wide a code stands in the picture.
const CODE_WIDTH: f32 = 660.0;
const FRAMES_PER_SECOND: u32 = 10;
/// Pictures of a code that does not move by itself.
const FRAMES: usize = 20;

impl Phone {
    /// Photographs the code that this phone shows.
    pub async fn photograph(&self) -> Vec<Shot> {
        self.sharpen().await;
        let shot = self.shot().await;
        self.resize(390, 844).await;
        vec![shot]
    }

    /// Photographs a row of codes as they change, until so many different pictures are there. What
    /// changes between two pictures is missed, as by any camera.
    pub async fn photograph_row(&self, times: usize) -> Vec<Shot> {
        let mut row: Vec<Shot> = Vec::with_capacity(times);
        self.sharpen().await;
        while row.len() < times {
            let shot = self.shot().await;
            if row.last() != Some(&shot) {
                row.push(shot);
            }
        }
        self.resize(390, 844).await;
        row
    }

    /// A phone's screen has three pixels where the layout has one.
    async fn sharpen(&self) {
        let sharp = json!({"width": 390, "height": 844, "deviceScaleFactor": 3, "mobile": true});
        self.cdp("Emulation.setDeviceMetricsOverride", sharp).await;
        self.wait_for_test_id("qr").await;
    }

    /// The code on the screen.
    async fn shot(&self) -> Shot {
        loop {
            // A row of codes may change it between finding and taking.
            let code = self.client().find(Locator::Css("[data-testid=qr]")).await;
            if let Ok(png) = code.expect("a code").screenshot().await {
                return Shot::read(&png);
            }
        }
    }

    /// Lets this phone's camera see a QR code that nobody's phone shows.
    pub fn camera_sees_text(&self, text: &str) {
        let package = std::path::PathBuf::from(from_xtask("BATON_DECODER"));
        let code = Matrix::written(&package, "QRCode", text, "");
        let frames: Vec<Picture> = (0..FRAMES)
            .map(|number| {
                let mut picture = Picture::new(WIDTH, HEIGHT, 230);
                let pose = Pose {
                    centre: (WIDTH as f32 * 0.5, HEIGHT as f32 * 0.5),
                    module: CODE_WIDTH / code.width() as f32,
                    turn: 0.004,
                    tilt: 0.0,
                };
                picture.put(&code, pose);
                picture.noise(number as u64 + 1, 8);
                picture
            })
            .collect();
        film(self.film(), &frames, FRAMES_PER_SECOND);
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
