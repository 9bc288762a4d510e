//! One sitting of scanning: from readings to outcomes, each label once.

use crate::votes::Votes;
use crate::{Formats, Symbol};
use baton_udi::{Date, Outcome, Step, TwoCodes, Udi, parse};

/// A code that was taken is not taken again before it has been out of view for so long.
pub const IGNORED_MS: u64 = 2_000;
/// The same in a batch, where the next piece often carries the same code.
pub const BATCH_GONE_MS: u64 = 1_000;
/// Text that is no label is told after it stood alone in so many looks …
const ALONE_LOOKS: u32 = 6;
/// … over so long a time.
const ALONE_MS: u64 = 900;
/// Codes remembered as taken at most.
const TAKEN_MAX: usize = 64;

/// How the codes begin that phones of this app show each other. Before a sitting that wants labels
/// they count at once: an animated one never stands still.
pub const BETWEEN_PHONES: &str = "BATON:";

/// What a sitting is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Labels of devices.
    Labels,
    /// The codes that phones show each other: every text counts, its meaning is not looked at.
    Handoff,
}

impl Wanted {
    /// The symbols to look for.
    pub const fn formats(self) -> Formats {
        match self {
            Self::Labels => Formats::LABELS,
            Self::Handoff => Formats::QR,
        }
    }
}

/// How a code came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A moving picture.
    Camera,
    /// A still one.
    Photo,
    /// A scanner that types.
    Wedge,
    /// A thumb.
    Typed,
}

/// The half of a two-code label that has not been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The product is known; lot, serial or expiry may stand in a second code.
    Production,
    /// Lot, serial or expiry are known; of what is not.
    Product,
}

/// What all ways of scanning end in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanOutcome {
    /// The text as [`baton_udi::parse`] takes it, separators and symbology identifier included;
    /// both texts of a two-code label with a line break between them. What is no label is here
    /// without the identifier.
    pub code: String,
    /// What it says about a device; `None` for any other text.
    pub udi: Option<Udi>,
    /// What a second code may still say.
    pub missing: Option<Missing>,
    /// How it came in.
    pub way: Way,
}

/// One sitting.
#[derive(Clone, Debug)]
pub struct Session {
    wanted: Wanted,
    batch: bool,
    votes: Votes,
    label: TwoCodes,
    taken: Vec<Taken>,
    alone: Option<Alone>,
    last: Option<ScanOutcome>,
}

/// A code that was taken, until it has been out of view for a while.
#[derive(Clone, Debug)]
struct Taken {
    code: String,
    content: Content,
    seen_ms: u64,
}

/// What tells two labels apart.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Device([Option<String>; 3], Option<Date>),
    Text,
}

/// Text that is no label, standing in view.
#[derive(Clone, Debug)]
struct Alone {
    code: String,
    since_ms: u64,
    looks: u32,
}

/// A believed reading with its meaning.
struct Reading<'a> {
    symbol: &'a Symbol,
    code: String,
    udi: Option<Udi>,
}

impl Session {
    /// A sitting; in a `batch` several labels are taken one after the other, or at once.
    pub fn new(wanted: Wanted, batch: bool) -> Self {
        Self {
            wanted,
            batch,
            votes: Votes::default(),
            label: TwoCodes::default(),
            taken: Vec::new(),
            alone: None,
            last: None,
        }
    }

    /// Takes what one frame of a camera showed. An empty frame counts, too: time passes.
    pub fn see(&mut self, symbols: &[Symbol], today: Date, now_ms: u64) -> Vec<ScanOutcome> {
        let gone_ms = if self.batch {
            BATCH_GONE_MS
        } else {
            IGNORED_MS
        };
        self.taken
            .retain(|taken| now_ms.saturating_sub(taken.seen_ms) < gone_ms);
        for symbol in symbols {
            self.still_there(&symbol.code(), now_ms);
        }
        let believed = self.votes.see(symbols, now_ms);
        let readings = self.meanings(believed, today);
        self.choose(readings, Way::Camera, now_ms)
    }

