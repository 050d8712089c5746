//! Every environment variable there is, once.
//!
//! The program reads a variable only through its entry here, so `--help`,
//! `.env.example` and the message about a wrong value cannot disagree with
//! what is read; a test compares `.env.example` with this list.

/// One environment variable.
#[derive(Debug)]
pub struct Variable {
    /// Its name in the environment.
    pub name: &'static str,
    /// Under which heading it is shown.
    pub group: Group,
    /// What holds when it is not set, in words.
    pub default: &'static str,
    /// What it is for, in one line.
    pub meaning: &'static str,
    /// What may be written, to complete "expected …".
    pub expected: &'static str,
    /// A value that works, as it is written in a shell.
    pub example: &'static str,
    /// How much of its value may be shown.
    pub shown: Shown,
    /// Whether `rondo dev` listens to it too.
    pub in_dev: bool,
}

/// How much of a value may be shown in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Whole,
    /// All but the password that a URL carries.
    WithoutPassword,
    /// Its length.
    Length,
}

/// The headings under which variables are shown, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Where the data is.
    Database,
    /// Accounts and tokens.
    Accounts,
    /// The listening side.
    Http,
    /// How often something may be tried.
    Limits,
    /// Outgoing mail.
    Mail,
    /// The language model.
    Assistant,
    /// Events, the trash, the log and the command line.
    Operation,
}

impl Group {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Database,
        Self::Accounts,
        Self::Http,
        Self::Limits,
        Self::Mail,
        Self::Assistant,
        Self::Operation,
    ];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Database => "Database",
            Self::Accounts => "Accounts and tokens",
            Self::Http => "HTTP",
            Self::Limits => "Limits",
            Self::Mail => "Mail",
            Self::Assistant => "Assistant",
            Self::Operation => "Operation",
        }
    }
}

/// Declares each variable as a static of its own name, and [`ALL`] of them.
macro_rules! variables {
    ($($group:ident { $(
        $name:ident ($shown:ident $(, in $dev:ident)?) = $default:literal:
            $meaning:literal, expects $expected:literal, like $example:literal;
    )+ })+) => {
        $($(
            #[doc = concat!("The entry of `", stringify!($name), "`.")]
            pub static $name: Variable = Variable {
                name: stringify!($name),
                group: Group::$group,
                default: $default,
                meaning: $meaning,
                expected: $expected,
                example: $example,
                shown: Shown::$shown,
                in_dev: variables!(@dev $($dev)?),
            };
        )+)+

        /// Every variable, in the order in which they are shown.
        pub static ALL: &[&Variable] = &[$($(&$name,)+)+];
    };
    (@dev dev) => { true };
    (@dev) => { false };
}

