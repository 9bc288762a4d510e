//! Who may sign in.

use std::sync::Arc;

use baton_server::random;
use baton_server::storage::{AcceptedInvite, InviteRow, PutAccount, SessionRow};

use super::{Kept, account, found};

#[tokio::test]
async fn a_login_belongs_to_one_person_of_all_organizations() {
    let kept = Kept::new().await;
    let other = found(&*kept.storage).await;
    let (ada, bo) = (random::person_id(), random::person_id());
    let first = account(kept.organization, ada, "ada");
    let put = |rows| kept.storage.put_accounts(rows);
    assert_eq!(put(vec![first.clone()]).await, Ok(PutAccount::Done));
    let wanted = vec![account(other, bo, "bo"), account(other, bo, "ada")];
    assert_eq!(put(wanted).await, Ok(PutAccount::LoginTaken));
    let by = |login: &str| kept.storage.account_by_login(login.into());
    assert!(by("bo").await.unwrap().is_none(), "all or none");
    assert!(by("ada").await.unwrap() == Some(first.clone()));
    assert!(
        kept.storage
            .account_of(kept.organization, ada)
            .await
            .unwrap()
            == Some(first)
    );

    // With a new login the old one is free.
    let renamed = account(kept.organization, ada, "ada2");
    assert_eq!(put(vec![renamed]).await, Ok(PutAccount::Done));
    assert!(by("ada").await.unwrap().is_none());
    let put_bo = put(vec![account(other, bo, "ada")]).await;
    assert_eq!(put_bo, Ok(PutAccount::Done));
    assert_eq!(kept.storage.accounts(other).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_login_at_once_one_gets_it() {
    let kept = Kept::new().await;
    let beside = kept.beside().await;
    let tries: Vec<_> = (0..8)
        .map(|number| {
            let storage = Arc::clone(if number % 2 == 0 {
                &kept.storage
            } else {
                &beside
            });
            let row = account(kept.organization, random::person_id(), "ada");
            tokio::spawn(async move { storage.put_accounts(vec![row]).await.unwrap() })
        })
        .collect();
    let mut done = 0;
    for one in tries {
        done += usize::from(one.await.unwrap() == PutAccount::Done);
    }
    assert_eq!(done, 1);
    assert_eq!(
        kept.storage
            .accounts(kept.organization)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn sessions_last_as_long_as_they_are_told_and_end_with_a_new_password() {
    let kept = Kept::new().await;
    let (ada, token_hash) = (random::person_id(), random::bytes());
    let session = SessionRow {
        organization: kept.organization,
        token_hash,
        person: ada,
        expires_at_ms: 100,
    };
    let storage = &kept.storage;
    storage.put_session(session.clone()).await.unwrap();
    let read = || storage.session(kept.organization, token_hash);
    assert_eq!(read().await, Ok(Some(session)));
    let elsewhere = random::organization_id();
    assert_eq!(storage.session(elsewhere, token_hash).await, Ok(None));
    storage
        .extend_session(kept.organization, token_hash, 500)
        .await
        .unwrap();
    storage.forget_expired(400).await.unwrap();
    assert_eq!(read().await.unwrap().unwrap().expires_at_ms, 500);
    let anew = vec![account(kept.organization, ada, "ada")];
    storage.put_accounts(anew).await.unwrap();
    assert_eq!(read().await, Ok(None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invite_is_used_once_however_many_try() {
    let kept = Kept::new().await;
    let (ada, token_hash) = (random::person_id(), random::bytes());
    let invite = |token_hash| InviteRow {
        organization: kept.organization,
        token_hash,
        person: ada,
        invited_by: random::person_id(),
        expires_at_ms: 100,
        used: false,
    };
    let earlier = random::bytes();
    kept.storage.put_invite(invite(earlier)).await.unwrap();
    kept.storage.put_invite(invite(token_hash)).await.unwrap();
    let row = account(kept.organization, ada, "ada");
    let accept = |token, now_ms| kept.storage.accept_invite(token, now_ms, row.clone());
    assert_eq!(accept(earlier, 1).await, Ok(AcceptedInvite::Ended));
    assert_eq!(accept(token_hash, 100).await, Ok(AcceptedInvite::Ended));
    let both = tokio::join!(accept(token_hash, 99), accept(token_hash, 99));
    let mut both = [both.0.unwrap(), both.1.unwrap()];
    both.sort_by_key(|accepted| *accepted == AcceptedInvite::Ended);
    assert_eq!(both, [AcceptedInvite::Done, AcceptedInvite::Ended]);
    let used = kept.storage.invite(kept.organization, token_hash).await;
    assert!(used.unwrap().unwrap().used);
}

#[tokio::test]
async fn there_is_one_set_up_link() {
    let kept = Kept::new().await;
    let (one, two) = (random::bytes(), random::bytes());
    kept.storage.put_setup_link(one, 10).await.unwrap();
    kept.storage.put_setup_link(two, 20).await.unwrap();
    assert_eq!(kept.storage.setup_link(one).await, Ok(None));
    assert_eq!(kept.storage.setup_link(two).await, Ok(Some(20)));
    kept.storage.forget_expired(21).await.unwrap();
    assert_eq!(kept.storage.setup_link(two).await, Ok(None));
}

/// A thousand tries at once are a thousand failures, over all instances.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tries_at_once_are_counted_one_by_one() {
    fn pause(failures: u32) -> i64 {
        if failures < 5 { 0 } else { 60_000 }
    }
    let kept = Kept::new().await;
    let beside = kept.beside().await;
    let login: [u8; 32] = random::bytes();
    let tries: Vec<_> = (0..12)
        .map(|number| {
            let storage = Arc::clone(if number % 2 == 0 {
                &kept.storage
            } else {
                &beside
            });
            tokio::spawn(async move { storage.count_attempt(login, 1_000, pause).await.unwrap() })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        looked_at += usize::from(one.await.unwrap().is_ok());
    }
    assert_eq!(looked_at, 5);
    let count = |now_ms| kept.storage.count_attempt(login, now_ms, pause);
    assert_eq!(count(2_000).await, Ok(Err(61_000)));
    kept.storage.clear_attempts(login).await.unwrap();
    assert_eq!(count(2_000).await, Ok(Ok(())));
}