    /// Takes what a still picture showed.
    pub fn photo(&mut self, symbols: &[Symbol], today: Date, now_ms: u64) -> Vec<ScanOutcome> {
        // Somebody took this picture on purpose: nothing is too soon.
        self.taken.clear();
        let believed = symbols
            .iter()
            .filter(|symbol| symbol.is_believed_on_a_still());
        let readings = self.meanings(believed.collect(), today);
        self.choose(readings, Way::Photo, now_ms)
    }

    /// Takes a text that a wedge or a person typed.
    pub fn enter(&mut self, text: &str, way: Way, today: Date, now_ms: u64) -> ScanOutcome {
        let outcome = match (self.wanted, parse(text, today)) {
            (Wanted::Labels, Outcome::Udi(udi)) => self.device(udi, way, now_ms),
            _ => plain(text.to_owned(), way),
        };
        self.last = Some(outcome.clone());
        outcome
    }

    /// The last outcome once more: another piece with the same label.
    pub fn once_more(&self) -> Option<ScanOutcome> {
        self.last.clone()
    }

    /// Begins anew with the next label: nothing waits for a second half, nothing is taken.
    pub fn clear(&mut self) {
        self.label.clear();
        self.taken.clear();
        self.alone = None;
    }

    /// The half that waits for another.
    pub fn waits(&self, now_ms: u64) -> bool {
        self.label.pending(now_ms).is_some()
    }

    fn meanings<'a>(&self, symbols: Vec<&'a Symbol>, today: Date) -> Vec<Reading<'a>> {
        let meaning = |symbol: &'a Symbol| {
            let code = symbol.code();
            let udi = match self.wanted {
                Wanted::Labels => parse(&code, today).udi(),
                Wanted::Handoff => None,
            };
            Reading { symbol, code, udi }
        };
        symbols.into_iter().map(meaning).collect()
    }

    /// From the readings of one picture to outcomes.
    fn choose(
        &mut self,
        mut readings: Vec<Reading<'_>>,
        way: Way,
        now_ms: u64,
    ) -> Vec<ScanOutcome> {
        if self.wanted == Wanted::Handoff {
            let codes = readings.into_iter().map(|reading| (reading.symbol, None));
            return self.take_all(codes.collect(), way, now_ms);
        }
        readings.sort_by(|a, b| from_middle(a.symbol).total_cmp(&from_middle(b.symbol)));
        if readings.iter().all(|reading| reading.udi.is_none()) {
            return self.text(&readings, way, now_ms);
        }
        self.alone = None;
        let labels: Vec<(&Symbol, Option<Udi>)> = readings
            .into_iter()
            .filter_map(|reading| Some((reading.symbol, Some(reading.udi?))))
            .collect();
        let labels = whole_before_halves(labels);
        self.take_all(labels, way, now_ms)
    }

    fn take_all(
        &mut self,
        labels: Vec<(&Symbol, Option<Udi>)>,
        way: Way,
        now_ms: u64,
    ) -> Vec<ScanOutcome> {
        // Without a batch the one in the middle counts: a second label in view, taken a moment
        // later, would take its place on the screen.
        let halves = labels
            .iter()
            .all(|(_, udi)| udi.as_ref().is_some_and(is_half));
        let all = self.batch || halves || self.wanted == Wanted::Handoff;
        let several = if all { labels.len() } else { 1 };
        let mut outcomes: Vec<ScanOutcome> = Vec::new();
        for (symbol, udi) in labels.into_iter().take(several) {
            let content = udi.as_ref().map_or(Content::Text, content_of);
            let code = symbol.code();
            if self.is_taken(&code, &content) {
                continue;
            }
            self.remember(code, content, now_ms);
            let outcome = match udi {
                Some(udi) => self.device(udi, way, now_ms),
                None => plain(symbol.text.clone(), way),
            };
            // The whole label in the place of the half before it.
            if outcomes.last().is_some_and(|last| last.missing.is_some()) {
                outcomes.pop();
            }
            self.last = Some(outcome.clone());
            outcomes.push(outcome);
        }
        outcomes
    }

    /// Joins halves of one label.
    fn device(&mut self, udi: Udi, way: Way, now_ms: u64) -> ScanOutcome {
        let step = self.label.push(udi, now_ms);
        let missing = match &step {
            Step::Complete(_) => None,
            Step::ProductRead(_) => Some(Missing::Production),
            Step::ProductionRead(_) => Some(Missing::Product),
        };
        let (Step::Complete(udi) | Step::ProductRead(udi) | Step::ProductionRead(udi)) = step;
        ScanOutcome {
            code: udi.raw.clone(),
            udi: Some(udi),
            missing,
            way,
        }
    }

    /// Text that is no label: on a photo at once, before a camera when it stays alone in view.
    fn text(&mut self, readings: &[Reading<'_>], way: Way, now_ms: u64) -> Vec<ScanOutcome> {
        let Some(first) = readings.first() else {
            return Vec::new();
        };
        let between_phones = first.symbol.text.starts_with(BETWEEN_PHONES);
        if way == Way::Camera && !between_phones && !self.stood_alone(&first.code, now_ms) {
            return Vec::new();
        }
        if self.is_taken(&first.code, &Content::Text) {
            return Vec::new();
        }
        self.remember(first.code.clone(), Content::Text, now_ms);
        vec![plain(first.symbol.text.clone(), way)]
    }

    fn stood_alone(&mut self, code: &str, now_ms: u64) -> bool {
        match &mut self.alone {
            Some(alone) if alone.code == code => {
                alone.looks += 1;
                alone.looks >= ALONE_LOOKS && now_ms.saturating_sub(alone.since_ms) >= ALONE_MS
            }
            other => {
                *other = Some(Alone {
                    code: code.to_owned(),
                    since_ms: now_ms,
                    looks: 1,
                });
                false
            }
        }
    }

    fn still_there(&mut self, code: &str, now_ms: u64) {
        for taken in &mut self.taken {
            if taken.code == code {
                taken.seen_ms = now_ms;
            }
        }
    }

    fn is_taken(&self, code: &str, content: &Content) -> bool {
        self.taken.iter().any(|taken| {
            taken.code == code || (*content != Content::Text && taken.content == *content)
        })
    }

    fn remember(&mut self, code: String, content: Content, seen_ms: u64) {
        if self.taken.len() == TAKEN_MAX {
            self.taken.remove(0);
        }
        self.taken.push(Taken {
            code,
            content,
            seen_ms,
        });
    }
}

