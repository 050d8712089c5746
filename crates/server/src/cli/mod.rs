//! The command line: one file per command, the same use cases as every other
//! door.
//!
//! Exit codes: 0 done, 1 tried and failed, 2 wrong arguments or configuration.
//! Output goes through a writer, so a closed pipe ends a command quietly.

mod dev;
mod doctor;
mod failure;
mod healthcheck;
mod import;
mod mcp;
mod migrate;
mod output;
mod password;
mod print;
mod serve;
mod token;
mod user;

use std::{io, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use rondo_app::{
    App, EventBus, ExternalIssuer, JwtAlgorithm, Limits, Parts, PasswordCost, Settings,
    SystemClock, SystemRandom,
};
use rondo_domain::Secret;
use rondo_store::{MigrationState, Store, Target};

use self::{dev::Place, failure::Failure};
use crate::config::{Config, variables};

/// The arguments of the program.
#[derive(Parser, Debug)]
#[command(
    name = "rondo",
    version,
    about = "Rondo, a to-do server for many users in one program",
    long_about = "Rondo, a to-do server for many users in one program.

A REST API with accounts, on a SQLite file or on a PostgreSQL server. `rondo dev` needs no
configuration; `rondo serve` takes its own from environment variables and from a file `.env` in
the working directory."
)]
#[command(after_help = "Examples:
  rondo dev                                     try it: everything in ./.rondo
  rondo serve                                   the real thing, configured by variables
  rondo doctor                                  why does it not work?
  rondo user add ada@example.com                make an account
  rondo token create ada@example.com --name ci --scope read
  RONDO_TOKEN=rondo_pat_… rondo mcp             the tasks, for an assistant that speaks MCP
  rondo import better-auth --from URL           take over from another server

`rondo serve --help` lists every variable; `.env.example` explains them.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Try Rondo: no configuration, everything kept in ./.rondo
    Dev(dev::Arguments),

    /// Run the server, configured by environment variables
    #[command(
        after_help = "`rondo serve --help` has examples and lists every variable.",
        after_long_help = serve_help()
    )]
    Serve,

    /// Apply, revert or list the migrations of the database
    Migrate(migrate::Arguments),

    /// Add, list and delete accounts, set passwords
    User(user::Arguments),

    /// Create, list and revoke personal access tokens
    Token(token::Arguments),

    /// Serve MCP on standard input and output, for an assistant on this machine
    #[command(after_help = mcp::HELP)]
    Mcp(mcp::Arguments),

    /// Take over users or tasks from the database of another server
    Import(import::Arguments),

    /// Check the configuration, the database and what else can be wrong
    Doctor(doctor::Arguments),

    /// Print the description of the API (OpenAPI 3.1, JSON)
    Openapi,

    /// Ask a running server whether it is ready: exit code 0 or 1
    Healthcheck(healthcheck::Arguments),

    /// Print a fresh random secret
    #[command(after_help = "Example:
  sed -i \"s|^BETTER_AUTH_SECRET=.*|BETTER_AUTH_SECRET=$(rondo secret)|\" .env")]
    Secret,

    /// Print a script that makes a shell complete rondo's commands
    #[command(after_help = "Examples:
  rondo completions bash > ~/.local/share/bash-completion/completions/rondo
  rondo completions fish > ~/.config/fish/completions/rondo.fish
  rondo completions zsh > \"${fpath[1]}/_rondo\"")]
    Completions {
        /// Which shell
        shell: Shell,
    },
}

fn serve_help() -> String {
    format!(
        "Examples:
  cp .env.example .env && chmod 600 .env
  sed -i \"s|^BETTER_AUTH_SECRET=.*|BETTER_AUTH_SECRET=$(rondo secret)|\" .env
  rondo serve

  DATABASE_URL=sqlite:///./rondo.db BETTER_AUTH_SECRET=\"$(rondo secret)\" rondo serve

The schema is created and brought up to date by itself. A database that cannot be reached
does not stop the server: it answers 503 and tries again. SIGTERM and SIGINT end it in order.

{}",
        variables::help(false)
    )
}

/// Carries out a command and gives the exit code of the process.
pub async fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Dev(arguments) => dev::run(arguments).await,
        Command::Serve => serve::run().await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Token(arguments) => token::run(arguments).await,
        Command::Mcp(arguments) => mcp::run(arguments).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Doctor(arguments) => doctor::run(&arguments).await,
        Command::Openapi => print::openapi(),
        Command::Healthcheck(arguments) => healthcheck::run(&arguments),
        Command::Secret => print::secret(),
        Command::Completions { shell } => print::completions(shell),
    };
    done.map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}

/// Reports that the process could not even begin.
#[must_use]
pub fn cannot_start(error: &io::Error) -> ExitCode {
    Failure::failed(format!("cannot start: {error}")).report()
}

/// The application over a database that has not been touched yet.
fn build_app(config: &Config) -> Result<App, Failure> {
    let store = Store::open(config.database.clone())?;
    Ok(App::new(Parts {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        settings: config.settings.clone(),
        password_cost: PasswordCost::Full,
    }))
}

/// The application for a command that uses it once.
struct Operator {
    app: App,
    target: Target,
}

impl Operator {
    /// Reads only which database it is: an operator's command signs nothing,
    /// so it asks for no secret.
    async fn open(place: &Place) -> Result<Self, Failure> {
        let operator = Self::over(place.target()?)?;
        let opened = open_schema(operator.app.store(), place).await;
        opened.map_err(|failure| failure.about(&operator.target))?;
        Ok(operator)
    }

    /// The same over a database that has not been touched yet.
    fn over(target: Target) -> Result<Self, Failure> {
        let app = App::new(Parts {
            store: Store::open(target.clone())?,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            settings: operator_settings(),
            password_cost: PasswordCost::Full,
        });
        Ok(Self { app, target })
    }
}

fn operator_settings() -> Settings {
    Settings {
        // Random, because nothing that it signs is ever to be accepted.
        secret: Secret::new(print::random_secret(&SystemRandom)),
        access_token_ttl_seconds: 1,
        registration_open: false,
        demo_mode: false,
        public_origin: "http://localhost".to_owned(),
        external: ExternalIssuer::default(),
        jwt_algorithm: JwtAlgorithm::default(),
        email_verification_required: false,
        mail: None,
        assistant: None,
        limits: Limits::default(),
        // A server that runs has to hear whose logins are over.
        event_bus: EventBus::Postgres,
        trash_days: 30,
    }
}

/// Makes the schema in an empty database, and leaves an older one alone: when
/// that is brought up to date is for the operator to decide, who may want a
/// backup before it.
async fn open_schema(store: &Store, place: &Place) -> Result<(), Failure> {
    let migrations = store.migration_status().await?;
    let pending = migrations.iter().filter(|m| m.state == MigrationState::Pending).count();
    if pending > 0 && pending < migrations.len() {
        let plural = if pending == 1 { "" } else { "s" };
        return Err(Failure::with_hint(
            format!(
                "the database's schema is older than this program \
                 ({pending} migration{plural} pending)"
            ),
            format!("run `rondo migrate up{}`", place.flag()),
        ));
    }
    Ok(store.prepare().await?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself() {
        fn check(command: &clap::Command) {
            for sub in command.get_subcommands() {
                assert!(sub.get_about().is_some(), "{} says nothing", sub.get_name());
                for argument in sub.get_arguments() {
                    let id = argument.get_id();
                    assert!(argument.get_help().is_some(), "{} {id}", sub.get_name());
                }
                check(sub);
            }
        }
        check(&Cli::command());
    }
}
