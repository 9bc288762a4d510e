//! PostgreSQL restarted under load. SQLite lives and dies with the program (`kill`).

use crate::support::database::{is_postgres, restart};
use crate::support::served::Served;

use super::{PHONES, Run, cast, check_history};

/// How often the database goes away.
const RESTARTS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_restarts_under_load_is_waited_for_and_nothing_is_lost() {
    if !is_postgres() {
        return;
    }
    let (app, mut talkers) = cast().await;
    let server = Served::start(app.data(), &[]);
    let run = Run::default();
    let talking: Vec<_> = talkers
        .drain(..)
        .map(|mut talker| {
            talker.turn_to(server.client());
            tokio::spawn(talker.talk(run.clone()))
        })
        .collect();
    for _ in 0..RESTARTS {
        let before = run.answered();
        run.until(|run| run.answered() >= before + 2 * PHONES).await;
        let put_off = run.put_off();
        restart(app.data());
        // They are put off, and served again without anybody's help.
        run.until(|run| run.put_off() > put_off).await;
        let before = run.answered();
        run.until(|run| run.answered() > before + PHONES).await;
    }
    run.stop.store(true, std::sync::atomic::Ordering::SeqCst);
    for one in talking {
        talkers.push(one.await.unwrap());
    }
    for talker in &mut talkers {
        talker.finish().await;
    }
    check_history(&app, &mut talkers).await;
    server.stop();
}
