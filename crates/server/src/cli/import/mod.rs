//! Taking over from other servers: their database is read and never changed.

mod text;

use std::io;

use clap::{Args, Subcommand};
use rondo_app::import::{self, Failed, Options, Report};
use rondo_store::{Foreign, MigrationState, SqliteLocation, SqliteOptions, StoreError, Target};

use self::text::Said;
use super::{
    Failure, Operator,
    dev::Place,
    failure::{database, reason},
    output::say,
};
use crate::config::Config;

/// How many rows are named for each reason.
const LISTED: usize = 20;

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  rondo import better-auth --from postgresql://auth:PASSWORD@db/auth --dry-run
  rondo import better-auth --from sqlite:///./auth.db
  rondo import tasks --from postgresql+asyncpg://todo:PASSWORD@db/todo
  rondo import tasks --from - < url.txt        no password among the arguments

An import can run again: what was brought stays as it is here, what is new or has changed over
there is brought. The report names what was left out and why. docs/import.md has the details.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Bring the users of a Better Auth server with their passwords
    #[command(
        after_help = "Read are the tables `user` and `account`, in any of Better Auth's spellings.
Users keep their ids and log in with the old password. Sessions are not brought, nor logins with
other services."
    )]
    BetterAuth(Source),
    /// Bring tasks, conversations and messages of a FastAPI/SQLModel server
    #[command(after_help = "Read are the tables `task`, `conversation` and `message`, or `tasks`,
`conversations` and `messages`. Ids are kept as far as nobody has them here. Owners without an
account get a row that a later `rondo import better-auth` completes.")]
    Tasks(Source),
}

#[derive(Args, Debug)]
struct Source {
    /// Database to read, spelled as `DATABASE_URL` is; `-` reads it from standard input
    #[arg(long, value_name = "URL")]
    from: String,
    /// PostgreSQL: where the tables are [default: the search path, usually `public`]
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
    /// Report what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Name every row that was left out, not only the first 20 for each reason
    #[arg(long, short)]
    verbose: bool,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (Action::BetterAuth(source) | Action::Tasks(source)) = &arguments.action;
    let from = source.target()?;
    let opened = Foreign::open(&from, source.schema.as_deref()).await;
    let foreign = opened.map_err(|error| unreadable(&from, &error))?;
    let into = database::named(&arguments.place.target()?);
    let Operator { app, target } = open(&arguments.place, source.dry_run).await?;
    let listed = if source.verbose { usize::MAX } else { LISTED };
    let options = Options { is_rehearsal: source.dry_run, listed };
    let mut report = Report::new(listed);
    let done = match &arguments.action {
        Action::BetterAuth(_) => import::users(&app, &foreign, options, &mut report).await,
        Action::Tasks(_) => import::tasks(&app, &foreign, options, &mut report).await,
    };
    app.store().close().await;
    let said = Said {
        report: &report,
        places: (database::named(&from), into),
        brings_users: matches!(arguments.action, Action::BetterAuth(_)),
        is_rehearsal: source.dry_run,
        is_complete: done.is_ok(),
    };
    if !report.tables.is_empty() {
        say(said)?;
    }
    done.map_err(|failed| match failed {
        Failed::There(error) => unreadable(&from, &error),
        Failed::NotThere { message, hint } => Failure::with_hint(message, hint),
        Failed::Here(error) => Failure::from(error).about(&target),
    })
}

impl Source {
    /// The database that is to be read.
    fn target(&self) -> Result<Target, Failure> {
        let mut url = self.from.clone();
        if url == "-" {
            url.clear();
            io::stdin().read_line(&mut url)?;
        }
        // The URL itself is not shown: it may hold a password.
        Config::parse_database(&url).map_err(|reason| Failure::Usage {
            message: format!("what `--from` names {reason}"),
            hint: "postgresql://user:password@host/name, or sqlite:///./auth.db for a file",
        })
    }
}

/// A look at an empty database must not make a schema in it: a rehearsal then
/// takes place in memory, where there is as little.
async fn open(place: &Place, is_rehearsal: bool) -> Result<Operator, Failure> {
    if is_rehearsal {
        let operator = Operator::over(place.target()?)?;
        let migrations = operator.app.store().migration_status().await;
        operator.app.store().close().await;
        let migrations = migrations.map_err(|e| Failure::from(e).about(&operator.target))?;
        if migrations.iter().all(|migration| migration.state == MigrationState::Pending) {
            let memory = Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory));
            let operator = Operator::over(memory)?;
            operator.app.store().prepare().await?;
            return Ok(operator);
        }
    }
    Operator::open(place).await
}

fn unreadable(from: &Target, error: &StoreError) -> Failure {
    let reason = reason(error);
    let place = database::place(from);
    let place = if reason.contains(&place) { String::new() } else { format!(" at {place}") };
    let hint = match database::hint(from, &reason) {
        hint if hint.contains("write to") => "is the file there, and may this user read it?",
        hint => hint,
    };
    let hint = hint.replace("DATABASE_URL", "the URL of `--from`");
    Failure::with_hint(format!("the database{place} cannot be read: {reason}"), hint)
}
