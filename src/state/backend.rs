//! What the pages' [`App`](super::App) asks of the rest of the program, as one object.
//!
//! The trait keeps pages and read models free of browser types and of the type parameters of
//! the commands, and it costs one table of functions instead of a copy of every page per port.

use super::model::*;
use super::scan::{CameraWish, Sitting};
use baton_domain::Command;
use baton_domain::id::{EntryId, PersonId, TransferId};
use baton_domain::product::Product;
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_handoff::{Kind, Room};
use baton_scan::{Format, Formats, ScanOutcome, Wanted, Way};
use baton_udi::Udi;
use leptos::prelude::Callback;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A boxed future of this one thread.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Everything that is done rather than shown.
pub trait Backend {
    /// Decides, signs and stores a command.
    fn act(&self, command: Command) -> Later<Result<Saved, ActError>>;
    /// What to show of a handoff or a proposal.
    fn show_handoff(
        &self,
        about: EntryId,
        kind: Kind,
        room: Room,
    ) -> Later<Result<Showing, HandError>>;
    /// Takes in what another phone showed.
    fn take_code(&self, text: String) -> Later<Result<Taken, HandError>>;
    /// What this phone can prove of a handoff.
    fn proof(&self, transfer: TransferId) -> Later<Result<Proof, HandError>>;
    /// Hands a text file to another app, or saves it.
    fn share_file(&self, name: String, text: String) -> Later<Result<(), Words>>;
    /// The text of the file chosen in an input.
    fn chosen_text(&self, input: String) -> Later<Option<String>>;
    /// Keeps the screen on, or lets it go dark.
    fn stay_awake(&self, on: bool);
    /// True where the person asked for less motion.
    fn wants_less_motion(&self) -> bool;
    /// Opens the browser's dialog to print.
    fn print(&self);
    /// Exchanges with the server soon; returns at once.
    fn sync_now(&self);
    /// Looks for products: everywhere the server can, here what the phone knows.
    fn search_catalogue(&self, query: String) -> Later<Vec<Product>>;

    /// Signs in and makes this phone ready.
    fn sign_in(&self, login: String, password: String) -> Later<Result<(), Words>>;
    /// Signs out. `exported` says that the person took the unsent work away as a file.
    fn sign_out(&self, exported: bool) -> Later<Result<(), SignOutError>>;
    /// Founds an organization with the one-time token of `init`.
    fn set_up(&self, form: SetUpForm) -> Later<Result<(), Words>>;
    /// Takes an invitation and makes this phone ready.
    fn accept_invite(
        &self,
        token: String,
        login: String,
        password: String,
    ) -> Later<Result<(), Words>>;
    /// Makes a one-time link for a person.
    fn create_invite(&self, person: PersonId) -> Later<Result<InviteLink, Words>>;
    /// Lets go of what lies here of phones that the server does not know.
    fn let_go(&self, entries: Vec<EntryId>) -> Later<Result<(), Words>>;
    /// The phones of which records never arrived; `None` while the server cannot be asked.
    fn missing(&self) -> Later<Option<Vec<Missing>>>;
    /// Hands everything unsent to the person as a file.
    fn export(&self) -> Later<Result<(), Words>>;

    /// What was typed and kept under `key`, if anything.
    fn draft(&self, key: String) -> Later<Option<String>>;
    /// Keeps what was typed under `key`; `None` drops it.
    fn keep_draft(&self, key: String, text: Option<String>) -> Later<()>;

    /// Opens the eye: the part of the app that reads codes has arrived.
    fn open_eye(&self) -> Later<()>;
    /// What reads codes; `None` before its part has arrived.
    fn eye(&self) -> Option<Rc<dyn Sight>>;
    /// The kinds of codes that are looked for beyond those of device labels.
    fn more_codes(&self) -> Vec<Format>;
    /// Looks for a kind of code, too, or no longer.
    fn set_more_codes(&self, format: Format, wanted: bool);

    /// The phone's clock.
    fn now(&self) -> Timestamp;
    /// A fresh identifier (UUIDv7) for people, facilities and pools.
    fn fresh_id(&self) -> [u8; 16];
    /// The UTC offset, in minutes, of an IANA zone at a wall time there; `None` for a name that
    /// the browser does not know.
    fn zone_offset(&self, zone: &str, at: LocalTime) -> Option<i16>;
    /// The zone this phone is set to.
    fn own_zone(&self) -> String;
    /// A calendar date in the reader's language.
    fn format_date(&self, date: Date, style: DateStyle) -> String;
    /// An instant in the reader's language and the phone's zone.
    fn format_time(&self, at: Timestamp, style: DateStyle) -> String;
    /// A number in the reader's language.
    fn format_number(&self, number: u32) -> String;

    /// Chooses colours and remembers them.
    fn set_theme(&self, theme: Theme);
    /// Asks the browser to install the app.
    fn install(&self) -> Later<bool>;
    /// Remembers that the person wants no more of that question.
    fn decline_install(&self);
    /// Lets the waiting version take over and reloads.
    fn update(&self);
    /// Reloads the page (after the other tab was closed, or to try again).
    fn reload(&self);
    /// Shows another screen in the place of this one.
    fn go(&self, path: String);
    /// Moves the focus to an element by its id, scrolled into view.
    fn focus(&self, id: String);
    /// Puts text on the clipboard.
    fn copy(&self, text: String) -> Later<bool>;
    /// True where the browser can hand text to another app.
    fn can_share(&self) -> bool;
    /// Hands text to another app.
    fn share(&self, text: String) -> Later<bool>;
    /// Keeps an update from being offered while a draft, scan or handoff is open.
    fn hold_update(&self, held: bool);
}

/// What reads codes: camera, photos, scanners that type, thumbs. Its code comes in a part of the
/// app, so the rest holds no more than this table of its functions.
pub trait Sight {
    /// Loads the decoder when nothing else is to be done.
    fn warm(&self);
    /// Begins a sitting of scanning and gives its number.
    fn begin(&self, wanted: Wanted, batch: bool) -> u32;
    /// Ends a sitting, if it is still the present one.
    fn end(&self, number: u32);
    /// Opens the camera for a sitting, and watches until the sitting ends.
    fn watch(self: Rc<Self>, number: u32, sitting: Sitting) -> Later<()>;
    /// Asks something of the open camera.
    fn wish(self: Rc<Self>, wish: CameraWish) -> Later<()>;
    /// Reads the photo in a file field. `None` where it is no picture; empty where nothing on it
    /// could be read.
    fn photo(
        self: Rc<Self>,
        field: &'static str,
        formats: Formats,
    ) -> Later<Option<Vec<ScanOutcome>>>;
    /// Takes a text that a wedge or a person typed.
    fn enter(&self, text: &str, way: Way) -> ScanOutcome;
    /// The last outcome once more.
    fn once_more(&self) -> Option<ScanOutcome>;
    /// What a text says about a device, outside of any sitting.
    fn meaning(&self, text: &str) -> Option<Udi>;
    /// Hears scanners that type: texts that name a device, or `every` text.
    fn listen_wedge(&self, every: bool, heard: Callback<String>) -> u32;
    /// Hears them no longer.
    fn unlisten_wedge(&self, number: u32);
    /// What a scanner types in the place of the separator.
    fn set_wedge_substitute(&self, substitute: Option<char>);
}
