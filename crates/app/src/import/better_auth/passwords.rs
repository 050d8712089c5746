//! The table `account`: how each user gets in. Those with the provider
//! `credential` hold a password's hash; the others are logins elsewhere.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::try_join_all;
use rondo_domain::{Secret, Timestamp, UserId};
use rondo_store::{Credentials, ImportKey, ImportKind, Imported, StoreError, Txn, Value};

use super::{
    super::{
        Context,
        layout::{Column, optional, required},
        merge::{ContentHash, Decision, content_hash, decide},
        pass::{About, Fate, Pass, Refused, Settled},
        reason::Reason,
        report::TableReport,
        value,
    },
    hash,
    users::{Mark, mark},
};
use crate::accounts::ending;

/// What the provider of a password is called.
const CREDENTIAL: &str = "credential";

/// Passwords, for users who are here.
pub(super) struct Passwords {
    brought: HashSet<Mark>,
    /// Those of whom a password was met.
    met: HashSet<Mark>,
}

/// A password that can be brought.
pub(super) struct Row {
    about: About,
    user_id: UserId,
    birthday: Timestamp,
    hash: Secret<String>,
    /// Whether its user was brought just now, which in a rehearsal cannot be
    /// seen.
    is_user_brought: bool,
    /// Whether a row before holds a password of the same user.
    is_second: bool,
}

impl Passwords {
    pub(super) fn new(brought: HashSet<Mark>) -> Self {
        Self { brought, met: HashSet::new() }
    }
}

impl Pass for Passwords {
    const NAMES: [&'static str; 2] = ["account", "accounts"];
    const COLUMNS: &'static [Column] = &[
        required("id"),
        required("userId"),
        required("providerId"),
        required("password"),
        optional("accountId"),
        optional("createdAt"),
        optional("updatedAt"),
    ];
    type Row = Row;

    fn read(&self, values: &[Value]) -> Result<Row, Refused> {
        let [id, user, provider, password, _, created, _] = values else {
            unreachable!("there is a value for each column")
        };
        let user = value::id(user).ok_or(Reason::BadOwner)?;
        let of_user = |reason| Refused { reason, detail: format!("user {user}") };
        let id = value::id(id).ok_or_else(|| of_user(Reason::BadId))?;
        let provider = value::text(provider)?.unwrap_or_default();
        if provider != CREDENTIAL {
            let provider: String = provider.chars().take(40).collect();
            let detail = format!("user {user}, {provider}");
            return Err(Refused { reason: Reason::SocialLogin, detail });
        }
        let password = value::text(password)?.filter(|hash| !hash.is_empty());
        let password = password.ok_or_else(|| of_user(Reason::NoPassword))?;
        if !hash::is_known(&password) {
            return Err(of_user(Reason::UnknownHash));
        }
        Ok(Row {
            is_user_brought: self.brought.contains(&mark(&user)),
            is_second: self.met.contains(&mark(&user)),
            user_id: UserId::parse(&user).map_err(|_| Reason::BadOwner)?,
            birthday: value::moment(created).ok().flatten().unwrap_or(value::NEVER),
            hash: Secret::new(password),
            about: About { id, repairs: Vec::new() },
        })
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
        // Of two passwords of one user the first counts.
        let mut users = HashSet::new();
        let is_first = rows.iter().map(|row| users.insert(&row.user_id) && !row.is_second);
        let is_first: Vec<bool> = is_first.collect();
        let settled = rows.iter().zip(known).zip(is_first);
        try_join_all(settled.map(|((row, known), is_first)| {
            let fate = row.decide(&known, is_first, context);
            row.carry_out(&txn, fate, known, context)
        }))
        .await
    }

    fn learn(&mut self, row: &Row, settled: &Settled, _: &mut TableReport) {
        if !matches!(settled.fate, Fate::Skipped(..)) {
            self.met.insert(mark(row.user_id.as_str()));
        }
    }
}

/// What is here of a user.
struct Known {
    before: Option<ContentHash>,
    here: Option<Credentials>,
}

impl Known {
    async fn find(txn: &Txn, row: &Row, context: Context) -> Result<Self, StoreError> {
        let id = &row.user_id;
        let before = txn.find_imported(&row.key()).await?.map(|before| before.content_hash);
        let here = if context.is_rehearsal {
            let password_hash = txn.find_password_hash(id).await?;
            txn.find_user(id).await?.map(|user| Credentials { user, password_hash })
        } else {
            txn.find_credentials_by_id_for_update(id).await?
        };
        Ok(Self { before, here })
    }
}

impl Row {
    fn key(&self) -> ImportKey {
        ImportKey {
            user_id: self.user_id.clone(),
            kind: ImportKind::Password,
            source_id: self.about.id.clone(),
            source_created_at: self.birthday,
        }
    }

    fn decide(&self, known: &Known, is_first: bool, context: Context) -> Fate {
        let skipped = |reason| Fate::Skipped(reason, format!("user {}", self.user_id));
        let here = match &known.here {
            Some(here) if here.user.email.is_some() => here.password_hash.as_ref(),
            _ if context.is_rehearsal && self.is_user_brought => None,
            _ => return skipped(Reason::NoUser),
        };
        match decide(known.before, hash_of(&self.hash), here.map(hash_of)) {
            Decision::Bring | Decision::Deleted if is_first => Fate::New,
            Decision::Bring | Decision::Deleted | Decision::Differs => skipped(Reason::DiffersHere),
            Decision::Update => Fate::Updated,
            Decision::Keep => Fate::Unchanged,
            Decision::Changed => skipped(Reason::ChangedHere),
        }
    }

    async fn carry_out(
        &self,
        txn: &Txn,
        fate: Fate,
        known: Known,
        context: Context,
    ) -> Result<Settled, StoreError> {
        let there = hash_of(&self.hash);
        let is_done = match fate {
            Fate::Skipped(..) => true,
            Fate::Unchanged => known.before == Some(there),
            _ => false,
        };
        let Some(here) = known.here.filter(|_| !is_done && !context.is_rehearsal) else {
            return Ok(fate.into());
        };
        match fate {
            Fate::New => {
                // The account as such is as old as it was. There was no password
                // before, so nobody knew it.
                txn.update_password(&self.user_id, &self.hash, here.user.updated_at).await?;
            }
            Fate::Updated => {
                txn.update_password(&self.user_id, &self.hash, context.now).await?;
                ending::after_new_password(txn, &self.user_id, None).await?;
            }
            _ => {}
        }
        let imported = Imported { id: None, content_hash: there };
        txn.remember_imported(&self.key(), imported).await?;
        Ok(fate.into())
    }
}

fn hash_of(hash: &Secret<String>) -> ContentHash {
    content_hash(&[Some(hash.expose())])
}
