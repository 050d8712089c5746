//! Registrations and logins as clients send them.

use rondo_domain::{Email, Name, Problem, Secret};
use serde_json::Value;

use super::{nullable, parse_object, text};
use crate::{
    auth::password::NewPassword,
    error::{Error, Location},
};

/// An account to make.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where the person can be reached, and how they log in.
    pub email: Email,
    /// A password that holds our rules.
    pub password: NewPassword,
    /// What they want to be called; may be empty.
    pub name: Name,
}

/// What somebody claims who wants to log in.
#[derive(Clone, Debug)]
pub struct LoginInput {
    /// The address they registered with.
    pub email: Email,
    /// The password, exactly as typed.
    pub password: Secret<String>,
}

/// `email` and `password` are required, `name` may be absent or null. Of the
/// password only the length is looked at here.
///
/// # Errors
/// [`Error::Invalid`] with all problems; the password is never echoed.
pub fn registration(body: Value) -> Result<Registration, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let email = fields.required("email", text(Email::parse));
    let name = fields.optional("name", nullable(text(Name::parse)));
    let password = fields.secret("password", NewPassword::parse);
    fields.finish(|| {
        Some(Registration {
            email: email?,
            password: password?,
            name: name?.flatten().unwrap_or_default(),
        })
    })
}

/// `email` and `password`, both required.
///
/// A password longer than any account can have is refused as malformed: that
/// says nothing about the account, and costs neither a look-up nor a hash.
///
/// # Errors
/// [`Error::Invalid`] with all problems; the password is never echoed.
pub fn credentials(body: Value) -> Result<LoginInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let email = fields.required("email", text(Email::parse));
    let password = fields.secret("password", |password| {
        if NewPassword::is_too_long(password) {
            return Err(Problem::TooLong { max: NewPassword::MAX_CHARS });
        }
        Ok(Secret::new(password.to_owned()))
    });
    fields.finish(|| Some(LoginInput { email: email?, password: password? }))
}

/// What somebody shows who leaves: `password`, which may be absent or null.
///
/// # Errors
/// [`Error::Invalid`] with all problems; the password is never echoed.
pub fn account_deletion(body: Option<Value>) -> Result<Option<Secret<String>>, Error> {
    let Some(body) = body else {
        return Ok(None);
    };
    let mut fields = parse_object(Location::Body, body)?;
    if matches!(fields.optional("password", |value| Ok(value.is_null())), Some(None | Some(true))) {
        return fields.finish(|| Some(None));
    }
    let password = fields.secret("password", |text| Ok(Secret::new(text.to_owned())));
    fields.finish(|| password.map(Some))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    const STRONG: &str = "correct horse battery";

    #[test]
    fn an_account_needs_an_address_and_a_password() {
        let body = json!({"email": "Ada@Example.com ", "password": STRONG, "role": "admin"});
        let ada = registration(body).expect("this is a registration");
        assert_eq!(ada.email.as_str(), "ada@example.com");
        assert_eq!(ada.name.as_str(), "");
        assert!(!format!("{ada:?}").contains(STRONG));
        let body = json!({"email": "a@b.co", "password": STRONG, "name": null});
        assert!(registration(body).is_ok());
    }

    #[test]
    fn every_problem_of_a_registration_is_listed() {
        assert_eq!(
            problems(registration(json!({}))),
            ["body.email missing", "body.password missing"]
        );
        let body = json!({"email": "ada", "password": "short", "name": 5});
        assert_eq!(
            problems(registration(body)),
            ["body.email value_error", "body.name string_type", "body.password string_too_short"]
        );
        for wrong in [json!(null), json!(12_345_678), json!({"$ne": ""}), json!(["x"])] {
            let body = json!({"email": wrong, "password": wrong});
            assert_eq!(
                problems(registration(body)),
                ["body.email string_type", "body.password string_type"]
            );
        }
    }

    #[test]
    fn a_login_is_not_judged_by_the_rules_for_new_passwords() {
        let body = json!({"email": "ada@example.com", "password": "a"});
        assert!(credentials(body).is_ok());
        let body = json!({"email": "ada", "password": "x".repeat(1_000_000)});
        assert_eq!(
            problems(credentials(body)),
            ["body.email value_error", "body.password string_too_long"]
        );
        assert_eq!(
            problems(credentials(json!({"email": "ada@example.com"}))),
            ["body.password missing"]
        );
    }
}
