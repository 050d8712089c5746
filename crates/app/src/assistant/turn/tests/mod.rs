//! Turns, with a scripted model and without one: what is said, what is done,
//! and what is remembered.

mod answering;
mod asking;
mod beginning;
mod calling;
mod consenting;
mod ending;
mod logging;
mod remembering;
mod repeating;
mod speaking;

use rondo_domain::{Actor, ConversationId, Message, Task, TaskId};
use rondo_store::Store;
use serde_json::{Value, json};

use crate::{
    Batch, Limits, ModelSettings, Settings, TokenField,
    assistant::{
        Answer, Begun, Failure, Turn, TurnEvent, TurnEvents, begin,
        model::scripted_model::{Reply, ScriptedModel},
    },
    conversations,
    error::Error,
    input, tasks,
    testing::{TestApp, second_listener},
};

/// Ada, her list, and a model that says what a test wrote down.
struct Chat {
    test: TestApp,
    model: ScriptedModel,
    ada: Actor,
}

/// What a listener heard of a turn.
#[derive(Debug)]
struct Heard {
    place: ConversationId,
    /// The texts of all deltas.
    text: String,
    steps: usize,
    /// The calls: their ids, names and arguments.
    calls: Vec<(String, String, Value)>,
    /// The answers to them, by id, and whether they refused.
    results: Vec<(String, Value, bool)>,
    end: Result<Answer, Failure>,
}

impl Chat {
    async fn new() -> Self {
        let model = ScriptedModel::start().await;
        let endpoint = endpoint(&model.base_url());
        let test = TestApp::with(|settings| settings.assistant = Some(endpoint)).await;
        let ada = test.user("ada").await;
        Self { test, model, ada }
    }

    /// Ada says something in a new conversation.
    async fn says(&self, message: &str) -> Heard {
        self.begins(&self.ada, message, None).await.heard().await
    }

    /// Ada says something more.
    async fn goes_on(&self, place: ConversationId, message: &str) -> Heard {
        self.begins(&self.ada, message, Some(place)).await.heard().await
    }

    async fn begins(&self, who: &Actor, message: &str, place: Option<ConversationId>) -> Turn {
        turn(try_begin(&self.test, self.test.batch(who), message, place).await)
    }

    async fn adds(&self, title: &str) -> TaskId {
        self.adds_for(&self.ada, title).await
    }

    async fn adds_for(&self, who: &Actor, title: &str) -> TaskId {
        let input = input::new_task(json!({"title": title})).expect("a test task is valid");
        let added = tasks::create(&self.test.app, &self.test.batch(who), input).await;
        added.expect("a task is stored").value.task.id
    }

    async fn finds(&self, id: TaskId) -> Option<Task> {
        finds(&self.test, &self.ada, id).await
    }

    /// All titles on Ada's list, newest first.
    async fn titles(&self) -> Vec<String> {
        let input = input::listing(std::iter::empty()).expect("nothing is a question");
        let listed = tasks::list(&self.test.app, &self.ada, input).await.expect("it is listed");
        listed.tasks.iter().map(|shown| shown.task.title.as_str().to_owned()).collect()
    }

    /// The ids of all tasks on Ada's list, newest first.
    async fn ids(&self) -> Vec<TaskId> {
        let input = input::listing(std::iter::empty()).expect("nothing is a question");
        let listed = tasks::list(&self.test.app, &self.ada, input).await.expect("it is listed");
        listed.tasks.iter().map(|shown| shown.task.id).collect()
    }

    /// What the model was sent in its n-th request.
    fn messages(&self, request: usize) -> Vec<Value> {
        let asked = self.model.asked();
        let messages = asked[request].body["messages"].as_array().cloned();
        messages.expect("a request has messages")
    }

    /// The last message that the model was sent in its n-th request, as JSON.
    fn last_content(&self, request: usize) -> Value {
        let messages = self.messages(request);
        let content = messages.last().and_then(|last| last["content"].as_str().map(str::to_owned));
        serde_json::from_str(&content.expect("it has content")).expect("it is JSON")
    }
}

impl Turn {
    async fn heard(self) -> Heard {
        listen(self.run()).await
    }
}

impl Heard {
    fn answer(&self) -> &Answer {
        self.end.as_ref().unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn failure(&self) -> &Failure {
        self.end.as_ref().expect_err("it was answered")
    }
}

async fn try_begin(
    test: &TestApp,
    batch: Batch,
    message: &str,
    place: Option<ConversationId>,
) -> Result<Begun, Error> {
    let place = place.map(ConversationId::get);
    let input = input::chat(json!({"message": message, "conversation_id": place}))?;
    begin(&test.app, batch, input).await
}

fn turn(begun: Result<Begun, Error>) -> Turn {
    match begun {
        Ok(Begun::Turn(turn)) => turn,
        Ok(_) => panic!("it was begun before"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn listen(mut events: TurnEvents) -> Heard {
    let place = events.conversation_id;
    let (mut text, mut steps, mut open) = (String::new(), 0, false);
    let (mut calls, mut results) = (Vec::new(), Vec::new());
    loop {
        match events.next().await.expect("there is an end") {
            TurnEvent::StepStart => {
                assert!(!open, "a step begins within another");
                (open, steps) = (true, steps + 1);
            }
            TurnEvent::StepEnd => open = false,
            TurnEvent::TextDelta(words) => {
                assert!(open && !words.is_empty(), "words are said within a step");
                text.push_str(&words);
            }
            TurnEvent::ToolCall { id, name, arguments } => calls.push((id, name, arguments)),
            TurnEvent::ToolResult { id, result, is_error } => {
                results.push((id, result, is_error));
            }
            TurnEvent::Finished(answer) => {
                assert!(events.next().await.is_none(), "nothing follows the end");
                assert_eq!(answer.message.content.as_str(), text, "what was told is stored");
                assert!(!open && calls.len() == results.len());
                let end = Ok(*answer);
                return Heard { place, text, steps, calls, results, end };
            }
            TurnEvent::Failed(failure) => {
                let end = Err(*failure);
                return Heard { place, text, steps, calls, results, end };
            }
        }
    }
}

async fn finds(test: &TestApp, who: &Actor, id: TaskId) -> Option<Task> {
    let owner = who.user_id.clone();
    let found = test.read(move |txn| async move { txn.find_task(&owner, id).await }).await;
    found.map(|(task, _)| task)
}

/// The messages of a conversation, as its owner sees them: who, and what.
async fn said(test: &TestApp, who: &Actor, place: ConversationId) -> Vec<(String, String)> {
    let shown = conversations::show(&test.app, who, place).await;
    let (_, messages) = shown.expect("the conversation is there");
    let line =
        |message: &Message| (message.role.as_str().to_owned(), message.content.as_str().to_owned());
    messages.iter().map(|shown| line(&shown.message)).collect()
}

fn endpoint(base_url: &str) -> ModelSettings {
    ModelSettings {
        base_url: base_url.to_owned(),
        api_key: None,
        model: Some("a-model".to_owned()),
        token_field: TokenField::default(),
    }
}
