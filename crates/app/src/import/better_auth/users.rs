//! The table `user`: who has an account.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::try_join_all;
use rondo_domain::{Email, Image, Name, Timestamp, User, UserId};
use rondo_store::{ImportKey, ImportKind, Imported, StoreError, Txn, Value};

use super::super::{
    Context,
    layout::{Column, optional, required},
    merge::{ContentHash, Decision, content_hash, decide},
    pass::{About, Fate, Pass, Refused, Settled, moments},
    reason::Reason,
    report::TableReport,
    value,
};
use crate::{accounts::ending, auth::fingerprint::fingerprint};

/// What is remembered of an address or an id: there may be a million of them.
pub(super) type Mark = [u8; 16];

pub(super) fn mark(text: &str) -> Mark {
    let mut mark = Mark::default();
    mark.copy_from_slice(&fingerprint(text.as_bytes())[..16]);
    mark
}

/// The users that were met so far.
pub(super) struct Users {
    now: Timestamp,
    emails: HashSet<Mark>,
    brought: HashSet<Mark>,
}

/// A user who can be brought.
pub(super) struct Row {
    about: About,
    user: User,
    email: Email,
    birthday: Timestamp,
    /// Whether a row before has the same address.
    is_email_seen: bool,
}

impl Users {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, emails: HashSet::new(), brought: HashSet::new() }
    }

    /// Those who have an account here now, or would have after a rehearsal.
    pub(super) fn brought(self) -> HashSet<Mark> {
        self.brought
    }
}

impl Pass for Users {
    const NAMES: [&'static str; 2] = ["user", "users"];
    const COLUMNS: &'static [Column] = &[
        required("id"),
        required("email"),
        optional("name"),
        optional("emailVerified"),
        optional("image"),
        optional("createdAt"),
        optional("updatedAt"),
    ];
    type Row = Row;

    fn read(&self, values: &[Value]) -> Result<Row, Refused> {
        let [id, email, name, verified, image, created, updated] = values else {
            unreachable!("there is a value for each column")
        };
        let id = value::id(id).ok_or(Reason::BadId)?;
        let email = value::text(email)?.ok_or(Reason::NoEmail)?;
        let email = Email::parse(&email).map_err(|_| Reason::BadEmail)?;
        let mut repairs = Vec::new();
        let (moments, repair) = moments(created, updated, self.now)?;
        repairs.extend(repair);
        let user = User {
            id: UserId::parse(&id).map_err(|_| Reason::BadId)?,
            email: Some(email.clone()),
            name: read_name(name, &mut repairs)?,
            email_verified: is_verified(verified),
            image: read_image(image, &mut repairs),
            created_at: moments.created_at,
            updated_at: moments.updated_at,
        };
        let is_email_seen = self.emails.contains(&mark(email.as_str()));
        let birthday = moments.birthday;
        Ok(Row { about: About { id, repairs }, user, email, birthday, is_email_seen })
    }

    fn about(row: &Row) -> &About {
        &row.about
    }

    async fn merge(
        txn: Txn,
        rows: Arc<Vec<Row>>,
        context: Context,
    ) -> Result<Vec<Settled>, StoreError> {
        let known = try_join_all(rows.iter().map(|row| Known::find(&txn, row, context))).await?;
        let mut emails: HashSet<&str> = HashSet::new();
        let mut todo = Vec::with_capacity(rows.len());
        for (row, known) in rows.iter().zip(&known) {
            let is_email_seen = row.is_email_seen || emails.contains(row.email.as_str());
            let step = row.decide(known, is_email_seen);
            if !matches!(step, Step::Skip(..)) {
                emails.insert(row.email.as_str());
            }
            todo.push(step);
        }
        let done = todo.into_iter().zip(rows.iter()).zip(known);
        let done = done.map(|((step, row), known)| row.carry_out(&txn, step, known, context));
        try_join_all(done).await
    }

    fn learn(&mut self, row: &Row, settled: &Settled, _: &mut TableReport) {
        if !matches!(settled.fate, Fate::Skipped(..)) {
            self.emails.insert(mark(row.email.as_str()));
            self.brought.insert(mark(row.user.id.as_str()));
        }
    }
}

/// What is here of a user.
struct Known {
    before: Option<ContentHash>,
    here: Option<User>,
    /// Whoever has the address.
    holder: Option<UserId>,
    is_deleted: bool,
}

/// What is to be done about a user.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Bring,
    /// Complete or change what is here.
    Update,
    Keep,
    Skip(Reason, String),
}

