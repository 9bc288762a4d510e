//! The eye: one sitting before the camera, from frames to outcomes.
//!
//! One frame is in flight at a time; the next is grabbed when the decoder has answered, so a
//! slow phone looks less often and never falls behind. The loop itself watches over the stream:
//! hidden page, ended track, a picture with nothing in it. No event has to arrive for that,
//! which matters because browsers differ in which events they send.

use super::driver::Driver;
use crate::platform::connectivity::{is_visible, sleep_ms};
use crate::platform::{
    Burst, Camera, Decoder, Landed, WedgeKeys, camera, clock, feedback, preferences, router,
};
use crate::state::{
    Abilities, CameraState, CameraTrouble, CameraWish, Later, Sight, Sitting, date_of,
};
use baton_scan::{
    Engine, EngineError, Formats, Gate, Look, Plan, ScanOutcome, Session, Sighting, View, Wanted,
    Way,
};
use baton_udi::{Udi, parse};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// So long a picture may have nothing in it before that is said.
const DARK_MS: u64 = 3_000;
/// A picture with less difference between its pixels shows nothing.
const DARK: f32 = 0.3;
/// So often a camera that went away is opened again before the person is told.
const REOPEN_MAX: u32 = 2;
/// So often the decoder is tried before the person is told.
const DECODER_TRIES: u32 = 3;

/// Opens the eye. It hears scanners that type from now on.
pub(super) fn open(driver: Rc<Driver>) -> Rc<dyn Sight> {
    let eye = Eye::new();
    eye.hear_keys(move || driver.show_address());
    eye
}

/// The eye of the app: at most one sitting at a time.
struct Eye {
    decoder: Decoder,
    session: RefCell<Session>,
    camera: RefCell<Option<Rc<Camera>>>,
    /// Which sitting is the present one; another number ends the loop of the one before.
    sitting: Cell<u32>,
    reopen: Cell<bool>,
    abilities: RefCell<Option<RwSignal<CameraState>>>,
    keys: RefCell<Option<WedgeKeys>>,
    listeners: RefCell<Vec<Listener>>,
}

/// Somebody who hears scanners that type; the newest is asked.
struct Listener {
    number: u32,
    every: bool,
    heard: Callback<String>,
}

impl Eye {
    fn new() -> Rc<Self> {
        Rc::new(Self {
            decoder: Decoder::default(),
            session: RefCell::new(Session::new(Wanted::Labels, false)),
            camera: RefCell::new(None),
            sitting: Cell::new(0),
            reopen: Cell::new(false),
            abilities: RefCell::new(None),
            keys: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
        })
    }

    /// Hears the key strokes of the page from now on. A code that no screen waits for leads to
    /// the screen that tells what it is: `show` follows the address.
    fn hear_keys(self: &Rc<Self>, show: impl Fn() + 'static) {
        let eye = self.clone();
        let keys = WedgeKeys::listen(preferences::wedge_substitute(), move |text, landed| {
            let listener = eye
                .listeners
                .borrow()
                .last()
                .map(|last| (last.every, last.heard));
            let device = || parse(text, date_of(clock::now())).udi().is_some();
            match (listener, landed) {
                (Some((true, heard)), _) => {
                    feedback::accepted();
                    heard.run(text.to_owned());
                    Burst::Taken
                }
                // What is typed into a search field without an end stays a search.
                (_, Landed::Searching) => Burst::Left,
                _ if !device() => Burst::Left,
                (_, Landed::CodeField) => {
                    feedback::accepted();
                    Burst::Kept
                }
                (Some((false, heard)), Landed::Elsewhere) => {
                    feedback::accepted();
                    heard.run(text.to_owned());
                    Burst::Taken
                }
                (None, Landed::Elsewhere) => {
                    router::go(&format!("/scan?code={}", router::query_value(text)), false);
                    show();
                    Burst::Taken
                }
            }
        });
        *self.keys.borrow_mut() = Some(keys);
    }

