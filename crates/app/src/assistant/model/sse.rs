//! Server-sent events, taken out of bytes that arrive in any pieces.
//!
//! Lines end in LF, CR or both; a character may be cut in two; comments, ids
//! and names of events are passed over. What an event may take is bounded,
//! because somebody else writes it.

use std::mem;

use super::wrong::Wrong;

/// The largest event that is read.
const MAX_EVENT_BYTES: usize = 256 * 1024;

/// A stream of events, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// The line that is not complete yet.
    line: Vec<u8>,
    /// What the lines of this event said.
    data: Vec<u8>,
    has_data: bool,
    /// A line feed that comes now belongs to the line before it.
    after_return: bool,
    is_past_first_line: bool,
}

impl Events {
    /// Takes the next bytes, and tells of each event that is complete.
    ///
    /// # Errors
    /// An event that is too large, or what `told` says of one.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        told: &mut dyn FnMut(&[u8]) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let mut rest = bytes;
        if self.after_return && !rest.is_empty() {
            self.after_return = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.keep(&rest[..at])?;
            let was_return = rest[at] == b'\r';
            rest = &rest[at + 1..];
            if was_return && rest.is_empty() {
                self.after_return = true;
            } else if was_return {
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
            self.end_line(told)?;
        }
        self.keep(rest)
    }

    /// Tells of an event that only lacks the empty line after it.
    ///
    /// # Errors
    /// What `told` says of it.
    pub fn end(&mut self, told: &mut dyn FnMut(&[u8]) -> Result<(), Wrong>) -> Result<(), Wrong> {
        if !self.line.is_empty() {
            self.end_line(told)?;
        }
        self.end_event(told)
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        if self.line.len() + self.data.len() + bytes.len() > MAX_EVENT_BYTES {
            return Err(Wrong::TooLarge);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, told: &mut dyn FnMut(&[u8]) -> Result<(), Wrong>) -> Result<(), Wrong> {
        let line = mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !mem::replace(&mut self.is_past_first_line, true) {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.end_event(told);
        }
        let value = match line.strip_prefix(b"data") {
            Some([]) => &[][..],
            Some([b':', value @ ..]) => value.strip_prefix(b" ").unwrap_or(value),
            _ => return Ok(()),
        };
        if mem::replace(&mut self.has_data, true) {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        Ok(())
    }

    fn end_event(&mut self, told: &mut dyn FnMut(&[u8]) -> Result<(), Wrong>) -> Result<(), Wrong> {
        if !mem::take(&mut self.has_data) {
            return Ok(());
        }
        told(&mem::take(&mut self.data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told when the bytes come in pieces of this size.
    fn told(text: &str, size: usize) -> Vec<String> {
        let (mut events, mut all) = (Events::default(), Vec::new());
        let mut keep = |data: &[u8]| {
            all.push(String::from_utf8(data.to_vec()).expect("whole events are text"));
            Ok(())
        };
        for piece in text.as_bytes().chunks(size) {
            events.feed(piece, &mut keep).expect("it is small");
        }
        events.end(&mut keep).expect("it is small");
        all
    }

    #[test]
    fn events_are_the_same_in_pieces_of_any_size() {
        let text = "\u{feff}: hello\n\ndata: {\"a\":\"é😀\"}\r\n\r\nevent: x\ndata:1\rid: 7\rdata: 2\r\
                    \rdata\n\nretry: 5\n\n\n\ndata: last";
        for size in 1..text.len() {
            assert_eq!(told(text, size), ["{\"a\":\"é😀\"}", "1\n2", "", "last"], "{size}");
        }
    }

    #[test]
    fn what_has_no_data_is_no_event() {
        for text in
            ["", "\n\n", ": only a comment\n\n", "event: x\n\n", "database: x\n\n", "{}\n\n"]
        {
            assert!(told(text, 3).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn an_event_without_end_is_not_kept_for_ever() {
        for piece in ["x".repeat(1000), format!("data: {}\n", "x".repeat(1000))] {
            let mut events = Events::default();
            let fed = (0..1000).find_map(|_| events.feed(piece.as_bytes(), &mut |_| Ok(())).err());
            assert!(matches!(fed, Some(Wrong::TooLarge)));
        }
    }
}
