//! Mails that wait, are tried again, and are given up.

use std::{
    task::{Context, Waker},
    time::Duration,
};

use tokio::{task::yield_now, time::timeout};

use super::*;
use crate::testing::PASSWORD;

/// How many mails are stored.
async fn stored(test: &TestApp) -> usize {
    let far = test.app.now().plus_seconds(10_000_000);
    // Taken for no time at all, so that nothing has changed but the count.
    let jobs = test.write(move |txn| async move { txn.claim_mail_jobs(far, NOW, 100).await });
    jobs.await.len()
}

async fn until_it_arrives(folder: &Path, count: usize) {
    let arrived = async {
        while names(folder).await.iter().filter(|name| !name.starts_with('.')).count() < count {
            yield_now().await;
        }
    };
    assert!(timeout(Duration::from_secs(10), arrived).await.is_ok(), "it has not arrived");
}

#[tokio::test]
async fn a_server_that_was_down_gets_the_mail_when_it_is_back() {
    let stub = Stub::new(Mood::Takes).await;
    let address = stub.address;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    drop(stub);
    write(&test).await;
    assert_eq!(deliver(&test).await, Some(5));
    assert_eq!(deliver(&test).await, Some(5), "not before its time");
    test.clock.advance_seconds(5);
    assert_eq!(deliver(&test).await, Some(15));
    test.clock.advance_seconds(15);
    let stub = Stub::at(address, Mood::Takes).await;
    assert_eq!(deliver(&test).await, None);
    assert!(stub.has_heard(LINK));
    assert_eq!(stored(&test).await, 0);
}

#[tokio::test]
async fn a_mail_is_given_up_when_its_link_expires() {
    let stub = Stub::new(Mood::Refuses).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    write(&test).await;
    let (mut waited, mut attempts) = (0, 0);
    while let Some(pause) = deliver(&test).await {
        attempts += 1;
        waited += pause;
        test.clock.advance_seconds(pause);
    }
    assert!(waited < LINK_SECONDS, "{waited}");
    assert!((5..20).contains(&attempts), "{attempts}");
    assert_eq!(stored(&test).await, 0);
}

#[tokio::test]
async fn a_mail_that_came_too_late_is_not_sent() {
    let stub = Stub::new(Mood::Takes).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    write(&test).await;
    test.clock.advance_seconds(LINK_SECONDS);
    assert_eq!(deliver(&test).await, None);
    assert!(stub.heard().is_empty());
    assert_eq!(stored(&test).await, 0);
}

#[tokio::test]
async fn what_was_stored_under_another_secret_is_given_up() {
    let stub = Stub::new(Mood::Takes).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    write(&test).await;
    let heir = test.replica(2, |settings| {
        settings.secret = Secret::new("another secret of 32 characters or more".to_owned());
    });
    assert_eq!(deliver(&heir).await, None);
    assert!(stub.heard().is_empty());
    assert_eq!(stored(&test).await, 0);
}

#[tokio::test]
async fn a_mail_that_another_process_took_is_left_to_it_for_two_minutes() {
    let stub = Stub::new(Mood::Takes).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    write(&test).await;
    let now = test.app.now();
    let lease = now.plus_seconds(120);
    let taken = test.write(move |txn| async move { txn.claim_mail_jobs(now, lease, 8).await });
    assert_eq!(taken.await.len(), 1);
    // That process dies.
    let other = test.replica(2, |_| ());
    assert_eq!(deliver(&other).await, Some(120));
    assert!(stub.heard().is_empty());
    test.clock.advance_seconds(120);
    assert_eq!(deliver(&other).await, None);
    assert!(stub.has_heard(LINK));
}

#[tokio::test]
async fn two_processes_send_each_mail_once() {
    let stub = Stub::new(Mood::Takes).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    for _ in 0..20 {
        write(&test).await;
    }
    let other = test.replica(2, |_| ());
    tokio::join!(deliver(&test), deliver(&other));
    assert_eq!(deliver(&test).await, None);
    let sent = stub.heard().iter().filter(|line| *line == LINK).count();
    assert_eq!(sent, 20);
}

