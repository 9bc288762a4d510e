//! The scanner: what the camera sees, its light, its lenses, and a still photo one tap away.
//!
//! A page mounts it with what it wants and hears of each outcome once. While it is mounted the
//! camera is on; when it goes, the camera goes. Codes that a page takes in other ways (a wedge,
//! typing) belong to the same sitting: [`App::enter_code`] joins them to what the camera saw.

use super::act::hold_updates;
use super::button::{Button, Look};
use super::chip::Tone;
use super::icon::{Icon, icon};
use super::notice::words_notice;
use crate::state::{
    Abilities, App, CameraState, CameraTrouble, CameraWish, Sitting, Words, Zoom, use_app,
};
use baton_scan::{ScanOutcome, Wanted};
use leptos::prelude::*;
use leptos::task::spawn_local;

const VIDEO: &str = "scan-video";
const PHOTO: &str = "scan-photo";

/// How a photo went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Photo {
    None,
    Reading,
    NothingRead,
    NoPicture,
}

/// The scanner.
#[component]
pub fn Scanner(
    /// What is looked for.
    wanted: Wanted,
    /// Several labels one after the other, or at once.
    #[prop(optional)]
    batch: bool,
    /// Called for everything that was read.
    on_outcome: Callback<ScanOutcome>,
) -> AnyView {
    let app = use_app();
    hold_updates();
    let camera = RwSignal::new(CameraState::Starting);
    let photo = RwSignal::new(Photo::None);
    let taken = RwSignal::new(0u32);
    let number = app.begin_scan(wanted, batch);
    on_cleanup(move || app.end_scan(number));
    let heard = Callback::new(move |outcome: ScanOutcome| {
        taken.update(|count| *count += 1);
        photo.set(Photo::None);
        on_outcome.run(outcome);
    });
    let watch = move || {
        let sitting = Sitting {
            video: VIDEO,
            wanted,
            batch,
            camera,
            on_outcome: heard,
        };
        app.watch(number, sitting);
    };
    // After the first drawing: then the <video> is there.
    Effect::new(move |_| watch());
    let again = Callback::new(move |()| watch());
    let choose = move |_| {
        photo.set(Photo::Reading);
        spawn_local(async move {
            let outcomes = app.read_photo(PHOTO, wanted.formats()).await;
            let _ = photo.try_set(match &outcomes {
                None => Photo::NoPicture,
                Some(outcomes) if outcomes.is_empty() => Photo::NothingRead,
                Some(_) => Photo::None,
            });
            for outcome in outcomes.into_iter().flatten() {
                heard.try_run(outcome);
            }
        });
    };
    let on = move || matches!(&*camera.read(), CameraState::On(_));
    let class = move || {
        // Two names for one animation: a new one starts it anew.
        match (on(), taken.get() % 2, taken.get()) {
            (false, ..) => "scan-view scan-off",
            (true, _, 0) => "scan-view",
            (true, 0, _) => "scan-view scan-took-even",
            (true, ..) => "scan-view scan-took-odd",
        }
    };
    view! {
        <section class="scan" aria-label="Camera">
            <div class=class data-testid="scan-view">
                <video id=VIDEO class="scan-video" playsinline="" muted="" autoplay="" prop:muted=true aria-label="What the camera sees"></video>
                <div class=if wanted == Wanted::Labels { "scan-guide scan-guide-line" } else { "scan-guide" } aria-hidden="true"></div>
                {move || tools(app, &camera.get())}
            </div>
            <div role="status" class="stack" data-testid="scan-state">{move || said(&camera.get(), photo.get(), again)}</div>
            <label class="btn btn-wide btn-tall scan-photo" data-testid="scan-photo-label">
                {icon(Icon::Camera)}
                <span>"Take a still photo"</span>
                <input id=PHOTO class="unseen" type="file" accept="image/*" capture="environment" data-testid="scan-photo" on:change=choose />
            </label>
        </section>
    }
    .into_any()
}

