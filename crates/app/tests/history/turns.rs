//! Turns of conversations on both databases, through two processes: with the
//! built-in assistant and with a scripted model.

use futures_util::future::join_all;
use rondo_app::{
    App, Batch, Error, Kind, ModelSettings, TokenField,
    assistant::{Answer, Begun, Failure, Turn, TurnEvent, begin},
    conversations, input,
};
use rondo_domain::{ConversationId, Page};
use serde_json::{Value, json};

use crate::{
    scripted_model::{Reply, ScriptedModel},
    support::{State, World, changes, state},
};

on_both_databases!(
    a_conversation_goes_on_in_another_process,
    of_many_messages_at_once_one_is_answered,
    a_message_that_is_sent_many_times_at_once_is_answered_once,
    conversations_do_not_wait_for_each_other,
    a_process_that_died_blocks_a_conversation_for_a_minute,
    a_yes_to_another_process_deletes_what_was_asked_about,
    a_model_changes_tasks_and_is_shown_its_own_words_again,
    a_failed_turn_leaves_what_it_did,
    somebody_elses_conversation_is_not_found,
);

async fn tries(
    app: &App,
    batch: Batch,
    message: &str,
    place: Option<ConversationId>,
) -> Result<Begun, Error> {
    let place = place.map(ConversationId::get);
    let input = input::chat(json!({"message": message, "conversation_id": place}))?;
    begin(app, batch, input).await
}

async fn run(turn: Turn) -> Result<Answer, Failure> {
    let mut events = turn.run();
    loop {
        match events.next().await.expect("there is an end") {
            TurnEvent::Finished(answer) => return Ok(*answer),
            TurnEvent::Failed(failure) => return Err(*failure),
            _ => {}
        }
    }
}

