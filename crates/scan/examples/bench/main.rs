//! Benchmark B7: what is read of still pictures and of moving labels, by the scanner as the app
//! has it and by bare zxing-wasm, on the same pictures in the same run.
//!
//!     cargo xtask bench scan [--pictures DIR]
//!
//! A folder of pictures has PNG, WebP or JPEG files, alone or in sub-folders (sets), with the expected text
//! beside each (`NAME.txt`); a picture without one must give nothing. Moving labels are drawn:
//! pixels per module × blur × tilt, ten frames each, with a parcel's code lying about.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool of developers: it prints, and stops loudly"
)]

#[path = "../../testkit/draw.rs"]
#[allow(dead_code, reason = "the browser tests use more of it")]
mod draw;
mod node;

use baton_scan::{Engine, Formats, Gate, Look, Plan, Session, Sighting, Symbol, Wanted};
use baton_udi::Date;
use draw::{Matrix, Picture, Pose};
use node::{Node, ready};
use std::path::{Path, PathBuf};

/// What one side did.
#[derive(Default)]
struct Side {
    right: usize,
    wrong: usize,
    false_reads: usize,
    ms: Vec<f64>,
}

impl Side {
    fn ms_at(&self, part: f64) -> f64 {
        let mut ms = self.ms.clone();
        ms.sort_by(f64::total_cmp);
        let last = ms.len().saturating_sub(1);
        let place = (last as f64 * part).round() as usize;
        ms.get(place).copied().unwrap_or(0.0)
    }
}

fn main() {
    let mut package = PathBuf::new();
    let mut pictures = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = PathBuf::from(arguments.next().unwrap_or_default());
        match argument.as_str() {
            "--package" => package = value,
            "--pictures" => pictures.push(value),
            other => panic!("what is {other}?"),
        }
    }
    let ours = Node::start(&package, false);
    let bare = Node::start(&package, true);
    println!(
        "ours / bare zxing-wasm, the same pictures, formats {}",
        Formats::LABELS.names()
    );
    stills(&pictures, &ours, &bare);
    moving(&package, &ours, &bare);
    empty(&ours, &bare);
}

// ---- still pictures ----------------------------------------------------------------------

fn stills(folders: &[PathBuf], ours: &Node, bare: &Node) {
    println!("\nstill pictures: right, wrong, false reads, median ms");
    for folder in folders {
        let mut sets: Vec<PathBuf> = sub_folders(folder);
        sets.push(folder.clone());
        sets.sort();
        for set in sets {
            still_set(&set, ours, bare);
        }
    }
}

fn still_set(set: &Path, ours: &Node, bare: &Node) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(set)
        .map(|entries| {
            entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect()
        })
        .unwrap_or_default();
    files.retain(|file| {
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        node::PICTURES.contains(&ending.to_ascii_lowercase().as_str())
    });
    files.sort();
    let (mut our, mut their, mut n) = (Side::default(), Side::default(), 0);
    for file in &files {
        let Some(picture) = node::picture(file) else {
            println!("  {}: not a picture that this reads", file.display());
            continue;
        };
        n += 1;
        let expected = std::fs::read_to_string(file.with_extension("txt")).ok();
        let expected = expected.as_deref().map(str::trim_end);
        for (engine, side) in [(ours, &mut our), (bare, &mut their)] {
            let seen = ready(engine.read(picture.clone(), Look::still(Formats::LABELS))).unwrap();
            side.ms.push(engine.last_ms());
            let texts: Vec<&str> = seen
                .symbols
                .iter()
                .filter(|symbol| symbol.is_believed_on_a_still())
                .map(|symbol| symbol.text.trim_end())
                .collect();
            match expected {
                None => side.false_reads += texts.len(),
                Some(expected) => {
                    side.right += usize::from(texts.contains(&expected));
                    side.wrong += texts.iter().filter(|text| **text != expected).count();
                }
            }
        }
    }
    if n > 0 {
        println!(
            "  {:24} n {n:4}   right {:4} / {:4}   wrong {} / {}   false {} / {}   ms {:.1} / {:.1}",
            set.file_name().unwrap_or_default().to_string_lossy(),
            our.right,
            their.right,
            our.wrong,
            their.wrong,
            our.false_reads,
            their.false_reads,
            our.ms_at(0.5),
            their.ms_at(0.5),
        );
    }
}

fn sub_folders(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect()
}

// ---- moving labels -----------------------------------------------------------------------

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const FRAMES: usize = 10;
/// A frame of a camera every so many milliseconds.
const FRAME_MS: u64 = 66;
const TEXT: &str = "(01)00614950000203(17)290630(10)LOT77A";
const READ: &str = "010061495000020317290630";

