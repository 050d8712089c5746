//! `rondo mcp`: MCP on standard input and output, for a program on this machine.
//!
//! Standard output holds messages of the protocol and nothing else; the log
//! goes to standard error. The token is looked at for each request, so one that
//! was revoked opens nothing any more.

use clap::Args;
use rmcp::{
    service::{ServerInitializeError, serve_server},
    transport::io::stdio,
};
use rondo_app::{App, Error, SystemRandom, auth};
use rondo_domain::{Door as CameBy, Secret};

use super::{Failure, build_app, dev::Place, open_schema, print::random_secret};
use crate::{
    config::{Config, Source},
    mcp::Door,
    telemetry,
};

pub(super) const HELP: &str = "Examples:
  rondo token create ada@example.com --name desktop --scope read,write,delete
  RONDO_TOKEN=rondo_pat_… rondo mcp
  RONDO_TOKEN=rondo_pat_… rondo mcp --dev

An assistant starts this itself and speaks to it; docs/mcp.md says how to tell it so. It works on
the database of the configuration, as the user whose personal access token is in RONDO_TOKEN.";

#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
}

const MAKE_A_TOKEN: &str = "`rondo token create EMAIL --name mcp --scope read,write,delete` makes \
    one, and so does POST /api/tokens";

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let place = arguments.place;
    let token = token()?;
    // What it seals (where a list goes on, what was asked) comes back to itself.
    let source = place.source()?.or_secret(|| random_secret(&SystemRandom));
    let config = Config::load(&source).map_err(|problems| place.failure(problems))?;
    let _log = telemetry::start_on_stderr(config.log);
    let app = build_app(&config)?;
    let done = serve(&app, token, &place).await;
    app.close_events().await;
    app.store().close().await;
    done.map_err(|failure| failure.about(&config.database))
}

/// Of the environment also where everything else is that of `rondo dev`.
fn token() -> Result<Secret<String>, Failure> {
    Config::load_token(&Source::of_process())?.ok_or_else(|| Failure::Usage {
        message: "RONDO_TOKEN is not set: it says whose tasks these are".to_owned(),
        hint: MAKE_A_TOKEN,
    })
}

async fn serve(app: &App, token: Secret<String>, place: &Place) -> Result<(), Failure> {
    open_schema(app.store(), place).await?;
    check(app, &token).await?;
    match serve_server(Door::of_token(app.clone(), token), stdio()).await {
        Ok(service) => {
            service.waiting().await.map_err(|error| Failure::failed(error.to_string()))?;
            Ok(())
        }
        // The other side went before it said anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(Failure::failed(format!("the other side does not speak MCP: {error}"))),
    }
}

/// Says at once what the first request would find out.
async fn check(app: &App, token: &Secret<String>) -> Result<(), Failure> {
    match auth::authenticate(app, token.expose()).await {
        Ok(authenticated) if authenticated.actor.door == CameBy::ApiToken => Ok(()),
        Ok(_) => Err(refused("is no personal access token")),
        Err(Error::Unauthenticated(why)) => Err(refused(&format!("opens nothing: {why}"))),
        Err(error) => Err(error.into()),
    }
}

fn refused(reason: &str) -> Failure {
    Failure::with_hint(format!("RONDO_TOKEN {reason}"), MAKE_A_TOKEN)
}
