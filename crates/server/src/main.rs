//! The program: parses the arguments and hands over to [`rondo_server::cli`].

use std::process::ExitCode;

use clap::Parser;
use rondo_server::cli::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::cannot_start(&error),
    };
    let code = runtime.block_on(cli::run(cli));
    // What still runs on a thread of its own (a password hash, a name look-up)
    // has nobody left to answer to.
    runtime.shutdown_background();
    code
}
