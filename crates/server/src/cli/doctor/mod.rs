//! `rondo doctor`: what the configuration comes to, and what is wrong with it.
//!
//! Nothing is changed: the database is asked, not migrated, and a SQLite file
//! that is not there is not made.

mod database;
mod machine;
mod report;

use clap::Args;
use rondo_app::{App, Error, auth};

use self::report::Report;
use super::{
    Failure, build_app,
    dev::Place,
    output::{Table, say},
};
use crate::config::{Config, Source};

#[derive(Args, Debug)]
#[command(
    after_help = "Each check ends in `ok`, `warn` or `fail`; the exit code is 1 when one fails.
Nothing is changed. Secrets are not shown.

Examples:
  rondo doctor
  rondo doctor --dev                           the data of `rondo dev`"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let source = arguments.place.source()?;
    say("Configuration\n")?;
    say(configuration(&source))?;
    say("\nChecks\n")?;
    let mut report = Report::default();
    match Config::load(&source) {
        Ok(config) => check(&mut report, &source, &config).await?,
        Err(problems) => {
            for problem in &problems.list {
                report.fail("configuration", problem.headline(), &problem.hint())?;
            }
        }
    }
    report.finish()
}

fn configuration(source: &Source) -> String {
    let mut table = Table::new(["  VARIABLE", "VALUE", "WHERE"]);
    for [name, value, origin] in source.effective() {
        table.add([&format!("  {name}"), &value, &origin]);
    }
    table.to_string()
}

async fn check(report: &mut Report, source: &Source, config: &Config) -> Result<(), Failure> {
    report.ok("configuration", "every variable can be read")?;
    for warning in &config.warnings {
        report.warn("configuration", warning, "see `.env.example`")?;
    }
    machine::check_secret(report, config)?;
    machine::check_address(report, config)?;
    machine::check_clock(report)?;
    machine::check_files(report, source, config)?;
    let app = match build_app(config) {
        Ok(app) => app,
        Err(Failure::Failed { message, .. }) => {
            return report.fail("database", &message, "correct DATABASE_URL");
        }
        Err(other) => return Err(other),
    };
    database::check(report, config, app.store()).await?;
    check_keys(report, config, &app).await?;
    app.store().close().await;
    Ok(())
}

/// A token that names a key nobody has: to refuse it, the application has to
/// fetch the key set, exactly as it does for a real one.
const UNKNOWN_KEY: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6InJvbmRvLWRvY3RvciJ9.e30.AAAA";

async fn check_keys(report: &mut Report, config: &Config, app: &App) -> Result<(), Failure> {
    let Some(url) = &config.settings.external.jwks_url else { return Ok(()) };
    match auth::authenticate(app, UNKNOWN_KEY).await {
        Err(Error::Unavailable(_)) => report.fail(
            "key set",
            &format!("{url} does not answer with a key set"),
            "AUTH_JWKS_URL must be reachable from this machine; try it with curl",
        ),
        _ => report.ok("key set", &format!("{url} answers")),
    }
}
