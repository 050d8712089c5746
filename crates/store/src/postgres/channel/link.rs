//! The connection that hints travel on.

use std::{future::poll_fn, sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{
    AsyncMessage, Client, Error,
    types::{ToSql, Type},
};

use super::{Shared, outbox};
use crate::{
    StoreError,
    postgres::{error::cannot_connect, silent},
};

/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a connection is silent before the system asks the other side for a
/// sign of life, how often it asks, and how many times.
const KEEPALIVE: Duration = Duration::from_mins(1);
const KEEPALIVE_PAUSE: Duration = Duration::from_secs(10);
const KEEPALIVE_TRIES: u32 = 3;
/// The longest name of a channel in PostgreSQL, in bytes.
const MAX_CHANNEL: usize = 63;

/// A connection that is open.
pub(super) struct Link {
    client: Client,
    /// Reads from the connection; its end is the connection's.
    driver: JoinHandle<Result<(), Error>>,
    channel: String,
    is_listening: bool,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Link {
    pub(super) async fn open(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        let mut config = shared.server.0.direct.clone();
        config
            .application_name("rondo events")
            .keepalives_idle(KEEPALIVE)
            .keepalives_interval(KEEPALIVE_PAUSE)
            .keepalives_retries(KEEPALIVE_TRIES);
        let connecting = timeout(ANSWER, config.connect(shared.server.0.connector.0.clone()));
        let connected = connecting.await.map_err(|_| silent())?;
        let (client, mut connection) = connected.map_err(|error| cannot_connect(&error))?;
        let ears = Arc::clone(shared);
        let driver = tokio::spawn(async move {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(notification) = message?
                    && let Some(heard) = outbox::read(notification.payload(), &ears.name)
                {
                    (ears.hear)(heard);
                }
            }
            Ok(())
        });
        let mut link = Self { client, driver, channel: String::new(), is_listening: false };
        link.channel = channel(&link.schema().await?);
        Ok(link)
    }

    /// Several servers may share a database, each in a schema of its own.
    async fn schema(&self) -> Result<String, StoreError> {
        let asking = self.client.query_typed("select coalesce(current_schema(), '')", &[]);
        let rows = timeout(ANSWER, asking).await.map_err(|_| silent())??;
        let first = rows.first().ok_or_else(|| StoreError::internal("no current schema"))?;
        Ok(first.try_get(0)?)
    }

    pub(super) const fn is_listening(&self) -> bool {
        self.is_listening
    }

    pub(super) async fn listen(&mut self) -> Result<(), StoreError> {
        self.execute("listen").await?;
        self.is_listening = true;
        Ok(())
    }

    pub(super) async fn unlisten(&mut self) -> Result<(), StoreError> {
        self.execute("unlisten").await?;
        self.is_listening = false;
        Ok(())
    }

    async fn execute(&self, verb: &str) -> Result<(), StoreError> {
        let statement = format!("{verb} \"{}\"", self.channel.replace('"', "\"\""));
        let executing = self.client.batch_execute(&statement);
        Ok(timeout(ANSWER, executing).await.map_err(|_| silent())??)
    }

    /// Says something, in one transaction. It does not wait for the disk: a
    /// hint is of no use to a server that comes back after a crash.
    pub(super) async fn send(&mut self, payloads: &[String]) -> Result<(), StoreError> {
        let sql = "select set_config('synchronous_commit', 'off', true), pg_notify($1, payload)
             from unnest($2) as payload";
        let params: [(&(dyn ToSql + Sync), Type); 2] =
            [(&self.channel, Type::TEXT), (&payloads, Type::TEXT_ARRAY)];
        timeout(ANSWER, self.client.query_typed(sql, &params)).await.map_err(|_| silent())??;
        Ok(())
    }

    /// Waits for something, unless the connection ends before it.
    pub(super) async fn wait(&mut self, other: impl Future<Output = ()>) -> Result<(), StoreError> {
        tokio::select! {
            () = other => Ok(()),
            ended = &mut self.driver => match ended {
                Ok(Err(error)) => Err(error.into()),
                _ => Err(StoreError::unavailable("the connection was closed")),
            },
        }
    }
}

/// The channel of a schema, as much of its name as fits.
fn channel(schema: &str) -> String {
    let mut name = format!("rondo {schema}");
    name.truncate(name.floor_char_boundary(MAX_CHANNEL));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_schema_has_a_channel_whose_name_fits() {
        assert_eq!(channel("public"), "rondo public");
        assert_eq!(channel(&"x".repeat(63)).len(), MAX_CHANNEL);
        let long = channel(&"é".repeat(31));
        assert!(long.len() <= MAX_CHANNEL && long.ends_with('é'), "{long}");
    }
}
