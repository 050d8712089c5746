//! The server: configuration, log, port, database, in that order.
//!
//! The port opens before the database is there, so a server in front of a
//! sleeping or broken database answers `degraded` instead of being restarted
//! for ever by whoever watches it.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use rondo_app::{App, MailRunner};
use rondo_store::{Store, StoreError};
use tokio::time::{sleep, timeout};

use super::{
    Failure, build_app,
    failure::{database::place, reason},
};
use crate::{
    config::{Config, Http, Source},
    http::{self, HttpSettings},
    listener,
    shutdown::{Readiness, watch_signals},
    telemetry,
};

/// The first and the longest pause between two attempts to reach the database.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long the end waits for the last mails. Cut off, they stay stored, and
/// may go out a second time.
const MAIL_TIMEOUT: Duration = Duration::from_secs(3);
/// Until when mails and hints are sent at the latest, from the moment readiness fails:
/// what is left of the ten seconds for stopping when all connections took
/// their time.
const DEADLINE: Duration = Duration::from_millis(9_300);
/// How long the database has to close. Everything answered is on disk already.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(600);

pub(super) async fn run() -> Result<(), Failure> {
    let config = Config::load(&Source::of_process())?;
    serve(config, listener::GRACE, |_| Ok(())).await
}

/// Serves until a signal ends it. `announce` is called with the address once
/// the port is open; for `grace` after the signal it stays open.
pub(super) async fn serve(
    config: Config,
    grace: Duration,
    announce: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let app = build_app(&config)?;
    let Http { host, port, .. } = &config.http;
    let listener =
        listener::bind(host, *port).await.map_err(|error| cannot_listen(&config.http, &error))?;
    let address = listener.local_addr()?;
    announce(address)?;
    let _log = telemetry::start(config.log);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(model) = &config.settings.assistant {
        tracing::info!(server = model.base_url, "a language model answers in the chat");
    }
    let readiness = Readiness::new();
    watch_signals(readiness.clone())?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "listening on http://{address}");
    let preparing = tokio::spawn(prepare(app.store().clone(), place(&config.database)));
    let mailing = app.start_mail();
    let ending = tokio::spawn(moment_of_failure(readiness.clone()));
    let service = http::build(app.clone(), http_settings(&config), readiness.clone());
    listener::serve(listener, service, readiness, grace).await;
    preparing.abort();
    // Only now: until its last answer a request may store a mail.
    let failed_at = ending.await.unwrap_or_else(|_| Instant::now());
    tokio::join!(stop_mail(mailing, failed_at), stop_events(&app, failed_at));
    if timeout(CLOSE_TIMEOUT, app.store().close()).await.is_err() {
        tracing::warn!("the database did not close in time; nothing that was answered is lost");
    }
    tracing::info!("stopped");
    Ok(())
}

async fn moment_of_failure(readiness: Readiness) -> Instant {
    readiness.failed().await;
    Instant::now()
}

/// Tells the other replicas what there is left to tell; lost, it only comes
/// later.
async fn stop_events(app: &App, failed_at: Instant) {
    let _ = timeout(left(failed_at), app.close_events()).await;
}

/// How long mails and hints may still take.
fn left(failed_at: Instant) -> Duration {
    DEADLINE.saturating_sub(failed_at.elapsed())
}

/// Sends the last mails, for as long as there is time.
async fn stop_mail(runner: MailRunner, failed_at: Instant) {
    if timeout(left(failed_at).min(MAIL_TIMEOUT), runner.stop()).await.is_err() {
        tracing::warn!("a mail may be unsent; it stays stored, and the next start sends it");
    }
}

/// What the configuration says about HTTP.
pub(super) fn http_settings(config: &Config) -> HttpSettings {
    HttpSettings {
        cors_origins: config.http.cors_origins.clone(),
        trusted_origins: config.auth.trusted_origins.clone(),
        trusted_proxies: config.http.trusted_proxies.clone(),
        hsts: config.settings.public_origin.starts_with("https://"),
        ..HttpSettings::default()
    }
}

/// Tries until the database is there and its schema is up to date.
///
/// The log gets a line when the reason changes, not one for each attempt.
async fn prepare(store: Store, place: String) {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut told = String::new();
    loop {
        let Err(error) = store.prepare().await else { break };
        let reason = reason(&error);
        if reason != told {
            if let StoreError::Unavailable(_) = error {
                tracing::warn!(database = place, "degraded, trying again: {reason}");
            } else {
                tracing::error!(
                    database = place,
                    "degraded, the database is not usable as it is: {reason}"
                );
            }
            told = reason;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    tracing::info!(duration_ms = started.elapsed().as_millis(), "the database is ready");
}

fn cannot_listen(http: &Http, error: &io::Error) -> Failure {
    let Http { host, port, .. } = http;
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has this port; PORT=8001 or `rondo dev --port 8001` takes another one"
        }
        io::ErrorKind::PermissionDenied => "ports below 1024 are for privileged users",
        _ => "HOST must be an address of this machine; 0.0.0.0 is all of them",
    };
    Failure::with_hint(format!("cannot listen on {host}, port {port}: {error}"), hint)
}
