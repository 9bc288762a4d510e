//! What a person does with this phone: load → decide → append, over ports.
//!
//! Nothing here knows a browser, a view or a clock. The same code runs on a phone and, over
//! memory stores and a server in the same process, in the journeys of `tests/it`.
//!
//! The order of every act is what makes it safe:
//!
//! 1. `decide` on what is known, pending acts included; a rule may refuse;
//! 2. the entries are built with the next sequences of this device and signed;
//! 3. ONE strict transaction appends all of them, or none, and checks the sequence;
//! 4. only then they enter the memory that the screen shows.
//!
//! A crash after 3 loses nothing, a crash before it promised nothing. The same order holds for
//! what the server says: stored first, then in memory. One gate ([`Desk`]'s `writing`) keeps the
//! two from crossing; nothing waits for the network inside it.

mod act;
mod catalogue;
mod desk;
mod enter;
mod exchange;
mod handoff;
mod leave;
mod mark;
mod model;
mod ports;
mod presence;
mod snapshot;
mod tab;

pub use catalogue::fits;
pub use desk::Desk;
pub use enter::{EnterError, Progress, enter, warm_start};
pub use exchange::{Exchange, ExchangeError};
pub use handoff::{HandError, Proof, ProofSide, Showing, SignatureHolds, Taken};
pub use leave::{SignOutError, left_behind};
pub use mark::{Resident, mark_from_text, mark_to_text};
pub use model::*;
pub use ports::{
    DateStyle, Install, Kept, KeyFailed, Memory, Ports, Server, ServerError, Signer, Theme,
};
pub use presence::recall;
pub use tab::takes_custody;
