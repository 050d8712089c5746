//! How often something may be tried: `RATE_LIMITS` and `RATE_LIMIT_*`.

use rondo_app::{Limit, Limits};

use super::{
    reader::{Reader, boolean},
    variables::{
        RATE_LIMIT_CHAT, RATE_LIMIT_LOGIN_PER_ACCOUNT, RATE_LIMIT_LOGIN_PER_ACCOUNT_EVERYWHERE,
        RATE_LIMIT_LOGIN_PER_ADDRESS, RATE_LIMIT_MAIL_PER_ACCOUNT, RATE_LIMIT_MAIL_PER_ADDRESS,
        RATE_LIMIT_MCP, RATE_LIMIT_PASSWORD_CHECK_PER_ACCOUNT, RATE_LIMIT_REGISTER_PER_ACCOUNT,
        RATE_LIMIT_REGISTER_PER_ADDRESS, RATE_LIMITS, Variable,
    },
};

/// `RATE_LIMITS=off` wins over the single limits, which are checked all the
/// same.
pub(super) fn read(reader: &mut Reader<'_>) -> Limits {
    let default = Limits::default();
    let mut limit = |variable: &Variable, default: Option<Limit>| {
        reader.or(variable, default, |text| {
            Limit::parse(text).map_err(|problem| format!("is not a limit: {problem}"))
        })
    };
    let limits = Limits {
        login_per_address: limit(&RATE_LIMIT_LOGIN_PER_ADDRESS, default.login_per_address),
        login_per_account: limit(&RATE_LIMIT_LOGIN_PER_ACCOUNT, default.login_per_account),
        login_per_account_everywhere: limit(
            &RATE_LIMIT_LOGIN_PER_ACCOUNT_EVERYWHERE,
            default.login_per_account_everywhere,
        ),
        register_per_address: limit(&RATE_LIMIT_REGISTER_PER_ADDRESS, default.register_per_address),
        register_per_account: limit(&RATE_LIMIT_REGISTER_PER_ACCOUNT, default.register_per_account),
        mail_per_address: limit(&RATE_LIMIT_MAIL_PER_ADDRESS, default.mail_per_address),
        mail_per_account: limit(&RATE_LIMIT_MAIL_PER_ACCOUNT, default.mail_per_account),
        password_check_per_account: limit(
            &RATE_LIMIT_PASSWORD_CHECK_PER_ACCOUNT,
            default.password_check_per_account,
        ),
        chat_per_user: limit(&RATE_LIMIT_CHAT, default.chat_per_user),
        mcp_per_user: limit(&RATE_LIMIT_MCP, default.mcp_per_user),
    };
    if reader.or(&RATE_LIMITS, true, boolean) {
        return limits;
    }
    reader.warn("RATE_LIMITS is off: passwords can be guessed without limit");
    Limits::off()
}
