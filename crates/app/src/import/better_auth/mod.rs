//! A Better Auth server's database: its users, then their passwords. Sessions
//! are not brought: they are good for that server's cookies only, so everybody
//! logs in again.

mod hash;
mod passwords;
#[cfg(test)]
mod tests;
mod users;

use super::{Failed, run::Run};
use passwords::Passwords;
use users::Users;

/// Brings both tables, which must be there.
pub(super) async fn bring(run: &mut Run<'_>) -> Result<(), Failed> {
    let mut users = Users::new(run.now());
    let Some(shape) = run.find::<Users>() else { return Err(run.missing::<Users>().await) };
    let Some(accounts) = run.find::<Passwords>() else {
        return Err(run.missing::<Passwords>().await);
    };
    run.bring(&mut users, &shape).await?;
    run.bring(&mut Passwords::new(users.brought()), &accounts).await?;
    run.finish();
    Ok(())
}
