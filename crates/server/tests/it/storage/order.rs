//! Order numbers that no reader can skip.
//!
//! The classic trap: a number is taken early and becomes visible late, so that a reader sees 4,
//! moves its cursor, and never hears of 3. Nothing like it may happen here, however long a writer
//! pauses between taking its number and its commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baton_server::storage::{Commit, Committed, Database, News, Storage};
use tokio_postgres::NoTls;

use super::{Kept, record};
use crate::support::database::{database_of, execute, is_postgres};

/// Many writers on two instances, and a reader that moves its cursor as it goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_beside_many_writers_sees_every_number() {
    const WRITERS: u64 = 4;
    const EACH: u64 = 15;
    let kept = Kept::new().await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (storage, organization) = (kept.beside().await, kept.organization);
        let done = Arc::clone(&done);
        tokio::spawn(async move {
            let mut seen = 0;
            loop {
                // Asked before the look: what is there at the end is still read.
                let last = done.load(Ordering::SeqCst);
                let rows = storage.recorded_after(organization, seen, 3).await.unwrap();
                for row in &rows {
                    assert_eq!(row.order, seen + 1, "a number was skipped");
                    seen = row.order;
                }
                if rows.is_empty() && last {
                    return seen;
                }
            }
        })
    };
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let (storage, organization) = (kept.beside().await, kept.organization);
        writers.push(tokio::spawn(async move {
            for _ in 0..EACH {
                while !write_one(&*storage, organization).await {}
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    assert_eq!(reader.await.unwrap(), WRITERS * EACH);
}

async fn write_one(storage: &dyn Storage, organization: baton_domain::id::OrganizationId) -> bool {
    let position = storage.position(organization).await.unwrap().unwrap();
    let commit = Commit {
        expected_revision: position.revision,
        records: vec![record(position.order + 1)],
        ..Commit::default()
    };
    matches!(
        storage.commit(organization, commit).await.unwrap(),
        Committed::Done(_)
    )
}

/// A writer pauses after it wrote its rows and before its commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_a_writer_pauses_nobody_reads_or_writes_past_it() {
    let kept = Kept::new().await;
    kept.record(2).await;
    let before = kept.position().await;
    let commit_of = |record| Commit {
        expected_revision: before.revision,
        records: vec![record],
        ..Commit::default()
    };
    let pause = Pause::begin(&kept).await;
    let (first, second) = (record(3), record(3));
    let writing = {
        let (storage, organization) = (kept.beside().await, kept.organization);
        let commit = commit_of(first.clone());
        tokio::spawn(async move { storage.commit(organization, commit).await.unwrap() })
    };
    pause.until_somebody_waits(1).await;
    let late = {
        let (storage, organization) = (kept.beside().await, kept.organization);
        let commit = commit_of(second.clone());
        tokio::spawn(async move { storage.commit(organization, commit).await.unwrap() })
    };
    pause.until_somebody_waits(2).await;
    assert_eq!(kept.position().await, before, "nothing is visible yet");
    let rows = kept.storage.recorded_after(kept.organization, 2, 10).await;
    assert_eq!(rows, Ok(Vec::new()));
    assert!(!writing.is_finished() && !late.is_finished());

    let paused = pause.end().await;
    let outcomes = [writing.await.unwrap(), late.await.unwrap()];
    let rows = kept.storage.recorded_after(kept.organization, 2, 10).await;
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1, "one of them has the number");
    if paused == Who::TheFirst {
        assert!(matches!(outcomes[0], Committed::Done(_)));
        assert_eq!((outcomes[1], rows[0].id), (Committed::Overtaken, first.id));
    } else {
        assert_eq!(outcomes, [Committed::Overtaken; 2]);
    }
}

#[derive(PartialEq)]
enum Who {
    /// The first of the two commits paused in its middle.
    TheFirst,
    /// Another process, in a transaction by hand.
    ByHand,
}

/// A pause in the middle of a writing transaction.
enum Pause {
    /// A trigger waits on this lock in the middle of the real commit.
    InCommit {
        client: tokio_postgres::Client,
        lock: i64,
    },
    /// SQLite has one writer: it pauses with the lock of the whole file.
    ByHand(std::sync::Mutex<rusqlite::Connection>),
}

impl Pause {
    async fn begin(kept: &Kept) -> Self {
        let folder = kept.folder.path();
        let Database::Postgres(url) = database_of(folder) else {
            let other = rusqlite::Connection::open(folder.join("baton.sqlite")).unwrap();
            let sql = "BEGIN IMMEDIATE;
                 INSERT INTO entries SELECT organization, 3, randomblob(16), device, 3, hash, 0, bytes, verdict
                   FROM entries WHERE entry_order = 2;
                 UPDATE organizations SET revision = revision + 1, last_order = 3;";
            other.execute_batch(sql).unwrap();
            return Self::ByHand(other.into());
        };
        let lock = i64::from_be_bytes(baton_server::random::bytes());
        let sql = format!(
            "CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN PERFORM pg_advisory_xact_lock({lock}); RETURN NEW; END $$;
             CREATE TRIGGER pause AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION pause();"
        );
        execute(folder, &sql);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
            .execute("SELECT pg_advisory_lock($1)", &[&lock])
            .await
            .unwrap();
        Self::InCommit { client, lock }
    }

    /// Returns when so many of our writers are held up. SQLite does not tell; there the two
    /// commits may also come later, and the test still holds.
    async fn until_somebody_waits(&self, count: i64) {
        let Self::InCommit { client, lock } = self else {
            return;
        };
        // The first waits for the lock that we hold, the second for the first.
        let sql = "WITH RECURSIVE held_up AS (
               SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
                 AND ((classid::bigint << 32) | objid::bigint) = $1
             UNION
               SELECT waiting.pid FROM pg_stat_activity AS waiting JOIN held_up
                 ON held_up.pid = ANY (pg_blocking_pids(waiting.pid)))
             SELECT count(*) FROM held_up";
        loop {
            let row = client.query_one(sql, &[&lock]).await.unwrap();
            if row.get::<_, i64>(0) >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) -> Who {
        match self {
            Self::InCommit { client, lock } => {
                let sql = "SELECT pg_advisory_unlock($1)";
                client.execute(sql, &[&lock]).await.unwrap();
                Who::TheFirst
            }
            Self::ByHand(other) => {
                let other = other.into_inner().unwrap();
                other.execute_batch("COMMIT").unwrap();
                Who::ByHand
            }
        }
    }
}

/// What one instance records, another one hears of.
#[tokio::test]
async fn news_cross_instances() {
    if !is_postgres() {
        return; // SQLite tells nobody: the server looks every few seconds.
    }
    let kept = Kept::new().await;
    let other = kept.beside().await;
    let mut news = other.news();
    // It begins with a look at everything, once it listens.
    assert_eq!(news.recv().await, Ok(News::Everything));
    kept.record(1).await;
    // Other tests' organizations share the database, and their news are heard, too.
    loop {
        match news.recv().await {
            Ok(News::Of(organization)) if organization != kept.organization => {}
            heard => break assert_eq!(heard, Ok(News::Of(kept.organization))),
        }
    }
}
