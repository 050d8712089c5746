//! What query strings ask for. A parameter given twice counts as given last,
//! unless it says otherwise; unknown ones are ignored.

mod listing;
mod parameters;
#[cfg(test)]
mod tests;

use rondo_domain::{Page, Problem};

use self::parameters::{Pair, integer, parameters};
use super::{Fields, text};
use crate::error::Error;

pub(crate) use listing::StartInput;
pub use listing::{ListingInput, listing};

/// Which changes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedQuery {
    /// The number after which they begin; 0 is before the first.
    pub after: i64,
    /// How many at most: 1 to [`Page::MAX_LIMIT`].
    pub limit: i64,
}

impl Default for FeedQuery {
    fn default() -> Self {
        Self { after: 0, limit: Page::DEFAULT_LIMIT }
    }
}

/// The window of a plain list: `limit`, `offset`.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn page<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<Page, Error> {
    let mut fields = parameters(query)?;
    let (limit, offset) = (limit(&mut fields), offset(&mut fields));
    fields.finish(|| Some(Page::new(limit?, offset?.unwrap_or(0))))
}

/// A part of the history: `after` and `limit`.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn feed<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<FeedQuery, Error> {
    let mut fields = parameters(query)?;
    let after = fields.optional("after", text(after));
    let limit = limit(&mut fields);
    fields.finish(|| Some(FeedQuery { after: after?.unwrap_or(0), limit: limit? }))
}

fn limit(fields: &mut Fields) -> Option<i64> {
    let limit = fields.optional("limit", text(|t| integer(t).and_then(Page::parse_limit)));
    limit.map(|limit| limit.unwrap_or(Page::DEFAULT_LIMIT))
}

#[expect(clippy::option_option, reason = "a problem, nothing and a value are three answers")]
fn offset(fields: &mut Fields) -> Option<Option<i64>> {
    fields.optional("offset", text(|t| integer(t).and_then(Page::parse_offset)))
}

fn after(text: &str) -> Result<i64, Problem> {
    match integer(text)? {
        ..0 => Err(Problem::TooSmall { min: 0 }),
        after => Ok(after),
    }
}
