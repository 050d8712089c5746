//! What a new password and a new address put an end to, whoever sets them.
//!
//! Whoever knew the old password is out, and so is whoever reads the old
//! mailbox. What becomes of personal access tokens depends on why a password is
//! new. Somebody who *changes* it knew the old one and is in control, and so is
//! the operator; their scripts go on working. Somebody who had to *reset* it may
//! have lost the account to another, who may have made such a token in order to
//! stay: a reset deletes them all.

use rondo_domain::{SessionId, UserId};
use rondo_store::{Purpose, StoreError, Txn};

/// After a password was replaced: all sessions end but the one that is kept,
/// and all links that are still in a mailbox are void. One to another address,
/// too: a session that was stolen may have asked for it.
pub(crate) async fn after_new_password(
    txn: &Txn,
    user: &UserId,
    keep_session: Option<&SessionId>,
) -> Result<(), StoreError> {
    void_links(txn, user).await?;
    match keep_session {
        Some(session) => txn.delete_other_sessions(user, session).await?,
        None => txn.delete_sessions(user).await?,
    };
    Ok(())
}

/// After a password was replaced by somebody who did not know the old one:
/// personal access tokens go too.
pub(super) async fn after_reset(txn: &Txn, user: &UserId) -> Result<(), StoreError> {
    after_new_password(txn, user, None).await?;
    txn.delete_api_tokens(user).await?;
    Ok(())
}

/// After an address was replaced: all links are void. Sessions stay, because
/// nobody got them by reading the old mailbox.
pub(crate) async fn after_new_email(txn: &Txn, user: &UserId) -> Result<(), StoreError> {
    void_links(txn, user).await
}

/// After somebody ended sessions: a change of the address that one of them
/// asked for is off. Nobody knows which asked, so all such links are void; who
/// still wants the change asks again. The user's row has to be held, or one
/// that is asked for at this moment would be missed.
pub(super) async fn after_sign_out(txn: &Txn, user: &UserId) -> Result<(), StoreError> {
    txn.delete_verifications(user, Purpose::ChangeEmail).await?;
    Ok(())
}

async fn void_links(txn: &Txn, user: &UserId) -> Result<(), StoreError> {
    for purpose in [Purpose::ResetPassword, Purpose::VerifyEmail, Purpose::ChangeEmail] {
        txn.delete_verifications(user, purpose).await?;
    }
    Ok(())
}
