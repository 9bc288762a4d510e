//! B4: the app's queue to its server, PouchDB's changes to its own, in turns.

use serde_json::{Value, json};

use super::peer_server::PeerServer;
use super::support::Server;
use super::{call, open, opened};

/// Entries of one drain, and how often it is done.
const DRAIN: (u32, u32) = (1_000, 5);
/// Documents that PouchDB sends at once: as it comes, and all.
const BATCHES: [u32; 2] = [100, 1_000];

/// Every round of both.
pub async fn drain() -> Value {
    let server = Server::demo("bench-drain").await;
    let peer = PeerServer::start(server.dist());
    let phone = opened("bench-drain", &server).await;
    let (count, rounds) = DRAIN;
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..rounds {
        open(&phone, &server.url()).await;
        let given = json!(["ana@demo", server.demo_password(), count]);
        ours.push(call(&phone, "drain", given).await);
        open(&phone, &peer.url()).await;
        for batch in BATCHES {
            let mut figures = call(&phone, "replicate", json!([count, batch])).await;
            figures["batch"] = json!(batch);
            theirs.push(figures);
        }
    }
    json!({ "baton": ours, "pouchdb": theirs })
}
