//! Signals over what is known, for the pages. No rule is decided here.
//!
//! [`App`] is the one handle that pages use. Reading a value inside a view or an effect
//! subscribes to it; everything that is *done* goes through the [`Backend`] behind it, which
//! `app.rs` joins from commands and platform.

mod activity;
mod backend;
mod facility_words;
mod handoff;
mod letters;
mod model;
mod names;
mod route;
mod scan;
mod signals;
mod trouble;
mod words;

pub use crate::commands::fits;
pub use activity::{activity_words, body_words};
pub use backend::{Backend, Later, Sight};
pub use handoff::{hand_words, is_overdue};
pub use letters::lower;
pub use model::*;
pub use names::{
    custodian_name, facility_name, identity_words, is_newcomer, names_words, person_name,
    product_label, product_name, quantity_words, recalled_apart, role_words,
};
pub use route::{Address, Route};
pub use scan::{Abilities, CameraState, CameraTrouble, CameraWish, Lenses, Sitting, Zoom};
pub use signals::Signals;
pub use trouble::{act_error_words, enter_words, server_words, store_words};
pub use words::{flag_words, refusal_words};

use baton_domain::directory::Organization;
use baton_domain::id::{EntryId, PersonId, TransferId};
use baton_domain::product::Product;
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_domain::{Command, State};
use baton_handoff::{Kind, Room};
use baton_scan::{Format, Formats, ScanOutcome, Wanted, Way};
use baton_udi::Udi;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;

/// The app, as pages see it: copy it into any closure.
#[derive(Clone, Copy)]
pub struct App {
    signals: Signals,
    backend: StoredValue<Rc<dyn Backend>, LocalStorage>,
}

/// The app, from the context.
///
/// # Panics
/// Where no [`App`] was provided: a page mounted outside `app.rs`.
pub fn use_app() -> App {
    expect_context()
}

impl App {
    /// Joins the signals with whatever does the work.
    pub fn new(signals: Signals, backend: Rc<dyn Backend>) -> Self {
        Self {
            signals,
            backend: StoredValue::new_local(backend),
        }
    }

    fn backend(&self) -> Rc<dyn Backend> {
        self.backend.get_value()
    }

    // ---- what is known -------------------------------------------------------------------

    /// Which face is shown.
    pub fn phase(&self) -> Phase {
        self.signals.phase.get()
    }

    /// The path of the address bar.
    pub fn path(&self) -> String {
        self.signals.address.with(|address| address.path.clone())
    }

    /// What the query of the address says for `key`.
    pub fn asked(&self, key: &str) -> Option<String> {
        self.signals.address.with(|address| address.asked(key))
    }

    /// The same without subscribing.
    pub fn asked_untracked(&self, key: &str) -> Option<String> {
        self.signals
            .address
            .with_untracked(|address| address.asked(key))
    }

    /// What is known, own pending acts included. Cloning is cheap; reading subscribes.
    pub fn view(&self) -> State {
        self.signals.view.get()
    }

    /// The same without subscribing, for event handlers.
    pub fn view_untracked(&self) -> State {
        self.signals.view.get_untracked()
    }

    /// Who is signed in. Before anybody was: nobody, with an id of zeros that owns nothing.
    pub fn me(&self) -> Me {
        self.signals.me.get()
    }

    /// The organization at work.
    pub fn organization(&self) -> Organization {
        self.signals.me.get().organization
    }

    /// How this phone stands to the server.
    pub fn online(&self) -> Online {
        self.signals.online.get()
    }

    /// True while an exchange with the server runs.
    pub fn syncing(&self) -> bool {
        self.signals.syncing.get()
    }

