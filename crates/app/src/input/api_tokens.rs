//! Personal access tokens as clients ask for them.

use rondo_domain::{Problem, Scope, Scopes, TokenName};
use serde_json::Value;

use super::{parse_object, text, whole};
use crate::error::{Error, Location};

/// How long a token lives when nothing is said, in days.
const DEFAULT_DAYS: i64 = 90;
/// The longest life of a token, in days: ten years.
const MAX_DAYS: i64 = 3650;

/// A token to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiTokenInput {
    /// What the user calls it.
    pub name: TokenName,
    /// What it may do; at least one thing.
    pub scopes: Scopes,
    /// How long it lives: 1 to 3650.
    pub expires_in_days: i64,
}

/// `name` and `scopes` (a list of at least one of `read`, `write`, `delete`)
/// are required, `expires_in_days` is 90 unless given.
///
/// There is no default for the scopes: all of them would hand out more than
/// was asked for, and fewer would surprise at the first write.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn new_api_token(body: Value) -> Result<NewApiTokenInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let name = fields.required("name", text(TokenName::parse));
    let scopes = fields.required("scopes", scopes);
    let days = fields.optional("expires_in_days", days);
    fields.finish(|| {
        Some(NewApiTokenInput {
            name: name?,
            scopes: scopes?,
            expires_in_days: days?.unwrap_or(DEFAULT_DAYS),
        })
    })
}

fn scopes(value: &Value) -> Result<Scopes, Problem> {
    let names = value.as_array().ok_or(Problem::NotList)?;
    let known = |name: &Value| name.as_str().and_then(Scope::parse);
    let scopes: Option<Vec<Scope>> = names.iter().map(known).collect();
    match scopes {
        Some(scopes) if !scopes.is_empty() => Ok(Scopes::of(&scopes)),
        _ => Err(Problem::NotOneOf { expected: "a list of 'read', 'write' and 'delete'" }),
    }
}

fn days(value: &Value) -> Result<i64, Problem> {
    match whole(value).ok_or(Problem::NotInteger)? {
        ..1 => Err(Problem::TooSmall { min: 1 }),
        days @ 1..=MAX_DAYS => Ok(days),
        _ => Err(Problem::TooLarge { max: MAX_DAYS }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn a_token_lives_ninety_days_unless_asked_otherwise() {
        let token = new_api_token(json!({"name": "cron", "scopes": ["read", "read", "write"]}))
            .expect("this is a token");
        assert_eq!(token.expires_in_days, 90);
        assert_eq!(token.scopes, Scopes::of(&[Scope::Read, Scope::Write]));
    }

    #[test]
    fn every_problem_of_a_new_token_is_listed() {
        assert_eq!(
            problems(new_api_token(json!({}))),
            ["body.name missing", "body.scopes missing"]
        );
        for scopes in [json!([]), json!(["admin"]), json!([1]), json!(["read", "READ"])] {
            let body = json!({"name": "x", "scopes": scopes});
            assert_eq!(problems(new_api_token(body)), ["body.scopes literal_error"]);
        }
        let body = json!({"name": " ", "scopes": "read", "expires_in_days": 0});
        assert_eq!(
            problems(new_api_token(body)),
            [
                "body.name string_too_short",
                "body.scopes list_type",
                "body.expires_in_days greater_than_equal"
            ]
        );
        let body = json!({"name": "x", "scopes": ["read"], "expires_in_days": 30.0});
        assert_eq!(new_api_token(body).map(|token| token.expires_in_days).ok(), Some(30));
        for (days, kind) in [
            (json!(3651), "less_than_equal"),
            (json!("9"), "int_parsing"),
            (json!(1.5), "int_parsing"),
            (json!(1e300), "less_than_equal"),
        ] {
            let body = json!({"name": "x", "scopes": ["read"], "expires_in_days": days});
            assert_eq!(problems(new_api_token(body)), [format!("body.expires_in_days {kind}")]);
        }
    }
}
