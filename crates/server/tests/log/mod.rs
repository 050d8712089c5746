//! A log that a test can read.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::Subscriber;

/// What was logged so far, as text. Its clones are the same log.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What writes lines into it.
    pub(crate) fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        let lines = tracing_subscriber::fmt().compact().with_writer(move || writer.clone());
        lines.with_ansi(false).finish()
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("no test panics while it writes").clone();
        String::from_utf8(bytes).expect("a log is text")
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it writes").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
