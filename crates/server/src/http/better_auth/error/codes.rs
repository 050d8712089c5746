//! Better Auth's own refusals: status, code and sentence, word for word.
//!
//! Its client compares codes and shows sentences, so neither is ours to
//! improve. A few have no code upstream and have none here.

use axum::http::StatusCode;

/// One refusal that Better Auth has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// What HTTP is told.
    pub status: StatusCode,
    /// What programs compare; empty where upstream has none.
    pub code: &'static str,
    /// What people read.
    pub message: &'static str,
}

impl Word {
    /// The same refusal where Better Auth gives it another status.
    pub(crate) const fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

const fn bad(code: &'static str, message: &'static str) -> Word {
    Word { status: StatusCode::BAD_REQUEST, code, message }
}

const fn unauthorized(code: &'static str, message: &'static str) -> Word {
    bad(code, message).with(StatusCode::UNAUTHORIZED)
}

const fn forbidden(code: &'static str, message: &'static str) -> Word {
    bad(code, message).with(StatusCode::FORBIDDEN)
}

pub(crate) const UNAUTHORIZED: Word = unauthorized("UNAUTHORIZED", "Unauthorized");
pub(crate) const INVALID_EMAIL_OR_PASSWORD: Word =
    unauthorized("INVALID_EMAIL_OR_PASSWORD", "Invalid email or password");
pub(crate) const TOKEN_EXPIRED: Word = unauthorized("TOKEN_EXPIRED", "Token expired");
pub(crate) const INVALID_USER: Word = unauthorized("INVALID_USER", "Invalid user");

pub(crate) const INVALID_JSON: Word = bad("BAD_REQUEST", "Invalid JSON in request body");
pub(crate) const INVALID_EMAIL: Word = bad("INVALID_EMAIL", "Invalid email");
pub(crate) const INVALID_PASSWORD: Word = bad("INVALID_PASSWORD", "Invalid password");
pub(crate) const FAILED_TO_GET_USER_INFO: Word =
    bad("FAILED_TO_GET_USER_INFO", "Failed to get user info").with(StatusCode::NOT_FOUND);
pub(crate) const INVALID_TOKEN: Word = bad("INVALID_TOKEN", "Invalid token");
pub(crate) const USER_NOT_FOUND: Word = bad("USER_NOT_FOUND", "User not found");
pub(crate) const PASSWORD_TOO_SHORT: Word = bad("PASSWORD_TOO_SHORT", "Password too short");
pub(crate) const PASSWORD_TOO_LONG: Word = bad("PASSWORD_TOO_LONG", "Password too long");
pub(crate) const PASSWORD_COMPROMISED: Word = bad(
    "PASSWORD_COMPROMISED",
    "The password you entered has been compromised. Please choose a different password.",
);
pub(crate) const CREDENTIAL_ACCOUNT_NOT_FOUND: Word =
    bad("CREDENTIAL_ACCOUNT_NOT_FOUND", "Credential account not found");
pub(crate) const EMAIL_CAN_NOT_BE_UPDATED: Word =
    bad("EMAIL_CAN_NOT_BE_UPDATED", "Email can not be updated");
pub(crate) const EMAIL_ALREADY_VERIFIED: Word =
    bad("EMAIL_ALREADY_VERIFIED", "Email is already verified");
pub(crate) const EMAIL_MISMATCH: Word = bad("EMAIL_MISMATCH", "Email mismatch");
pub(crate) const SAME_EMAIL: Word = bad("", "Email is the same");
pub(crate) const NO_FIELDS: Word = bad("", "No fields to update");
pub(crate) const RESET_PASSWORD_DISABLED: Word =
    bad("RESET_PASSWORD_DISABLED", "Reset password isn't enabled");
pub(crate) const VERIFICATION_EMAIL_NOT_ENABLED: Word =
    bad("VERIFICATION_EMAIL_NOT_ENABLED", "Verification email isn't enabled");
pub(crate) const SESSION_EXPIRED: Word =
    bad("SESSION_EXPIRED", "Session expired. Re-authenticate to perform this action.");

pub(crate) const SESSION_NOT_FRESH: Word = forbidden("SESSION_NOT_FRESH", "Session is not fresh");
pub(crate) const EMAIL_NOT_VERIFIED: Word = forbidden("EMAIL_NOT_VERIFIED", "Email not verified");
/// Upstream says 400; our contract says that closed registration is 403.
pub(crate) const SIGN_UP_DISABLED: Word =
    forbidden("EMAIL_PASSWORD_SIGN_UP_DISABLED", "Email and password sign up is not enabled");
pub(crate) const INVALID_ORIGIN: Word = forbidden("INVALID_ORIGIN", "Invalid origin");
pub(crate) const MISSING_OR_NULL_ORIGIN: Word =
    forbidden("MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
pub(crate) const CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: Word = forbidden(
    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
    "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
);
pub(crate) const INVALID_CALLBACK_URL: Word =
    forbidden("INVALID_CALLBACK_URL", "Invalid callbackURL");
pub(crate) const INVALID_REDIRECT_URL: Word =
    forbidden("INVALID_REDIRECT_URL", "Invalid redirectURL");
pub(crate) const INVALID_ERROR_CALLBACK_URL: Word =
    forbidden("INVALID_ERROR_CALLBACK_URL", "Invalid errorCallbackURL");
pub(crate) const INVALID_NEW_USER_CALLBACK_URL: Word =
    forbidden("INVALID_NEW_USER_CALLBACK_URL", "Invalid newUserCallbackURL");

pub(crate) const POST_GET_SESSION: Word = Word {
    status: StatusCode::METHOD_NOT_ALLOWED,
    code: "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
    message: "POST method requires deferSessionRefresh to be enabled in session config",
};
pub(crate) const USER_ALREADY_EXISTS: Word = Word {
    status: StatusCode::UNPROCESSABLE_ENTITY,
    code: "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
    message: "User already exists. Use another email.",
};
