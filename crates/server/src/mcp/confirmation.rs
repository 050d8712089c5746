//! Before a task is deleted: is that so?
//!
//! The program is asked to ask its user, and sends the call again with the
//! answer (revision 2026-07-28, SEP-2322). Programs that cannot ask are not:
//! they show their user what is called before they call it, and what was
//! deleted is in the trash.

use rmcp::model::{
    BooleanSchema, CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult,
    ElicitationAction, ElicitationSchema, InputRequest, InputRequests, InputRequiredResult,
    PrimitiveSchemaDefinition, ProtocolVersion,
};
use rondo_app::{
    Batch,
    confirmations::{self, Subject},
    tools::{self, ToolError, ToolRefusal},
};
use rondo_domain::Scope;
use serde_json::Value;

use super::{Context, Door};

/// The tool that is asked about.
const DELETE: &str = "delete_task";
/// What the question and its one field are called.
const CONFIRM: &str = "confirm";

/// What to do with a call.
pub(super) enum Answer {
    /// What it says.
    GoOn,
    /// Ask first.
    Ask(InputRequiredResult),
}

/// A call: what was sent, its arguments as they are read, and around it.
type Call<'a> = (&'a CallToolRequestParams, &'a Value, &'a Context);

/// Whether a call is to be done, or asked about first.
///
/// # Errors
/// The user said no, or the question was another one. And whatever is wrong
/// with a call that is asked about: nobody is asked about what cannot be.
pub(super) async fn of(
    door: &Door,
    batch: &Batch,
    (call, arguments, context): Call<'_>,
) -> Result<Answer, ToolError> {
    let is_allowed = batch.actor().scopes.has(Scope::Delete);
    if call.name != DELETE || !is_allowed || !can_ask(context) {
        return Ok(Answer::GoOn);
    }
    let task = tools::task_of(batch, DELETE, arguments)?;
    let subject = confirmations::subject(&door.app, batch.actor(), task).await?;
    // The tool says itself that there is no such task.
    let Some(subject) = subject else { return Ok(Answer::GoOn) };
    let question = match &call.request_state {
        None => None,
        Some(state) if confirmations::was_asked(&door.app, batch.actor(), (&subject, state)) => {
            call.input_responses.as_ref().and_then(|answers| answers.get(CONFIRM))
        }
        Some(_) => return Err(refusal("confirmation_expired", EXPIRED)),
    };
    match question.map(said) {
        Some(Said::Yes) => Ok(Answer::GoOn),
        Some(Said::No) => Err(refusal("not_confirmed", NOT_CONFIRMED)),
        None | Some(Said::Nothing) => {
            let state = confirmations::ask(&door.app, batch.actor(), &subject);
            Ok(Answer::Ask(ask(&subject, state)))
        }
    }
}

const EXPIRED: &str = "This confirmation is not for this task as it is now, or it is over. Nothing was \
    deleted; call the tool again without requestState.";
const NOT_CONFIRMED: &str = "The user did not confirm. Nothing was deleted.";

fn refusal(code: &'static str, message: &str) -> ToolError {
    ToolError::Refused(ToolRefusal { code, message: message.to_owned(), field: None })
}

/// Whether the program can show its user a form, and says so in a way that we
/// can use without a session.
fn can_ask(context: &Context) -> bool {
    let speaks = |version: ProtocolVersion| version >= ProtocolVersion::V_2026_07_28;
    let capabilities = context.client_capabilities();
    let elicitation = capabilities.and_then(|capabilities| capabilities.elicitation);
    // Forms are what elicitation was before there was anything else.
    let shows_forms = elicitation.is_some_and(|can| can.form.is_some() || can.url.is_none());
    shows_forms && context.protocol_version().is_some_and(speaks)
}

fn ask(subject: &Subject, state: String) -> InputRequiredResult {
    let task = match &subject.title {
        Some(title) => format!("the task \"{}\"", title.as_str()),
        // Who may not read is not told what it is called.
        None => format!("task {}", subject.task),
    };
    let yes = PrimitiveSchemaDefinition::Boolean(BooleanSchema::new().title("Delete it"));
    let schema = ElicitationSchema::new([(CONFIRM.to_owned(), yes)].into())
        .with_required(vec![CONFIRM.to_owned()]);
    let form = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: format!("Delete {task}? It goes to the trash."),
        requested_schema: schema,
    };
    let request = InputRequest::Elicitation(ElicitRequest::new(form));
    let requests = InputRequests::from([(CONFIRM.to_owned(), request)]);
    InputRequiredResult::new(Some(requests), Some(state))
}

/// What the user said.
enum Said {
    Yes,
    No,
    /// Nothing that was asked for.
    Nothing,
}

fn said(answer: &Value) -> Said {
    let Ok(answer) = serde_json::from_value::<ElicitResult>(answer.clone()) else {
        return Said::Nothing;
    };
    let content = answer.content.unwrap_or_default();
    match (answer.action, &content[CONFIRM]) {
        (ElicitationAction::Accept, Value::Bool(true)) => Said::Yes,
        (ElicitationAction::Accept, Value::Bool(false)) => Said::No,
        (ElicitationAction::Accept, _) => Said::Nothing,
        _ => Said::No,
    }
}