/// Light, zoom and lens, where the camera has them.
fn tools(app: App, camera: &CameraState) -> AnyView {
    let CameraState::On(Abilities {
        torch,
        zoom,
        lenses,
    }) = camera
    else {
        return ().into_any();
    };
    let light = torch.map(|on| {
        let press = Callback::new(move |()| app.camera(CameraWish::Torch(!on)));
        let label = if on { "Light off" } else { "Light" };
        view! { <Button label=label sign=Icon::Light testid="scan-torch" press=press /> }
    });
    let closer = zoom.map(|zoom| {
        let press = Callback::new(move |()| app.camera(CameraWish::Zoom(closer(zoom))));
        view! { <Button label=format!("{:.0}×", zoom.now) sign=Icon::Search testid="scan-zoom" press=press /> }
    });
    let lens = (*lenses > 1).then(|| {
        let press = Callback::new(move |()| app.camera(CameraWish::NextLens));
        view! { <Button label="Other camera" sign=Icon::Swap testid="scan-lens" press=press /> }
    });
    view! { <div class="scan-tools">{light}{closer}{lens}</div> }.into_any()
}

/// The next step closer: in doublings, then back to the start.
fn closer(zoom: Zoom) -> f64 {
    let next = zoom.now * 2.0;
    if next > zoom.most {
        zoom.least
    } else {
        next.max(zoom.least)
    }
}

/// What is to be said below the picture.
fn said(camera: &CameraState, photo: Photo, again: Callback<()>) -> AnyView {
    let photo = match photo {
        Photo::None => None,
        Photo::Reading => Some(plain("Reading the photo…")),
        Photo::NothingRead => Some(words_notice(
            Tone::Warn,
            Icon::Warn,
            Words::new(
                "No code could be read on the photo",
                "It may be blurred, cut off, or another kind of code.",
                "Take it again from closer, or type what is printed.",
            ),
        )),
        Photo::NoPicture => Some(words_notice(
            Tone::Bad,
            Icon::Warn,
            Words::new(
                "The photo could not be opened",
                "This browser does not read that kind of file.",
                "Choose a JPEG or PNG picture.",
            ),
        )),
    };
    let state = match camera {
        CameraState::Off => plain(""),
        CameraState::Starting => plain("Starting the camera…"),
        CameraState::On(_) => plain("Hold the code in the frame."),
        CameraState::Trouble(trouble) => {
            let words = trouble_words(*trouble);
            let retry = (*trouble != CameraTrouble::Dark).then(|| {
                view! { <Button look=Look::Wide sign=Icon::Camera label="Try the camera again" testid="scan-again" press=again /> }
            });
            view! {
                <div class="stack" data-testid="scan-trouble">
                    {words_notice(Tone::Quiet, Icon::Camera, words)}
                    {retry}
                </div>
            }
            .into_any()
        }
    };
    view! { {state} {photo} }.into_any()
}

fn plain(words: &'static str) -> AnyView {
    view! { <p class="quiet small scan-say">{words}</p> }.into_any()
}

/// Why the camera shows nothing, and the ways that are left.
pub fn trouble_words(trouble: CameraTrouble) -> Words {
    const OTHERS: &str = "A still photo, a scanner that types and typing work all the same.";
    let (what, why) = match trouble {
        CameraTrouble::Denied => (
            "The camera is not allowed",
            "Allow it for this page in the browser's settings, then try again.",
        ),
        CameraTrouble::Missing => (
            "No camera here",
            "This device has none, or the browser gives none to this page.",
        ),
        CameraTrouble::Busy => (
            "The camera is taken",
            "Another app or a call uses it. Close that, then try again.",
        ),
        CameraTrouble::Lost => (
            "The camera went away",
            "It was unplugged, or another app took it.",
        ),
        CameraTrouble::Dark => (
            "The camera shows nothing",
            "Something may cover the lens, or it is too dark.",
        ),
        CameraTrouble::NoDecoder => (
            "The code reader could not be loaded",
            "Open Baton once with a connection; after that it works without.",
        ),
    };
    Words::new(what, why, OTHERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_names_the_ways_that_are_left() {
        for trouble in [
            CameraTrouble::Denied,
            CameraTrouble::Missing,
            CameraTrouble::Busy,
            CameraTrouble::Lost,
            CameraTrouble::Dark,
            CameraTrouble::NoDecoder,
        ] {
            let words = trouble_words(trouble);
            assert!(words.next.contains("photo"), "{trouble:?}");
            assert!(!words.what.is_empty() && !words.why.is_empty());
        }
    }

    #[test]
    fn zoom_doubles_and_begins_again() {
        let zoom = |now| Zoom {
            least: 1.0,
            most: 5.0,
            now,
        };
        assert_eq!(closer(zoom(1.0)), 2.0);
        assert_eq!(closer(zoom(2.0)), 4.0);
        assert_eq!(closer(zoom(4.0)), 1.0);
    }
}
