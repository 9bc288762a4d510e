//! Reading the pictures that browsers take: PNG with eight bits a channel, not interlaced.

/// A picture in greys.
#[derive(Clone, PartialEq, Eq)]
pub struct Shot {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    grey: Vec<u8>,
}

impl Shot {
    /// Reads a PNG.
    pub fn read(png: &[u8]) -> Self {
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
