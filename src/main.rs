//! Mounts the app.

fn main() {
    baton::app::mount();
}
