//! Measures the server as its clients see it: the release binary, a real
//! socket, a real database.
//!
//! ```sh
//! cargo bench --bench http
//! cargo bench --bench http -- --engine sqlite --only get,list --seconds 2
//! cargo bench --bench http -- --growth
//! ```
//!
//! Figures of two machines, or of one machine on two days, cannot be compared.
//! What can be is the ratio to a server that does nothing but answer, which is
//! measured beside it each time. `docs/performance.md` reads the results.

mod database;
mod growth;
mod hello;
mod load;
mod options;
mod process;
mod report;
mod scenarios;
mod seed;
mod startup;
mod wire;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{
    database::{Database, Engine},
    load::Load,
    options::Options,
    process::Process,
    report::Figures,
};

/// What can go wrong is told and ends the run; nobody tells the cases apart.
type Failure = Box<dyn Error + Send + Sync>;

/// How many tasks the user has who reads.
const TASKS: u32 = 1_000;

fn main() -> ExitCode {
    let options = Options::parse();
    let mut out = io::stdout().lock();
    let outcome = match options.hello {
        Some(address) => hello::serve(address),
        None if options.bench => run(&options, &mut out),
        // `cargo test --benches` starts us as well, and must not take minutes.
        None => writeln!(out, "not measured: use `cargo bench --bench http`").map_err(Into::into),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    report::conditions(options, out)?;
    for engine in options.engines() {
        writeln!(out, "\n{engine}\n")?;
        if engine == Engine::Postgres && options.postgres().is_none() {
            writeln!(
                out,
                "Not measured, because there is none: give `--postgres URL` or set \
                 RONDO_TEST_POSTGRES_URL."
            )?;
        } else if options.growth {
            growth::measure(options, engine, out)?;
        } else {
            measure(options, engine, out)?;
        }
    }
    Ok(())
}

/// Everything about one engine except how its cost grows.
fn measure(options: &Options, engine: Engine, out: &mut dyn Write) -> Result<(), Failure> {
    let on_empty = startup::on_empty(options, engine)?;
    let database = Database::create(options, engine)?;
    let world = seed::world(&database, TASKS)?;
    let on_existing = startup::on_existing(&database)?;

    let hello = Process::hello()?;
    let hello_memory = hello.idle_memory();
    let mut figures = Figures::new();
    let hello_request = vec![wire::request("GET", "/", "", None)];
    let load = Load::new(hello.address(), hello_request, options);
    figures.measure("bare axum, no database", &hello, load)?;
    drop(hello);

    let (server, _) = Process::rondo(&database)?;
    let idle = server.idle_memory();
    for scenario in options.scenarios() {
        let load = Load::new(server.address(), world.requests(*scenario), options);
        figures.measure(scenario.title(), &server, load)?;
    }
    writeln!(out, "{figures}")?;
    writeln!(
        out,
        "ready after {on_empty:.1?} on an empty database, {on_existing:.1?} on this one"
    )?;
    let busy = server.memory();
    writeln!(out, "memory: {idle} idle, {busy} after the load; bare axum {hello_memory} idle")?;
    server.stop()
}
