//! The schema, by hand. `rondo serve` applies what is missing by itself; this
//! is for jobs that migrate before a deployment, and for the way back.

use std::num::NonZeroUsize;

use clap::{Args, Subcommand};
use rondo_store::{MigrationState, Store};

use super::{
    Failure,
    dev::Place,
    output::{Table, confirm, say},
};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  rondo migrate status
  DATABASE_URL=postgresql://rondo:PASSWORD@db/rondo rondo migrate up
  rondo migrate down --steps 2 --yes

Only the variables about the database are read. Behind a transaction pooler
(PgBouncer, Neon's `-pooler` host), DATABASE_DIRECT_URL names the database itself.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Apply what is missing; safe when several processes do so at once
    Up,
    /// Revert the latest migrations; what they created is lost
    Down {
        /// How many
        #[arg(long, value_name = "N", default_value = "1")]
        steps: NonZeroUsize,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// List the migrations and whether they are applied
    Status,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let target = arguments.place.target()?;
    let store = Store::open(target.clone())?;
    let done = match arguments.action {
        Action::Up => up(&store).await,
        Action::Down { steps, yes } => down(&store, steps.get(), yes).await,
        Action::Status => status(&store).await,
    };
    store.close().await;
    done.map_err(|failure| failure.about(&target))
}

async fn up(store: &Store) -> Result<(), Failure> {
    let applied = store.migrate_up().await?;
    if applied.is_empty() {
        return say("nothing to do: the schema is up to date");
    }
    say(listed("applied ", &applied))
}

async fn down(store: &Store, steps: usize, yes: bool) -> Result<(), Failure> {
    let applied = store.migration_status().await?;
    let applied = applied.iter().filter(|migration| migration.state != MigrationState::Pending);
    let steps = steps.min(applied.count());
    if steps == 0 {
        return say("nothing to do: no migration is applied");
    }
    let loss = if steps == 1 {
        "reverts the latest migration and deletes the data that it made room for".to_owned()
    } else {
        format!("reverts the latest {steps} migrations and deletes the data they made room for")
    };
    confirm(&loss, yes)?;
    let reverted = store.migrate_down(steps).await?;
    say(listed("reverted ", &reverted))
}

async fn status(store: &Store) -> Result<(), Failure> {
    let mut table = Table::new(["MIGRATION", "STATE"]);
    let migrations = store.migration_status().await?;
    for migration in &migrations {
        table.add([&migration.name, state(migration.state)]);
    }
    say(table)
}

const fn state(state: MigrationState) -> &'static str {
    match state {
        MigrationState::Applied => "applied",
        MigrationState::Pending => "pending",
        MigrationState::Changed => "applied from another text than this program holds",
        MigrationState::Unknown => "applied by a newer program",
    }
}

fn listed(prefix: &str, names: &[&str]) -> String {
    let lines: Vec<_> = names.iter().map(|name| format!("{prefix}{name}")).collect();
    lines.join("\n")
}