variables! {
    Database {
        DATABASE_URL (WithoutPassword) = "required":
            "Where the data is: a SQLite file or a PostgreSQL server",
            expects "sqlite:///./FILE, sqlite:////DIR/FILE or postgresql://USER:PASSWORD@HOST/NAME",
            like "sqlite:///./rondo.db";
        DATABASE_DIRECT_URL (WithoutPassword) = "empty":
            "The same database without its connection pooler, for migrations",
            expects "postgresql://USER:PASSWORD@HOST/NAME",
            like "postgresql://rondo:PASSWORD@db.example.com/rondo";
        DB_POOL_SIZE (Whole) = "5":
            "PostgreSQL connections that are kept",
            expects "a number from 1 to 1000", like "5";
        DB_MAX_OVERFLOW (Whole) = "10":
            "PostgreSQL connections beyond those, under load",
            expects "a number from 0 to 1000", like "10";
        DB_POOL_PRE_PING (Whole) = "true":
            "Replace dead PostgreSQL connections before they are used",
            expects "true or false", like "true";
        DB_PREPARED (Whole) = "auto":
            "Prepared statements; off: none, for PgBouncer in transaction mode",
            expects "auto, on or off", like "auto";
        SQLITE_SYNCHRONOUS (Whole) = "full":
            "normal: faster, but a power failure may take the last changes",
            expects "full or normal", like "full";
    }
    Accounts {
        BETTER_AUTH_SECRET (Length) = "required":
            "Signs tokens and cookies; the same on every replica",
            expects "at least 32 random characters", like "<the output of `rondo secret`>";
        BETTER_AUTH_URL (Whole) = "http://localhost:$PORT":
            "The address under which users reach this server",
            expects "an http:// or https:// address", like "https://todo.example.com";
        BETTER_AUTH_TRUSTED_ORIGINS (Whole, in dev) = "empty":
            "Origins, with wildcards, that may use cookies and redirects",
            expects "a comma-separated list of origins", like "https://*.example.com";
        AUTH_JWKS_URL (Whole) = "empty":
            "Key set of an external Better Auth server whose tokens are accepted",
            expects "an http:// or https:// address", like "https://auth.example.com/api/auth/jwks";
        AUTH_ISSUER (Whole) = "empty":
            "What the tokens of that server name as their issuer; empty: anything",
            expects "the text of the claim `iss`", like "https://auth.example.com";
        AUTH_AUDIENCE (Whole) = "empty":
            "What the tokens of that server name as their audience; empty: anything",
            expects "the text of the claim `aud`", like "https://auth.example.com";
        AUTH_JWT_ALGORITHM (Whole) = "EdDSA":
            "Algorithm of our own key set",
            expects "EdDSA or ES256", like "EdDSA";
        ACCESS_TOKEN_TTL_HOURS (Whole, in dev) = "24":
            "How long a login lasts",
            expects "a number of hours from 1 to 8760", like "24";
        REGISTRATION (Whole, in dev) = "open":
            "closed: nobody can sign up; `rondo user add` makes accounts",
            expects "open or closed", like "open";
        EMAIL_VERIFICATION (Whole) = "off":
            "required: nobody gets in before their address is verified; needs MAIL_URL",
            expects "off or required", like "off";
        DEMO_MODE (Whole, in dev) = "false":
            "Requests without a token act as `demo-user`; SQLite only, never in public",
            expects "true or false", like "false";
    }
    Http {
        HOST (Whole) = "0.0.0.0":
            "Address to listen on",
            expects "an IP address or a host name", like "127.0.0.1";
        PORT (Whole, in dev) = "8000":
            "Port to listen on; 0: any free one",
            expects "a number from 0 to 65535", like "8000";
        CORS_ORIGINS (Whole, in dev) = "empty":
            "Web apps that may call the API, beside http://localhost:3000",
            expects "a comma-separated list of origins, without paths",
            like "https://app.example.com,https://admin.example.com";
        TRUSTED_PROXIES (Whole) = "empty":
            "Proxies whose X-Forwarded-For is believed",
            expects "a comma-separated list of addresses or networks", like "10.0.0.0/8,127.0.0.1";
    }
    Limits {
        RATE_LIMITS (Whole, in dev) = "on":
            "off: no limit at all, for tests and benchmarks",
            expects "on or off", like "on";
        RATE_LIMIT_LOGIN_PER_ADDRESS (Whole, in dev) = "30/1m":
            "Logins from one network address",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "30/1m";
        RATE_LIMIT_LOGIN_PER_ACCOUNT (Whole, in dev) = "10/5m":
            "Logins to one account from one network address",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "10/5m";
        RATE_LIMIT_LOGIN_PER_ACCOUNT_EVERYWHERE (Whole, in dev) = "100/15m":
            "Logins to one account from all addresses together",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "100/15m";
        RATE_LIMIT_REGISTER_PER_ADDRESS (Whole, in dev) = "20/10m":
            "Registrations from one network address",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "20/10m";
        RATE_LIMIT_REGISTER_PER_ACCOUNT (Whole, in dev) = "5/10m":
            "Registrations of one e-mail address",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "5/10m";
        RATE_LIMIT_MAIL_PER_ADDRESS (Whole, in dev) = "20/10m":
            "Mails asked for from one network address",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "20/10m";
        RATE_LIMIT_MAIL_PER_ACCOUNT (Whole, in dev) = "5/15m":
            "Mails asked for to one e-mail address, or by one account",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "5/15m";
        RATE_LIMIT_PASSWORD_CHECK_PER_ACCOUNT (Whole, in dev) = "10/5m":
            "Passwords given once more by somebody who is signed in",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "10/5m";
        RATE_LIMIT_CHAT (Whole, in dev) = "20/1m":
            "Messages of one user to the assistant",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "20/1m";
        RATE_LIMIT_MCP (Whole, in dev) = "1200/1m":
            "Requests of one user's programs over MCP, on each replica",
            expects "COUNT/WINDOW with a window of at most 15 minutes, or off", like "1200/1m";
    }
    Mail {
        MAIL_URL (WithoutPassword, in dev) = "empty":
            "SMTP server for outgoing mail, or file:DIR to write it to files",
            expects "smtp://, smtps://, smtp+starttls:// or file:DIR",
            like "smtps://USER:PASSWORD@smtp.example.com";
        MAIL_FROM (Whole, in dev) = "Rondo <rondo@HOST>":
            "Sender of outgoing mail; HOST is that of BETTER_AUTH_URL",
            expects "an e-mail address, with or without a name",
            like "\"Rondo <todo@example.com>\"";
    }
    Assistant {
        ASSISTANT_BASE_URL (Whole, in dev) = "empty":
            "OpenAI-compatible endpoint; empty and no key: the built-in assistant",
            expects "an http:// or https:// address, without /chat/completions",
            like "https://api.openai.com/v1";
        ASSISTANT_API_KEY (Length, in dev) = "empty":
            "Its key; alone: OpenAI's", expects "the key as text", like "sk-…";
        ASSISTANT_MODEL (Whole, in dev) = "that of the provider":
            "Its model; OpenAI and Gemini have a usual one",
            expects "the name of a model", like "gpt-4o-mini";
        ASSISTANT_TOKEN_FIELD (Whole, in dev) = "auto":
            "What it calls the bound of an answer's length; auto: as it is usual there",
            expects "auto, max_tokens or max_completion_tokens", like "max_tokens";
        OPENAI_BASE_URL (Whole, in dev) = "empty":
            "Read when ASSISTANT_BASE_URL is empty",
            expects "an http:// or https:// address, without /chat/completions",
            like "https://api.openai.com/v1";
        OPENAI_API_KEY (Length, in dev) = "empty":
            "A key for OpenAI, or for OPENAI_BASE_URL; read when ours is empty",
            expects "the key as text", like "sk-…";
        GEMINI_API_KEY (Length, in dev) = "empty":
            "A key for Google's Gemini; read when the other keys are empty",
            expects "the key as text", like "AIza…";
    }
    Operation {
        EVENT_BUS (Whole) = "auto":
            "How replicas hear of changes; auto: as the database allows",
            expects "auto, local or postgres", like "auto";
        TRASH_DAYS (Whole, in dev) = "30":
            "Days until a deleted task is gone for good",
            expects "a number from 1 to 3650", like "30";
        RONDO_TOKEN (Length) = "empty":
            "Personal access token that `rondo mcp` acts with",
            expects "a token of `rondo token create`", like "rondo_pat_…";
        LOG_FORMAT (Whole, in dev) = "text":
            "json: one object a line, for log collectors",
            expects "text or json", like "text";
        LOG_LEVEL (Whole, in dev) = "info":
            "How much is logged",
            expects "error, warn, info, debug or trace", like "info";
    }
}

