//! Is there a transaction pooler (PgBouncer) between us and PostgreSQL?
//!
//! Behind one, two statements on one connection may reach two different
//! servers' connections, so a statement prepared earlier may be missing, or be
//! another one of the same name. Statements are then sent unnamed.

use tokio_postgres::{Client, Config, config::Host};

use super::tls::Connector;
use crate::StoreError;

/// How often is looked before two connections are believed to be our own.
const ROUNDS: u32 = 4;

/// Whether the host is called a pooler, as Neon's are (`ep-x-pooler.…`).
pub(super) fn is_named_as_one(config: &Config) -> bool {
    config.get_hosts().iter().any(|host| match host {
        Host::Tcp(name) => name.split('.').next().is_some_and(|label| label.ends_with("-pooler")),
        #[cfg(unix)]
        Host::Unix(_) => false,
    })
}

/// Whether the two URLs lead to different servers: a direct URL is only given
/// when the other one is pooled.
pub(super) fn differ(config: &Config, direct: &Config) -> bool {
    config.get_hosts() != direct.get_hosts() || config.get_ports() != direct.get_ports()
}

/// Whether connections of ours are served by different ones of the database's
/// over time. Without a pooler each has one of its own for life. A pooler that
/// is idle hands out the connection that came back last, so the second of ours
/// asks on the first one's; one that is busy hands out another each time.
pub(super) async fn shares_connections(
    config: &Config,
    connector: &Connector,
) -> Result<bool, StoreError> {
    let first = connector.connect(config).await?;
    let second = connector.connect(config).await?;
    let (ones, others) = (served_by(&first).await?, served_by(&second).await?);
    for _ in 0..ROUNDS {
        if ones == others || served_by(&first).await? != ones || served_by(&second).await? != others
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn served_by(client: &Client) -> Result<i32, StoreError> {
    let row = client.query_typed("select pg_backend_pid()", &[]).await?;
    let first = row.first().ok_or_else(|| StoreError::internal("no backend pid"))?;
    Ok(first.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        url.parse().expect("a test URL is valid")
    }

    #[test]
    fn a_host_named_as_a_pooler_is_one() {
        for (host, expected) in [
            ("ep-cool-sun-123-pooler.eu-central-1.aws.neon.tech", true),
            ("ep-cool-sun-123.eu-central-1.aws.neon.tech", false),
            ("db.my-pooler.example.com", false),
            ("pooler", false),
            ("127.0.0.1", false),
        ] {
            let config = config(&format!("postgresql://ada@{host}/rondo"));
            assert_eq!(is_named_as_one(&config), expected, "{host}");
        }
    }

    #[test]
    fn another_direct_url_means_a_pooler() {
        let pooled = config("postgresql://ada@db:6432/rondo");
        for (direct, expected) in [
            ("postgresql://ada@db:6432/rondo", false),
            ("postgresql://root@db:6432/other", false),
            ("postgresql://ada@db:5432/rondo", true),
            ("postgresql://ada@db.direct:6432/rondo", true),
        ] {
            assert_eq!(differ(&pooled, &config(direct)), expected, "{direct}");
        }
    }
}
