//! The arguments of a call: only those that the tool has, and never a user.

use rondo_domain::{Actor, Problem, TaskId};
use serde_json::{Map, Value};

use super::{Tool, ToolError, ToolRefusal};
use crate::{
    error::{Error, Location},
    input::{Fields, parse_object, whole},
};

/// What some clients send along, as they had to elsewhere.
const USER_ID: &str = "user_id";
const TASK_ID: &str = "task_id";

/// The arguments of a call.
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Reads the arguments of a call by this actor. Nothing at all is no
    /// argument.
    ///
    /// # Errors
    /// No object, an argument that the tool does not have, or another user.
    pub(super) fn read(tool: &Tool, actor: &Actor, value: &Value) -> Result<Self, ToolError> {
        let mut values = match value {
            Value::Object(values) => values.clone(),
            Value::Null => Map::new(),
            _ => return Err(ToolRefusal::invalid(None, "The arguments are not an object").into()),
        };
        if let Some(user) = values.remove(USER_ID)
            && !user.is_null()
            && user.as_str() != Some(actor.user_id.as_str())
        {
            let message = "You can only see and change your own tasks".to_owned();
            let field = Some(USER_ID.to_owned());
            return Err(ToolRefusal { code: "forbidden", message, field }.into());
        }
        let is_known = |name: &str| tool.arguments.iter().any(|argument| argument.name == name);
        match values.keys().find(|name| !is_known(name)) {
            None => Ok(Self(values)),
            Some(name) => Err(unknown(tool, name).into()),
        }
    }

    /// The task that the call is about; the other arguments are left.
    pub(super) fn take_task_id(&mut self) -> Result<TaskId, ToolError> {
        let value = self.0.remove(TASK_ID);
        let value = value.map(|value| (TASK_ID.to_owned(), value));
        let mut fields = Self(value.into_iter().collect()).fields()?;
        let id = fields.required(TASK_ID, |value| {
            let refused = Problem::Refused { sentence: "no task can have this id" };
            TaskId::new(whole(value).ok_or(Problem::NotInteger)?).ok_or(refused)
        });
        Ok(fields.finish(|| id)?)
    }

    /// Nothing for each argument that is null: many send those that they have
    /// no value for.
    pub(super) fn without_nulls(mut self) -> Self {
        self.0.retain(|_, value| !value.is_null());
        self
    }

    /// An empty list for a list that is null.
    pub(super) fn with_list(mut self, name: &str) -> Self {
        if let Some(value) = self.0.get_mut(name).filter(|value| value.is_null()) {
            *value = Value::Array(Vec::new());
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The arguments as a body of the REST API.
    pub(super) fn into_body(self) -> Value {
        Value::Object(self.0)
    }

    pub(super) fn fields(self) -> Result<Fields, Error> {
        parse_object(Location::Body, self.into_body())
    }
}

fn unknown(tool: &Tool, name: &str) -> ToolRefusal {
    /// A name may be as long as a body.
    const SHOWN: usize = 50;
    let name: String = name.chars().take(SHOWN).collect();
    let known: Vec<&str> = tool.arguments.iter().map(|argument| argument.name).collect();
    let message = format!("{} has no argument '{name}', only {}", tool.name, known.join(", "));
    ToolRefusal::invalid(Some(&name), message)
}
