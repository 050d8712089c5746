//! The socket of a client, with patience that ends.
//!
//! hyper bounds how long a client may take to send, not how long it may take
//! to read. And it answers what it cannot parse by itself, in its own words,
//! which are replaced here because nobody else sees them.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::refusal;
use crate::http::HttpService;

/// How long a client may take nothing of what we write.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long what we wrote may stay unacknowledged.
#[cfg(target_os = "linux")]
const SILENCE_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a client that is still sending may go on after our last word.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// Makes the system end the connection of a client that has gone without a
/// word: a telephone in a tunnel, a laptop that was closed. Its stream of events
/// would keep one of its user's places, for the quarter of an hour that Linux
/// goes on trying.
#[cfg(target_os = "linux")]
pub(super) fn notice_silence(stream: &TcpStream) {
    // A system that cannot do it tries for longer.
    let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(SILENCE_TIMEOUT));
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn notice_silence(_: &TcpStream) {}

/// A client's connection.
pub(super) struct ClientStream {
    inner: TcpStream,
    service: HttpService,
    /// Set while a write waits: whoever reads a byte in time keeps the connection.
    stalled: Option<Pin<Box<Sleep>>>,
    /// What is written instead of what hyper asked us to write.
    instead: Option<Bytes>,
    lingering: Option<Pin<Box<Sleep>>>,
}

impl ClientStream {
    pub(super) const fn new(inner: TcpStream, service: HttpService) -> Self {
        Self { inner, service, stalled: None, instead: None, lingering: None }
    }

    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(context, bytes) {
            Poll::Ready(written) => {
                self.stalled = None;
                Poll::Ready(written)
            }
            Poll::Pending => {
                let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
                ready!(stalled.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn write_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(mut rest) = self.instead.take() {
            match self.write(context, &rest) {
                Poll::Ready(written) => rest.advance(written?),
                Poll::Pending => {
                    self.instead = Some(rest);
                    return Poll::Pending;
                }
            }
            self.instead = (!rest.is_empty()).then_some(rest);
        }
        Poll::Ready(Ok(()))
    }

    /// Reads and forgets what the client still sends.
    ///
    /// Closing a socket that holds unread bytes resets the connection, and the
    /// client then loses our answer too: a 413 would look like a crash.
    fn drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut space = [0; 8192];
        loop {
            let mut unread = ReadBuf::new(&mut space);
            match Pin::new(&mut self.inner).poll_read(context, &mut unread) {
                Poll::Ready(Ok(())) if !unread.filled().is_empty() => {
                    let deadline = || Box::pin(sleep(LINGER_TIMEOUT));
                    let deadline = self.lingering.get_or_insert_with(deadline);
                    if deadline.as_mut().poll(context).is_ready() {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    return match &mut self.lingering {
                        Some(deadline) => deadline.as_mut().poll(context).map(Ok),
                        None => Poll::Ready(Ok(())),
                    };
                }
            }
        }
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, into)
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.instead.is_none() {
            let Some(status) = refusal::status_of(bytes) else {
                return self.write(context, bytes);
            };
            self.instead = Some(refusal::bytes(&self.service, status));
        }
        ready!(self.write_instead(context))?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_shutdown(context))?;
        self.drain(context)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_client_that_is_gone_without_a_word_is_noticed() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (_client, (stream, _)) = (client.expect("it connects"), accepted.expect("it comes"));
        notice_silence(&stream);
        let timeout = socket2::SockRef::from(&stream).tcp_user_timeout();
        assert_eq!(timeout.expect("Linux knows it"), Some(SILENCE_TIMEOUT));
    }
}
