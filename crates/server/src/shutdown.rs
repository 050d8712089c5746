//! The end of the process: who learns of it, and when it is forced.
//!
//! The first signal makes readiness fail, which is what load balancers and the
//! listener watch; the second does not wait for anybody.

use std::{io, process, sync::Arc};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Whether new requests are welcome; those that come are answered all the same
/// until the listener closes. Shared by everything that has to stop;
/// cheap to clone.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<watch::Sender<bool>>);

impl Readiness {
    /// Ready, until [`Self::fail`].
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(true)))
    }

    /// Says that this process is about to end. There is no way back.
    pub fn fail(&self) {
        self.0.send_replace(false);
    }

    /// Whether the process is here to stay.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until [`Self::fail`] was called.
    pub async fn failed(&self) {
        let mut ready = self.0.subscribe();
        // An error means that no sender is left; `self` holds one.
        let _ = ready.wait_for(|ready| !ready).await;
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes SIGTERM and SIGINT end the process: the first one in good order, by
/// failing readiness, the second one at once, with the exit code that shells
/// give to a process killed by that signal.
///
/// # Errors
/// The signal handlers cannot be installed.
pub fn watch_signals(readiness: Readiness) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            let (name, number) = tokio::select! {
                _ = terminate.recv() => ("SIGTERM", 15),
                _ = interrupt.recv() => ("SIGINT", 2),
            };
            if !readiness.is_ready() {
                tracing::warn!(signal = name, "second signal, ending at once");
                process::exit(128 + number);
            }
            tracing::info!(signal = name, "shutting down");
            readiness.fail();
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_learns_of_the_end_before_and_after() {
        let readiness = Readiness::new();
        assert!(readiness.is_ready());
        let waiting = tokio::spawn({
            let readiness = readiness.clone();
            async move { readiness.failed().await }
        });
        readiness.fail();
        assert!(waiting.await.is_ok());
        assert!(!readiness.is_ready());
        readiness.failed().await;
    }
}
