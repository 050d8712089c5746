//! `rondo dev`: everything embedded, nothing to configure.
//!
//! It listens on 127.0.0.1 only and keeps its own database and secret, so it
//! looks at few variables: those about the database, the secret, the public
//! address and proxies describe another server and are ignored. `--help`
//! lists those it does look at.

mod folder;

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use rondo_store::Target;

use self::folder::Folder;
use super::{Failure, output::say, serve::serve};
use crate::config::{
    Config, Problems, Source,
    variables::{self, BETTER_AUTH_SECRET, DATABASE_URL, HOST, PORT},
};

#[derive(Args, Debug)]
#[command(after_help = dev_help())]
pub(super) struct Arguments {
    /// Port to listen on [default: PORT, or 8000]
    #[arg(long)]
    port: Option<u16>,
}

fn dev_help() -> String {
    format!(
        "Examples:
  rondo dev
  rondo dev --port 9000
  LOG_LEVEL=debug rondo dev
  rondo user list --dev                        other commands on the same data
  rm -r .rondo                                 start anew

Listens on 127.0.0.1 only. All other variables of `rondo serve` are ignored.

{}",
        variables::help(true)
    )
}

/// Which server a command is about.
#[derive(Args, Debug)]
pub(super) struct Place {
    /// Use what `rondo dev` keeps in ./.rondo, not the configuration
    #[arg(long, global = true)]
    dev: bool,
}

impl Place {
    /// The configuration of that server.
    ///
    /// # Errors
    /// `--dev` was given and there is no `./.rondo` here.
    pub(super) fn source(&self) -> Result<Source, Failure> {
        let source = Source::of_process();
        if !self.dev {
            return Ok(source);
        }
        Ok(source_of(source, &Folder::existing()?, None))
    }

    /// The database of that server.
    ///
    /// # Errors
    /// As [`Self::source`], and a configuration that is wrong about it.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        Config::load_database(&self.source()?).map_err(|problems| self.failure(problems))
    }

    /// A wrong configuration, with what to do about it here.
    pub(super) fn failure(&self, problems: Problems) -> Failure {
        if self.dev {
            return Failure::Config { problems, hint: None };
        }
        if Folder::is_here() {
            let hint = Some("`--dev` works on what `rondo dev` keeps in ./.rondo");
            return Failure::Config { problems, hint };
        }
        problems.into()
    }

    /// What has to follow another command to make it about the same server.
    pub(super) const fn flag(&self) -> &'static str {
        if self.dev { " --dev" } else { "" }
    }
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let folder = Folder::open_or_create()?;
    let source = source_of(Source::of_process(), &folder, arguments.port);
    let config =
        Config::load(&source).map_err(|problems| Failure::Config { problems, hint: None })?;
    // No load balancer watches this one, and somebody waits for Ctrl-C.
    serve(config, Duration::ZERO, |address| say(banner(address, &folder))).await
}

fn source_of(source: Source, folder: &Folder, port: Option<u16>) -> Source {
    let mut fixed = vec![
        (&DATABASE_URL, Folder::DATABASE_URL.to_owned()),
        (&BETTER_AUTH_SECRET, folder.secret.expose().clone()),
        (&HOST, "127.0.0.1".to_owned()),
    ];
    fixed.extend(port.map(|port| (&PORT, port.to_string())));
    source.for_dev(&fixed)
}

fn banner(address: SocketAddr, folder: &Folder) -> String {
    let url = format!("http://localhost:{}", address.port());
    let json = "-H 'Content-Type: application/json'";
    let cut = r#"sed 's/.*"access_token":"\([^"]*\)".*/\1/'"#;
    let ada = r#"{"email":"ada@example.com","password":"correct horse battery"}"#;
    format!(
        r#"
  Rondo {version} for development

    API       {url}
    Docs      {url}/docs
    Data      {data}
    Stop      Ctrl-C

  In another terminal:

    curl -s {url}/api/auth/register {json} -d '{ada}'
    TOKEN=$(curl -s {url}/api/auth/login {json} -d '{ada}' | {cut})
    curl -s {url}/api/tasks -H "Authorization: Bearer $TOKEN" {json} -d '{{"title":"Buy milk"}}'
"#,
        version = env!("CARGO_PKG_VERSION"),
        data = folder.path().display(),
    )
}
