//! Making things happen in a certain order, without sleeping.

use std::{pin::Pin, time::Duration};

use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::watch};

/// A call that has begun and waits for its turn.
type Waiting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Begins a call, which must have to wait.
pub(crate) fn queue<T: 'static>(call: impl Future<Output = T> + Send + 'static) -> Waiting<T> {
    match begin(call) {
        Ok(_) => panic!("the call did not have to wait"),
        Err(waiting) => waiting,
    }
}

/// Begins a call: gives its answer, or the call if it has to wait.
pub(crate) fn begin<T: 'static>(
    call: impl Future<Output = T> + Send + 'static,
) -> Result<T, Waiting<T>> {
    let mut call: Waiting<T> = Box::pin(call);
    call.as_mut().now_or_never().ok_or(call)
}

/// Asks until the answer is yes, for ten seconds.
pub(crate) async fn until(what: &str, mut question: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !question().await {
            tokio::task::yield_now().await;
        }
    };
    let answered = tokio::time::timeout(Duration::from_secs(10), asking).await;
    assert!(answered.is_ok(), "waited in vain until {what}");
}

/// A place inside a transaction where it stands still until a test lets it go.
/// Clones are the same place.
#[derive(Clone)]
pub(crate) struct Stop {
    reached: watch::Sender<bool>,
    go: watch::Sender<bool>,
    runtime: Handle,
}

impl Stop {
    pub(crate) fn new() -> Self {
        Self {
            reached: watch::Sender::new(false),
            go: watch::Sender::new(false),
            runtime: Handle::current(),
        }
    }

    /// Called by a body: says that it is here, and stands still.
    ///
    /// On SQLite a body must not wait, so it blocks the thread, which is the
    /// store's own; on PostgreSQL it waits as a future does.
    pub(crate) async fn here(&self) {
        self.reached.send_replace(true);
        let mut go = self.go.subscribe();
        let wait = async move { drop(go.wait_for(|go| *go).await) };
        if Handle::try_current().is_ok() {
            wait.await;
        } else {
            self.runtime.block_on(wait);
        }
    }

    /// Called by a test: waits for the body to come here.
    pub(crate) async fn reached(&self) {
        let mut reached = self.reached.subscribe();
        drop(reached.wait_for(|reached| *reached).await);
    }

    /// Called by a test: lets the body go on, now and whenever it comes again.
    pub(crate) fn go(&self) {
        self.go.send_replace(true);
    }
}
