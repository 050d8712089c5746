//! The calls of tools in an answer, put together from their pieces.
//!
//! OpenAI numbers calls and sends a name once and the arguments in pieces.
//! Others give every call the number 0, leave numbers or ids out, or send
//! arguments as an object.

use serde_json::{Map, Value, json};

use super::{
    super::{RequestedCall, wrong::Wrong},
    extent, merge,
};

/// The most calls in one answer that are looked at.
const MAX_CALLS: usize = 32;

/// The calls so far.
pub(super) struct Calls {
    prefix: String,
    calls: Vec<Call>,
}

#[derive(Default)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
    /// What the endpoint adds of its own, in the call and in its function.
    extras: Map<String, Value>,
    function_extras: Map<String, Value>,
}

/// A piece of a call.
struct Piece {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Calls {
    pub fn new(prefix: String) -> Self {
        Self { prefix, calls: Vec::new() }
    }

    /// About how much memory they take.
    pub fn bytes(&self) -> usize {
        let extras = |call: &Call| extent(&call.extras) + extent(&call.function_extras);
        let texts = |call: &Call| call.id.len() + call.name.len() + call.arguments.len();
        self.calls.iter().map(|call| texts(call) + extras(call)).sum()
    }

    /// Adds a piece of a call, or a whole one.
    ///
    /// # Errors
    /// It is no call, or one too many.
    pub fn add(&mut self, piece: Value) -> Result<(), Wrong> {
        let Value::Object(mut fields) = piece else { return Err(Wrong::Malformed) };
        let mut function = match fields.remove("function") {
            Some(Value::Object(function)) => function,
            _ => Map::new(),
        };
        let piece = Piece {
            index: fields.remove("index").and_then(|index| index.as_u64()),
            id: text(fields.remove("id")),
            name: text(function.remove("name")),
            arguments: text(function.remove("arguments")),
        };
        fields.remove("type");
        let call = self.meant(&piece)?;
        if call.id.is_empty() {
            call.id = piece.id;
        }
        // Some send the name with every piece.
        if call.name != piece.name {
            call.name.push_str(&piece.name);
        }
        call.arguments.push_str(&piece.arguments);
        for (extras, more) in [(&mut call.extras, fields), (&mut call.function_extras, function)] {
            for (name, value) in more {
                merge(extras.entry(name).or_insert(Value::Null), value);
            }
        }
        Ok(())
    }

    /// Which call a piece belongs to; a new one, if none.
    fn meant(&mut self, piece: &Piece) -> Result<&mut Call, Wrong> {
        let found = match piece.index {
            Some(index) => self.calls.iter().rposition(|call| call.index == Some(index)),
            None if piece.id.is_empty() => self.calls.len().checked_sub(1),
            None => self.calls.iter().rposition(|call| call.id == piece.id),
        };
        let at = match found.filter(|at| !self.calls[*at].is_over(piece)) {
            Some(at) => at,
            None if self.calls.len() == MAX_CALLS => return Err(Wrong::TooLarge),
            None => {
                self.calls.push(Call { index: piece.index, ..Call::default() });
                self.calls.len() - 1
            }
        };
        Ok(&mut self.calls[at])
    }

    /// The calls as they go back into the history, and as they are carried out.
    /// Some endpoints break on a history with arguments that are not JSON, so
    /// those go back empty.
    pub fn finish(self) -> (Vec<Value>, Vec<RequestedCall>) {
        let (mut raw, mut requested) = (Vec::new(), Vec::new());
        for (position, mut call) in self.calls.into_iter().enumerate() {
            if call.id.is_empty() {
                call.id = format!("{}{position}", self.prefix);
            }
            if call.arguments.trim().is_empty() {
                "{}".clone_into(&mut call.arguments);
            }
            let is_sound = serde_json::from_str::<Map<String, Value>>(&call.arguments).is_ok();
            let mut function = call.function_extras;
            function.insert("name".to_owned(), json!(call.name));
            let arguments = if is_sound { call.arguments.as_str() } else { "{}" };
            function.insert("arguments".to_owned(), json!(arguments));
            let mut fields = call.extras;
            fields.insert("id".to_owned(), json!(call.id));
            fields.insert("type".to_owned(), json!("function"));
            fields.insert("function".to_owned(), Value::Object(function));
            raw.push(Value::Object(fields));
            let Call { id, name, arguments, .. } = call;
            requested.push(RequestedCall { id, name, arguments });
        }
        (raw, requested)
    }
}

impl Call {
    /// Whether a piece begins another call, although its number is the same or
    /// it has none.
    fn is_over(&self, piece: &Piece) -> bool {
        if !piece.id.is_empty() && !self.id.is_empty() {
            return piece.id != self.id;
        }
        let is_named = !piece.name.is_empty() && !self.name.is_empty();
        if is_named && piece.index.is_none() && piece.name != self.name {
            return true;
        }
        let begins = is_named && !piece.arguments.is_empty();
        begins && serde_json::from_str::<Map<String, Value>>(&self.arguments).is_ok()
    }
}

/// A text; arguments that come as an object become one.
fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}
