//! The log: one line an event on standard output, or on standard error where
//! standard output belongs to somebody else.
//!
//! Writing never blocks the service: lines go through a queue, and when nobody
//! reads standard output the queue fills and further lines are dropped. Our
//! own crates log at the level that was asked for, all others at `warn` or
//! less, because the chatter of a connection pool helps nobody.

use std::{
    io::{self, IsTerminal},
    sync::mpsc,
    thread,
    time::Duration,
};

use tracing::{Level, Subscriber, level_filters::LevelFilter};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{Layer, Registry, filter::Targets, layer::SubscriberExt};

use crate::config::{Log, LogFormat};

/// Lines that wait for standard output at most; about a megabyte.
const MAX_QUEUED_LINES: usize = 8_192;
/// What is written to standard output at once at most.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long the end of the process waits for the last lines. Nobody may be
/// reading them.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(300);

/// Keeps the log open. Dropping it writes what is queued, within 300 ms.
#[must_use = "the log ends when this is dropped"]
pub struct Guard(Option<WorkerGuard>);

/// Starts the log of this process. A second call has no effect: there is one
/// log, and the first one has it.
pub fn start(log: Log) -> Guard {
    let is_terminal = io::stdout().is_terminal();
    start_on(log, io::stdout(), is_terminal)
}

/// The same on standard error.
pub fn start_on_stderr(log: Log) -> Guard {
    let is_terminal = io::stderr().is_terminal();
    start_on(log, io::stderr(), is_terminal)
}

fn start_on(log: Log, to: impl io::Write + Send + 'static, has_color: bool) -> Guard {
    let (writer, worker) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MAX_QUEUED_LINES)
        .thread_name("log")
        // The queue is emptied into the buffer and then flushed: under load many
        // lines share a system call.
        .finish(io::BufWriter::with_capacity(BUFFER_BYTES, to));
    let _ = tracing::subscriber::set_global_default(subscriber(log, writer, has_color));
    Guard(Some(worker))
}

fn subscriber(log: Log, writer: NonBlocking, has_color: bool) -> impl Subscriber + Send + Sync {
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    // Left alone on a terminal, where the library honors NO_COLOR.
    let lines = if has_color { lines } else { lines.with_ansi(false) };
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Text => Box::new(lines.compact().with_target(false)),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).with_span_list(false)),
    };
    tracing_subscriber::registry().with(lines.with_filter(targets(log.level)))
}

fn targets(level: Level) -> Targets {
    let level = LevelFilter::from_level(level);
    let ours = ["rondo", "rondo_server", "rondo_app", "rondo_store", "rondo_domain"];
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(ours.map(|target| (target, level)))
        // It warns of every connection that a restart of the database closed.
        .with_target("deadpool", level.min(LevelFilter::ERROR))
        // It warns of every mistake of a client, in the client's words.
        .with_target("rmcp", level.min(LevelFilter::ERROR))
}

impl Drop for Guard {
    /// The library's guard prints to standard output when the queue stays
    /// full, which would block for ever where nobody reads. On a thread of its
    /// own it can do no harm: the process ends without it.
    fn drop(&mut self) {
        let worker = self.0.take();
        let (flushed, wait) = mpsc::channel();
        let flush = move || {
            drop(worker);
            let _ = flushed.send(());
        };
        if thread::Builder::new().name("log-end".to_owned()).spawn(flush).is_ok() {
            let _ = wait.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_crates_are_held_at_warn() {
        let targets = targets(Level::DEBUG);
        assert!(targets.would_enable("rondo_app::auth", &Level::DEBUG));
        assert!(!targets.would_enable("rondo_app", &Level::TRACE));
        assert!(targets.would_enable("hyper::proto", &Level::WARN));
        assert!(!targets.would_enable("tokio_postgres", &Level::INFO));
        assert!(!super::targets(Level::ERROR).would_enable("hyper", &Level::WARN));
    }
}
