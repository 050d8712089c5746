//! What the operator decides, read once from the environment and `.env`.
//!
//! Loading goes on after a wrong variable and answers with every problem at
//! once. Nothing outside this folder reads the environment. What a variable is
//! called and means is said in [`variables`] and nowhere else.

mod auth;
mod database;
mod features;
mod http;
mod limits;
mod log;
mod problem;
mod reader;
mod source;
pub mod variables;

use rondo_app::Settings;
use rondo_domain::Secret;
use rondo_store::Target;

use self::reader::Reader;
pub use self::{
    auth::Auth,
    features::Features,
    http::{Http, is_loopback},
    log::{Log, LogFormat},
    problem::{Problem, Problems},
    source::Source,
};

/// Everything that `rondo serve` goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which database.
    pub database: Target,
    /// The application's settings.
    pub settings: Settings,
    /// Accounts, beyond the application's settings.
    pub auth: Auth,
    /// The listening side.
    pub http: Http,
    /// The command line.
    pub features: Features,
    /// The log.
    pub log: Log,
    /// What works and deserves a second look, in sentences.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads everything.
    ///
    /// # Errors
    /// Every variable that is missing or wrong.
    pub fn load(source: &Source) -> Result<Self, Problems> {
        let mut reader = Reader::new(source);
        let database = database::read(&mut reader);
        let on_postgres = matches!(database, Some(Target::Postgres(_)));
        let http = Http::read(&mut reader);
        let settings = auth::settings(&mut reader, &http, on_postgres);
        let auth = Auth::read(&mut reader);
        let features = Features::read(&mut reader);
        let log = Log::read(&mut reader);
        let warnings = reader.finish()?;
        let (Some(database), Some(settings)) = (database, settings) else {
            unreachable!("a required variable without a value is a problem")
        };
        Ok(Self { database, settings, auth, http, features, log, warnings })
    }

    /// Reads only which database it is, for commands that need nothing else:
    /// a job that migrates has no business knowing the secret.
    ///
    /// # Errors
    /// Every variable about the database that is missing or wrong.
    pub fn load_database(source: &Source) -> Result<Target, Problems> {
        let mut reader = Reader::new(source);
        let database = database::read(&mut reader);
        reader.finish()?;
        let Some(database) = database else {
            unreachable!("a required variable without a value is a problem")
        };
        Ok(database)
    }

    /// Reads a database's URL that is not a variable, in the same spellings.
    ///
    /// # Errors
    /// What is wrong, in words that follow the name of what holds the URL.
    pub fn parse_database(url: &str) -> Result<Target, String> {
        database::parse(url)
    }

    /// Reads only what a command-line program acts with.
    ///
    /// # Errors
    /// It is not what a token can be.
    pub fn load_token(source: &Source) -> Result<Option<Secret<String>>, Problems> {
        let mut reader = Reader::new(source);
        let token = Features::read(&mut reader).token;
        reader.finish()?;
        Ok(token)
    }

    /// Reads only where the server listens, for whoever wants to ask it.
    ///
    /// # Errors
    /// Those of these few variables that are wrong.
    pub fn load_http(source: &Source) -> Result<Http, Problems> {
        let mut reader = Reader::new(source);
        let http = Http::read(&mut reader);
        reader.finish()?;
        Ok(http)
    }
}

#[cfg(test)]
mod tests;
