//! How often logins and registrations may be tried.
//!
//! The counters are in the database, so all replicas share them and a restart
//! does not reset them. Every attempt is counted *before* the work it asks for:
//! parallel attempts each get a number of their own, and none slips through
//! while another is being looked at. Keys are fingerprints, so the table holds
//! no addresses.

use std::{
    fmt::Display,
    net::{IpAddr, Ipv6Addr},
};

use rondo_domain::{Email, Timestamp};
use rondo_store::{Store, StoreError, Txn};

use super::fingerprint::{fingerprint, hex};
use crate::{
    error::Error,
    settings::{Limit, Limits},
};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Logging in.
    Login,
    /// Making an account.
    Register,
}

/// Counts attempts and refuses too many.
pub(crate) struct Throttle {
    limits: Limits,
}

impl Throttle {
    /// A throttle with these limits.
    pub const fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Counts an attempt for the network address, then for the account from
    /// that address, then for the account from everywhere. The first of them
    /// that has had too many is the last that is counted: who goes on and on
    /// from one address exhausts what is theirs and not the account's, so they
    /// do not lock its owner out.
    ///
    /// # Errors
    /// [`Error::RateLimited`] from the attempt after the last allowed one on,
    /// until the window ends; [`Error::Unavailable`] without a database.
    pub async fn count(
        &self,
        store: &Store,
        purpose: Purpose,
        who: (IpAddr, &Email),
        now: Timestamp,
    ) -> Result<(), Error> {
        let counters: Vec<_> = match purpose {
            Purpose::Login => self.login_counters(who).into_iter().flatten().collect(),
            Purpose::Register => self.register_counters(who).into_iter().flatten().collect(),
        };
        if counters.is_empty() {
            return Ok(());
        }
        // The body answers Ok in any case, or its counting would be undone.
        let too_many = store
            .write(move |txn| async move { count_until_too_many(&txn, counters, now).await })
            .await?;
        match too_many {
            None => Ok(()),
            Some(resets_at) => {
                tracing::info!(?purpose, "too many attempts");
                let retry_after_seconds = resets_at.seconds_since(now).max(1);
                Err(Error::RateLimited { retry_after_seconds })
            }
        }
    }

    /// The counter that a login forgets; `None` when there is no such limit.
    /// Not the account's from everywhere: an owner who is logging in would
    /// give those who guess elsewhere a fresh start each time.
    pub fn forgiven_by_login(&self, who: (IpAddr, &Email)) -> Option<String> {
        self.limits.login_per_account.map(|_| login_from_here(who))
    }

    fn login_counters(&self, (address, account): (IpAddr, &Email)) -> [Option<Counter>; 3] {
        let limits = &self.limits;
        let everywhere = || key("Login account", account.as_str());
        [
            limits.login_per_address.map(|limit| (key("Login address", network(address)), limit)),
            limits.login_per_account.map(|limit| (login_from_here((address, account)), limit)),
            limits.login_per_account_everywhere.map(|limit| (everywhere(), limit)),
        ]
    }

    fn register_counters(&self, (address, account): (IpAddr, &Email)) -> [Option<Counter>; 2] {
        let limits = &self.limits;
        let per_address = || key("Register address", network(address));
        [
            limits.register_per_address.map(|limit| (per_address(), limit)),
            limits
                .register_per_account
                .map(|limit| (key("Register account", account.as_str()), limit)),
        ]
    }
}

/// A key, and how much it may count.
type Counter = (String, Limit);

/// When the first exhausted counter starts anew; `None` when none is.
async fn count_until_too_many(
    txn: &Txn,
    counters: Vec<Counter>,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    for (key, limit) in counters {
        let attempts = txn.count_attempt(&key, limit.window_seconds, now).await?;
        if attempts.count > limit.count {
            return Ok(Some(attempts.resets_at));
        }
    }
    Ok(None)
}

/// The key of the logins to this account from this address. An address of a
/// network has no space, so no two pairs share a key.
fn login_from_here((address, account): (IpAddr, &Email)) -> String {
    key("Login account from", format_args!("{} {}", network(address), account.as_str()))
}

fn key(kind: &str, value: impl Display) -> String {
    hex(&fingerprint(format!("{kind} {value}").as_bytes()))
}

