//! The program with an environment and a working directory.

use std::{fs::File, process::Stdio, sync::Arc, time::Duration};

use rondo_server::config::variables;
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
    time::timeout,
};

use super::{Folder, Server};

/// A secret that is taken.
pub(crate) const SECRET: &str = "cli-tests-Qm9vbSE4c2hha2FsYWthMTIz";

/// How the program is started: where, and with which variables.
pub(crate) struct Rondo {
    pub(crate) folder: Arc<Folder>,
    variables: Vec<(&'static str, String)>,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Rondo {
    /// An empty folder, and no variable of ours.
    pub(crate) fn bare() -> Self {
        Self { folder: Arc::new(Folder::new()), variables: Vec::new() }
    }

    /// All that `rondo serve` needs, on any free port of this machine.
    pub(crate) fn on(database_url: &str) -> Self {
        let rondo = Self::bare().with("DATABASE_URL", database_url);
        rondo.with("BETTER_AUTH_SECRET", SECRET).with("HOST", "127.0.0.1").with("PORT", "0")
    }

    /// The same on a SQLite file in the folder.
    pub(crate) fn on_sqlite() -> Self {
        Self::on("sqlite:///./rondo.db")
    }

    /// One more variable; the last value counts.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The same folder and variables, and one more.
    pub(crate) fn on_top(&self, name: &'static str, value: &str) -> Self {
        let folder = Arc::clone(&self.folder);
        Self { folder, variables: self.variables.clone() }.with(name, value)
    }

    /// Runs a command to its end, with nothing on standard input.
    pub(crate) async fn runs(&self, arguments: &str) -> Ended {
        self.runs_with(arguments, "").await
    }

    /// Runs a command to its end.
    pub(crate) async fn runs_with(&self, arguments: &str, stdin: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let mut pipe = child.stdin.take().expect("standard input is a pipe");
        // A command that wants no input may be gone by now.
        let _ = pipe.write_all(stdin.as_bytes()).await;
        drop(pipe);
        let output = timeout(Duration::from_secs(30), child.wait_with_output()).await;
        let output = output.unwrap_or_else(|_| panic!("rondo {arguments} does not end"));
        let output = output.expect("its output can be read");
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the output is text"),
            stderr: String::from_utf8(output.stderr).expect("the output is text"),
        }
    }

    /// Starts `rondo serve` and waits until it listens.
    pub(crate) async fn serves(&self) -> Server {
        self.starts("serve").await
    }

    /// Starts a command that serves, and waits until it listens.
    pub(crate) async fn starts(&self, arguments: &str) -> Server {
        let log = format!("log-{}", Server::number());
        let child = self.spawn(arguments, &log);
        Server::listening(child, Arc::clone(&self.folder), log).await
    }

    fn spawn(&self, arguments: &str, log: &str) -> Child {
        let log = File::create(self.folder.join(log)).expect("the folder is ours");
        let errors = log.try_clone().expect("a file can be shared");
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        command.spawn().expect("the program can be started")
    }

    /// The command, to be changed before it is started.
    ///
    /// Variables of ours are removed and not all others: those that measure
    /// the coverage of tests have to reach the program.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rondo"));
        for variable in variables::ALL {
            command.env_remove(variable.name);
        }
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.envs(variables).current_dir(self.folder.path()).kill_on_drop(true);
        command.args(arguments.split_whitespace());
        command
    }
}

impl Ended {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that it went well; what it printed.
    #[track_caller]
    pub(crate) fn well(self) -> String {
        self.with_code(0).stdout
    }

    /// Asserts that it failed; what it said.
    #[track_caller]
    pub(crate) fn badly(self, code: i32) -> String {
        let ended = self.with_code(code);
        assert!(ended.stderr.starts_with("rondo: "), "{}", ended.stderr);
        ended.stderr
    }
}
