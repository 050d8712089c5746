//! Who calls, and as what the history will name them.

use rmcp::model::ErrorData;
use rondo_app::{Batch, auth};
use rondo_domain::{Actor, Author, AuthorKind, AuthorName, Secret};

use super::{Context, Door, failure};

/// Who calls.
#[derive(Clone)]
pub(super) enum Caller {
    /// Somebody whose credential was looked at with this request.
    Known(Actor),
    /// Whoever holds this token.
    Holder(Secret<String>),
}

impl Door {
    /// Who acts.
    pub(super) async fn actor(&self) -> Result<Actor, ErrorData> {
        match &self.caller {
            Caller::Known(actor) => Ok(actor.clone()),
            Caller::Holder(token) => {
                let authenticated = auth::authenticate(&self.app, token.expose()).await;
                Ok(authenticated.map_err(|error| failure::of(&error))?.actor)
            }
        }
    }

    /// What this request does, as something that can be undone.
    pub(super) async fn batch(&self, context: &Context) -> Result<Batch, ErrorData> {
        let actor = self.actor().await?;
        let name = self.program(context).or_else(|| token_name(&actor));
        let author = Author { kind: AuthorKind::Mcp, name };
        Ok(Batch::new(&self.app, &actor).by(author))
    }

    /// What the program calls itself.
    ///
    /// Without a session each request has to say it, and those of the older
    /// revisions do not: what the SDK puts in its place there is its own name.
    fn program(&self, context: &Context) -> Option<AuthorName> {
        let said = match self.caller {
            Caller::Known(_) => context.meta.client_info(),
            Caller::Holder(_) => context.client_info(),
        };
        said.and_then(|client| line(&client.name))
    }
}

fn token_name(actor: &Actor) -> Option<AuthorName> {
    actor.token_name.as_ref().and_then(|name| line(name.as_str()))
}

/// The name of an author is one short line; what programs say may be anything.
fn line(text: &str) -> Option<AuthorName> {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(AuthorName::MAX_CHARS)
        .collect();
    AuthorName::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_call_itself_anything() {
        let named = |text: &str| line(text).map(|name| name.as_str().to_owned());
        assert_eq!(named(" Claude\nCode\u{0} ").as_deref(), Some("Claude Code"));
        assert_eq!(named(&"x".repeat(200)), Some("x".repeat(100)));
        assert_eq!(named("\n"), None);
    }
}
