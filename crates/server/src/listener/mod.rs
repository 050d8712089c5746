//! Accepts connections and serves HTTP/1.1 on them, within bounds.
//!
//! `axum::serve` is not used: it installs no timer, so a client that sends
//! half a request head would hold its connection for ever, and it has neither
//! a limit on connections nor one on how long shutting down may take.

mod refusal;
mod stream;

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, lookup_host},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};

use self::stream::ClientStream;
use crate::{Readiness, http::HttpService};

/// The most connections that are open at once; more wait to be accepted.
const MAX_CONNECTIONS: u32 = 16_384;
/// Connections that the system may hold for us before they are accepted.
const BACKLOG: u32 = 4_096;
/// How long a request head may take, and how long a connection may idle.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest request head; more is 431.
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// The buffer of a connection, in each direction.
const MAX_BUFFER_BYTES: usize = 64 * 1024;
/// How long the end may take, from the moment readiness fails. What the
/// contract allows, less a second for closing the database.
const STOP_TIMEOUT: Duration = Duration::from_secs(9);
/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long connections are accepted after readiness failed: a load balancer
/// has to see that before it sends its requests elsewhere, and those it sends
/// until then must not be lost.
pub const GRACE: Duration = Duration::from_secs(1);

/// Opens a port on an address, or on the first address of a name that works.
///
/// # Errors
/// The name is unknown, or the address is taken, not ours, or not allowed.
pub async fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    let mut failure = io::ErrorKind::AddrNotAvailable.into();
    for address in lookup_host((host, port)).await? {
        match open(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for the connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until readiness fails, then for `grace` everybody who still comes,
/// then until the requests that are open are answered; it returns nine seconds
/// after readiness failed at the latest.
///
/// During the grace each answer says that it is the last of its connection.
pub async fn serve(
    listener: TcpListener,
    service: HttpService,
    readiness: Readiness,
    grace: Duration,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let (alive, drain) = watch::channel(());
    let door = Door { service, readiness, places: Arc::clone(&places), drain };
    tokio::select! {
        () = door.accept(&listener) => {}
        () = async { door.readiness.failed().await; sleep(grace).await } => {}
    }
    drop(listener);
    alive.send_replace(());
    let drained = places.acquire_many(MAX_CONNECTIONS);
    if timeout(STOP_TIMEOUT.saturating_sub(grace), drained).await.is_err() {
        let left = MAX_CONNECTIONS as usize - places.available_permits();
        tracing::warn!(connections = left, "cutting connections that did not end in time");
    }
    drop(alive);
}

/// What every connection is given.
struct Door {
    service: HttpService,
    readiness: Readiness,
    places: Arc<Semaphore>,
    /// See [`Connection::drain`].
    drain: watch::Receiver<()>,
}

impl Door {
    async fn accept(&self, listener: &TcpListener) {
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            };
            let connection = Connection {
                service: self.service.from_peer(peer.ip()),
                readiness: self.readiness.clone(),
                drain: self.drain.clone(),
                _place: place,
            };
            tokio::spawn(connection.serve(stream));
        }
    }
}

/// A client that is gone before it is accepted is its own affair. Everything
/// else (no file descriptors, no memory) passes in time, and not sooner for
/// trying at once.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "cannot accept connections");
        sleep(ACCEPT_PAUSE).await;
    }
}

struct Connection {
    service: HttpService,
    readiness: Readiness,
    /// The first word ends the connection as soon as no request is open on it;
    /// when the sender goes, it ends whatever is open.
    drain: watch::Receiver<()>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        // Answers are written whole; waiting to fill packets only delays them.
        let _ = stream.set_nodelay(true);
        stream::notice_silence(&stream);
        let stream = ClientStream::new(stream, self.service.clone());
        let (service, readiness) = (self.service, self.readiness);
        let answer = service_fn(move |request: Request<Incoming>| {
            let (service, readiness) = (service.clone(), readiness.clone());
            async move {
                let answer = service.answer(request.map(Body::new)).await;
                Ok::<_, Infallible>(last_unless_ready(answer, &readiness))
            }
        });
        let connection = builder().serve_connection(TokioIo::new(stream), answer);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = self.drain.changed() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    _ = self.drain.changed() => Ok(()),
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended early");
        }
    }
}

/// Once the process is to end, no request follows on a connection: hyper obeys
/// the header and hangs up after the answer.
fn last_unless_ready(mut answer: Response<Body>, readiness: &Readiness) -> Response<Body> {
    if !readiness.is_ready() {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_header_size(MAX_HEADER_BYTES)
        .max_buf_size(MAX_BUFFER_BYTES);
    builder
}
