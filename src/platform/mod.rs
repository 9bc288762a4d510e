//! The browser: the only place that names `web_sys` and `js_sys`.
//!
//! It implements the ports that `commands` name, and gives `app.rs` the events of the browser.
//! It knows no rule and holds no record.

pub mod browser;
pub mod camera;
pub mod clock;
pub mod connectivity;
mod decoder;
pub mod device;
pub mod feedback;
mod http;
mod js;
mod json;
mod keys;
pub mod locks;
pub mod page;
pub mod panic;
mod phone;
pub mod preferences;
pub mod router;
pub mod service_worker;
mod verify;
mod wedge;
pub mod zone;

pub use camera::Camera;
pub use decoder::{Decoder, Picture};
pub use keys::KeyPair;
pub use phone::{HttpServer, Phone, PhoneStore};
pub use wedge::{Burst, Landed, WedgeKeys};