fn moving(package: &Path, ours: &Node, bare: &Node) {
    println!(
        "\nmoving labels, {FRAMES} frames of {WIDTH} × {HEIGHT}: sequences read, wrong texts, ms a frame (median, p95)"
    );
    let parcel = Matrix::written(package, "QRCode", "https://example.org/parcel/77", "");
    let (mut seed, mut all) = (0, [(0, 0), (0, 0)]);
    for (name, format) in [("GS1 DataMatrix", "DataMatrix"), ("GS1-128", "Code128")] {
        let matrix = Matrix::written(package, format, TEXT, "gs1");
        for module in [1.5f32, 2.0, 3.0, 4.5] {
            let (mut our, mut their, mut n) = (Side::default(), Side::default(), 0);
            for blur in [0usize, 1, 2, 3] {
                for tilt in [0.0f32, 0.12, 0.25] {
                    seed += 1;
                    n += 1;
                    let frames: Vec<Picture> = (0..FRAMES)
                        .map(|number| frame(&matrix, &parcel, module, blur, tilt, seed, number))
                        .collect();
                    session(&frames, ours, &mut our);
                    frame_by_frame(&frames, bare, &mut their);
                }
            }
            println!(
                "  {name:15} {module} px   n {n:3}   read {:3} / {:3}   wrong {} / {}   ms {:.1}, {:.1} / {:.1}, {:.1}",
                our.right,
                their.right,
                our.wrong,
                their.wrong,
                our.ms_at(0.5),
                our.ms_at(0.95),
                their.ms_at(0.5),
                their.ms_at(0.95),
            );
            all[0] = (all[0].0 + our.right, all[0].1 + n);
            all[1] = (all[1].0 + their.right, all[1].1 + n);
        }
    }
    println!("  together: {} / {} of {}", all[0].0, all[1].0, all[0].1);
}

fn frame(
    matrix: &Matrix,
    parcel: &Matrix,
    module: f32,
    blur: usize,
    tilt: f32,
    seed: u64,
    number: usize,
) -> Picture {
    let mut picture = Picture::new(WIDTH, HEIGHT, 140);
    // A hand that shakes, the same for the same seed.
    let shake = |part: u64| {
        let mixed = (seed * 31 + number as u64 * 7 + part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let lying = Pose {
        centre: (140.0, 120.0),
        module: 3.0,
        turn: 0.03,
        tilt: 0.0,
    };
    picture.put(parcel, lying);
    let held = Pose {
        centre: (
            WIDTH as f32 / 2.0 + 90.0 * shake(1),
            HEIGHT as f32 / 2.0 + 60.0 * shake(2),
        ),
        module: module * (1.0 + 0.12 * shake(3)),
        turn: 0.05 * shake(4),
        tilt: tilt * (1.0 + 0.4 * shake(5)),
    };
    picture.put(matrix, held);
    picture.blur(blur);
    picture.noise(seed * 1_000 + number as u64, 8);
    picture
}

/// As the app does it: a plan, a gate, votes.
fn session(frames: &[Picture], engine: &Node, side: &mut Side) {
    let today = Date::new(2026, 11, 24).unwrap();
    let mut session = Session::new(Wanted::Labels, false);
    let (mut plan, mut gate) = (Plan::default(), Gate::default());
    let mut texts: Vec<String> = Vec::new();
    for (number, frame) in frames.iter().enumerate() {
        let (width, height) = (frame.width as u32, frame.height as u32);
        let view = plan.next(width, height, Formats::LABELS);
        let look = Look {
            formats: Formats::LABELS,
            still: false,
            first: view.first,
            turn: view.turn,
            sharpness_min: gate.sharpness_min(),
        };
        let mut seen: Sighting = ready(engine.read(node::part(frame, view.crop), look)).unwrap();
        side.ms.push(engine.last_ms());
        gate.saw(seen.sharpness);
        for symbol in &mut seen.symbols {
            symbol.centre = view.crop.in_frame(symbol.centre, width, height);
        }
        let outcomes = session.see(&seen.symbols, today, number as u64 * FRAME_MS);
        texts.extend(
            outcomes
                .into_iter()
                .filter(|outcome| outcome.udi.is_some())
                .map(|outcome| outcome.code),
        );
    }
    count(side, texts.iter().map(|code| &code[3..]));
}

/// The whole frame each time, every reading believed.
fn frame_by_frame(frames: &[Picture], engine: &Node, side: &mut Side) {
    let mut texts: Vec<String> = Vec::new();
    for frame in frames {
        let look = Look::still(Formats::LABELS);
        let seen = ready(engine.read(frame.clone(), look)).unwrap();
        side.ms.push(engine.last_ms());
        let device = |symbol: &Symbol| !symbol.text.starts_with("http");
        texts.extend(
            seen.symbols
                .into_iter()
                .filter(device)
                .map(|symbol| symbol.text),
        );
    }
    count(side, texts.iter().map(String::as_str));
}

fn count<'a>(side: &mut Side, texts: impl Iterator<Item = &'a str>) {
    let expected = format!("{READ}10LOT77A");
    let (right, wrong): (Vec<&str>, Vec<&str>) = texts.partition(|text| *text == expected);
    side.right += usize::from(!right.is_empty());
    side.wrong += wrong.len();
}

// ---- nothing to see ----------------------------------------------------------------------

fn empty(ours: &Node, bare: &Node) {
    println!("\nframes without a code: ms (median, p95)");
    for (width, height) in [(480, 480), (1280, 720), (1920, 1080)] {
        let mut sides = [Side::default(), Side::default()];
        for number in 0..40 {
            let mut picture = Picture::new(width, height, 150);
            picture.noise(number, 40);
            picture.blur(1);
            for (engine, side) in [ours, bare].into_iter().zip(&mut sides) {
                let look = Look {
                    formats: Formats::LABELS,
                    still: false,
                    first: None,
                    turn: number as u8,
                    sharpness_min: 0.0,
                };
                ready(engine.read(picture.clone(), look)).unwrap();
                side.ms.push(engine.last_ms());
            }
        }
        let [our, their] = &mut sides;
        println!(
            "  {width} × {height}: {:.1}, {:.1} / {:.1}, {:.1}",
            our.ms_at(0.5),
            our.ms_at(0.95),
            their.ms_at(0.5),
            their.ms_at(0.95)
        );
    }
}
