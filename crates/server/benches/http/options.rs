//! What can be chosen on the command line.

use std::{env, net::SocketAddr, time::Duration};

use clap::Parser;

use crate::{database::Engine, scenarios::Scenario};

/// Measures Rondo over HTTP, on SQLite and on PostgreSQL.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench http --", version)]
pub(crate) struct Options {
    /// How long each scenario is measured, after a second of warm-up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Connections that stay open, each with one request at a time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub connections: u16,
    /// Some scenarios only, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SCENARIOS")]
    only: Vec<Scenario>,
    /// One database only
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// An empty PostgreSQL database, which is filled and emptied again.
    /// Default: `RONDO_TEST_POSTGRES_URL`
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Measures how cost grows with tasks and users instead; takes long
    #[arg(long)]
    pub growth: bool,
    /// Given by `cargo bench`, and not by `cargo test`
    #[arg(long, hide = true)]
    pub bench: bool,
    /// Makes this process the bare server at an address
    #[arg(long, hide = true, value_name = "ADDRESS")]
    pub hello: Option<SocketAddr>,
}

impl Options {
    pub(crate) fn engines(&self) -> Vec<Engine> {
        self.engine.map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |one| vec![one])
    }

    pub(crate) fn scenarios(&self) -> &[Scenario] {
        if self.only.is_empty() { &Scenario::ALL } else { &self.only }
    }

    pub(crate) const fn measured(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "where the tests find a server is no setting of Rondo, so its config has no word for it"
    )]
    pub(crate) fn postgres(&self) -> Option<String> {
        let of_tests = || env::var("RONDO_TEST_POSTGRES_URL").ok();
        self.postgres.clone().or_else(of_tests).filter(|url| !url.is_empty())
    }
}