    /// What is wanted, and on labels also the kinds of codes that this device is set to look for.
    fn with_more(formats: Formats) -> Formats {
        if formats == Formats::QR {
            return formats;
        }
        preferences::more_codes()
            .into_iter()
            .fold(formats, Formats::with)
    }

    /// Reads the photo in a file field. `None` where it is no picture; empty where nothing on it
    /// could be read.
    async fn read_photo(&self, field: &str, formats: Formats) -> Option<Vec<ScanOutcome>> {
        let picture = camera::photo(field).await?;
        let seen = self
            .decoder
            .read(picture, Look::still(Self::with_more(formats)))
            .await
            .ok()?;
        let today = date_of(clock::now());
        Some(
            self.session
                .borrow_mut()
                .photo(&seen.symbols, today, now_ms()),
        )
    }

    /// Does what a person asks of the camera.
    async fn ask_camera(&self, wish: CameraWish) {
        let Some(camera) = self.camera.borrow().clone() else {
            return;
        };
        match wish {
            CameraWish::Torch(on) => camera.set_torch(on).await,
            CameraWish::Zoom(zoom) => camera.set_zoom(zoom).await,
            CameraWish::NextLens => {
                let lenses = camera.lenses().await;
                if let Some(next) = lenses.next() {
                    preferences::set_lens(next);
                    self.reopen.set(true);
                }
            }
        }
        let shown = *self.abilities.borrow();
        if let Some(shown) = shown {
            shown.set(CameraState::On(abilities(&camera).await));
        }
    }

    /// Watches until the sitting ends.
    async fn look_on(self: Rc<Self>, number: u32, sitting: Sitting) {
        *self.abilities.borrow_mut() = Some(sitting.camera);
        let mut lost = 0;
        while self.sitting.get() == number {
            if !is_visible() {
                sleep_ms(300).await;
                continue;
            }
            sitting.camera.set(CameraState::Starting);
            let opened = Camera::open(sitting.video).await;
            if self.sitting.get() != number {
                return;
            }
            let trouble = match opened {
                Err(trouble) => Some(trouble),
                Ok(camera) => {
                    let camera = Rc::new(camera);
                    *self.camera.borrow_mut() = Some(camera.clone());
                    sitting
                        .camera
                        .set(CameraState::On(abilities(&camera).await));
                    let ended = self.look(number, &sitting, &camera, &mut lost).await;
                    *self.camera.borrow_mut() = None;
                    ended
                }
            };
            if let Some(trouble) = trouble {
                if trouble == CameraTrouble::Lost && lost < REOPEN_MAX {
                    lost += 1;
                    sleep_ms(300).await;
                    continue;
                }
                if self.sitting.get() == number {
                    sitting.camera.set(CameraState::Trouble(trouble));
                }
                return;
            }
        }
    }

    /// Frame after frame. `None` where the camera is to be opened anew, or the sitting is over.
    async fn look(
        &self,
        number: u32,
        sitting: &Sitting,
        camera: &Camera,
        lost: &mut u32,
    ) -> Option<CameraTrouble> {
        let formats = Self::with_more(sitting.wanted.formats());
        let (mut plan, mut gate) = (Plan::default(), Gate::default());
        let (mut lit_ms, mut dark, mut failures) = (now_ms(), false, 0);
        loop {
            camera.next_frame().await;
            if self.sitting.get() != number || !is_visible() || self.reopen.replace(false) {
                return None;
            }
            if !camera.is_live() {
                return Some(CameraTrouble::Lost);
            }
            let (width, height) = camera.size();
            let View { crop, first, turn } = plan.next(width, height, formats);
            let picture = if width == 0 || camera.is_muted() {
                None
            } else {
                camera.grab(crop)
            };
            let look = Look {
                formats,
                still: false,
                first,
                turn,
                sharpness_min: gate.sharpness_min(),
            };
            let seen = match picture {
                None => Ok(Sighting::default()),
                Some(picture) => self.decoder.read(picture, look).await,
            };
            if self.sitting.get() != number {
                return None;
            }
            match seen {
                Err(EngineError::NotLoaded) if failures >= DECODER_TRIES => {
                    return Some(CameraTrouble::NoDecoder);
                }
                Err(_) => {
                    failures += 1;
                    sleep_ms(300).await;
                }
                Ok(mut seen) => {
                    failures = 0;
                    for symbol in &mut seen.symbols {
                        symbol.centre = crop.in_frame(symbol.centre, width, height);
                    }
                    gate.saw(seen.sharpness);
                    if seen.sharpness > DARK {
                        *lost = 0;
                        lit_ms = now_ms();
                        if std::mem::replace(&mut dark, false) {
                            sitting.camera.set(CameraState::On(abilities(camera).await));
                        }
                    } else if !dark && now_ms().saturating_sub(lit_ms) > DARK_MS {
                        dark = true;
                        sitting
                            .camera
                            .set(CameraState::Trouble(CameraTrouble::Dark));
                    }
                    self.tell(sitting, &seen);
                }
            }
        }
    }

