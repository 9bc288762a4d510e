//! What a mere browser tab may not do where the installed app does not share its storage.

use baton_domain::Command;

/// True for an act after which this phone answers for stock. A tab on iOS may look and may not do
/// this: what it keeps does not follow into the installed app, and the browser clears it after
/// seven idle days.
pub const fn takes_custody(command: &Command) -> bool {
    matches!(
        command,
        Command::ReceiveStock { .. } | Command::AnswerTransfer { .. } | Command::DrawStock { .. }
    )
}