    /// How many own entries the server has not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        self.signals.unconfirmed.get()
    }

    /// How many unsent records lie on this phone and cannot be read.
    pub fn unreadable(&self) -> usize {
        self.signals.unreadable.get()
    }

    /// When the last exchange went through.
    pub fn last_sync_at(&self) -> Option<Timestamp> {
        self.signals.last_sync_at.get()
    }

    /// Own acts, newest first: pending ones and those the server has answered.
    pub fn activity(&self) -> Arc<[ActivityRow]> {
        self.signals.activity.get()
    }

    /// How far an own entry has come; `None` for an entry of somebody else or one long settled.
    pub fn status_of(&self, entry: EntryId) -> Option<RecordStatus> {
        self.signals.activity.with(|rows| {
            rows.iter()
                .find(|row| row.entry.id == entry)
                .map(|row| row.status)
        })
    }

    /// How many own acts a person has to look at.
    pub fn needs_review(&self) -> usize {
        let bad = |row: &&ActivityRow| {
            matches!(
                row.status,
                RecordStatus::NeedsReview | RecordStatus::Refused
            )
        };
        self.signals
            .activity
            .with(|rows| rows.iter().filter(bad).count())
    }

    /// Saved movements that this phone lost, if it did. Shown until [`App::dismiss_lost`].
    pub fn lost(&self) -> Option<Lost> {
        self.signals.lost.get()
    }

    /// Puts the message about lost movements away.
    pub fn dismiss_lost(&self) {
        self.signals.lost.set(None);
    }

    /// A lasting problem that does not stop the work: storage full, app too old, phone unknown.
    pub fn trouble(&self) -> Option<Words> {
        self.signals.trouble.get()
    }

    /// Whose unsent work lies on this phone beside that of who is signed in.
    pub fn left_behind(&self) -> Vec<LeftBehind> {
        self.signals.left_behind.get()
    }

    /// The page is wide enough for two panes.
    pub fn wide(&self) -> bool {
        self.signals.wide.get()
    }

    /// Text for the screen-reader live region. Put the region in the shell, once.
    pub fn announcement(&self) -> String {
        self.signals.announcement.get()
    }

    /// Says something to a screen reader.
    pub fn announce(&self, text: impl Into<String>) {
        self.signals.announcement.set(text.into());
    }

    // ---- what is done --------------------------------------------------------------------

    /// Decides, signs and stores a command. When it comes back `Ok` it is *saved on this phone*.
    pub async fn act(&self, command: Command) -> Result<Saved, ActError> {
        self.backend().act(command).await
    }

    /// What to show of a handoff, its offer or its receipt, or of a proposal: as a code or for a
    /// file. From then on an offer counts as shown (R8).
    pub async fn show_handoff(
        &self,
        about: EntryId,
        kind: Kind,
        room: Room,
    ) -> Result<Showing, Words> {
        let shown = self.backend().show_handoff(about, kind, room).await;
        shown.map_err(|error| hand_words(&self.view_untracked(), &error))
    }

    /// Takes in what another phone showed. When it comes back whole it is *saved on this phone*.
    pub async fn take_code(&self, text: String) -> Result<Taken, Words> {
        let taken = self.backend().take_code(text).await;
        taken.map_err(|error| hand_words(&self.view_untracked(), &error))
    }

    /// What this phone can prove of a handoff.
    pub async fn proof(&self, transfer: TransferId) -> Result<Proof, Words> {
        let proof = self.backend().proof(transfer).await;
        proof.map_err(|error| hand_words(&self.view_untracked(), &error))
    }

    /// True for an offer or a proposal of somebody else that came by a code and no server has
    /// confirmed here.
    pub fn came_by_code(&self, about: EntryId) -> bool {
        let me = self.signals.me.with(|me| me.person);
        self.signals.activity.with(|rows| {
            rows.iter()
                .any(|row| row.entry.id == about && row.entry.actor != me)
        })
    }

    /// The words for why an act was not saved.
    pub fn act_error_words(&self, error: &ActError) -> Words {
        match error {
            ActError::Refused(refusal) => refusal_words(&self.view_untracked(), refusal),
            other => act_error_words(other),
        }
    }

    /// Shows another screen. The one that is left is not kept in the history: a form that was
    /// sent is not come back to.
    pub fn go(&self, path: String) {
        self.backend().go(path);
    }

    /// Exchanges with the server soon.
    pub fn sync_now(&self) {
        self.backend().sync_now();
    }

    /// Looks for products by anything on the label: the whole catalogue online, what this phone
    /// knows offline. At most 50, best first.
    pub async fn search_catalogue(&self, query: impl Into<String>) -> Vec<Product> {
        self.backend().search_catalogue(query.into()).await
    }

    /// Signs in and makes this phone ready.
    pub async fn sign_in(&self, login: String, password: String) -> Result<(), Words> {
        self.backend().sign_in(login, password).await
    }

    /// Signs out. Blocked while anything is unsent, unless `exported` says that the person took
    /// it away as a file ([`App::export`]).
    pub async fn sign_out(&self, exported: bool) -> Result<(), SignOutError> {
        self.backend().sign_out(exported).await
    }

    /// Founds an organization with the one-time token of `init`.
    pub async fn set_up(&self, form: SetUpForm) -> Result<(), Words> {
        self.backend().set_up(form).await
    }

    /// Takes the invitation of [`Phase::Invite`] and makes this phone ready.
    pub async fn accept_invite(
        &self,
        token: String,
        login: String,
        password: String,
    ) -> Result<(), Words> {
        self.backend().accept_invite(token, login, password).await
    }

    /// Makes a one-time link for a person (Admin, online).
    pub async fn create_invite(&self, person: PersonId) -> Result<InviteLink, Words> {
        self.backend().create_invite(person).await
    }

    /// Lets go of what lies here of phones that the server does not know.
    pub async fn let_go(&self, entries: Vec<EntryId>) -> Result<(), Words> {
        self.backend().let_go(entries).await
    }

    /// The phones of which records never arrived, among those that one looks after; `None` while
    /// the server cannot be asked.
    pub async fn missing(&self) -> Option<Vec<Missing>> {
        self.backend().missing().await
    }

    /// Hands everything unsent to the person as a file.
    pub async fn export(&self) -> Result<(), Words> {
        self.backend().export().await
    }

    /// What was typed and kept under `key`, if anything.
    pub async fn draft(&self, key: impl Into<String>) -> Option<String> {
        self.backend().draft(key.into()).await
    }

    /// Keeps what was typed under `key`; `None` drops it.
    pub async fn keep_draft(&self, key: impl Into<String>, text: Option<String>) {
        self.backend().keep_draft(key.into(), text).await;
    }

    /// Says whether a draft, scan or handoff is open, during which no update is offered.
    pub fn hold_update(&self, held: bool) {
        self.backend().hold_update(held);
    }

    // ---- scanning --------------------------------------------------------------------------

    /// Opens the eye: the part of the app that reads codes has arrived.
    pub async fn open_eye(&self) {
        self.backend().open_eye().await;
    }

    fn eye(&self) -> Option<Rc<dyn Sight>> {
        self.backend().eye()
    }

    /// Begins a sitting of scanning and gives its number; the one before, if any, is over.
    pub fn begin_scan(&self, wanted: Wanted, batch: bool) -> u32 {
        self.eye().map_or(0, |eye| eye.begin(wanted, batch))
    }

    /// Ends a sitting, if it is still the present one.
    pub fn end_scan(&self, number: u32) {
        if let Some(eye) = self.eye() {
            eye.end(number);
        }
    }

    /// Opens the camera for a sitting and tells what it reads.
    pub fn watch(&self, number: u32, sitting: Sitting) {
        if let Some(eye) = self.eye() {
            spawn_local(eye.watch(number, sitting));
        }
    }

    /// Asks something of the open camera.
    pub fn camera(&self, wish: CameraWish) {
        if let Some(eye) = self.eye() {
            spawn_local(eye.wish(wish));
        }
    }

    /// Reads the photo in a file field. `None` where it is no picture; empty where nothing on it
    /// could be read.
    pub async fn read_photo(
        &self,
        field: &'static str,
        formats: Formats,
    ) -> Option<Vec<ScanOutcome>> {
        self.eye()?.photo(field, formats).await
    }

    /// Takes a text that a wedge or a person typed into the present sitting.
    pub fn enter_code(&self, text: &str, way: Way) -> ScanOutcome {
        match self.eye() {
            Some(eye) => eye.enter(text, way),
            // Who asks stands on a screen of the part that brings the eye.
            None => ScanOutcome {
                code: text.to_owned(),
                udi: None,
                missing: None,
                way,
            },
        }
    }

    /// What a text says about a device, where what reads codes has arrived.
    pub fn read_code(&self, text: &str) -> Option<Udi> {
        self.eye()?.meaning(text)
    }

    /// Hears scanners that type until [`App::unlisten_wedge`]: texts that name a device, or
    /// `every` text.
    pub fn listen_wedge(&self, every: bool, heard: Callback<String>) -> u32 {
        self.eye().map_or(0, |eye| eye.listen_wedge(every, heard))
    }

    /// Hears them no longer.
    pub fn unlisten_wedge(&self, number: u32) {
        if let Some(eye) = self.eye() {
            eye.unlisten_wedge(number);
        }
    }

    /// What a scanner types in the place of the separator, once the wizard found out.
    pub fn set_wedge_substitute(&self, substitute: Option<char>) {
        if let Some(eye) = self.eye() {
            eye.set_wedge_substitute(substitute);
        }
    }

    /// The kinds of codes that are looked for beyond those of device labels.
    pub fn more_codes(&self) -> Vec<Format> {
        self.backend().more_codes()
    }

    /// Looks for a kind of code, too, or no longer; for this device.
    pub fn set_more_codes(&self, format: Format, wanted: bool) {
        self.backend().set_more_codes(format, wanted);
    }

    /// The last outcome of the sitting once more: another piece with the same label.
    pub fn scan_once_more(&self) -> Option<ScanOutcome> {
        self.eye()?.once_more()
    }

    // ---- clock, language, looks ----------------------------------------------------------

    /// The phone's clock.
    pub fn now(&self) -> Timestamp {
        self.backend().now()
    }

    /// Today, by the phone's clock and zone.
    pub fn today(&self) -> Date {
        date_of(self.now())
    }

    /// A fresh identifier (UUIDv7) for a new person, facility or pool.
    pub fn fresh_id(&self) -> [u8; 16] {
        self.backend().fresh_id()
    }

    /// The UTC offset, in minutes, of an IANA zone at a wall time there; `None` for a name that
    /// the browser does not know.
    pub fn zone_offset(&self, zone: &str, at: LocalTime) -> Option<i16> {
        self.backend().zone_offset(zone, at)
    }

    /// The IANA zone this phone is set to.
    pub fn own_zone(&self) -> String {
        self.backend().own_zone()
    }

    /// A calendar date in the reader's language.
    pub fn format_date(&self, date: Date, style: DateStyle) -> String {
        self.backend().format_date(date, style)
    }

    /// An instant in the reader's language and the phone's zone.
    pub fn format_time(&self, at: Timestamp, style: DateStyle) -> String {
        self.backend().format_time(at, style)
    }

    /// Wall time at a facility, `09:05`: never shifted into the phone's zone (R27).
    pub fn format_local_time(&self, at: LocalTime) -> String {
        format!("{:02}:{:02}", at.minute / 60, at.minute % 60)
    }

    /// A number in the reader's language.
    pub fn format_number(&self, number: u32) -> String {
        self.backend().format_number(number)
    }

    /// The colours chosen.
    pub fn theme(&self) -> Theme {
        self.signals.theme.get()
    }

    /// Chooses colours and remembers them.
    pub fn set_theme(&self, theme: Theme) {
        self.signals.theme.set(theme);
        self.backend().set_theme(theme);
    }

    /// Whether the app can be put on the home screen from here.
    pub fn install_state(&self) -> Install {
        self.signals.install.get()
    }

    /// Asks the browser to install the app; true if the person agreed.
    pub async fn install(&self) -> bool {
        self.backend().install().await
    }

    /// Something worth keeping was saved, the app can be installed, and nobody has said no yet.
    pub fn install_is_due(&self) -> bool {
        self.signals.install_is_due.get()
            && matches!(self.install_state(), Install::Offered | Install::IosSteps)
    }

    /// Asks no more whether to install.
    pub fn decline_install(&self) {
        self.signals.install_is_due.set(false);
        self.backend().decline_install();
    }

    /// What the browser promised about keeping this phone's data.
    pub fn kept(&self) -> Kept {
        self.signals.kept.get()
    }

    /// A new version waits and nothing is open that an update would disturb.
    pub fn update_waiting(&self) -> bool {
        self.signals.update_waiting.get()
    }

    /// Lets the waiting version take over and reloads.
    pub fn update(&self) {
        self.backend().update();
    }

    /// Moves the focus to an element by its id, scrolled into view.
    pub fn focus(&self, id: &str) {
        self.backend().focus(id.to_owned());
    }

    /// Puts text on the clipboard; false where the browser does not let it.
    pub async fn copy(&self, text: impl Into<String>) -> bool {
        self.backend().copy(text.into()).await
    }

    /// True where the browser can hand text to another app.
    pub fn can_share(&self) -> bool {
        self.backend().can_share()
    }

    /// Hands text to another app; false where there is no sharing, or the person changed their
    /// mind.
    pub async fn share(&self, text: impl Into<String>) -> bool {
        self.backend().share(text.into()).await
    }

    /// Hands a text file to another app, or saves it where there is no sharing.
    pub async fn share_file(&self, name: &str, text: String) -> Result<(), Words> {
        self.backend().share_file(name.to_owned(), text).await
    }

    /// The text of the file chosen in an input, if one was.
    pub async fn chosen_text(&self, input: &str) -> Option<String> {
        self.backend().chosen_text(input.to_owned()).await
    }

    /// Keeps the screen on while a code is shown.
    pub fn stay_awake(&self, on: bool) {
        self.backend().stay_awake(on);
    }

    /// True where the person asked for less motion.
    pub fn wants_less_motion(&self) -> bool {
        self.backend().wants_less_motion()
    }

    /// Opens the browser's dialog to print.
    pub fn print(&self) {
        self.backend().print();
    }

    /// Reloads the page.
    pub fn reload(&self) {
        self.backend().reload();
    }
}

/// The calendar date of an instant where it was claimed.
pub fn date_of(at: Timestamp) -> Date {
    let local_ms = at.unix_ms + i64::from(at.offset_min) * 60_000;
    let days = i32::try_from(local_ms.div_euclid(86_400_000)).unwrap_or(0);
    Date::from_days(days).unwrap_or(Date::MIN)
}
