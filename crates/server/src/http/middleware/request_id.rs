//! A name for every request, to find it again in logs.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::http::{HeaderMap, HeaderValue};

const MAX_CHARS: usize = 128;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Makes ids: sixteen digits that name this process, sixteen that count.
///
/// They need not be secret or unguessable, only different, so no random
/// number is drawn for each request.
pub(super) struct RequestIds {
    process: [u8; 16],
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        // The keys of a hash map are the one source of chance that needs no
        // argument; a name for a process asks no more of it.
        let seed = RandomState::new().hash_one("request ids");
        Self { process: hex(seed), next: AtomicU64::new(1) }
    }

    /// The client's id if it sent exactly one that is fit for a log, else a
    /// new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let mut sent = headers.get_all("x-request-id").iter();
        match (sent.next(), sent.next()) {
            (Some(id), None) if is_fit(id) => id.clone(),
            _ => self.make(),
        }
    }

    fn make(&self) -> HeaderValue {
        let count = hex(self.next.fetch_add(1, Relaxed));
        let mut id = [b'-'; 33];
        id[..16].copy_from_slice(&self.process);
        id[17..].copy_from_slice(&count);
        HeaderValue::from_bytes(&id).unwrap_or(HeaderValue::from_static("-"))
    }
}

fn is_fit(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=MAX_CHARS).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

fn hex(number: u64) -> [u8; 16] {
    let mut digits = [b'0'; 16];
    for (place, byte) in number.to_be_bytes().into_iter().enumerate() {
        digits[place * 2] = HEX[usize::from(byte >> 4)];
        digits[place * 2 + 1] = HEX[usize::from(byte & 15)];
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &[&[u8]], kept: bool) {
        let mut headers = HeaderMap::new();
        for id in sent {
            let id = HeaderValue::from_bytes(id).expect("a test header is valid");
            headers.append("x-request-id", id);
        }
        let id = RequestIds::new().of(&headers);
        let same = sent.first().is_some_and(|sent| id.as_bytes() == *sent);
        assert_eq!(same, kept, "{sent:?}");
        assert!(is_fit(&id));
    }

    #[test]
    fn a_clients_id_is_kept_when_it_is_visible_ascii() {
        check(&[b"abc-123_/{}\""], true);
        check(&[&[b'x'; 128]], true);
        check(&[&[b'x'; 129]], false);
        check(&[b""], false);
        check(&[b"two words"], false);
        check(&[b"tab\there"], false);
        check(&["ümlaut".as_bytes()], false);
        check(&[b"one", b"two"], false);
        check(&[], false);
    }

    #[test]
    fn made_ids_differ_within_and_between_processes() {
        let (one, other) = (RequestIds::new(), RequestIds::new());
        let ids = [one.make(), one.make(), other.make()];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
        assert_eq!(hex(0xab), *b"00000000000000ab");
    }
}
