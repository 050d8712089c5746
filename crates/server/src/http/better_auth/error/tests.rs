//! What a client of Better Auth sees of errors.

use axum::body::to_bytes;
use rondo_app::{Location, Refusal};
use rondo_domain::Scope;

use super::*;

/// Status, body, and name in the log.
async fn seen(error: impl Into<AuthError>) -> (u16, String, &'static str) {
    let response = error.into().into_response();
    let status = response.status().as_u16();
    let failure = response.extensions().get::<Failure>().cloned();
    let failure = failure.expect("every error tells the log what it is");
    assert_eq!(failure.dialect, Dialect::BetterAuth);
    let body = to_bytes(response.into_body(), 10_000).await.expect("an error has a body");
    (status, String::from_utf8(body.to_vec()).expect("a body is text"), failure.code)
}

fn invalid(field: &'static str, problem: Problem) -> Invalid {
    Invalid::new(Location::Body, Some(field), problem)
}

#[tokio::test]
async fn a_refusal_has_its_message_and_its_code() {
    let (status, body, code) = seen(codes::UNAUTHORIZED).await;
    assert_eq!((status, code), (401, "UNAUTHORIZED"));
    assert_eq!(body, r#"{"message":"Unauthorized","code":"UNAUTHORIZED"}"#);
    let (status, body, code) = seen(codes::SAME_EMAIL).await;
    assert_eq!((status, code), (400, "BAD_REQUEST"));
    assert_eq!(body, r#"{"message":"Email is the same"}"#);
    let (status, body, _) = seen(AuthError::NotText("callbackURL")).await;
    assert_eq!(status, 400);
    assert_eq!(body, r#"{"message":"Invalid callbackURL: expected a string"}"#);
}

#[tokio::test]
async fn what_a_use_case_refuses_has_better_auths_name() {
    for (error, status, code) in [
        (AppError::Unauthenticated(Why::WrongCredentials), 401, "INVALID_EMAIL_OR_PASSWORD"),
        (AppError::Unauthenticated(Why::InvalidToken), 401, "UNAUTHORIZED"),
        (AppError::Unauthenticated(Why::Expired), 401, "UNAUTHORIZED"),
        (AppError::Conflict(Taken::Email), 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"),
        (AppError::NotFound(Kind::User), 400, "USER_NOT_FOUND"),
        (AppError::NotFound(Kind::ApiToken), 404, "token_not_found"),
        (AppError::Conflict(Taken::TooManyTokens), 409, "too_many_tokens"),
        (AppError::Forbidden(Refusal::RegistrationClosed), 403, "EMAIL_PASSWORD_SIGN_UP_DISABLED"),
        (AppError::Forbidden(Refusal::SessionNotFresh), 403, "SESSION_NOT_FRESH"),
        (AppError::Forbidden(Refusal::SessionExpired), 400, "SESSION_EXPIRED"),
        (AppError::Forbidden(Refusal::WrongPassword), 400, "INVALID_PASSWORD"),
        (AppError::Forbidden(Refusal::NoPassword), 400, "CREDENTIAL_ACCOUNT_NOT_FOUND"),
        (AppError::Forbidden(Refusal::EmailNotVerified), 403, "EMAIL_NOT_VERIFIED"),
        (AppError::Forbidden(Refusal::EmailAlreadyVerified), 400, "EMAIL_ALREADY_VERIFIED"),
        (AppError::Forbidden(Refusal::EmailMismatch), 400, "EMAIL_MISMATCH"),
        (AppError::Forbidden(Refusal::ResetDisabled), 400, "RESET_PASSWORD_DISABLED"),
        (AppError::Forbidden(Refusal::VerificationDisabled), 400, "VERIFICATION_EMAIL_NOT_ENABLED"),
        (AppError::Forbidden(Refusal::InvalidLink), 400, "INVALID_TOKEN"),
        (AppError::Forbidden(Refusal::AccessDenied), 403, "access_denied"),
        (AppError::Forbidden(Refusal::MissingScope(Scope::Read)), 403, "missing_scope"),
    ] {
        let named = format!("{error:?}");
        let (found, _, logged) = seen(error).await;
        assert_eq!((found, logged), (status, code), "{named}");
    }
}

#[tokio::test]
async fn a_link_is_a_credential() {
    for (refusal, code) in [
        (Refusal::InvalidLink, "INVALID_TOKEN"),
        (Refusal::LinkExpired, "TOKEN_EXPIRED"),
        (Refusal::UnknownUser, "USER_NOT_FOUND"),
        (Refusal::WrongUser, "INVALID_USER"),
    ] {
        let error = AuthError::of_link(AppError::Forbidden(refusal));
        assert_eq!(error.code(), Some(code));
        assert_eq!(seen(error).await.0, 401, "{code}");
    }
    let error = AuthError::of_link(AppError::Unavailable("no route to host".to_owned()));
    assert_eq!(error.code(), None);
    assert_eq!(seen(error).await.0, 503);
    assert_eq!(AuthError::from(codes::SAME_EMAIL).code(), None);
}

#[tokio::test]
async fn a_password_has_codes_of_its_own_once_the_rest_is_right() {
    let sentence = "this password is too common or too easy to guess";
    for (problem, code) in [
        (Problem::TooShort { min: 8 }, "PASSWORD_TOO_SHORT"),
        (Problem::TooLong { max: 128 }, "PASSWORD_TOO_LONG"),
        (Problem::Refused { sentence }, "PASSWORD_COMPROMISED"),
        (Problem::Nul, "VALIDATION_ERROR"),
    ] {
        for field in ["password", "newPassword"] {
            let error = AppError::Invalid(vec![invalid(field, problem.clone())]);
            let (status, _, found) = seen(error).await;
            assert_eq!((status, found), (400, code), "{field}");
        }
    }
    let reason = String::new();
    let both = vec![
        invalid("password", Problem::TooShort { min: 8 }),
        invalid("email", Problem::NotEmail { reason }),
        invalid("name", Problem::TooLong { max: 5 }),
    ];
    let (_, body, code) = seen(AppError::Invalid(both)).await;
    assert_eq!(code, "VALIDATION_ERROR");
    assert_eq!(
        body,
        concat!(
            r#"{"message":"[body.password] Too small: expected string to have >=8 characters; "#,
            r"[body.email] Invalid email address; ",
            r#"[body.name] Too big: expected string to have <=5 characters","#,
            r#""code":"VALIDATION_ERROR"}"#
        )
    );
}

#[tokio::test]
async fn what_better_auth_has_no_word_for_has_its_form_and_our_sentence() {
    let (status, body, logged) = seen(AppError::Unavailable("10.0.0.1:5432".to_owned())).await;
    assert_eq!((status, logged), (503, "database_unavailable"));
    assert_eq!(
        body,
        r#"{"message":"Database temporarily unavailable","code":"SERVICE_UNAVAILABLE"}"#
    );
    let (status, body, _) = seen(AppError::Internal("a bug".into())).await;
    assert_eq!(status, 500);
    assert_eq!(body, r#"{"message":"Internal server error","code":"INTERNAL_SERVER_ERROR"}"#);
    let (status, body, _) = seen(ApiError::BodyTooLarge { limit_bytes: 5 }).await;
    assert_eq!(status, 413);
    assert_eq!(
        body,
        r#"{"message":"The request body is larger than 5 bytes","code":"PAYLOAD_TOO_LARGE"}"#
    );
    let (status, body, _) = seen(ApiError::MalformedJson("line 1".to_owned())).await;
    assert_eq!(status, 400);
    assert_eq!(body, r#"{"message":"Invalid JSON in request body","code":"BAD_REQUEST"}"#);
}

#[test]
fn errors_keep_the_headers_that_belong_to_them() {
    let header = |error: AuthError, name: &str| {
        let response = error.into_response();
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let limited = || AuthError::from(AppError::RateLimited { retry_after_seconds: 42 });
    assert_eq!(header(limited(), "retry-after").as_deref(), Some("42"));
    assert_eq!(header(limited(), "x-retry-after").as_deref(), Some("42"));
    let lost = || AuthError::from(AppError::Unavailable(String::new()));
    assert_eq!(header(lost(), "retry-after").as_deref(), Some("1"));
    assert_eq!(header(lost(), "content-type").as_deref(), Some("application/json"));
    assert_eq!(header(codes::UNAUTHORIZED.into(), "www-authenticate").as_deref(), Some("Bearer"));
    let too_large = || AuthError::from(ApiError::BodyTooLarge { limit_bytes: 5 });
    assert_eq!(header(too_large(), "connection").as_deref(), Some("close"));
}

#[tokio::test]
async fn too_many_requests_have_no_code() {
    let (status, body, code) = seen(AppError::RateLimited { retry_after_seconds: 0 }).await;
    assert_eq!((status, code), (429, "TOO_MANY_REQUESTS"));
    assert_eq!(body, r#"{"message":"Too many requests. Please try again later."}"#);
}
