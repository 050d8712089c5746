//! What users have chosen for themselves.
//!
//! No table of its own: the columns are those of the account, and the name is
//! the one that a profile shows.

use rondo_domain::{
    Name, TimeZoneName, Timestamp, UserId, UserSettings, UserSettingsPatch, WeekStart,
};

use crate::{
    Constraint, StoreError, Txn,
    sql::{Moment, Row},
};

impl Txn {
    /// What a user has chosen; `None` when there is no such user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_settings(&self, id: &UserId) -> Result<Option<UserSettings>, StoreError> {
        self.row(
            "select timezone, week_start, name from users where id = $1",
            &[&id.as_str()],
            |row| settings(row, id),
        )
        .await
    }

    /// Changes what the patch names and gives the whole as it is then. What was
    /// like that already is no change of the account, and not dated as one.
    ///
    /// # Errors
    /// `Conflict(Owner)` when there is no such user.
    pub async fn update_settings(
        &self,
        id: &UserId,
        patch: &UserSettingsPatch,
        now: Timestamp,
    ) -> Result<UserSettings, StoreError> {
        self.row(
            "update users set
                 timezone = coalesce($1, timezone),
                 week_start = coalesce($2, week_start),
                 name = coalesce($3, name),
                 updated_at = case
                     when timezone = coalesce($1, timezone)
                         and week_start = coalesce($2, week_start)
                         and name = coalesce($3, name) then updated_at
                     else $4 end
             where id = $5
             returning timezone, week_start, name",
            &[
                &patch.time_zone.as_ref().map(TimeZoneName::as_str),
                &patch.week_start.map(WeekStart::as_str),
                &patch.name.as_ref().map(Name::as_str),
                &Moment(now),
                &id.as_str(),
            ],
            |row| settings(row, id),
        )
        .await?
        .ok_or(StoreError::Conflict(Constraint::Owner))
    }
}

fn settings(row: &Row<'_>, id: &UserId) -> Result<UserSettings, StoreError> {
    let read = || {
        Some(UserSettings {
            time_zone: TimeZoneName::parse(&row.get::<String>(0)?).ok()?,
            week_start: WeekStart::parse(&row.get::<String>(1)?).ok()?,
            name: Name::parse(&row.get::<String>(2)?).ok()?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("users", id))
}
