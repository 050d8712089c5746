//! How Better Auth's routes are spoken to: its cookies, its rules for origins,
//! its form of errors. The routes themselves are in `routes/better_auth`.
//!
//! Its client library and its documentation are what people bring along, so
//! words, codes and orders here are upstream's. What is stricter says so.

mod body;
mod cookies;
mod error;
mod origin;
pub(crate) mod redirect;
mod request;
mod schema;
mod session;

pub(crate) use cookies::{Cookies, LeftOver, SessionCookie, expose, signed_token};
pub(crate) use error::{
    AuthError,
    codes::{self, Word},
    reword,
};
pub(crate) use origin::{
    Nearness, OriginProblem, TrustedBy, TrustedOrigins, is_same_host, shown, survey,
};
pub(crate) use request::{
    AuthBody, AuthQuery, LoginBody, MaybeSessionBody, SessionBody, SessionTokenBody,
};
pub(crate) use schema::{Fields, NoBody, Schema};
pub(crate) use session::{CurrentSession, MaybeSession, Visit};
