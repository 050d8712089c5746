//! How often something may be tried: counts in windows of time.

use std::str::FromStr;

/// Limits on guessing and flooding; `None` switches one off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Logins from one network address.
    pub login_per_address: Option<Limit>,
    /// Logins to one account from one network address. A success forgets them.
    pub login_per_account: Option<Limit>,
    /// Logins to one account, wherever they come from; the last line against
    /// guesses from many addresses. Much wider than
    /// [`Self::login_per_account`], because who exhausts it locks the owner out.
    pub login_per_account_everywhere: Option<Limit>,
    /// Registrations from one network address.
    pub register_per_address: Option<Limit>,
    /// Registrations of one e-mail address.
    pub register_per_account: Option<Limit>,
    /// Mails that were asked for from one network address.
    pub mail_per_address: Option<Limit>,
    /// Mails that were asked for to one e-mail address, or by one account: so
    /// many for a new password, as many to verify, as many to change to it. Who
    /// exhausts the first has had the owner sent as many links to a new
    /// password, all of which work; the others may send nothing, and stand in
    /// nobody's way to one.
    pub mail_per_account: Option<Limit>,
    /// Passwords that somebody who is signed in gives once more: whoever finds
    /// an open browser must not be able to guess.
    pub password_check_per_account: Option<Limit>,
    /// Messages of one user to the assistant, each of which may cost money.
    pub chat_per_user: Option<Limit>,
    /// Requests of one user's programs through the MCP door, on each replica.
    /// For a program that runs in circles: none that does its work comes near.
    pub mcp_per_user: Option<Limit>,
}

impl Limits {
    /// No limit at all: for benchmarks and tests.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            login_per_address: None,
            login_per_account: None,
            login_per_account_everywhere: None,
            register_per_address: None,
            register_per_account: None,
            mail_per_address: None,
            mail_per_account: None,
            password_check_per_account: None,
            chat_per_user: None,
            mcp_per_user: None,
        }
    }
}

impl Default for Limits {
    /// Wide enough for an office behind one address, narrow enough that
    /// guessing a password that passed our checks takes years. A hundred
    /// guesses at one account are what NIST SP 800-63B section 5.2.2 allows,
    /// and one address alone cannot make them.
    fn default() -> Self {
        const fn limit(count: i64, minutes: i64) -> Limit {
            let window_seconds = minutes * 60;
            Limit { count, window_seconds }
        }
        Self {
            login_per_address: Some(limit(30, 1)),
            login_per_account: Some(limit(10, 5)),
            login_per_account_everywhere: Some(limit(100, 15)),
            register_per_address: Some(limit(20, 10)),
            register_per_account: Some(limit(5, 10)),
            mail_per_address: Some(limit(20, 10)),
            mail_per_account: Some(limit(5, 15)),
            password_check_per_account: Some(limit(10, 5)),
            chat_per_user: Some(limit(20, 1)),
            mcp_per_user: Some(limit(1200, 1)),
        }
    }
}

/// So many attempts in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many attempts pass; at least 1.
    pub count: i64,
    /// How long they are counted: 1 to [`Limit::MAX_WINDOW_SECONDS`].
    pub window_seconds: i64,
}

impl Limit {
    /// A quarter of an hour. A longer window would let a stranger lock the
    /// owner of an account out for longer (ASVS 6.1.1).
    pub const MAX_WINDOW_SECONDS: i64 = 900;

    /// Reads `10/5m`, `30/60s` or `off`.
    ///
    /// # Errors
    /// [`LimitProblem`] for everything else.
    pub fn parse(text: &str) -> Result<Option<Self>, LimitProblem> {
        if text.trim().eq_ignore_ascii_case("off") {
            return Ok(None);
        }
        text.parse().map(Some)
    }
}

/// Why a text is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitProblem {
    /// Not of the form.
    #[error("expected a count and a window like '10/5m' or '30/60s', or 'off'")]
    Malformed,
    /// Nothing would ever pass.
    #[error("the count must be at least 1; 'off' switches the limit off")]
    NoCount,
    /// Longer than we let an account be locked.
    #[error("the window must be 1 second to 15 minutes")]
    Window,
}

impl FromStr for Limit {
    type Err = LimitProblem;

    fn from_str(text: &str) -> Result<Self, LimitProblem> {
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let parsed = plain.then(|| digits.parse::<i64>().ok()).flatten();
            parsed.ok_or(LimitProblem::Malformed)
        };
        let (count, window) = text.trim().split_once('/').ok_or(LimitProblem::Malformed)?;
        let (window, unit) = match (window.strip_suffix('s'), window.strip_suffix('m')) {
            (Some(seconds), _) => (seconds, 1),
            (_, Some(minutes)) => (minutes, 60),
            _ => return Err(LimitProblem::Malformed),
        };
        let count = number(count)?;
        let window_seconds = number(window)?.saturating_mul(unit);
        if count < 1 {
            return Err(LimitProblem::NoCount);
        }
        if !(1..=Self::MAX_WINDOW_SECONDS).contains(&window_seconds) {
            return Err(LimitProblem::Window);
        }
        Ok(Self { count, window_seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_as_it_is_written() {
        let limit = |count, window_seconds| Ok(Some(Limit { count, window_seconds }));
        assert_eq!(Limit::parse("10/5m"), limit(10, 300));
        assert_eq!(Limit::parse(" 30/60s "), limit(30, 60));
        assert_eq!(Limit::parse("1/15m"), limit(1, 900));
        assert_eq!(Limit::parse("OFF"), Ok(None));
    }

    #[test]
    fn what_is_not_a_limit_is_refused_with_a_reason() {
        for text in ["", "10", "10/", "/5m", "10/5", "10/5h", "-1/5m", "+1/5m", "x/5m", "1/1/5m"] {
            assert_eq!(Limit::parse(text), Err(LimitProblem::Malformed), "{text:?}");
        }
        assert_eq!(Limit::parse("0/5m"), Err(LimitProblem::NoCount));
        for text in ["5/0s", "5/16m", "5/901s", "5/9999999999999999m"] {
            assert_eq!(Limit::parse(text), Err(LimitProblem::Window), "{text:?}");
        }
    }

    #[test]
    fn no_default_locks_anybody_out_for_longer_than_a_quarter_of_an_hour() {
        let limits = Limits::default();
        for limit in [
            limits.login_per_address,
            limits.login_per_account,
            limits.login_per_account_everywhere,
            limits.register_per_address,
            limits.register_per_account,
            limits.mail_per_address,
            limits.mail_per_account,
            limits.password_check_per_account,
            limits.chat_per_user,
            limits.mcp_per_user,
        ] {
            assert!(limit.is_some_and(|l| l.window_seconds <= Limit::MAX_WINDOW_SECONDS));
        }
    }
}