async fn begun(world: &World, app: &App, message: &str, place: Option<ConversationId>) -> Turn {
    match tries(app, world.batch(app), message, place).await {
        Ok(Begun::Turn(turn)) => turn,
        Ok(_) => panic!("there is no key"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn says(world: &World, app: &App, message: &str, place: Option<ConversationId>) -> Answer {
    let answered = run(begun(world, app, message, place).await).await;
    answered.unwrap_or_else(|failure| panic!("{failure:?}"))
}

async fn titles(world: &World) -> Vec<String> {
    let input = input::listing(std::iter::empty()).expect("nothing is a question");
    let listed = rondo_app::tasks::list(world.app(), &world.ada, input).await.expect("a list");
    listed.tasks.iter().map(|shown| shown.task.title.as_str().to_owned()).collect()
}

/// How many messages there are in a conversation.
async fn length(world: &World, place: ConversationId) -> usize {
    conversations::show(world.app(), &world.ada, place).await.expect("it is hers").1.len()
}

/// What the history says is what the tables say.
async fn assert_told(world: &World) {
    let told = State::replayed(&changes(world.app(), &world.ada).await);
    assert_eq!(told, state(world.app(), &world.ada).await);
}

/// A model that says what a test wrote down, in both processes.
async fn with_model(world: World) -> (World, ScriptedModel) {
    let model = ScriptedModel::start().await;
    let endpoint = ModelSettings {
        base_url: model.base_url(),
        api_key: None,
        model: Some("a-model".to_owned()),
        token_field: TokenField::default(),
    };
    (world.with(|settings| settings.assistant = Some(endpoint.clone())), model)
}

async fn a_conversation_goes_on_in_another_process(world: World) {
    let [first, second] = world.apps.clone();
    let added = says(&world, &first, "add buy milk", None).await;
    let place = Some(added.conversation_id);
    assert_eq!((titles(&world).await.len(), added.provider.as_str()), (1, "builtin"));
    let done = says(&world, &second, "mark it as done", place).await;
    assert_eq!(done.tool_calls.last().expect("a tool was called").tool_name, "complete_task");
    says(&world, &first, "undo", place).await;
    assert_told(&world).await;
    let (_, messages) = conversations::show(&second, &world.ada, added.conversation_id)
        .await
        .expect("the conversation is there");
    assert_eq!(messages.len(), 6);
    let shown = messages[1].turn.clone().expect("an answer has a turn");
    assert_eq!((&shown.tool_calls, &shown.batch_id), (&added.tool_calls, &added.batch_id));
}

async fn of_many_messages_at_once_one_is_answered(world: World) {
    let place = says(&world, world.app(), "hello", None).await.conversation_id;
    let tries = (0..12).map(|n| {
        let app = &world.apps[n % 2];
        tries(app, world.batch(app), "add milk", Some(place))
    });
    let mut turns = Vec::new();
    for begun in join_all(tries).await {
        match begun {
            Ok(Begun::Turn(turn)) => turns.push(turn),
            Ok(_) => panic!("there is no key"),
            Err(Error::TurnRunning) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(turns.len(), 1);
    for turn in turns {
        assert!(run(turn).await.is_ok());
    }
    assert_eq!((titles(&world).await.len(), length(&world, place).await), (1, 4));
}

async fn a_message_that_is_sent_many_times_at_once_is_answered_once(world: World) {
    let send = async |n: usize| {
        let app = &world.apps[n % 2];
        loop {
            match tries(app, world.keyed(app, "k"), "add milk", None).await {
                Ok(Begun::Turn(turn)) => return run(turn).await.expect("it is answered"),
                Ok(Begun::Replayed(answer)) => return *answer,
                Ok(Begun::Failed(failure)) => panic!("{failure:?}"),
                Err(Error::TurnRunning) => tokio::task::yield_now().await,
                Err(other) => panic!("{other:?}"),
            }
        }
    };
    let answers = join_all((0..8).map(send)).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(titles(&world).await, ["milk"]);
    let (_, total) = conversations::list(world.app(), &world.ada, Page::default())
        .await
        .expect("conversations are listed");
    assert_eq!((total, length(&world, answers[0].conversation_id).await), (1, 2));
}

async fn conversations_do_not_wait_for_each_other(world: World) {
    let chats = (0..20).map(|n| {
        let (app, message) = (&world.apps[n % 2], format!("add parcel{n}"));
        let world = &world;
        async move { says(world, app, &message, None).await }
    });
    let answers = join_all(chats).await;
    for answer in answers {
        assert!(answer.batch_id.is_some(), "{answer:?}");
    }
    assert_eq!(titles(&world).await.len(), 20);
    assert_told(&world).await;
}

async fn a_process_that_died_blocks_a_conversation_for_a_minute(world: World) {
    let [first, second] = world.apps.clone();
    let turn = begun(&world, &first, "add milk", None).await;
    let place = Some(turn.conversation_id());
    drop(turn);
    world.clock.advance_seconds(59);
    let refused = tries(&second, world.batch(&second), "add milk", place).await;
    assert!(matches!(refused, Err(Error::TurnRunning)));
    world.clock.advance_seconds(1);
    says(&world, &second, "add milk", place).await;
    assert_eq!(titles(&world).await, ["milk"]);
}

async fn a_yes_to_another_process_deletes_what_was_asked_about(world: World) {
    let [first, second] = world.apps.clone();
    let place = Some(says(&world, &first, "add milk", None).await.conversation_id);
    says(&world, &first, "add eggs", place).await;
    let asked = says(&world, &first, "delete all tasks", place).await;
    assert_eq!((titles(&world).await.len(), asked.batch_id), (2, None));
    let done = says(&world, &second, "yes", place).await;
    assert!(titles(&world).await.is_empty() && done.batch_id.is_some());
    says(&world, &second, "undo", place).await;
    assert_eq!(titles(&world).await.len(), 2);
    assert_told(&world).await;
}

async fn a_model_changes_tasks_and_is_shown_its_own_words_again(world: World) {
    let (world, model) = with_model(world).await;
    let [first, second] = world.apps.clone();
    model.says(Reply::calls(&[
        ("add_task", json!({"title": "milk \u{1F95B}"})),
        ("list_tasks", json!({})),
    ]));
    model.says(Reply::text("I've added it."));
    let added = says(&world, &first, "add milk", None).await;
    assert_eq!((added.provider.as_str(), added.tool_calls.len()), ("openai-compatible", 2));
    model.says(Reply::text("Yes."));
    says(&world, &second, "did you?", Some(added.conversation_id)).await;
    let asked = model.asked();
    let messages = asked[2].body["messages"].as_array().expect("there are messages");
    let roles: Vec<&Value> = messages.iter().map(|message| &message["role"]).collect();
    let expected = ["system", "user", "assistant", "tool", "tool", "assistant", "user"];
    assert_eq!(json!(roles), json!(expected));
    assert_told(&world).await;
}

async fn a_failed_turn_leaves_what_it_did(world: World) {
    let (world, model) = with_model(world).await;
    model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    model.says(Reply::json(400, &json!({})));
    let failure = run(begun(&world, world.app(), "add milk", None).await).await;
    let failure = failure.expect_err("the model refused");
    assert_eq!((failure.error.code(), failure.tool_calls.len()), ("model_failed", 1));
    assert_eq!(titles(&world).await, ["milk"]);
    assert_eq!(length(&world, failure.conversation_id).await, 1);
    model.says(Reply::text("It is there."));
    says(&world, world.app(), "and?", Some(failure.conversation_id)).await;
    assert_told(&world).await;
}

async fn somebody_elses_conversation_is_not_found(world: World) {
    let place = says(&world, world.app(), "hello", None).await.conversation_id;
    let eve = rondo_domain::Actor {
        user_id: rondo_domain::UserId::parse("eve").expect("it is an id"),
        ..world.ada.clone()
    };
    let refused = tries(world.app(), Batch::new(world.app(), &eve), "hello", Some(place)).await;
    assert!(matches!(refused, Err(Error::NotFound(Kind::Conversation))));
    assert_eq!(length(&world, place).await, 2);
}
