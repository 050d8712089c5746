//! Completion: what an argument of a prompt or an address may be.

use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};
use rondo_app::{
    tags,
    tools::{self, ToolError},
};
use serde_json::json;

use super::{Context, Door, failure, prompts, resources};

/// How many suggestions are made at most.
const MAX_VALUES: usize = 20;

/// What could be meant by what was typed so far. Nothing is suggested for
/// what is no argument of ours.
pub(super) async fn complete(
    door: &Door,
    request: &CompleteRequestParams,
    context: &Context,
) -> Result<CompleteResult, ErrorData> {
    let (argument, typed) = (request.argument.name.as_str(), request.argument.value.as_str());
    let values = match &request.r#ref {
        Reference::Prompt(prompt) if prompt.name == "plan_my_day" && argument == prompts::TAG => {
            tags_like(door, typed).await?
        }
        Reference::Resource(resource)
            if resources::is_task_template(&resource.uri) && argument == "id" =>
        {
            ids_like(door, typed, context).await?
        }
        _ => Vec::new(),
    };
    let values = values.into_iter().take(MAX_VALUES).collect();
    let info =
        CompletionInfo::new(values).map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(CompleteResult::new(info))
}

async fn tags_like(door: &Door, typed: &str) -> Result<Vec<String>, ErrorData> {
    let actor = door.actor().await?;
    let tags = tags::list(&door.app, &actor).await.map_err(|error| failure::of(&error))?;
    let typed = typed.to_lowercase();
    let names = tags.into_iter().map(|tag| tag.name.as_str().to_owned());
    Ok(names.filter(|name| name.to_lowercase().starts_with(&typed)).collect())
}

async fn ids_like(door: &Door, typed: &str, context: &Context) -> Result<Vec<String>, ErrorData> {
    let batch = door.batch(context).await?;
    let arguments = json!({"status": "pending", "limit": 100});
    let page = match tools::call(&door.app, &batch, "list_tasks", &arguments).await {
        Ok(page) => page,
        Err(error @ ToolError::Failed(_)) => return Err(failure::of_tool(error)),
        Err(_) => return Ok(Vec::new()),
    };
    let tasks = page["tasks"].as_array().into_iter().flatten();
    let ids = tasks.filter_map(|task| Some(task["task_id"].as_i64()?.to_string()));
    Ok(ids.filter(|id| id.starts_with(typed)).collect())
}
