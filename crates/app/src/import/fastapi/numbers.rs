//! Which numbers rows get here: their own, if nobody has it.

use std::collections::HashSet;

use rondo_store::{Numbered, StoreError, Txn};

use super::super::{Context, pass::LARGEST_KEPT_ID};

/// The number of a row that is to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// The one it has over there.
    Kept(i64),
    /// Another one; not known in a rehearsal.
    Given(Option<i64>),
}

impl Number {
    pub(super) const fn get(self) -> Option<i64> {
        match self {
            Self::Kept(number) => Some(number),
            Self::Given(number) => number,
        }
    }
}

/// What number a row would like to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// None: it is not to be stored.
    None,
    /// Any: its id over there is no number.
    Any,
    /// The one it has over there.
    This(i64),
}

impl Wish {
    /// The wish of a row with this id over there, if it is a number.
    pub(super) fn of(is_stored: bool, id: Option<i64>) -> Self {
        match id {
            _ if !is_stored => Self::None,
            None => Self::Any,
            Some(id) => Self::This(id),
        }
    }

    /// What can be asked for at all: ids are not negative, and there must be
    /// room for new ones below 2^53.
    const fn candidate(self) -> Option<i64> {
        match self {
            Self::This(id) if id >= 1 && id <= LARGEST_KEPT_ID => Some(id),
            _ => None,
        }
    }
}

/// Gives a number to each row that wants one.
pub(super) async fn give(
    txn: &Txn,
    table: Numbered,
    wishes: Vec<Wish>,
    context: Context,
) -> Result<Vec<Option<Number>>, StoreError> {
    let mut taken = taken(txn, table, &wishes, context).await?;
    let mut numbers = Vec::with_capacity(wishes.len());
    for wish in wishes {
        numbers.push(match (wish, wish.candidate()) {
            (Wish::None, _) => None,
            (_, Some(id)) if taken.insert(id) => Some(Number::Kept(id)),
            _ if context.is_rehearsal => Some(Number::Given(None)),
            _ => Some(Number::Given(Some(txn.take_id(table).await?))),
        });
    }
    Ok(numbers)
}

/// The numbers in question that somebody has. Nobody can have one that was
/// never given out, which spares a look at the table: it has no index for this.
async fn taken(
    txn: &Txn,
    table: Numbered,
    wishes: &[Wish],
    context: Context,
) -> Result<HashSet<i64>, StoreError> {
    let ids = wishes.iter().filter_map(|wish| wish.candidate());
    let ids = ids.filter(|id| *id <= context.last_id);
    match (ids.clone().min(), ids.max()) {
        (Some(first), Some(last)) => {
            Ok(txn.list_ids(table, (first, last)).await?.into_iter().collect())
        }
        _ => Ok(HashSet::new()),
    }
}