#[tokio::test]
async fn the_runner_sends_what_it_finds_and_what_it_is_told_of() {
    let folder = new_folder("runner").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    write(&test).await;
    let runner = test.app.start_mail();
    until_it_arrives(&folder, 1).await;
    write(&test).await;
    test.app.inner().mailer.wake();
    until_it_arrives(&folder, 2).await;

    let stopped = timeout(Duration::from_secs(10), runner.stop()).await;
    assert!(stopped.is_ok());
    write(&test).await;
    test.app.inner().mailer.wake();
    assert_eq!(stored(&test).await, 1, "it waits for the next start");
    let _runner = test.app.start_mail();
    until_it_arrives(&folder, 3).await;
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_mail_that_was_stored_while_the_server_was_stopping_is_sent() {
    let folder = new_folder("stopping").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    let runner = test.app.start_mail();
    write(&test).await;
    // Nobody was told of it.
    let stopped = timeout(Duration::from_secs(10), runner.stop()).await;
    assert!(stopped.is_ok());
    assert_eq!((stored(&test).await, names(&folder).await.len()), (0, 1));
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_mail_is_sent_though_whoever_asked_for_it_has_hung_up() {
    let folder = new_folder("hung-up").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    let _runner = test.app.start_mail();
    let expires_at = test.app.now().plus_seconds(LINK_SECONDS);
    let job = job(&test.app, &id("ada"), &letter_to(email("ada")), expires_at);
    let body = move |txn: Txn| async move { Ok(txn.insert_mail_job(&job).await?) };
    let mut asking = Box::pin(super::super::write(&test.app, body));
    // The request begins, and is gone.
    assert!(asking.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(asking);
    until_it_arrives(&folder, 1).await;
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_mail_that_a_dead_replica_left_is_sent_when_somebody_logs_in() {
    let folder = new_folder("left").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    write(&test).await;
    let runner = test.app.start_mail();
    until_it_arrives(&folder, 1).await;
    write(&test).await;
    assert!(test.login("ada", PASSWORD).await.is_ok());
    until_it_arrives(&folder, 2).await;
    assert!(timeout(Duration::from_secs(10), runner.stop()).await.is_ok());
    let _ = timeout(Duration::ZERO, test.app.inner().mailer.woken()).await;
    for (seconds, is_woken) in [(0, false), (59, false), (1, true)] {
        test.clock.advance_seconds(seconds);
        assert!(test.login("ada", PASSWORD).await.is_ok());
        let woken = timeout(Duration::ZERO, test.app.inner().mailer.woken()).await;
        assert_eq!(woken.is_ok(), is_woken, "{seconds}");
    }
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_runner_that_is_cut_off_loses_nothing() {
    let stub = Stub::new(Mood::Silent).await;
    let test = app_with(MailTransport::Smtp(smtp(&stub))).await;
    write(&test).await;
    let runner = test.app.start_mail();
    let is_talking = async {
        while deliver_is_due(&test).await {
            yield_now().await;
        }
    };
    assert!(timeout(Duration::from_secs(10), is_talking).await.is_ok(), "nobody took it");
    drop(runner);
    assert_eq!(stored(&test).await, 1);
}

/// Whether there is a mail that nobody has taken.
async fn deliver_is_due(test: &TestApp) -> bool {
    let next = test.read(|txn| async move { txn.next_mail_job_at().await }).await;
    next.is_some_and(|next| next <= test.app.now())
}

#[tokio::test]
async fn without_mail_nothing_is_sent_and_stopping_is_quick() {
    let test = TestApp::new().await;
    let runner = test.app.start_mail();
    let stopped = timeout(Duration::from_secs(10), runner.stop()).await;
    assert!(stopped.is_ok());
}

#[tokio::test]
async fn a_database_that_comes_late_is_waited_for() {
    let folder = new_folder("late").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    test.app.store().close().await;
    let settings = test.app.settings().mail.clone().expect("there is mail");
    let away = deliver_due(&test.app, &settings).await;
    assert!(matches!(away, Err(crate::Error::Unavailable(_))));
    let runner = test.app.start_mail();
    let stopped = timeout(Duration::from_secs(10), runner.stop()).await;
    assert!(stopped.is_ok(), "it can be stopped meanwhile");
    assert!(names(&folder).await.is_empty());
}
