//! Icons: one sprite in the page, one symbol a meaning.

use leptos::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A way back.
    Back,
    /// The building where cases are.
    Building,
    /// The camera.
    Camera,
    /// Something that arrives by courier.
    Courier,
    /// Confirmed, ready, chosen.
    Check,
    /// A date or a wait.
    Clock,
    /// Not there, or close.
    Cross,
    /// Change what is written.
    Edit,
    /// Handoffs.
    Handoff,
    /// On hold.
    Hold,
    /// A word to know.
    Info,
    /// A lamp.
    Light,
    /// A rule or an account shared.
    Link,
    /// Offered and locked.
    Lock,
    /// Marked for a case.
    Mark,
    /// One less.
    Minus,
    /// Leads on.
    Next,
    /// No connection; saved on this phone.
    Offline,
    /// A person.
    Person,
    /// Saved on this phone.
    Phone,
    /// One more, or new.
    Plus,
    /// Activity.
    Activity,
    /// Scan.
    Scan,
    /// Search.
    Search,
    /// Sent, no answer yet.
    Sent,
    /// Stock.
    Stock,
    /// Another rep.
    Swap,
    /// Exchange with the server.
    Sync,
    /// Today.
    Today,
    /// Look here.
    Warn,
}

impl Icon {
    const fn name(self) -> &'static str {
        match self {
            Self::Back => "#i-back",
            Self::Building => "#i-building",
            Self::Camera => "#i-camera",
            Self::Courier => "#i-courier",
            Self::Check => "#i-check",
            Self::Clock => "#i-clock",
            Self::Cross => "#i-cross",
            Self::Edit => "#i-edit",
            Self::Handoff => "#i-handoff",
            Self::Hold => "#i-hold",
            Self::Info => "#i-info",
            Self::Light => "#i-light",
            Self::Link => "#i-link",
            Self::Lock => "#i-lock",
            Self::Mark => "#i-mark",
            Self::Minus => "#i-minus",
            Self::Next => "#i-next",
            Self::Offline => "#i-offline",
            Self::Person => "#i-person",
            Self::Phone => "#i-phone",
            Self::Plus => "#i-plus",
            Self::Activity => "#i-activity",
            Self::Scan => "#i-scan",
            Self::Search => "#i-search",
            Self::Sent => "#i-sent",
            Self::Stock => "#i-stock",
            Self::Swap => "#i-swap",
            Self::Sync => "#i-sync",
            Self::Today => "#i-today",
            Self::Warn => "#i-warn",
        }
    }

    /// True for those that point along the line of reading, and turn with it.
    const fn turns(self) -> bool {
        matches!(self, Self::Back | Self::Next | Self::Sent | Self::Courier)
    }
}

/// Draws an icon. The word beside it carries the meaning; a screen reader skips the drawing.
pub fn icon(icon: Icon) -> AnyView {
    let class = if icon.turns() {
        "icon icon-turns"
    } else {
        "icon"
    };
    drawn(class, icon)
}

/// A large icon for a screen that is otherwise empty.
pub fn big_icon(icon: Icon) -> AnyView {
    drawn("icon icon-big", icon)
}

fn drawn(class: &'static str, icon: Icon) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <use_ href=icon.name() />
        </svg>
    }
    .into_any()
}

/// The symbols behind [`icon`]; stands once in a page.
pub fn sprite() -> AnyView {
    view! { <svg class="sprite" aria-hidden="true" inner_html=SYMBOLS /> }.into_any()
}

