//! Accounts, by hand.

use clap::{Args, Subcommand};
use rondo_app::{App, Error, Kind, Taken, accounts, input};
use rondo_domain::{Email, Page, User};
use serde_json::json;

use super::{
    Failure, Operator,
    dev::Place,
    output::{Table, confirm, say},
    password,
};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  rondo user add ada@example.com --name \"Ada Lovelace\"
  rondo user list
  printf %s \"$PASSWORD\" | rondo user set-password ada@example.com --password-stdin
  rondo user list --dev                        the accounts of `rondo dev`

Passwords are asked for at the terminal or read from standard input, never from an argument.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Make an account, whether registration is open or not
    Add {
        /// Address to log in with
        email: String,
        /// What they want to be called
        #[arg(long)]
        name: Option<String>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts, oldest first
    List,
    /// Replace a password and end the logins of the account
    SetPassword {
        /// Address of the account
        email: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Delete an account with its tasks, conversations and tokens
    Delete {
        /// Address of the account
        email: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Operator { app, target } = Operator::open(&arguments.place).await?;
    let done = match arguments.action {
        Action::Add { email, name, password_stdin } => add(&app, email, name, password_stdin).await,
        Action::List => list(&app).await,
        Action::SetPassword { email, password_stdin } => {
            set_password(&app, &email, password_stdin).await
        }
        Action::Delete { email, yes } => delete(&app, &email, yes).await,
    };
    app.close_events().await;
    app.store().close().await;
    done.map_err(|failure| failure.about(&target))
}

/// The account with this address, as another command's argument.
pub(super) async fn find(app: &App, email: &str) -> Result<User, Failure> {
    let parsed = parse_email(email)?;
    accounts::find_user(app, &parsed).await.map_err(|error| match error {
        Error::NotFound(Kind::User) => Failure::with_hint(
            format!("there is no account with the address {}", parsed.as_str()),
            "`rondo user list` shows all accounts",
        ),
        other => other.into(),
    })
}

async fn add(
    app: &App,
    email: String,
    name: Option<String>,
    password_stdin: bool,
) -> Result<(), Failure> {
    // Asked first: nobody wants to type a password for an address that is wrong.
    let shown = parse_email(&email)?.as_str().to_owned();
    let password = password::read_new(password_stdin)?;
    let body = json!({ "email": email, "name": name, "password": password.expose() });
    let registration = input::registration(body)?;
    let user = accounts::add_user(app, registration).await.map_err(|error| match error {
        Error::Conflict(Taken::Email) => Failure::with_hint(
            format!("there is an account with the address {shown} already"),
            "`rondo user set-password` replaces its password",
        ),
        other => other.into(),
    })?;
    say(format_args!("added {shown} with the id {}", user.id))
}

async fn list(app: &App) -> Result<(), Failure> {
    let mut table = Table::new(["ID", "EMAIL", "NAME", "CREATED"]);
    let mut offset = 0;
    loop {
        let users = accounts::list_users(app, Page::new(Page::MAX_LIMIT, offset)).await?;
        let Some(last) = i64::try_from(users.len()).ok().filter(|count| *count > 0) else { break };
        offset += last;
        for user in &users {
            let email = user.email.as_ref().map_or("(external)", Email::as_str);
            let created = user.created_at.to_string();
            table.add([user.id.as_str(), email, user.name.as_str(), &created]);
        }
    }
    if table.is_empty() {
        return say("there are no accounts yet; `rondo user add EMAIL` makes one");
    }
    say(table)
}

async fn set_password(app: &App, email: &str, password_stdin: bool) -> Result<(), Failure> {
    let user = find(app, email).await?;
    let password = password::read_new(password_stdin)?;
    let email = user.email.as_ref().map_or("", Email::as_str);
    // The rules for passwords look at the address and the name, as at registration.
    let body = json!({ "email": email, "name": user.name.as_str(), "password": password.expose() });
    let checked = input::registration(body)?;
    accounts::set_password(app, &user.id, checked.password).await?;
    say(format_args!("replaced the password of {email}; its logins end within five seconds"))
}

async fn delete(app: &App, email: &str, yes: bool) -> Result<(), Failure> {
    let user = find(app, email).await?;
    let email = user.email.as_ref().map_or("", Email::as_str);
    confirm(&format!("deletes {email} with everything that belongs to it"), yes)?;
    accounts::delete_user(app, &user.id).await?;
    say(format_args!("deleted {email}; its logins end within five seconds"))
}

fn parse_email(text: &str) -> Result<Email, Failure> {
    Email::parse(text).map_err(|problem| Failure::Usage {
        message: format!("`{}`: {problem}", super::output::harmless(text)),
        hint: "an address looks like ada@example.com",
    })
}