    fn tell(&self, sitting: &Sitting, seen: &Sighting) {
        let today = date_of(clock::now());
        let outcomes = self
            .session
            .borrow_mut()
            .see(&seen.symbols, today, now_ms());
        for outcome in outcomes {
            feedback::accepted();
            sitting.on_outcome.run(outcome);
        }
    }
}

impl Sight for Eye {
    fn warm(&self) {
        self.decoder.warm();
    }

    fn watch(self: Rc<Self>, number: u32, sitting: Sitting) -> Later<()> {
        Box::pin(self.look_on(number, sitting))
    }

    fn wish(self: Rc<Self>, wish: CameraWish) -> Later<()> {
        Box::pin(async move { self.ask_camera(wish).await })
    }

    fn photo(
        self: Rc<Self>,
        field: &'static str,
        formats: Formats,
    ) -> Later<Option<Vec<ScanOutcome>>> {
        Box::pin(async move { self.read_photo(field, formats).await })
    }

    fn meaning(&self, text: &str) -> Option<Udi> {
        parse(text, date_of(clock::now())).udi()
    }

    fn listen_wedge(&self, every: bool, heard: Callback<String>) -> u32 {
        let mut listeners = self.listeners.borrow_mut();
        let number = listeners.last().map_or(1, |last| last.number + 1);
        listeners.push(Listener {
            number,
            every,
            heard,
        });
        number
    }

    fn unlisten_wedge(&self, number: u32) {
        self.listeners
            .borrow_mut()
            .retain(|listener| listener.number != number);
    }

    fn set_wedge_substitute(&self, substitute: Option<char>) {
        preferences::set_wedge_substitute(substitute);
        if let Some(keys) = &*self.keys.borrow() {
            keys.set_substitute(substitute);
        }
    }

    fn begin(&self, wanted: Wanted, batch: bool) -> u32 {
        self.end(self.sitting.get());
        *self.session.borrow_mut() = Session::new(wanted, batch);
        self.sitting.get()
    }

    fn end(&self, number: u32) {
        if self.sitting.get() == number {
            self.sitting.set(number.wrapping_add(1));
            *self.camera.borrow_mut() = None;
            *self.abilities.borrow_mut() = None;
        }
    }

    fn enter(&self, text: &str, way: Way) -> ScanOutcome {
        self.session
            .borrow_mut()
            .enter(text, way, date_of(clock::now()), now_ms())
    }

    fn once_more(&self) -> Option<ScanOutcome> {
        self.session.borrow().once_more()
    }
}

async fn abilities(camera: &Camera) -> Abilities {
    Abilities {
        torch: camera.torch(),
        zoom: camera.zoom(),
        lenses: camera.lenses().await.ids.len(),
    }
}

fn now_ms() -> u64 {
    clock::now().unix_ms.max(0).unsigned_abs()
}
