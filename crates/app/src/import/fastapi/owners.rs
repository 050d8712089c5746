//! Whose rows are brought: opaque ids of users, who may have no account here.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::try_join_all;
use rondo_domain::UserId;
use rondo_store::{StoreError, Txn, Value};

use super::super::{Context, reason::Reason, value};

/// What is here of an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An account, or the row of an external user.
    Here,
    /// Nothing; such a row was made, as it is for the first thing that an
    /// external user writes.
    Made,
    /// The trace of an account that was deleted.
    Deleted,
}

/// The owner that a row names.
pub(super) fn read(value: &Value) -> Result<UserId, Reason> {
    let id = value::id(value).ok_or(Reason::BadOwner)?;
    UserId::parse(&id).map_err(|_| Reason::BadOwner)
}

/// Looks owners up, and makes those who are missing.
pub(super) async fn settle<'a>(
    txn: &Txn,
    owners: impl Iterator<Item = &'a UserId>,
    context: Context,
) -> Result<HashMap<&'a UserId, Owner>, StoreError> {
    // In one order always, so that two imports do not wait for each other.
    let owners: BTreeSet<&UserId> = owners.collect();
    let found = try_join_all(
        owners
            .into_iter()
            .map(|id| async move { Ok::<_, StoreError>((id, find(txn, id, context).await?)) }),
    );
    Ok(found.await?.into_iter().collect())
}

async fn find(txn: &Txn, id: &UserId, context: Context) -> Result<Owner, StoreError> {
    if txn.find_user(id).await?.is_some() {
        return Ok(Owner::Here);
    }
    let is_deleted = if context.is_rehearsal {
        txn.is_deleted_user(id).await?
    } else {
        !txn.provision_user(id, context.now).await?
    };
    Ok(if is_deleted { Owner::Deleted } else { Owner::Made })
}
