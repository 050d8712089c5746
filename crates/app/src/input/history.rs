//! How something is to be undone, as clients send it.

use serde_json::Value;

use super::{boolean, parse_object};
use crate::error::{Error, Location};

/// Whether what happened since is to be undone as well: `force`, false when
/// there is no body or it does not say.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn undo(body: Option<Value>) -> Result<bool, Error> {
    let Some(body) = body else {
        return Ok(false);
    };
    let mut fields = parse_object(Location::Body, body)?;
    let force = fields.optional("force", boolean);
    fields.finish(|| force.map(|force| force.unwrap_or(false)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn nothing_is_forced_unless_asked() {
        for body in [None, Some(json!({})), Some(json!({"force": false, "x": 1}))] {
            assert_eq!(undo(body).ok(), Some(false));
        }
        assert_eq!(undo(Some(json!({"force": true}))).ok(), Some(true));
        for force in [json!(null), json!(1), json!("true")] {
            assert_eq!(problems(undo(Some(json!({"force": force})))), ["body.force bool_type"]);
        }
        assert_eq!(problems(undo(Some(json!([])))), ["body.* model_attributes_type"]);
    }
}
