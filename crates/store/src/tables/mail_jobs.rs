//! Mails to be sent, stored with what they tell of.

use rondo_domain::{Timestamp, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
};

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailJob {
    /// Unique among the user's.
    pub id: String,
    /// To whom.
    pub user_id: UserId,
    /// The mail, sealed by the application.
    pub sealed_mail: Vec<u8>,
    /// How often somebody has begun to send it.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// From when on it may be sent, or sent again.
    pub next_attempt_at: Timestamp,
    /// From when on nobody needs it any more.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a mail to be sent.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user is gone, `Conflict(Key)` when the user
    /// has a job with this id.
    pub async fn insert_mail_job(&self, job: &MailJob) -> Result<(), StoreError> {
        self.execute(
            "insert into mail_jobs
                 (user_id, id, sealed_mail, attempts, created_at, next_attempt_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &job.user_id.as_str(),
                &job.id.as_str(),
                &&job.sealed_mail[..],
                &job.attempts,
                &Moment(job.created_at),
                &Moment(job.next_attempt_at),
                &Moment(job.expires_at),
            ],
        )
        .await?;
        Ok(())
    }

    /// Takes some of the jobs that are due, in no particular order, and counts
    /// an attempt for each. Nobody else gets them before `lease_until`; then
    /// they are due again, in case this process is gone.
    ///
    /// Jobs that have expired are among them, for the caller to delete: if
    /// they stayed they would be due for ever. Those that make no sense are
    /// deleted here and now: nobody could send them, and one of them must not
    /// hold up the others.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_mail_jobs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> Result<Vec<MailJob>, StoreError> {
        // What another replica is taking is left to it. The list stands by
        // itself, because PostgreSQL may run one inside a condition again for
        // every row, and take more than the limit.
        let sql = if self.is_postgres() {
            "with due as materialized (
                 select user_id, id from mail_jobs where next_attempt_at <= $1
                 order by next_attempt_at, user_id, id limit $2
                 for no key update skip locked
             )
             update mail_jobs set next_attempt_at = $3, attempts = attempts + 1
             from due where mail_jobs.user_id = due.user_id and mail_jobs.id = due.id
             returning mail_jobs.user_id, mail_jobs.id, sealed_mail, attempts, created_at,
                 next_attempt_at, expires_at"
        } else {
            "with due as (
                 select user_id, id from mail_jobs where next_attempt_at <= $1
                 order by next_attempt_at, user_id, id limit $2
             )
             update mail_jobs set next_attempt_at = $3, attempts = attempts + 1
             where (user_id, id) in (select user_id, id from due)
             returning user_id, id, sealed_mail, attempts, created_at, next_attempt_at, expires_at"
        };
        let read = |row: &Row<'_>| Ok(mail_job(row));
        let taken = self.rows(sql, &[&Moment(now), &limit, &Moment(lease_until)], read).await?;
        let mut jobs = Vec::with_capacity(taken.len());
        for job in taken {
            match job {
                Ok(job) => jobs.push(job),
                Err(senseless) => self.drop_senseless(senseless).await?,
            }
        }
        Ok(jobs)
    }

    async fn drop_senseless(&self, Senseless { user_id, id }: Senseless) -> Result<(), StoreError> {
        tracing::warn!(mail.id = id, "a stored mail makes no sense and is deleted");
        self.execute(
            "delete from mail_jobs where user_id = $1 and id = $2",
            &[&user_id.as_str(), &id.as_str()],
        )
        .await?;
        Ok(())
    }

    /// When the next job is due; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    #[expect(clippy::missing_panics_doc, reason = "the epoch is a moment")]
    pub async fn next_mail_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let epoch = Timestamp::from_seconds(0).expect("the epoch is a moment");
        let end_of_time = epoch.plus_seconds(i64::MAX);
        self.row(
            "select next_attempt_at from mail_jobs where next_attempt_at <= $1
             order by next_attempt_at, user_id, id limit $2",
            &[&Moment(end_of_time), &1_i64],
            // Before all time we know: whoever takes it gives it a better one.
            |row| Ok(row.time(0).unwrap_or(epoch)),
        )
        .await
    }

    /// Lets a job wait for its next attempt. `false` when it is gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone_mail_job(
        &self,
        user_id: &UserId,
        id: &str,
        next: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update mail_jobs set next_attempt_at = $1 where user_id = $2 and id = $3",
                &[&Moment(next), &user_id.as_str(), &id],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Removes a job: it is done, or it is too late for it. `false` when it
    /// was gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_mail_job(&self, user_id: &UserId, id: &str) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "delete from mail_jobs where user_id = $1 and id = $2",
                &[&user_id.as_str(), &id],
            )
            .await?;
        Ok(touched == 1)
    }
}

/// The key of a row that nobody can read.
struct Senseless {
    user_id: String,
    id: String,
}

fn mail_job(row: &Row<'_>) -> Result<MailJob, Senseless> {
    let id: String = row.get(1).unwrap_or_default();
    let read = || {
        Some(MailJob {
            id: id.clone(),
            user_id: UserId::parse(&row.get::<String>(0)?).ok()?,
            sealed_mail: row.get(2)?,
            attempts: row.get(3)?,
            created_at: row.time(4)?,
            next_attempt_at: row.time(5)?,
            expires_at: row.time(6)?,
        })
    };
    read().ok_or_else(|| {
        let user_id = row.get(0).unwrap_or_default();
        Senseless { user_id, id: id.clone() }
    })
}
