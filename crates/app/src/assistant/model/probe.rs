//! Whether the model would answer, for whoever sets a server up.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::{
    Request, ToolChoice,
    client::{self, Client},
    wrong::Wrong,
};
use crate::settings::ModelSettings;

/// How long an answer may take. A model that has to be loaded first takes its
/// time.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks the model for a word, as a chat would, without tools.
///
/// # Errors
/// What went wrong, without the key.
pub async fn probe(settings: &ModelSettings) -> Result<(), String> {
    let client = Client::new(settings.clone());
    match timeout(TIMEOUT, ask(&client)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(wrong)) => Err(client.told(&wrong)),
        Err(_) => Err(Wrong::Slow.to_string()),
    }
}

async fn ask(client: &Client) -> Result<(), Wrong> {
    let messages = [json!({"role": "user", "content": "Say OK."})];
    let request = Request { messages: &messages, tools: &[], tool_choice: ToolChoice::None };
    let body = client.body(request);
    let response = client.send(&body).await.map_err(|refused| refused.wrong)?;
    client::read(response, String::new(), &mut |_| ()).await?;
    Ok(())
}
