//! Form fields: label, hint, error, control. What was typed is never cleared by an error.

use super::errors::Errors;
use super::icon::{Icon, icon};
use leptos::prelude::*;

/// What kind of text a field takes; tells a phone which keyboard to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    #[default]
    Words,
    /// A code from a label: no capitals made, no spelling marked.
    Code,
    /// A whole code: a scanner that types fills it in.
    WholeCode,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// What one signs in with.
    Login,
    /// A password that exists.
    Password,
    /// A password that is being chosen.
    NewPassword,
}

impl Kind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::Words | Self::Code | Self::WholeCode | Self::Login => "text",
            Self::Date => "date",
            Self::Time => "time",
            Self::Password | Self::NewPassword => "password",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Login => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            _ => "off",
        }
    }

    /// True where the phone must not "correct" what is typed.
    const fn exact(self) -> bool {
        matches!(self, Self::Code | Self::WholeCode | Self::Login)
    }
}

/// A line of text.
#[component]
pub fn TextField(
    /// Its id, which an error names.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// What is in it.
    value: RwSignal<String>,
    /// What it takes.
    #[prop(optional)]
    kind: Kind,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// The errors of its form.
    #[prop(optional)]
    errors: Option<Errors>,
) -> AnyView {
    let error = move || errors.and_then(|errors| errors.of(id));
    let class = match kind {
        Kind::Code => "input input-code",
        // Its last name is the wedge's.
        Kind::WholeCode => "input input-code whole-code",
        _ => "input",
    };
    let exact = kind.exact();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {field_hint(id, hint)}
            {move || error().map(|words| field_error(id, words))}
            <input
                class=class
                id=id
                name=id
                data-testid=id
                type=kind.input_type()
                autocomplete=kind.autocomplete()
                autocapitalize=exact.then_some("off")
                spellcheck=exact.then_some("false")
                aria-describedby=described_by(id, hint, error)
                aria-invalid=move || error().map(|_| "true")
                prop:value=value
                on:input=move |typed| value.set(event_target_value(&typed))
            />
        </div>
    }
    .into_any()
}

/// A choice out of a list that opens.
#[component]
pub fn SelectField(
    /// Its id, which an error names.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// The value chosen.
    value: RwSignal<String>,
    /// Values and their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What helps to choose.
    #[prop(optional)]
    hint: &'static str,
    /// True where the choices speak for themselves and the label is for a screen reader.
    #[prop(optional)]
    bare: bool,
    /// The errors of its form.
    #[prop(optional)]
    errors: Option<Errors>,
) -> AnyView {
    let error = move || errors.and_then(|errors| errors.of(id));
    let choices = move || {
        let chosen = value.get();
        let option = |(value, words): (String, String)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }.into_any()
        };
        options.get().into_iter().map(option).collect::<Vec<_>>()
    };
    view! {
        <div class="field">
            <label for=id class=bare.then_some("unseen")>{label}</label>
            {field_hint(id, hint)}
            {move || error().map(|words| field_error(id, words))}
            <select
                class="input"
                id=id
                name=id
                data-testid=id
                aria-describedby=described_by(id, hint, error)
                aria-invalid=move || error().map(|_| "true")
                on:change=move |chosen| value.set(event_target_value(&chosen))
            >
                {choices}
            </select>
        </div>
    }
    .into_any()
}

/// A few choices side by side, one of which holds.
#[component]
pub fn Choices(
    /// Its id, which an error names; the choices share it as their name.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// The value chosen.
    value: RwSignal<String>,
    /// Values and their words.
    options: Vec<(&'static str, &'static str)>,
    /// True where the choices speak for themselves and the label is for a screen reader.
    #[prop(optional)]
    bare: bool,
    /// The errors of its form.
    #[prop(optional)]
    errors: Option<Errors>,
) -> AnyView {
    let error = move || errors.and_then(|errors| errors.of(id));
    let choice = move |(key, words): (&'static str, &'static str)| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=id
                    value=key
                    data-testid=format!("{id}-{key}")
                    prop:checked=move || value.with(|chosen| chosen == key)
                    on:change=move |_| value.set(key.to_owned())
                />
                {icon(Icon::Check)}
                <span>{words}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field" id=id tabindex="-1">
            <legend class=if bare { "unseen" } else { "field-label" }>{label}</legend>
            {move || error().map(|words| field_error(id, words))}
            <div class=if bare { "choices choices-even" } else { "choices" }>{options.into_iter().map(choice).collect::<Vec<_>>()}</div>
        </fieldset>
    }
    .into_any()
}

/// A thing that is so or not.
#[component]
pub fn Tick(
    /// Its id.
    id: &'static str,
    /// What is so.
    label: &'static str,
    /// Whether it is.
    value: RwSignal<bool>,
) -> AnyView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                id=id
                data-testid=id
                prop:checked=value
                on:change=move |ticked| value.set(event_target_checked(&ticked))
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A search box. `submit` is what Enter does, which is also what a wedge scanner sends.
#[component]
pub fn SearchBox(
    /// Its id.
    id: &'static str,
    /// What can be looked for; also its label.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What Enter does.
    #[prop(optional, into)]
    submit: Option<Callback<()>>,
) -> AnyView {
    let on_enter = move |sent: leptos::ev::SubmitEvent| {
        sent.prevent_default();
        if let Some(submit) = submit {
            submit.run(());
        }
    };
    view! {
        <form class="search" role="search" aria-label=label on:submit=on_enter>
            {icon(Icon::Search)}
            <input
                class="input"
                type="search"
                id=id
                data-testid=id
                aria-label=label
                placeholder=label
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                prop:value=value
                on:input=move |typed| value.set(event_target_value(&typed))
            />
        </form>
    }
    .into_any()
}

fn field_hint(id: &'static str, hint: &'static str) -> Option<AnyView> {
    let hint_id = format!("{id}-hint");
    (!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> }.into_any())
}

fn field_error(id: &'static str, words: String) -> AnyView {
    view! {
        <p class="field-error" id=format!("{id}-error")>
            {icon(Icon::Warn)}
            <span>{words}</span>
        </p>
    }
    .into_any()
}

fn described_by(
    id: &'static str,
    hint: &'static str,
    error: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl Fn() -> Option<String> + Send + Sync + 'static {
    move || match (error().is_some(), hint.is_empty()) {
        (true, true) => Some(format!("{id}-error")),
        (true, false) => Some(format!("{id}-error {id}-hint")),
        (false, false) => Some(format!("{id}-hint")),
        (false, true) => None,
    }
}
