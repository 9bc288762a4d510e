//! What went wrong around the rules, in words: server, storage, key.

use super::model::Words;
use crate::commands::{ActError, EnterError, ServerError};
use baton_store::StoreError;

/// Why an act was not saved, where no rule spoke against it.
pub fn act_error_words(error: &ActError) -> Words {
    match error {
        ActError::Store(error) => store_words(error),
        ActError::Key => Words::new(
            "This phone could not sign it",
            "The signing key of this phone did not answer. Nothing was saved just now.",
            "Reload the page and try again. If it stays so, export your unsent work and sign in anew.",
        ),
        ActError::Format(_) => Words::new(
            "This is too much for one record",
            "A record holds at most 500 lines, and texts have their limits.",
            "Split it into two, or shorten the text.",
        ),
        ActError::NotHere => Words::new(
            "Nobody is signed in here",
            "Nothing was saved.",
            "Sign in, then do it again.",
        ),
        ActError::NotLoaded => Words::new(
            "The app is not all here yet",
            "The part that records has not arrived on this phone. Nothing was saved just now.",
            "Go where there is a network, reload, and do it again.",
        ),
        ActError::OnlyATab => Words::new(
            "Install Baton first",
            "What a browser tab keeps on this phone does not follow into the installed app, and is cleared after seven days without use. Nothing was saved.",
            "Tap the share button, choose “Add to Home Screen”, open Baton from there and sign in.",
        ),
        // Refusals name people and things; they are put into words where those are known.
        ActError::Refused(_) => Words::new("This cannot be done", "A rule speaks against it.", ""),
    }
}

/// What the storage of this phone says.
pub fn store_words(error: &StoreError) -> Words {
    let what = match error {
        StoreError::Full => "This phone is full",
        StoreError::Vanished => "The data of this phone is gone",
        StoreError::Unavailable(_) => "This browser keeps nothing here",
        StoreError::NewerVersion => "Reload to get the newer version",
        StoreError::Blocked => "Another tab is in the way",
        _ => "Nothing was saved just now",
    };
    Words::new(what, error.to_string(), "")
}

/// What the server said, or that it did not answer.
pub fn server_words(error: &ServerError) -> Words {
    match error {
        ServerError::Unreachable => Words::new(
            "The server does not answer",
            "There is no network here, or the server is not running.",
            "Signing in needs the server once. Try again where there is a network.",
        ),
        ServerError::Unauthorized { message, .. } if message.is_empty() => Words::new(
            "Sign in again",
            "The server wants to know who you are before it takes more.",
            "Your work is safe on this phone meanwhile.",
        ),
        ServerError::Unauthorized { message, .. } => Words::new(
            message.clone(),
            "",
            "Check what you typed. If you forgot the password, ask an Admin for a new invitation.",
        ),
        ServerError::TooLarge => Words::new(
            "That was too much at once",
            "It is sent again in smaller parts.",
            "",
        ),
        ServerError::Garbled => Words::new(
            "The server's answer cannot be read",
            "The app and the server may be of different versions, or something on the way changed the answer.",
            "Reload to update the app. On a public network, sign in to that network first.",
        ),
        ServerError::Said {
            status, message, ..
        } if message.is_empty() => Words::new(
            "The server could not do this",
            format!("It answered with number {status} and gave no reason."),
            "Try again in a moment.",
        ),
        ServerError::Said { message, .. } => Words::new(message.clone(), "", ""),
    }
}

/// Why the app could not be entered.
pub fn enter_words(error: &EnterError) -> Words {
    match error {
        EnterError::Server(error) => server_words(error),
        EnterError::Store(error) => Words::new(
            "This phone's storage does not answer",
            error.to_string(),
            "",
        ),
        EnterError::Key => Words::new(
            "This browser makes no signing key",
            "Every record is signed on the phone, and this browser refused to make or keep a key.",
            "Update the browser, or leave a private window.",
        ),
        EnterError::Lost(_) => Words::new(
            "The data of this phone is gone",
            "The browser or somebody removed it.",
            "Sign in where there is a network: what was sent is still with the server.",
        ),
    }
}
