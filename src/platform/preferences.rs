//! The little that lies in localStorage: who signed in last, colours, and high-water marks.
//!
//! Nothing here is the only copy of anything. The mark of each database says how far it once
//! was, so that a database that was evicted is noticed instead of being begun anew in silence.

use crate::commands::{Memory, Resident, Theme, mark_from_text, mark_to_text};
use baton_domain::time::Timestamp;
use baton_scan::Format;
use baton_sync::HighWater;
use gloo_storage::{LocalStorage, Storage};

const THEME: &str = "baton.theme";
const RESIDENTS: &str = "baton.residents";
const LOGIN: &str = "baton.login";
const ACTIVE: &str = "baton.active";
const LENS: &str = "baton.lens";
const WEDGE: &str = "baton.wedge";
const MORE_CODES: &str = "baton.codes";
const INSTALL: &str = "baton.install";
const MARK: &str = "baton.mark.";
const SYNCED: &str = "baton.synced.";

fn read(key: &str) -> Option<String> {
    LocalStorage::raw().get_item(key).ok().flatten()
}

fn write(key: &str, value: &str) {
    // A full or forbidden localStorage costs a preference, never a record.
    let _ = LocalStorage::raw().set_item(key, value);
}

/// The colours chosen.
pub fn theme() -> Theme {
    match read(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        Some("contrast") => Theme::Contrast,
        _ => Theme::System,
    }
}

/// Remembers the colours and shows them.
pub fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::System => "",
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::Contrast => "contrast",
    };
    write(THEME, name);
    show_theme(theme);
}

/// Shows colours by an attribute of the document's root.
pub fn show_theme(theme: Theme) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
            Theme::Contrast => root.set_attribute("data-theme", "contrast"),
        };
    }
}

/// The camera that was chosen last, by the browser's id of it.
pub fn lens() -> Option<String> {
    read(LENS).filter(|id| !id.is_empty())
}

/// Remembers a camera.
pub fn set_lens(id: &str) {
    write(LENS, id);
}

/// The kinds of codes that are looked for beyond those of device labels.
pub fn more_codes() -> Vec<Format> {
    let names = read(MORE_CODES).unwrap_or_default();
    names.split(' ').filter_map(Format::from_name).collect()
}

/// Remembers whether a kind of code is looked for, too.
pub fn set_more_codes(format: Format, wanted: bool) {
    let mut all = more_codes();
    all.retain(|other| *other != format);
    if wanted {
        all.push(format);
    }
    let names: Vec<&str> = all.into_iter().map(Format::name).collect();
    write(MORE_CODES, &names.join(" "));
}

/// Whether the person wants no more of the question to install.
pub fn install_was_declined() -> bool {
    read(INSTALL).is_some()
}

/// Remembers that.
pub fn decline_install() {
    write(INSTALL, "no");
}

/// What this device's wedge scanner types in the place of the separator, where it is another
/// character.
pub fn wedge_substitute() -> Option<char> {
    read(WEDGE)?.chars().next()
}

/// Remembers it.
pub fn set_wedge_substitute(substitute: Option<char>) {
    write(WEDGE, &substitute.map(String::from).unwrap_or_default());
}

/// When a database last exchanged with the server.
pub fn last_sync(database: &str) -> Option<Timestamp> {
    let text = read(&format!("{SYNCED}{database}"))?;
    let (unix_ms, offset_min) = text.split_once(' ')?;
    Some(Timestamp {
        unix_ms: unix_ms.parse().ok()?,
        offset_min: offset_min.parse().ok()?,
    })
}

/// Remembers when a database last exchanged with the server.
pub fn set_last_sync(database: &str, at: Timestamp) {
    let text = format!("{} {}", at.unix_ms, at.offset_min);
    write(&format!("{SYNCED}{database}"), &text);
}

/// The browser's localStorage.
pub struct LocalMemory;

impl Memory for LocalMemory {
    fn active(&self) -> Option<String> {
        read(ACTIVE).filter(|name| !name.is_empty())
    }

    fn set_active(&self, database: Option<&str>) {
        write(ACTIVE, database.unwrap_or_default());
    }

    fn residents(&self) -> Vec<Resident> {
        read(RESIDENTS)
            .unwrap_or_default()
            .lines()
            .filter_map(Resident::from_row)
            .collect()
    }

    fn put_resident(&self, resident: &Resident) {
        let mut all = self.residents();
        all.retain(|other| other.database != resident.database);
        all.push(resident.clone());
        let rows: Vec<String> = all.iter().map(Resident::to_row).collect();
        write(RESIDENTS, &rows.join("\n"));
    }

    fn last_login(&self) -> String {
        read(LOGIN).unwrap_or_default()
    }

    fn set_last_login(&self, login: &str) {
        write(LOGIN, login);
    }

    fn high_water(&self, database: &str) -> Option<HighWater> {
        mark_from_text(&read(&format!("{MARK}{database}"))?)
    }

    fn set_high_water(&self, database: &str, mark: HighWater) {
        write(&format!("{MARK}{database}"), &mark_to_text(mark));
    }
}
