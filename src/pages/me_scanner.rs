//! Setting up a scanner that types: one code to scan, and what it tells about the scanner.

use crate::components::chip::Tone;
use crate::components::field::Tick;
use crate::components::icon::Icon;
use crate::components::notice::words_notice;
use crate::components::page::Page;
use crate::state::{App, Route, Words, use_app};
use baton_scan::{Format, TestReading, test_reading};
use leptos::prelude::*;

/// The wizard.
#[component]
pub fn ScannerSetUp() -> AnyView {
    let app = use_app();
    let result = RwSignal::new(None::<TestReading>);
    let heard = Callback::new(move |text: String| {
        let reading = test_reading(&text);
        if let TestReading::Substitute(character) = reading {
            app.set_wedge_substitute(Some(character));
        }
        app.announce(reading_words(&reading).what);
        result.set(Some(reading));
    });
    let number = app.listen_wedge(true, heard);
    on_cleanup(move || app.unlisten_wedge(number));
    let shown = move || {
        result.get().map(|reading| {
            let (tone, sign) = match reading {
                TestReading::Right | TestReading::Substitute(_) => (Tone::Ok, Icon::Check),
                _ => (Tone::Warn, Icon::Warn),
            };
            words_notice(tone, sign, reading_words(&reading))
        })
    };
    view! {
        <Page title="Scanner that types" back=Route::Me.path()>
            <p>"Pair the scanner with this device as a keyboard. Then scan this code once: Baton finds out how the scanner sends the separator that keeps lot and date apart."</p>
            <div class="card qr">
                <img src="/scan-test.svg" alt="Test code to scan: all characters of HIBC labels" width="220" height="220" />
            </div>
            <div role="status" data-testid="wedge-result">{shown}</div>
            <p class="quiet small">"Nothing happens? The scanner is not connected, or it cannot read square codes. Codes come in all the same if it types them."</p>
            <section class="section">
                <h2>"More kinds of codes"</h2>
                <p class="quiet small">"The camera looks for the codes of device labels. These two are read wrong more easily, so each is believed only when it was read twice."</p>
                {more(app, "codes-itf14", "ITF-14: outer cartons", Format::Itf14)}
                {more(app, "codes-code39", "Code 39: older labels", Format::Code39)}
            </section>
        </Page>
    }
    .into_any()
}

/// One more kind of code for the camera, off until somebody wants it.
fn more(app: App, id: &'static str, label: &'static str, format: Format) -> AnyView {
    let value = RwSignal::new(app.more_codes().contains(&format));
    Effect::new(move |before: Option<bool>| {
        let wanted = value.get();
        if before.is_some_and(|before| before != wanted) {
            app.set_more_codes(format, wanted);
        }
        wanted
    });
    view! { <Tick id=id label=label value=value /> }.into_any()
}

/// What the test found, and what to do.
fn reading_words(reading: &TestReading) -> Words {
    match reading {
        TestReading::Right => Words::new(
            "This scanner is set up right",
            "It types every character of device labels, and the separator.",
            "",
        ),
        TestReading::Substitute(character) => Words::new(
            "This scanner is set up now",
            format!(
                "It types “{character}” in the place of the separator, and Baton reads it so on this device."
            ),
            "",
        ),
        TestReading::SeparatorLost => Words::new(
            "This scanner leaves the separator out",
            "On some labels lot and what follows would run together. Baton says so where that may be.",
            "Set it to send the group separator (GS, ASCII 29) as Ctrl+], and scan this code again.",
        ),
        TestReading::OtherKeyboard(wanted, came) => Words::new(
            "This scanner types in another keyboard language",
            format!(
                "Where the code says “{wanted}”, it typed “{came}”. A lot would be recorded wrong."
            ),
            "Set the scanner's keyboard language to that of this device, and scan this code again.",
        ),
        TestReading::NotTheTest => Words::new(
            "That was not the whole test code",
            "Another code, or only a part of this one, came.",
            "Scan the square code above from a little farther away.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_that_could_record_a_wrong_lot_is_told_what_to_change() {
        for reading in [
            TestReading::SeparatorLost,
            TestReading::OtherKeyboard('Y', 'Z'),
        ] {
            let words = reading_words(&reading);
            assert!(words.next.contains("scan this code again"), "{words:?}");
        }
    }
}
