//! Who acts, through which door, and what they were allowed to do.

use crate::{TokenName, UserId};

/// What a personal access token may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// See tasks and conversations.
    Read,
    /// Create and change them.
    Write,
    /// Delete them.
    Delete,
}

impl Scope {
    /// Every scope, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// The scope's name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    const fn bit(self) -> i64 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Delete => 4,
        }
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(i64);

impl Scopes {
    /// Every scope: what a person who logged in may do.
    pub const FULL: Self = Self(7);

    /// The set of these scopes.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, scope| bits | scope.bit()))
    }

    /// Whether the set has this scope.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The scopes of the set, in the order in which they are shown.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    /// The set as a number, for storage.
    #[must_use]
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// The set of a stored number; `None` for an empty or unknown one.
    #[must_use]
    pub const fn from_bits(bits: i64) -> Option<Self> {
        if bits >= 1 && bits <= 7 { Some(Self(bits)) } else { None }
    }
}

/// Which kind of credential opened the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A person with a login session, or a token of an external issuer.
    Session,
    /// A personal access token.
    ApiToken,
    /// Nobody: demo mode.
    Demo,
}

/// Who acts. Made only by authentication, never from an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Whose data this is about.
    pub user_id: UserId,
    /// How they came in.
    pub door: Door,
    /// What they may do.
    pub scopes: Scopes,
    /// What the personal access token is called that they showed.
    pub token_name: Option<TokenName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_storage() {
        let scopes = Scopes::of(&[Scope::Delete, Scope::Read]);
        assert_eq!(Scopes::from_bits(scopes.bits()), Some(scopes));
        assert_eq!(scopes.iter().map(Scope::as_str).collect::<Vec<_>>(), ["read", "delete"]);
        assert!(!scopes.has(Scope::Write));
        assert_eq!(Scopes::from_bits(0), None);
        assert_eq!(Scopes::from_bits(8), None);
        assert_eq!(Scopes::of(&Scope::ALL), Scopes::FULL);
    }

    #[test]
    fn a_scope_is_found_by_its_name() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::parse("admin"), None);
    }
}