fn plain(code: String, way: Way) -> ScanOutcome {
    ScanOutcome {
        code,
        udi: None,
        missing: None,
        way,
    }
}

fn content_of(udi: &Udi) -> Content {
    Content::Device(
        [
            udi.device_identifier.clone(),
            udi.lot.clone(),
            udi.serial.clone(),
        ],
        udi.expiry,
    )
}

fn is_half(udi: &Udi) -> bool {
    udi.device_identifier.is_none() || !udi.is_tracked()
}

/// Whole labels stand for themselves. Halves are used only where no whole label is in view and
/// where it is plain which belong together: one product, one lot. With two of either nobody can
/// tell, and a lot on the wrong product is the worst that scanning can do.
fn whole_before_halves(labels: Vec<(&Symbol, Option<Udi>)>) -> Vec<(&Symbol, Option<Udi>)> {
    let half = |(_, udi): &(&Symbol, Option<Udi>)| udi.as_ref().is_some_and(is_half);
    if labels.iter().any(|label| !half(label)) {
        return labels.into_iter().filter(|label| !half(label)).collect();
    }
    let distinct = |product: bool| {
        let mut contents: Vec<Content> = Vec::new();
        for udi in labels.iter().filter_map(|(_, udi)| udi.as_ref()) {
            let content = content_of(udi);
            if udi.device_identifier.is_some() == product && !contents.contains(&content) {
                contents.push(content);
            }
        }
        contents.len()
    };
    if distinct(false) == 0 {
        // Products only: each is what it is.
        return labels;
    }
    if distinct(true) > 1 || distinct(false) > 1 {
        return Vec::new();
    }
    labels
}

/// How far from the middle of the frame, squared.
fn from_middle(symbol: &Symbol) -> f32 {
    let (x, y) = symbol.centre;
    (x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)
}
