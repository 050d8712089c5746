//! What is logged and how: `LOG_FORMAT`, `LOG_LEVEL`.

use tracing::Level;

use super::{
    reader::{Reader, one_of},
    variables::{LOG_FORMAT, LOG_LEVEL},
};

/// What is logged and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The shape of a line.
    pub format: LogFormat,
    /// The least important level that is shown.
    pub level: Level,
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        let levels = [
            ("error", Level::ERROR),
            ("warn", Level::WARN),
            ("warning", Level::WARN),
            ("info", Level::INFO),
            ("debug", Level::DEBUG),
            ("trace", Level::TRACE),
        ];
        Self {
            format: reader.or(&LOG_FORMAT, LogFormat::Text, one_of(&formats)),
            level: reader.or(&LOG_LEVEL, Level::INFO, one_of(&levels)),
        }
    }
}