const SYMBOLS: &str = concat!(
    r#"<symbol id="i-back" viewBox="0 0 24 24"><path d="M15 5l-7 7 7 7"/></symbol>"#,
    r#"<symbol id="i-next" viewBox="0 0 24 24"><path d="M9 5l7 7-7 7"/></symbol>"#,
    r#"<symbol id="i-building" viewBox="0 0 24 24"><path d="M4 21V6l8-3 8 3v15M2 21h20M9 21v-4h6v4M9 9h1.5M13.5 9H15M9 13h1.5M13.5 13H15"/></symbol>"#,
    r#"<symbol id="i-camera" viewBox="0 0 24 24"><path d="M4 7.5h3.5L9 5h6l1.5 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1z"/><circle cx="12" cy="13" r="3.5"/></symbol>"#,
    r#"<symbol id="i-courier" viewBox="0 0 24 24"><path d="M2 6h12v10H2zM14 10h4l4 3.5V16h-8"/><circle cx="6.5" cy="18" r="2"/><circle cx="17.5" cy="18" r="2"/></symbol>"#,
    r#"<symbol id="i-check" viewBox="0 0 24 24"><path d="M4.5 12.5l5 5L19.5 7"/></symbol>"#,
    r#"<symbol id="i-clock" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/></symbol>"#,
    r#"<symbol id="i-cross" viewBox="0 0 24 24"><path d="M6 6l12 12M18 6L6 18"/></symbol>"#,
    r#"<symbol id="i-edit" viewBox="0 0 24 24"><path d="M4 20l1-4L16 5l3 3L8 19zM13.5 7.5l3 3"/></symbol>"#,
    r#"<symbol id="i-handoff" viewBox="0 0 24 24"><path d="M4 8.5h14M14.5 5L18 8.5 14.5 12M20 15.5H6M9.5 12L6 15.5 9.5 19"/></symbol>"#,
    r#"<symbol id="i-hold" viewBox="0 0 24 24"><path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM10 9v6M14 9v6"/></symbol>"#,
    r#"<symbol id="i-info" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.01"/></symbol>"#,
    r#"<symbol id="i-light" viewBox="0 0 24 24"><path d="M9.5 17.5h5M10.5 20.5h3M8.5 14.5a5.5 5.5 0 1 1 7 0c-.7.6-1 1.2-1 2h-5c0-.8-.3-1.4-1-2z"/></symbol>"#,
    r#"<symbol id="i-link" viewBox="0 0 24 24"><path d="M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.4-1.4"/></symbol>"#,
    r#"<symbol id="i-lock" viewBox="0 0 24 24"><rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/></symbol>"#,
    r#"<symbol id="i-mark" viewBox="0 0 24 24"><path d="M7 4h10v16l-5-4-5 4z"/></symbol>"#,
    r#"<symbol id="i-minus" viewBox="0 0 24 24"><path d="M6 12h12"/></symbol>"#,
    r#"<symbol id="i-offline" viewBox="0 0 24 24"><path d="M7 18h10a4 4 0 0 0 2.6-7M16.5 8.5A5.5 5.5 0 0 0 8 7.2M6.3 9.4A4.4 4.4 0 0 0 7 18M4 4l16 16"/></symbol>"#,
    r#"<symbol id="i-person" viewBox="0 0 24 24"><circle cx="12" cy="8" r="4"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/></symbol>"#,
    r#"<symbol id="i-phone" viewBox="0 0 24 24"><rect x="7" y="3" width="10" height="18" rx="2.5"/><path d="M11 17.5h2"/></symbol>"#,
    r#"<symbol id="i-plus" viewBox="0 0 24 24"><path d="M12 5.5v13M5.5 12h13"/></symbol>"#,
    r#"<symbol id="i-activity" viewBox="0 0 24 24"><path d="M8.5 6H20M8.5 12H20M8.5 18H20M4 6h.01M4 12h.01M4 18h.01"/></symbol>"#,
    r#"<symbol id="i-scan" viewBox="0 0 24 24"><path d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M8.5 9v6M12 9v6M15.5 9v6"/></symbol>"#,
    r#"<symbol id="i-search" viewBox="0 0 24 24"><circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/></symbol>"#,
    r#"<symbol id="i-sent" viewBox="0 0 24 24"><path d="M4 12h15M13 6l6 6-6 6"/></symbol>"#,
    r#"<symbol id="i-stock" viewBox="0 0 24 24"><path d="M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"/></symbol>"#,
    r#"<symbol id="i-swap" viewBox="0 0 24 24"><circle cx="8.5" cy="8" r="3.5"/><path d="M2.5 19a6 6 0 0 1 12 0M15 7h6M18.5 4.5L21 7l-2.5 2.5M21 14h-5M18.5 11.5L16 14l2.5 2.5"/></symbol>"#,
    r#"<symbol id="i-sync" viewBox="0 0 24 24"><path d="M20 11a8 8 0 0 0-14.3-4L3.5 9.3M4 13a8 8 0 0 0 14.3 4l2.2-2.3M3.5 4.5v4.8h4.8M20.5 19.5v-4.8h-4.8"/></symbol>"#,
    r#"<symbol id="i-today" viewBox="0 0 24 24"><rect x="4" y="5.5" width="16" height="15" rx="2.5"/><path d="M4 10.5h16M8.5 3v4M15.5 3v4"/></symbol>"#,
    r#"<symbol id="i-warn" viewBox="0 0 24 24"><path d="M12 4L2.8 19.5h18.4zM12 10.5v4M12 17v.01"/></symbol>"#,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_its_symbol() {
        let all = [
            Icon::Back,
            Icon::Building,
            Icon::Camera,
            Icon::Courier,
            Icon::Check,
            Icon::Clock,
            Icon::Cross,
            Icon::Edit,
            Icon::Handoff,
            Icon::Hold,
            Icon::Info,
            Icon::Light,
            Icon::Link,
            Icon::Lock,
            Icon::Mark,
            Icon::Minus,
            Icon::Next,
            Icon::Offline,
            Icon::Person,
            Icon::Phone,
            Icon::Plus,
            Icon::Activity,
            Icon::Scan,
            Icon::Search,
            Icon::Sent,
            Icon::Stock,
            Icon::Swap,
            Icon::Sync,
            Icon::Today,
            Icon::Warn,
        ];
        for icon in all {
            let symbol = format!("id=\"{}\"", &icon.name()[1..]);
            assert!(SYMBOLS.contains(&symbol), "{symbol}");
        }
    }
}