impl Known {
    async fn find(txn: &Txn, row: &Row, context: Context) -> Result<Self, StoreError> {
        let id = &row.user.id;
        let before = txn.find_imported(&row.key()).await?.map(|before| before.content_hash);
        let here = if context.is_rehearsal {
            txn.find_user(id).await?
        } else {
            txn.find_credentials_by_id_for_update(id).await?.map(|found| found.user)
        };
        let holder = txn.find_user_by_email(&row.email).await?.map(|holder| holder.id);
        let is_deleted = here.is_none() && txn.is_deleted_user(id).await?;
        Ok(Self { before, here, holder, is_deleted })
    }
}

impl Row {
    fn key(&self) -> ImportKey {
        ImportKey {
            user_id: self.user.id.clone(),
            kind: ImportKind::User,
            source_id: self.about.id.clone(),
            source_created_at: self.birthday,
        }
    }

    fn decide(&self, known: &Known, is_email_seen: bool) -> Step {
        let here = match &known.here {
            None if known.is_deleted => return Step::Skip(Reason::UserDeleted, String::new()),
            // Whom only their tokens made known so far has nothing to lose.
            Some(here) if here.email.is_none() && known.before.is_none() => None,
            here => here.as_ref().map(hash_of),
        };
        let step = match decide(known.before, hash_of(&self.user), here) {
            Decision::Bring if known.here.is_some() => Step::Update,
            Decision::Bring | Decision::Deleted => Step::Bring,
            Decision::Update => Step::Update,
            Decision::Keep => return Step::Keep,
            Decision::Changed => return Step::Skip(Reason::ChangedHere, String::new()),
            Decision::Differs => return Step::Skip(Reason::DiffersHere, String::new()),
        };
        match &known.holder {
            _ if is_email_seen => Step::Skip(Reason::EmailTwice, String::new()),
            Some(holder) if *holder != self.user.id => {
                Step::Skip(Reason::EmailTaken, format!("account {holder} here"))
            }
            _ => step,
        }
    }

    async fn carry_out(
        &self,
        txn: &Txn,
        step: Step,
        known: Known,
        context: Context,
    ) -> Result<Settled, StoreError> {
        let fate = match step {
            Step::Bring => Fate::New,
            Step::Update => Fate::Updated,
            Step::Keep => Fate::Unchanged,
            Step::Skip(reason, detail) => return Ok(Fate::Skipped(reason, detail).into()),
        };
        let there = hash_of(&self.user);
        if context.is_rehearsal || (fate == Fate::Unchanged && known.before == Some(there)) {
            return Ok(fate.into());
        }
        match fate {
            Fate::New => txn.insert_user(&self.user, None).await?,
            Fate::Updated => self.update(txn, known.here).await?,
            _ => {}
        }
        let imported = Imported { id: None, content_hash: there };
        txn.remember_imported(&self.key(), imported).await?;
        Ok(fate.into())
    }
}

impl Row {
    /// Changes or completes the user who is here in some form.
    async fn update(&self, txn: &Txn, here: Option<User>) -> Result<(), StoreError> {
        let old = here.as_ref().and_then(|here| here.email.as_ref());
        let has_moved = old.is_some_and(|old| *old != self.email);
        txn.update_imported_user(&self.over(here)).await?;
        if has_moved {
            ending::after_new_email(txn, &self.user.id).await?;
        }
        Ok(())
    }

    /// The user as they will be, who are here in some form. An account is as
    /// old as it was; the trace of an external user has no age of its own.
    fn over(&self, here: Option<User>) -> User {
        let mut user = self.user.clone();
        if let Some(here) = here {
            user.updated_at = user.updated_at.max(here.updated_at);
            if here.email.is_some() {
                user.created_at = here.created_at;
            }
        }
        user
    }
}

fn hash_of(user: &User) -> ContentHash {
    content_hash(&[
        user.email.as_ref().map(Email::as_str),
        Some(user.name.as_str()),
        Some(if user.email_verified { "verified" } else { "" }),
        user.image.as_ref().map(Image::as_str),
    ])
}

fn read_name(value: &Value, repairs: &mut Vec<Reason>) -> Result<Name, Reason> {
    let text = value::text(value)?.unwrap_or_default();
    Name::parse(&text).or_else(|problem| match value::unfit(&problem) {
        Reason::TooLong => {
            repairs.push(Reason::NameCut);
            let cut: String = text.trim().chars().take(Name::MAX_CHARS).collect();
            Name::parse(&cut).map_err(|problem| value::unfit(&problem))
        }
        reason => Err(reason),
    })
}

/// A moment counts as a yes: some programs keep when it was.
fn is_verified(value: &Value) -> bool {
    value::boolean(value).unwrap_or_else(|| value::moment(value).is_ok_and(|at| at.is_some()))
}

fn read_image(value: &Value, repairs: &mut Vec<Reason>) -> Option<Image> {
    let text = value::text(value).ok().flatten().filter(|text| !text.is_empty())?;
    let image = Image::parse(&text).ok();
    if image.is_none() {
        repairs.push(Reason::ImageLeftOut);
    }
    image
}
