//! A disk that is full: the system lets the server's files grow no further.
//!
//! The limit of the size of a file stands for the disk: it needs no rights, works the same for root
//! and anybody, and the system refuses the write just as a full disk does. PostgreSQL's disk is
//! another machine's; there the database says what it says when it is full.

use crate::support::database::{execute, is_postgres};
use crate::support::served::Served;
use crate::support::{PASSWORD, TestApp};
use serde_json::json;

use super::{Run, cast, check_history};

/// Bytes by which the largest file may still grow.
const ROOM: u64 = 256 * 1024;

/// From now on nothing more fits into a PostgreSQL.
const FILL: &str = "
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON entries EXECUTE FUNCTION full_disk();";

fn largest_file(app: &TestApp) -> u64 {
    let files = std::fs::read_dir(app.data()).unwrap();
    let sizes = files.map(|file| file.unwrap().metadata().unwrap().len());
    sizes.max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_is_said_nothing_is_lost_and_reading_goes_on() {
    let (app, mut talkers) = cast().await;
    let server = if is_postgres() {
        Served::start(app.data(), &[])
    } else {
        Served::start_within(app.data(), largest_file(&app) + ROOM)
    };
    let run = Run::default();
    let talking: Vec<_> = talkers
        .drain(..)
        .map(|mut talker| {
            talker.turn_to(server.client());
            tokio::spawn(talker.talk(run.clone()))
        })
        .collect();
    run.until(|run| run.answered() > 0).await;
    if is_postgres() {
        execute(app.data(), FILL);
    }
    run.until(|run| run.put_off() > 20).await;

    // Whoever is signed in still reads, and the server says what is wrong.
    let mut client = server.client();
    assert_eq!(client.get("/healthz").await.status, 200);
    run.stop.store(true, std::sync::atomic::Ordering::SeqCst);
    for one in talking {
        talkers.push(one.await.unwrap());
    }
    client.cookie = talkers[0].phone.client.cookie.clone();
    assert_eq!(client.get("/api/v1/session").await.status, 200);
    let nothing = talkers[0].phone.sync(&[]).await;
    assert!(nothing.cursor > 0);
    if !is_postgres() {
        let body = json!({"login": "ada@north", "password": PASSWORD});
        let answer = server.client().post("/api/v1/session", body).await;
        answer.is_error(503, "storage");
    }
    let waiting = talkers
        .iter()
        .filter(|talker| !talker.unanswered.is_empty());
    assert!(waiting.count() > 0, "somebody holds what was not taken");

    // There is room again.
    let server = if is_postgres() {
        execute(app.data(), "DROP TRIGGER full_disk ON entries");
        server
    } else {
        let said = server.stop();
        assert!(said.contains("Check that the disk is not full"), "{said}");
        Served::start(app.data(), &[])
    };
    for talker in &mut talkers {
        talker.turn_to(server.client());
        talker.finish().await;
    }
    check_history(&app, &mut talkers).await;
    server.stop();
}