/// The section about variables in `--help`: of all, or of those that
/// `rondo dev` listens to.
#[must_use]
pub fn help(only_dev: bool) -> String {
    let mut text = String::from(
        "Environment variables (the environment wins over `.env` in the working directory):\n",
    );
    for group in Group::ALL {
        let listed: Vec<_> =
            ALL.iter().filter(|v| v.group == group && (v.in_dev || !only_dev)).collect();
        if listed.is_empty() {
            continue;
        }
        text.push_str("\n  ");
        text.push_str(group.title());
        text.push_str(":\n");
        text.extend(listed.iter().map(|Variable { name, meaning, default, .. }| {
            format!("    {name:<32} {meaning} [{default}]\n")
        }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `NAME=value` and `# NAME=value`; prose never has that form.
    fn assignments(text: &str) -> Vec<(&str, &str)> {
        text.lines()
            .filter_map(|line| line.trim_start_matches("# ").split_once('='))
            .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
            .collect()
    }

    #[test]
    fn the_example_file_names_every_variable_once_in_this_order() {
        let example = include_str!("../../../../.env.example");
        let names: Vec<_> = assignments(example).into_iter().map(|(name, _)| name).collect();
        let expected: Vec<_> = ALL.iter().map(|variable| variable.name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_example_file_shows_the_defaults() {
        let example = include_str!("../../../../.env.example");
        for (name, value) in assignments(example) {
            let variable = ALL.iter().find(|v| v.name == name).expect("it is listed");
            let is_value = !variable.default.contains(' ')
                && !["required", "empty"].contains(&variable.default);
            if is_value {
                assert_eq!(value, variable.default.replace("$PORT", "8000"), "{name}");
            }
        }
    }

    #[test]
    fn the_help_fits_a_terminal() {
        for line in help(false).lines() {
            assert!(line.chars().count() <= 120, "{line}");
        }
    }
}
