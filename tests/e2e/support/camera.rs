//! A fake camera for Chromium: a film of labels that move as in a hand.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Phone, from_xtask};

#[path = "../../../crates/scan/testkit/draw.rs"]
pub mod draw;

use draw::{Matrix, Picture, Pose};

const WIDTH: usize = 960;
const HEIGHT: usize = 540;
const FRAMES: usize = 30;
const FRAMES_PER_SECOND: u32 = 10;
/// Of several labels, each is shown for so many frames, and then nothing is for so many.
const SHOWN: usize = 14;
const AWAY: usize = 15;

/// A label that a test shows.
#[derive(Clone, Copy, Debug)]
pub enum Label<'a> {
    /// GS1 DataMatrix; the text with brackets.
    DataMatrix(&'a str),
    /// GS1-128; the text with brackets.
    Gs1128(&'a str),
}

/// Films a label: it comes in from the side, tilted and blurred, in two sizes, with a parcel's QR
/// code lying about. `folder` is the phone's own.
pub fn film_of(folder: &Path, label: Label<'_>) -> PathBuf {
    let package = PathBuf::from(from_xtask("BATON_DECODER"));
    let (matrix, module) = match label {
        Label::DataMatrix(text) => (Matrix::written(&package, "DataMatrix", text, "gs1"), 6.0),
        Label::Gs1128(text) => (Matrix::written(&package, "Code128", text, "gs1"), 2.6),
    };
    let parcel = Matrix::written(&package, "QRCode", "https://example.org/parcel/77", "");
    let frames: Vec<Picture> = (0..FRAMES)
        .map(|number| frame(&matrix, module, &parcel, number))
        .collect();
    let file = folder.join("camera.y4m");
    film(&file, &frames, FRAMES_PER_SECOND);
    file
}

impl Phone {
    /// Lets this phone's camera see labels held before it one after the other, from its next opening
    /// on; between two of them there is nothing, for longer than a label counts as still there.
    pub fn camera_passes(&self, labels: &[&str]) {
        let package = PathBuf::from(from_xtask("BATON_DECODER"));
        let parcel = Matrix::written(&package, "QRCode", "https://example.org/parcel/77", "");
        let mut frames = Vec::with_capacity(labels.len() * (SHOWN + AWAY));
        for label in labels {
            let matrix = Matrix::written(&package, "DataMatrix", label, "gs1");
            frames.extend((0..SHOWN).map(|number| frame(&matrix, 6.0, &parcel, number)));
            frames.extend((0..AWAY).map(|number| {
                let mut wall = Picture::new(WIDTH, HEIGHT, 150);
                wall.noise(number as u64 + 1, 6);
                wall
            }));
        }
        film(self.film(), &frames, FRAMES_PER_SECOND);
    }
}

fn frame(matrix: &Matrix, module: f32, parcel: &Matrix, number: usize) -> Picture {
    let part = number as f32 / FRAMES as f32;
    let mut picture = Picture::new(WIDTH, HEIGHT, 150);
    let swing = (part * std::f32::consts::TAU).sin();
    picture.put(
        parcel,
        Pose {
            centre: (90.0, 90.0),
            module: 3.0,
            turn: 0.02,
            tilt: 0.0,
        },
    );
    // The second half of the film shows it from farther away.
    let module = if number * 2 < FRAMES {
        module
    } else {
        module * 0.8
    };
    picture.put(
        matrix,
        Pose {
            centre: (
                WIDTH as f32 * 0.5 + 60.0 * swing,
                HEIGHT as f32 * 0.5 + 35.0 * swing,
            ),
            module,
            turn: 0.025 * swing + 0.01,
            tilt: 0.08 * swing,
        },
    );
    // Out of focus for a moment, as after every move.
    picture.blur(if number % 10 < 3 { 2 } else { 0 });
    picture.noise(number as u64 + 1, 6);
    picture
}

/// Writes frames as a film that Chromium takes for its fake camera (YUV4MPEG2, 4:2:0).
pub fn film(file: &Path, frames: &[Picture], frames_per_second: u32) {
    let first = &frames[0];
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).expect("a film"));
    let (width, height) = (first.width, first.height);
    let head = format!("YUV4MPEG2 W{width} H{height} F{frames_per_second}:1 Ip A1:1 C420jpeg\n");
    out.write_all(head.as_bytes()).expect("a film");
    let colourless = vec![128u8; (width / 2) * (height / 2) * 2];
    for frame in frames {
        for part in [b"FRAME\n".as_slice(), &frame.grey, &colourless] {
            out.write_all(part).expect("a film");
        }
    }
}

/// The pictures of labels with the text that is on each; `None` where nothing may be read.
pub fn label_pictures() -> Vec<(PathBuf, Option<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labels");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
        .map(|path| {
            let text = std::fs::read_to_string(path.with_extension("txt")).ok();
            (path, text)
        })
        .collect();
    found.sort();
    found
}

impl Phone {
    /// Puts a file into the photo field, as the browser does after a person chose it.
    pub async fn choose_photo(&self, picture: &Path) {
        self.wait_for_test_id("scan-photo-label").await;
        let bytes = std::fs::read(picture).unwrap();
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        let script = "const [hex] = arguments;
            const bytes = new Uint8Array(hex.length / 2);
            for (let at = 0; at < bytes.length; at += 1)
                bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
            const files = new DataTransfer();
            files.items.add(new File([bytes], 'label.png', {type: 'image/png'}));
            const field = document.querySelector('[data-testid=scan-photo]');
            field.files = files.files;
            field.dispatchEvent(new Event('change', {bubbles: true}));";
        self.execute(script, vec![json!(hex)]).await;
    }
}
