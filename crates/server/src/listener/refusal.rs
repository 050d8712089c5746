//! Our words for what hyper refuses before there is a request.
//!
//! A head that does not parse, is too large or too long is answered by hyper
//! itself: a status line, no body, none of our headers. It offers no way to
//! change that, so its answer is recognized on its way to the socket.

use axum::{
    body::HttpBody,
    http::{StatusCode, header},
};
use bytes::Bytes;
use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use crate::http::HttpService;

/// No refusal of hyper's is longer: a status line and three short headers.
const MAX_BYTES: usize = 256;

/// The status of an answer that hyper gave by itself; `None` for everything
/// else.
///
/// It is a head without a body and without the headers that each answer of
/// ours has. Nothing in our bodies can look like that: JSON has no raw line
/// breaks.
pub(super) fn status_of(bytes: &[u8]) -> Option<StatusCode> {
    let is_short_head =
        bytes.len() <= MAX_BYTES && bytes.starts_with(b"HTTP/1.") && bytes.ends_with(b"\r\n\r\n");
    let status = bytes.get(9..12)?;
    if !is_short_head || !status.starts_with(b"4") {
        return None;
    }
    let ours = b"x-content-type-options";
    if bytes.windows(ours.len()).any(|window| window == ours) {
        return None;
    }
    StatusCode::from_bytes(status).ok()
}

/// The whole answer for that status, as it goes over the wire.
pub(super) fn bytes(service: &HttpService, status: StatusCode) -> Bytes {
    let (mut parts, mut body) = service.refuse(status).into_parts();
    let mut nobody = Context::from_waker(Waker::noop());
    let body = match Pin::new(&mut body).poll_frame(&mut nobody) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    };
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let reason = status.canonical_reason().unwrap_or_default();
    let mut wire = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in &parts.headers {
        wire.extend_from_slice(name.as_str().as_bytes());
        wire.extend_from_slice(b": ");
        wire.extend_from_slice(value.as_bytes());
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"\r\n");
    wire.extend_from_slice(&body);
    wire.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_refusal_is_replaced() {
        let refused = b"HTTP/1.1 431 Request Header Fields Too Large\r\n\
            connection: close\r\ncontent-length: 0\r\ndate: Sat, 21 Nov 2026 09:00:00 GMT\r\n\r\n";
        assert_eq!(status_of(refused).map(|status| status.as_u16()), Some(431));
        for other in [
            &b"HTTP/1.1 204 No Content\r\n\r\n"[..],
            b"HTTP/1.1 404 Not Found\r\nx-content-type-options: nosniff\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"{\"title\":\"HTTP/1.1 400 Bad Request\"}",
            b"",
        ] {
            assert_eq!(status_of(other), None);
        }
    }
}
