//! A field to sign in with a finger. What is drawn is kept as points, not as a picture: a few
//! kilobytes that look the same on every screen.

use super::button::{Button, Look};
use leptos::html;
use leptos::prelude::*;

/// The side of the square that points are counted in.
const SIDE: i32 = 999;
/// Points nearer to the one before are left out.
const STEP: i32 = 6;
/// Bytes of a drawing at most; what is drawn beyond is not taken.
const LEN_MAX: usize = 6_000;

/// A place to sign; the strokes are joined by `;`, their points by spaces.
#[component]
pub fn SignaturePad(
    /// For whom it is.
    label: &'static str,
    /// What is drawn.
    value: RwSignal<String>,
) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let last = StoredValue::new(None::<(i32, i32)>);
    let add = move |x: i32, y: i32, begins: bool| {
        let Some(place) = place.get_untracked() else {
            return;
        };
        let point = (
            scaled(x, place.client_width()),
            scaled(y, place.client_height()),
        );
        let near = last
            .get_value()
            .is_some_and(|(x, y)| (x - point.0).abs() + (y - point.1).abs() < STEP);
        if !begins && near {
            return;
        }
        last.set_value(Some(point));
        value.update(|drawn| extend(drawn, point, begins));
    };
    let strokes = move || {
        let drawn = value.get();
        let stroke = |points: &str| {
            let points = points.to_owned();
            view! { <polyline points=points /> }.into_any()
        };
        drawn.split(';').map(stroke).collect::<Vec<_>>()
    };
    view! {
        <div class="field">
            <span class="field-label">{label}</span>
            <div
                class="signature"
                role="img"
                aria-label=label
                node_ref=place
                on:pointerdown=move |event| add(event.offset_x(), event.offset_y(), true)
                on:pointermove=move |event| {
                    if event.buttons() > 0 && last.get_value().is_some() {
                        add(event.offset_x(), event.offset_y(), false);
                    }
                }
                on:pointerup=move |_| last.set_value(None)
            >
                <svg viewBox="0 0 999 999" preserveAspectRatio="none" aria-hidden="true">{strokes}</svg>
            </div>
            <Button look=Look::Bare label="Draw again" testid="draw-again" press=Callback::new(move |()| value.set(String::new())) />
        </div>
    }
    .into_any()
}

fn scaled(at: i32, length: i32) -> i32 {
    (at * SIDE / length.max(1)).clamp(0, SIDE)
}

fn extend(drawn: &mut String, (x, y): (i32, i32), begins: bool) {
    let point = format!("{x},{y}");
    if drawn.len() + point.len() + 1 > LEN_MAX {
        return;
    }
    if !drawn.is_empty() {
        drawn.push(if begins { ';' } else { ' ' });
    }
    drawn.push_str(&point);
}

/// A drawing to look at.
pub fn drawing(drawn: &str) -> AnyView {
    let strokes: Vec<AnyView> = drawn
        .split(';')
        .map(|points| {
            let points = points.to_owned();
            view! { <polyline points=points /> }.into_any()
        })
        .collect();
    view! {
        <div class="signature signature-small">
            <svg viewBox="0 0 999 999" preserveAspectRatio="none" aria-hidden="true">{strokes}</svg>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_are_joined_and_bounded() {
        let mut drawn = String::new();
        extend(&mut drawn, (1, 2), true);
        extend(&mut drawn, (3, 4), false);
        extend(&mut drawn, (5, 6), true);
        assert_eq!(drawn, "1,2 3,4;5,6");
        for _ in 0..5_000 {
            extend(&mut drawn, (100, 200), false);
        }
        assert!(drawn.len() <= LEN_MAX && drawn.len() > LEN_MAX - 9);
        assert_eq!(
            (scaled(50, 100), scaled(500, 100), scaled(3, 0)),
            (499, SIDE, SIDE)
        );
    }
}
