//! How often logins, registrations and the like may be tried.
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

use rondo_domain::{Email, Timestamp, UserId};
use rondo_store::{Store, StoreError, Txn};

use super::fingerprint::{fingerprint, hex};
use crate::{
    error::Error,
    settings::{Limit, Limits},
};

/// What somebody tries, and who.
#[derive(Clone, Copy)]
pub(crate) enum Attempt<'a> {
    /// Logging in to an account.
    Login(IpAddr, &'a Email),
    /// Making an account.
    Register(IpAddr, &'a Email),
    /// Having a mail sent to an address, without being signed in.
    Mail(IpAddr, &'a Email, MailFor),
    /// The same for somebody who is signed in.
    OwnMail(&'a UserId, &'a Email, MailFor),
    /// Giving the password once more, being signed in.
    PasswordCheck(&'a UserId),
    /// A message to the assistant.
    Chat(&'a UserId),
}

/// What a mail is asked for. Each has a counter of its own at an address: asking
/// for some sends nothing, and must not keep the owner from a new password.
#[derive(Clone, Copy)]
pub(crate) enum MailFor {
    /// A new password.
    Reset,
    /// Showing that mail arrives.
    Verify,
    /// Moving to that address.
    Change,
}

impl MailFor {
    const fn counter(self) -> &'static str {
        match self {
            Self::Reset => "Mail reset",
            Self::Verify => "Mail verify",
            Self::Change => "Mail change",
        }
    }
}

impl Attempt<'_> {
    /// For the log, which names no addresses.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Login(..) => "login",
            Self::Register(..) => "registration",
            Self::Mail(..) | Self::OwnMail(..) => "mail",
            Self::PasswordCheck(_) => "password check",
            Self::Chat(_) => "chat",
        }
    }
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
        attempt: Attempt<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let counters: Vec<_> = self.counters(attempt).into_iter().flatten().collect();
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
                tracing::info!(purpose = attempt.kind(), "too many attempts");
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

    /// What an attempt counts for, in this order.
    fn counters(&self, attempt: Attempt<'_>) -> [Option<Counter>; 3] {
        let limits = &self.limits;
        let counter = |limit: Option<Limit>, kind: &str, value: &dyn Display| {
            limit.map(|limit| (key(kind, value), limit))
        };
        match attempt {
            Attempt::Login(address, account) => [
                counter(limits.login_per_address, "Login address", &network(address)),
                limits.login_per_account.map(|limit| (login_from_here((address, account)), limit)),
                counter(limits.login_per_account_everywhere, "Login account", &account.as_str()),
            ],
            Attempt::Register(address, account) => [
                counter(limits.register_per_address, "Register address", &network(address)),
                counter(limits.register_per_account, "Register account", &account.as_str()),
                None,
            ],
            // The address that mail goes to has the same counter, whoever asks.
            Attempt::Mail(address, account, purpose) => [
                counter(limits.mail_per_address, "Mail address", &network(address)),
                counter(limits.mail_per_account, purpose.counter(), &account.as_str()),
                None,
            ],
            Attempt::OwnMail(user, account, purpose) => [
                counter(limits.mail_per_account, "Mail user", user),
                counter(limits.mail_per_account, purpose.counter(), &account.as_str()),
                None,
            ],
            Attempt::PasswordCheck(user) => {
                [counter(limits.password_check_per_account, "Password user", user), None, None]
            }
            Attempt::Chat(user) => [counter(limits.chat_per_user, "Chat user", user), None, None],
        }
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
            self.attempt(Attempt::Login(address, &account), now).await
        }

        async fn attempt(&self, attempt: Attempt<'_>, now: Timestamp) -> i64 {
            match self.throttle.count(self.test.app.store(), attempt, now).await {
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
    async fn nobody_is_flooded_with_mail_and_no_network_floods() {
        let limit = |count| Some(Limit { count, window_seconds: 60 });
        let limits =
            Limits { mail_per_address: limit(3), mail_per_account: limit(2), ..Limits::off() };
        let door = Door::new(limits).await;
        let [home, away] = [HOME, AWAY].map(|text| text.parse().expect("an address is valid"));
        let [ada, bob, eve] = ["ada", "bob", "eve"].map(crate::testing::email);
        let mail = |address, account| Attempt::Mail(address, account, MailFor::Verify);
        assert_eq!(door.attempt(mail(home, &ada), NOW).await, 0);
        assert_eq!(door.attempt(mail(away, &ada), NOW).await, 0);
        assert_eq!(door.attempt(mail(home, &ada), NOW).await, 60);
        assert_eq!(door.attempt(mail(home, &bob), NOW).await, 0);
        assert_eq!(door.attempt(mail(home, &eve), NOW).await, 60);

        // Being signed in opens no other way to the same mailbox, and no way to many.
        let user = crate::testing::id("eve");
        let own = |account| Attempt::OwnMail(&user, account, MailFor::Verify);
        assert_eq!(door.attempt(own(&ada), NOW).await, 60);
        assert_eq!(door.attempt(own(&eve), NOW).await, 0);
        assert_eq!(door.attempt(own(&bob), NOW).await, 60);
        assert_eq!(door.attempt(mail(away, &ada), NOW.plus_seconds(60)).await, 0);
    }

    #[tokio::test]
    async fn mails_that_are_not_sent_keep_nobody_from_a_new_password() {
        let limits = Limits {
            mail_per_account: Some(Limit { count: 2, window_seconds: 60 }),
            ..Limits::off()
        };
        let door = Door::new(limits).await;
        let home = HOME.parse().expect("an address is valid");
        let ada = crate::testing::email("ada");
        for purpose in [MailFor::Verify, MailFor::Change] {
            for wait in [0, 0, 60] {
                assert_eq!(door.attempt(Attempt::Mail(home, &ada, purpose), NOW).await, wait);
            }
        }
        assert_eq!(door.attempt(Attempt::Mail(home, &ada, MailFor::Reset), NOW).await, 0);
    }

    #[tokio::test]
    async fn who_is_signed_in_cannot_guess_the_password_either() {
        let door = Door::new(Limits::default()).await;
        let [ada, bob] = ["ada", "bob"].map(crate::testing::id);
        for _ in 0..10 {
            assert_eq!(door.attempt(Attempt::PasswordCheck(&ada), NOW).await, 0);
        }
        assert_eq!(door.attempt(Attempt::PasswordCheck(&ada), NOW).await, 300);
        assert_eq!(door.attempt(Attempt::PasswordCheck(&bob), NOW).await, 0);
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