/// What counts as one address: an IPv4 address, or the /64 that an IPv6
/// customer gets, within which addresses cost nothing.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::from(u64::MAX) << 64)))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, TestApp};

    const HOME: &str = "192.0.2.1";
    const AWAY: &str = "203.0.113.9";

    fn limits(per_address: i64, per_account: i64) -> Limits {
        let limit = |count, window_seconds| Some(Limit { count, window_seconds });
        Limits {
            login_per_address: limit(per_address, 60),
            login_per_account: limit(per_account, 300),
            ..Limits::off()
        }
    }

    struct Door {
        test: TestApp,
        throttle: Throttle,
    }

    impl Door {
        async fn new(limits: Limits) -> Self {
            Self { test: TestApp::new().await, throttle: Throttle::new(limits) }
        }

        /// Knocks; says after how many seconds to come back, 0 when let in.
        async fn knock(&self, address: &str, account: &str, seconds: i64) -> i64 {
            let address: IpAddr = address.parse().expect("a test address is valid");
            let account = Email::parse(&format!("{account}@example.com")).expect("valid");
            let now = NOW.plus_seconds(seconds);
            let who = (address, &account);
            match self.throttle.count(self.test.app.store(), Purpose::Login, who, now).await {
                Ok(()) => 0,
                Err(Error::RateLimited { retry_after_seconds }) => retry_after_seconds,
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn an_account_is_closed_to_guesses_from_an_address_until_its_window_ends() {
        let door = Door::new(limits(1000, 3)).await;
        for seconds in [0, 1, 2] {
            assert_eq!(door.knock(HOME, "ada", seconds).await, 0);
        }
        assert_eq!(door.knock(HOME, "ada", 10).await, 290);
        assert_eq!(door.knock(HOME, "ada", 299).await, 1);
        assert_eq!(door.knock(AWAY, "ada", 299).await, 0);
        assert_eq!(door.knock(HOME, "bob", 299).await, 0);
        assert_eq!(door.knock(HOME, "ada", 300).await, 0);
    }

    #[tokio::test]
    async fn guesses_from_one_address_do_not_keep_the_owner_out_elsewhere() {
        let door = Door::new(Limits::default()).await;
        let mut guesses = 0;
        // As fast as that address may, for a quarter of an hour.
        for seconds in 0..900 {
            guesses += i64::from(door.knock(AWAY, "ada", seconds).await == 0);
        }
        assert_eq!(guesses, 30);
        assert_eq!(door.knock(HOME, "ada", 899).await, 0);
    }

    #[tokio::test]
    async fn guesses_from_many_addresses_end_at_the_accounts_own_limit() {
        let door = Door::new(Limits::default()).await;
        for number in 0..100 {
            assert_eq!(door.knock(&format!("198.51.100.{number}"), "ada", number).await, 0);
        }
        assert_eq!(door.knock("198.51.100.200", "ada", 100).await, 800);
        assert_eq!(door.knock("198.51.100.200", "bob", 100).await, 0);
        assert_eq!(door.knock(HOME, "ada", 900).await, 0);
    }

    #[tokio::test]
    async fn parallel_attempts_are_all_counted() {
        let door = std::sync::Arc::new(Door::new(limits(1000, 5)).await);
        let mut knocks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let door = std::sync::Arc::clone(&door);
            knocks.spawn(async move { door.knock(HOME, "ada", 0).await });
        }
        let answers = knocks.join_all().await;
        assert_eq!(answers.iter().filter(|wait| **wait == 0).count(), 5);
    }

    #[tokio::test]
    async fn neighbors_in_a_64_network_count_as_one() {
        let door = Door::new(limits(2, 1000)).await;
        assert_eq!(door.knock("2001:db8::1", "ada", 0).await, 0);
        assert_eq!(door.knock("2001:db8::ffff:2", "bob", 0).await, 0);
        assert_eq!(door.knock("2001:db8::3", "ada", 0).await, 60);
        assert_eq!(door.knock("2001:db8:0:1::1", "ada", 0).await, 0);
    }

    #[tokio::test]
    async fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        let door = Door::new(limits(1, 1000)).await;
        assert_eq!(door.knock("::ffff:192.0.2.1", "ada", 0).await, 0);
        assert_eq!(door.knock("192.0.2.1", "ada", 0).await, 60);
    }

    #[tokio::test]
    async fn a_limit_that_is_off_counts_nothing() {
        let door = Door::new(Limits::off()).await;
        for _ in 0..100 {
            assert_eq!(door.knock(HOME, "ada", 0).await, 0);
        }
    }

    #[test]
    fn a_key_shows_neither_address_nor_account() {
        let address = HOME.parse().expect("a test address is valid");
        let key = login_from_here((address, &crate::testing::email("ada")));
        assert_eq!(key.len(), 64);
        assert!(key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
