//! A server that dies in the middle, again and again.

use crate::support::served::Served;

use super::{PHONES, Run, cast, check_history, kills};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let (app, mut talkers) = cast().await;
    let kills = kills();
    let (mut unanswered, mut written) = (0, 0);
    for kill in 0..kills {
        let server = Served::start(app.data(), &[]);
        let run = Run::default();
        let talking: Vec<_> = talkers
            .drain(..)
            .map(|mut talker| {
                talker.turn_to(server.client());
                tokio::spawn(talker.talk(run.clone()))
            })
            .collect();
        // Each time in the middle of something else, and sometimes before the first answer.
        run.until(|run| run.answered() >= (kill * 3) % (2 * PHONES))
            .await;
        let pause_us = kill as u64 * 7_919 % 23_000;
        tokio::time::sleep(std::time::Duration::from_micros(pause_us)).await;
        server.kill();
        for one in talking {
            let talker = one.await.unwrap();
            if let Some(entry) = talker.unanswered.first() {
                let (organization, id) = (talker.phone.organization, entry.entry().id);
                let held = app.site.server.storage.held(organization, vec![id]);
                unanswered += 1;
                written += held.await.unwrap().len();
            }
            talkers.push(talker);
        }
    }
    assert!(unanswered > 0, "no kill came while a phone was waiting");

    let server = Served::start(app.data(), &[]);
    for talker in &mut talkers {
        talker.turn_to(server.client());
        talker.finish().await;
    }
    let told: usize = talkers.iter().map(|talker| talker.told.len()).sum();
    check_history(&app, &mut talkers).await;
    server.stop();
    eprintln!(
        "{kills} kills, {unanswered} batches in flight, {written} of them written and not yet \
         answered, {told} entries: nothing lost"
    );
    // Both must have happened in a long run: answered twice, and written the second time only.
    assert!(
        kills < 50 || (1..unanswered).contains(&written),
        "{written}"
    );
}
