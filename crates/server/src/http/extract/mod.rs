//! What handlers ask of a request, parsed: who calls, which thing, which body.
//!
//! axum's own extractors are not used for input: they answer the first problem
//! only, in plain text.

mod body;
mod caller;
mod client_address;
mod client_device;
mod entity_tag;
mod keyed;
mod path_id;
mod path_tag;
mod query;
mod target;

pub(crate) use body::{JsonBody, OptionalJsonBody};
pub(in crate::http) use body::{
    check_declared, parse as parse_json, read as read_body, read_within as read_body_within,
};
pub(crate) use caller::{Caller, TokenHolder, bearer};
pub(crate) use client_address::ClientAddress;
pub(crate) use client_device::ClientDevice;
pub(crate) use entity_tag::{ETag, IfNoneMatch};
pub(crate) use keyed::{Keyed, NoBody};
pub(crate) use path_id::PathId;
pub(crate) use path_tag::PathTag;
pub(crate) use query::QueryPairs;
pub(crate) use target::TaskTarget;
