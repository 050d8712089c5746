//! Personal access tokens, by hand.

use clap::{Args, Subcommand};
use rondo_app::{App, Error, Kind, api_tokens, input};
use rondo_domain::{ApiTokenId, Scope, Scopes};
use serde_json::json;

use super::{
    Failure, Operator,
    dev::Place,
    output::{Table, note, say},
    user,
};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  rondo token create ada@example.com --name backup --scope read
  rondo token create ada@example.com --name ci --scope read,write --expires-in-days 30
  rondo token list ada@example.com
  rondo token revoke ada@example.com 3

A program sends its token as `Authorization: Bearer …`.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Create a token and print it: it is never shown again
    Create {
        /// Address of the account it acts for
        email: String,
        /// What to call it
        #[arg(long)]
        name: String,
        /// What it may do: read, write, delete; several with commas
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<String>,
        /// Days until it ends by itself, 1 to 3650 [default: 90]
        #[arg(long, value_name = "DAYS")]
        expires_in_days: Option<i64>,
    },
    /// List the tokens of an account, newest first
    List {
        /// Address of the account
        email: String,
    },
    /// End a token at once
    Revoke {
        /// Address of the account
        email: String,
        /// Number of the token, as `list` shows it
        #[arg(value_parser = parse_id)]
        id: ApiTokenId,
    },
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Operator { app, target } = Operator::open(&arguments.place).await?;
    let done = match arguments.action {
        Action::Create { email, name, scopes, expires_in_days } => {
            let mut body = json!({ "name": name, "scopes": scopes });
            if let Some(days) = expires_in_days {
                body["expires_in_days"] = days.into();
            }
            create(&app, &email, body).await
        }
        Action::List { email } => list(&app, &email).await,
        Action::Revoke { email, id } => revoke(&app, &email, id).await,
    };
    app.close_events().await;
    app.store().close().await;
    done.map_err(|failure| failure.about(&target))
}

/// The token alone goes to standard output, for `TOKEN=$(rondo token create …)`.
async fn create(app: &App, email: &str, body: serde_json::Value) -> Result<(), Failure> {
    let wanted = input::new_api_token(body)?;
    let user = user::find(app, email).await?;
    let (token, secret) = api_tokens::issue(app, &user.id, wanted).await?;
    note(format_args!(
        "token {} may {} until {}; it is shown only now:",
        token.id,
        names(token.scopes),
        token.expires_at,
    ));
    say(secret.expose())
}

async fn list(app: &App, email: &str) -> Result<(), Failure> {
    let user = user::find(app, email).await?;
    let mut table = Table::new(["ID", "NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED"]);
    for token in api_tokens::list_of(app, &user.id).await? {
        let over = if token.expires_at <= app.now() { " (over)" } else { "" };
        table.add([
            &token.id.to_string(),
            token.name.as_str(),
            &names(token.scopes),
            &token.created_at.to_string(),
            &format!("{}{over}", token.expires_at),
            &token.last_used_at.map_or("never".to_owned(), |used_at| used_at.to_string()),
        ]);
    }
    if table.is_empty() {
        return say("this account has no tokens; `rondo token create` makes one");
    }
    say(table)
}

async fn revoke(app: &App, email: &str, id: ApiTokenId) -> Result<(), Failure> {
    let user = user::find(app, email).await?;
    api_tokens::revoke_of(app, &user.id, id).await.map_err(|error| match error {
        Error::NotFound(Kind::ApiToken) => Failure::with_hint(
            format!("this account has no token {id}"),
            format!("`rondo token list {email}` shows them"),
        ),
        other => other.into(),
    })?;
    say(format_args!("revoked token {id}"))
}

fn names(scopes: Scopes) -> String {
    scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(",")
}

fn parse_id(text: &str) -> Result<ApiTokenId, String> {
    let id = text.parse().ok().and_then(ApiTokenId::new);
    id.ok_or_else(|| "expected the number of a token".to_owned())
}
