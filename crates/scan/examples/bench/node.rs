//! The decoder in a Node process, as an engine; pictures from files.

use super::draw::Picture;
use baton_scan::{Crop, Engine, EngineError, Format, Look, Sighting, Symbol};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::task::{Context, Poll, Waker};

/// One Node process.
pub struct Node {
    child: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    bare: bool,
    last_ms: Cell<f64>,
}

impl Node {
    /// Starts it on a zxing-wasm package; `bare` leaves out all that is ours.
    pub fn start(package: &Path, bare: bool) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/testkit/engine.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .arg(package)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let pipes = (
            child.stdin.take().expect("a pipe"),
            BufReader::new(child.stdout.take().expect("a pipe")),
        );
        Self {
            child,
            pipes: RefCell::new(pipes),
            bare,
            last_ms: Cell::new(0.0),
        }
    }

    /// How long the last picture took, without the way to the process and back.
    pub fn last_ms(&self) -> f64 {
        self.last_ms.get()
    }

    fn ask(&self, picture: &Picture, look: Look) -> std::io::Result<Value> {
        let head = json!({
            "width": picture.width,
            "height": picture.height,
            "formats": look.formats.names(),
            "still": look.still,
            "first": look.first.map(|part| json!({
                "x": part.x, "y": part.y, "width": part.width, "height": part.height,
            })),
            "turn": look.turn,
            "least": look.sharpness_min,
            "bare": self.bare,
        });
        let mut pipes = self.pipes.borrow_mut();
        writeln!(pipes.0, "{head}")?;
        pipes.0.write_all(&picture.grey)?;
        pipes.0.flush()?;
        let mut line = String::new();
        pipes.1.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Engine for Node {
    type Picture = Picture;

    async fn read(&self, picture: Picture, look: Look) -> Result<Sighting, EngineError> {
        let answer = self.ask(&picture, look).map_err(|_| EngineError::Failed)?;
        self.last_ms.set(answer["ms"].as_f64().unwrap_or(0.0));
        let symbols = answer["symbols"].as_array().cloned().unwrap_or_default();
        Ok(Sighting {
            symbols: symbols
                .iter()
                .filter_map(|one| symbol(one, &picture))
                .collect(),
            sharpness: answer["sharpness"].as_f64().unwrap_or(0.0) as f32,
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn symbol(one: &Value, picture: &Picture) -> Option<Symbol> {
    let corner = |at: usize| one["corners"][at].as_f64().unwrap_or(0.0);
    let mean = |first: usize, whole: usize| {
        let sum: f64 = (0..4).map(|number| corner(first + 2 * number)).sum();
        (sum / 4.0 / whole.max(1) as f64) as f32
    };
    Some(Symbol {
        format: Format::from_name(one["format"].as_str()?)?,
        identifier: one["identifier"].as_str()?.to_owned(),
        text: one["text"].as_str()?.to_owned(),
        centre: (mean(0, picture.width), mean(1, picture.height)),
        reads: one["reads"].as_u64()? as u32,
    })
}

/// The part of a frame that a plan asks for.
pub fn part(frame: &Picture, crop: Crop) -> Picture {
    let (x, y) = (crop.x as usize, crop.y as usize);
    let (width, height) = (crop.width as usize, crop.height as usize);
    let mut grey = Vec::with_capacity(width * height);
    for line in y..y + height {
        let start = line * frame.width + x;
        grey.extend_from_slice(&frame.grey[start..start + width]);
    }
    Picture {
        width,
        height,
        grey,
    }
}

/// The files that [`picture`] reads.
pub const PICTURES: [&str; 4] = ["png", "webp", "jpg", "jpeg"];

/// A picture file in grey, on white where it is transparent.
pub fn picture(file: &Path) -> Option<Picture> {
    let image = image::ImageReader::open(file).ok()?;
    let image = image.with_guessed_format().ok()?.decode().ok()?.to_rgba8();
    let (width, height) = image.dimensions();
    let grey = image.pixels().map(|pixel| {
        let [red, green, blue, cover] = pixel.0.map(u32::from);
        let level = (306 * red + 601 * green + 117 * blue) >> 10;
        ((level * cover + 255 * (255 - cover)) / 255) as u8
    });
    Some(Picture {
        width: width as usize,
        height: height as usize,
        grey: grey.collect(),
    })
}

/// The result of a future that never waits.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("this engine answers at once"),
    }
}
