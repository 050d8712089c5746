//! `rondo doctor`: what the configuration comes to, and what is wrong with it.
//!
//! Nothing is changed: the database is asked, not migrated, and a SQLite file
//! that is not there is not made.

mod address;
mod assistant;
mod database;
mod keys;
mod machine;
mod mail;
mod origins;
mod question;
mod report;

use clap::Args;

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
  rondo doctor --dev                           the data of `rondo dev`
  rondo doctor --origin https://app.example.com   why \"Invalid origin\"?"
)]
pub(super) struct Arguments {
    /// Only say whether a page at this origin is trusted, and why
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let source = arguments.place.source()?;
    let mut report = Report::default();
    if let Some(origin) = &arguments.origin {
        let config = Config::load(&source).map_err(|p| arguments.place.failure(p))?;
        question::answer(&mut report, &config, origin)?;
        return report.finish();
    }
    say("Configuration\n")?;
    say(configuration(&source))?;
    say("\nChecks\n")?;
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
    address::check(report, source, config)?;
    origins::check(report, config)?;
    machine::check_clock(report)?;
    machine::check_files(report, source, config)?;
    let app = match build_app(config) {
        Ok(app) => app,
        Err(Failure::Failed { message, .. }) => {
            return report.fail("database", &message, "correct DATABASE_URL");
        }
        Err(other) => return Err(other),
    };
    if database::check(report, config, app.store()).await? {
        keys::check_own(report, &app).await?;
    }
    app.store().close().await;
    keys::check_external(report, config).await?;
    mail::check(report, config).await?;
    assistant::check(report, config).await
}
