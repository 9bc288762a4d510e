//! Who is signed in on this phone, where a kill cannot take it.
//!
//! [`Memory`](super::Memory) answers at once, but browsers write it to disk some seconds later: a
//! phone that was killed before that would ask to sign in again and lock unsent work away, or would
//! forget that somebody signed out. So the same is kept once more in a strict transaction, and at
//! the start that copy counts. No secret is in it: the session is the server's cookie, and where
//! the kill took that, the phone goes on recording and asks for a sign-in before it sends.

use super::mark::Resident;
use super::ports::Ports;
use baton_store::StoreError;

/// Who was signed in last, as far as this phone can know. What the kept copy says is put back
/// into the memory.
pub async fn recall<P: Ports>(ports: &P) -> Option<Resident> {
    let memory = ports.memory();
    if let Some(kept) = ports.kept().await {
        let mut lines = kept.lines();
        let active = lines.next().filter(|name| !name.is_empty());
        lines
            .filter_map(Resident::from_row)
            .for_each(|resident| memory.put_resident(&resident));
        memory.set_active(active);
    }
    let active = memory.active()?;
    memory
        .residents()
        .into_iter()
        .find(|resident| resident.database == active)
}

/// Keeps what the memory says of people; on disk when this returns.
pub(super) async fn remember<P: Ports>(ports: &P) -> Result<(), StoreError> {
    let memory = ports.memory();
    let mut text = memory.active().unwrap_or_default();
    for resident in memory.residents() {
        text.push('\n');
        text.push_str(&resident.to_row());
    }
    ports.keep(&text).await
}
