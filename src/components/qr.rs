//! A QR code as large as the screen lets it be: dark on white in every theme, because cameras
//! read nothing else well.

use baton_handoff::{Frames, Shown, Symbol};
use leptos::prelude::*;
use std::time::Duration;

/// How long a frame stands, in milliseconds: cameras give ten to thirty pictures a second, and one
/// has to see each frame whole.
const FRAME_MS: u64 = 180;

/// Modules of white around a symbol, as readers want them.
const QUIET: usize = 4;

/// A code, or frames one after the other.
pub fn qr(shown: Shown, less_motion: bool) -> AnyView {
    match shown {
        Shown::Code(code) => view! { <figure class="qr">{symbol(&code)}</figure> }.into_any(),
        Shown::Frames(frames) => row_of_frames(frames, less_motion),
    }
}

fn symbol(code: &str) -> AnyView {
    let Some(symbol) = Symbol::of(code) else {
        return ().into_any();
    };
    let size = symbol.modules() + 2 * QUIET;
    let box_of = format!("-{QUIET} -{QUIET} {size} {size}");
    view! {
        <svg class="qr-code" viewBox=box_of role="img" aria-label="Handoff code" shape-rendering="crispEdges" data-testid="qr">
            <path class="qr-dark" d=symbol.path() />
        </svg>
    }
    .into_any()
}

/// Frames change by themselves, or at a tap where less motion is wanted.
fn row_of_frames(frames: Frames, less_motion: bool) -> AnyView {
    let number = RwSignal::new(0_u16);
    let pieces = frames.pieces();
    if !less_motion {
        let next = move || {
            number.try_update(|number| *number = number.wrapping_add(1));
        };
        if let Ok(timer) = set_interval_with_handle(next, Duration::from_millis(FRAME_MS)) {
            on_cleanup(move || timer.clear());
        }
    }
    let frame = move || symbol(&frames.code(number.get()));
    let tapping = less_motion.then(|| {
        let label = move || format!("Next part ({} of {pieces})", usize::from(number.get()) % pieces + 1);
        // Only the pieces themselves, round and round: the other phone says when it has them all.
        let next = move |_| number.update(|number| *number = ((usize::from(*number) + 1) % pieces) as u16);
        view! { <button type="button" class="btn btn-wide" data-testid="next-frame" on:click=next>{label}</button> }
    });
    let how = if less_motion {
        "Tap on"
    } else {
        "They change by themselves"
    };
    let caption = format!("{pieces} parts. {how} until the other phone has them all.");
    view! {
        <figure class="qr" data-testid="qr-frames" data-pieces=pieces.to_string() data-frame=move || number.get().to_string()>
            {frame}
            <figcaption class="quiet small">{caption}</figcaption>
        </figure>
        {tapping}
    }
    .into_any()
}
