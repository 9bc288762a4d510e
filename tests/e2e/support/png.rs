//! Reading the pictures that browsers take: PNG with eight bits a channel, not interlaced.

use std::collections::HashMap;

/// A picture in greys.
#[derive(Clone, PartialEq, Eq)]
pub struct Shot {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    grey: Vec<u8>,
}

/// Width, height, bytes a pixel, and the pixels.
fn pixels(png: &[u8]) -> (usize, usize, usize, Vec<u8>) {
    let number = |at: usize| {
        let bytes: [u8; 4] = png[at..at + 4].try_into().unwrap();
        u32::from_be_bytes(bytes) as usize
    };
    assert_eq!(&png[1..4], b"PNG", "this is no PNG");
    let (width, height) = (number(16), number(20));
    assert_eq!((png[24], png[28]), (8, 0), "another kind of PNG");
    let channels = match png[25] {
        0 => 1,
        2 => 3,
        6 => 4,
        other => panic!("colour type {other}"),
    };
    let mut packed = Vec::new();
    let mut at = 8;
    while at + 8 <= png.len() {
        let length = number(at);
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let raw = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("the pixels");
    let rows = unfiltered(&raw, width * channels, channels);
    (width, height, channels, rows)
}

impl Shot {
    /// Reads a PNG.
    pub fn read(png: &[u8]) -> Self {
        let (width, height, channels, rows) = pixels(png);
        let grey = rows
            .chunks(channels)
            .map(|pixel| match channels {
                1 => pixel[0],
                _ => {
                    ((u32::from(pixel[0]) * 3 + u32::from(pixel[1]) * 6 + u32::from(pixel[2])) / 10)
                        as u8
                }
            })
            .collect();
        Shot {
            width,
            height,
            grey,
        }
    }

    /// The grey between four pixels; `None` outside.
    pub fn at(&self, x: f32, y: f32) -> Option<u8> {
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (left, top) = (x as usize, y as usize);
        if left + 1 >= self.width || top + 1 >= self.height {
            return None;
        }
        let (right, low) = (x - left as f32, y - top as f32);
        let pixel = |across: usize, down: usize| f32::from(self.grey[down * self.width + across]);
        let over = pixel(left, top) * (1.0 - right) + pixel(left + 1, top) * right;
        let under = pixel(left, top + 1) * (1.0 - right) + pixel(left + 1, top + 1) * right;
        Some((over * (1.0 - low) + under * low) as u8)
    }
}

/// Takes the filters off (PNG specification §9).
fn unfiltered(raw: &[u8], stride: usize, step: usize) -> Vec<u8> {
    let mut rows: Vec<u8> = Vec::with_capacity(raw.len());
    for line in raw.chunks(stride + 1) {
        let start = rows.len();
        for (place, byte) in line[1..].iter().enumerate() {
            let left = if place >= step {
                rows[start + place - step]
            } else {
                0
            };
            let up = if start > 0 {
                rows[start + place - stride]
            } else {
                0
            };
            let corner = if start > 0 && place >= step {
                rows[start + place - stride - step]
            } else {
                0
            };
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                _ => paeth(left, up, corner),
            };
            rows.push(byte.wrapping_add(guess));
        }
    }
    rows
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let (to_left, to_up, to_corner) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

/// The same picture with at most 256 colours, which pictures of screens hardly pass: a third of
/// the bytes. Rare colours, of soft edges, become the nearest of the frequent ones.
pub fn smaller(png: &[u8]) -> Vec<u8> {
    let (width, height, channels, rows) = pixels(png);
    assert!(channels >= 3, "a picture in colours");
    let colour = |pixel: &[u8]| [pixel[0], pixel[1], pixel[2]];
    let mut counted: HashMap<[u8; 3], u32> = HashMap::new();
    for pixel in rows.chunks(channels) {
        *counted.entry(colour(pixel)).or_default() += 1;
    }
    let mut palette: Vec<([u8; 3], u32)> = counted.into_iter().collect();
    palette.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    palette.truncate(256);
    let mut nearest: HashMap<[u8; 3], u8> = HashMap::new();
    let mut indexed = Vec::with_capacity((width + 1) * height);
    for row in rows.chunks(width * channels) {
        indexed.push(0);
        for pixel in row.chunks(channels) {
            let wanted = colour(pixel);
            let place = nearest
                .entry(wanted)
                .or_insert_with(|| nearest_of(&palette, wanted));
            indexed.push(*place);
        }
    }
    let mut size = Vec::new();
    size.extend((width as u32).to_be_bytes());
    size.extend((height as u32).to_be_bytes());
    size.extend([8, 3, 0, 0, 0]);
    let colours: Vec<u8> = palette.iter().flat_map(|(colour, _)| *colour).collect();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&indexed, 10);
    let mut out = png[..8].to_vec();
    for (kind, data) in [
        (b"IHDR", &size),
        (b"PLTE", &colours),
        (b"IDAT", &packed),
        (b"IEND", &Vec::new()),
    ] {
        out.extend((data.len() as u32).to_be_bytes());
        let start = out.len();
        out.extend(kind);
        out.extend(data);
        let check = crc(&out[start..]);
        out.extend(check.to_be_bytes());
    }
    out
}

fn nearest_of(palette: &[([u8; 3], u32)], wanted: [u8; 3]) -> u8 {
    let distance = |colour: &[u8; 3]| -> i32 {
        let parts = colour.iter().zip(wanted);
        parts
            .map(|(one, other)| (i32::from(*one) - i32::from(other)).pow(2))
            .sum()
    };
    let places = palette.iter().enumerate();
    let best = places.min_by_key(|(_, (colour, _))| distance(colour));
    best.map_or(0, |(place, _)| place as u8)
}

/// The check of a chunk (PNG specification, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let mut check = u32::MAX;
    for byte in bytes {
        check ^= u32::from(*byte);
        for _ in 0..8 {
            check = if check & 1 == 1 {
                0xEDB8_8320 ^ (check >> 1)
            } else {
                check >> 1
            };
        }
    }
    !check
}
