//! Servers as processes: started, waited for, weighed, stopped.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Failure, database::Database, report::Memory, wire};

/// Signs the tokens of a run, and nothing outside it.
const SECRET: &str = "a secret of benchmarks that guards nothing at all";

/// How long a server may take to be ready, and to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// How finely the start is measured.
const STEP: Duration = Duration::from_micros(500);
/// In what Linux counts the time of processes, on every architecture in use.
const TICK: Duration = Duration::from_millis(10);

/// A server that is ready. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts the real program on a database; says how long it took until it
    /// was ready.
    ///
    /// Neither the environment nor a `.env` of whoever runs this has a say.
    /// The log goes where it costs least but is still written.
    pub(crate) fn rondo(database: &Database) -> Result<(Self, Duration), Failure> {
        let address = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_rondo"));
        command
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", database.url())
            .env("BETTER_AUTH_SECRET", SECRET)
            .env("RATE_LIMITS", "off")
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .current_dir(database.folder());
        Self::start(command, address)
    }

    /// Starts the bare server.
    pub(crate) fn hello() -> Result<Self, Failure> {
        let address = free_address()?;
        let mut command = Command::new(env::current_exe()?);
        command.arg("--hello").arg(address.to_string());
        Ok(Self::start(command, address)?.0)
    }

    fn start(mut command: Command, address: SocketAddr) -> Result<(Self, Duration), Failure> {
        let ready = wire::request("GET", "/health/ready", "", None);
        let started = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut process = Self { child, address };
        loop {
            if matches!(wire::ask(address, &ready), Ok((200, _))) {
                return Ok((process, started.elapsed()));
            }
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("{command:?} ended before it was ready: {status}").into());
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("{command:?} was not ready after {PATIENCE:?}").into());
            }
            thread::sleep(STEP);
        }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the process holds after it had a second to settle.
    pub(crate) fn idle_memory(&self) -> Memory {
        thread::sleep(Duration::from_secs(1));
        self.memory()
    }

    /// What the process holds now.
    pub(crate) fn memory(&self) -> Memory {
        // Systems other than Linux have no such file.
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes =
            resident.and_then(|text| text.trim().strip_suffix("kB")?.trim().parse().ok());
        Memory::of_kibibytes(kibibytes)
    }

    /// How long processors have worked for this process so far; zero where
    /// nobody knows.
    ///
    /// Unlike the time on the clock, it hardly depends on what else runs.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        // The name of the program comes second, in parentheses, and may hold
        // anything. Fields 14 and 15 are the times in and for the process.
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
        let ticks: u32 =
            fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
        TICK * ticks
    }

    /// Ends the server in good order, so that its database is whole and in
    /// one file.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        // The standard library sends no signal but SIGKILL.
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                let ended = status.success().then_some(());
                return ended.ok_or_else(|| format!("the server ended with {status}").into());
            }
            thread::sleep(STEP);
        }
        Err("the server did not end when it was asked to".into())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that was free a moment ago. Asking for port 0 would mean to
/// read the log, whose reading costs the server something.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
