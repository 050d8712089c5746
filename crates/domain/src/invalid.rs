//! What can be wrong with a value, in words that every door can pass on.
//!
//! The kinds and sentences are those of FastAPI (pydantic), because existing
//! front ends match on them.

use std::fmt;

/// One thing that is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The field is required and absent.
    Missing,
    /// Another JSON type where text was expected.
    NotText,
    /// Another JSON type where `true` or `false` was expected.
    NotBoolean,
    /// Something that does not read as a whole number.
    NotInteger,
    /// Another JSON type where an object was expected.
    NotObject,
    /// Another JSON type where a list was expected.
    NotList,
    /// Fewer characters than `min`.
    TooShort { min: usize },
    /// More characters than `max`.
    TooLong { max: usize },
    /// A list of fewer than `min`.
    TooFewItems { min: usize, found: usize },
    /// A list of more than `max`.
    TooManyItems { max: usize, found: usize },
    /// A number below `min`.
    TooSmall { min: i64 },
    /// A number above `max`.
    TooLarge { max: i64 },
    /// Not one of a closed set; `expected` lists the set.
    NotOneOf { expected: &'static str },
    /// Contains U+0000, which PostgreSQL cannot store.
    Nul,
    /// Not an address that mail could be sent to; `reason` says why.
    NotEmail { reason: String },
    /// A rule of its own, in a sentence.
    Refused { sentence: &'static str },
}

impl Problem {
    /// The machine-readable kind, as FastAPI names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotText => "string_type",
            Self::NotBoolean => "bool_type",
            Self::NotInteger => "int_parsing",
            Self::NotObject => "model_attributes_type",
            Self::NotList => "list_type",
            Self::TooShort { .. } => "string_too_short",
            Self::TooLong { .. } => "string_too_long",
            Self::TooFewItems { .. } => "too_short",
            Self::TooManyItems { .. } => "too_long",
            Self::TooSmall { .. } => "greater_than_equal",
            Self::TooLarge { .. } => "less_than_equal",
            Self::NotOneOf { .. } => "literal_error",
            Self::Nul | Self::NotEmail { .. } | Self::Refused { .. } => "value_error",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |n: &usize| if *n == 1 { "" } else { "s" };
        match self {
            Self::Missing => f.write_str("Field required"),
            Self::NotText => f.write_str("Input should be a valid string"),
            Self::NotBoolean => f.write_str("Input should be a valid boolean"),
            Self::NotInteger => f.write_str("Input should be a valid integer"),
            Self::NotObject => f.write_str("Input should be a valid object"),
            Self::NotList => f.write_str("Input should be a valid list"),
            Self::TooShort { min } => {
                write!(f, "String should have at least {min} character{}", plural(min))
            }
            Self::TooLong { max } => {
                write!(f, "String should have at most {max} character{}", plural(max))
            }
            Self::TooFewItems { min, found } => {
                let items = format_args!("item{}", plural(min));
                write!(f, "List should have at least {min} {items} after validation, not {found}")
            }
            Self::TooManyItems { max, found } => {
                let items = format_args!("item{}", plural(max));
                write!(f, "List should have at most {max} {items} after validation, not {found}")
            }
            Self::TooSmall { min } => {
                write!(f, "Input should be greater than or equal to {min}")
            }
            Self::TooLarge { max } => write!(f, "Input should be less than or equal to {max}"),
            Self::NotOneOf { expected } => write!(f, "Input should be {expected}"),
            Self::Nul => f.write_str("Value error, the character U+0000 is not allowed"),
            Self::NotEmail { reason } => {
                write!(f, "value is not a valid email address: {reason}")
            }
            Self::Refused { sentence } => write!(f, "Value error, {sentence}"),
        }
    }
}
