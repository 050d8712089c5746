//! What endpoints really send, and what comes of it.

use serde_json::{Value, json};

use super::{
    super::{Reply, RequestedCall, wrong::Wrong},
    Assembly,
};

fn assembled(deltas: &[Value]) -> Reply {
    let events = deltas.iter().map(|delta| json!({"choices": [{"delta": delta}]}));
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    let events: Vec<_> = events.chain([end]).map(|event| event.to_string()).collect();
    let events: Vec<_> = events.iter().map(String::as_str).collect();
    read(&events).expect("it is an answer").0
}

fn read(events: &[&str]) -> Result<(Reply, String), Wrong> {
    let mut heard = String::new();
    let mut on_text = |text: &str| heard.push_str(text);
    let mut assembly = Assembly::new("call_1_".to_owned());
    for event in events {
        assembly.add_event(event.as_bytes(), &mut on_text)?;
    }
    let reply = assembly.finish(&mut on_text)?;
    Ok((reply, heard))
}

fn document(message: &Value) -> Reply {
    let document = json!({"choices": [{"message": message, "finish_reason": "stop"}]});
    let mut assembly = Assembly::new("call_1_".to_owned());
    assembly.add_document(document.to_string().as_bytes(), &mut |_| ()).expect("it is an answer");
    assembly.finish(&mut |_| ()).expect("it is an answer")
}

/// The calls of an answer, as `id name arguments`.
fn calls(reply: &Reply) -> Vec<String> {
    let line = |call: &RequestedCall| format!("{} {} {}", call.id, call.name, call.arguments);
    reply.tool_calls.iter().map(line).collect()
}

#[test]
fn pieces_of_parallel_calls_are_told_apart_by_their_index() {
    let reply = assembled(&[
        json!({"role": "assistant", "content": null, "tool_calls": [
            {"index": 0, "id": "a", "type": "function", "function": {"name": "add_task", "arguments": ""}}]}),
        json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "get_task", "arguments": "{\"task"}}]}),
        json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"title\":\"é\"}"}}]}),
        json!({"tool_calls": [{"index": 1, "function": {"arguments": "_id\":5}"}}]}),
    ]);
    assert_eq!(calls(&reply), [r#"a add_task {"title":"é"}"#, r#"b get_task {"task_id":5}"#]);
    assert_eq!(
        reply.message,
        json!({"role": "assistant", "content": null, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "add_task", "arguments": "{\"title\":\"é\"}"}},
            {"id": "b", "type": "function", "function": {"name": "get_task", "arguments": "{\"task_id\":5}"}},
        ]})
    );
}

#[test]
fn whole_calls_that_all_say_index_0_or_nothing_are_calls_of_their_own() {
    for index in [json!(0), json!(null)] {
        let call = |id: &str, at: u32| {
            let function =
                json!({"name": "get_task", "arguments": json!({"task_id": at}).to_string()});
            json!({"tool_calls": [{"index": index, "id": id, "function": function}]})
        };
        let expected = ["a get_task {\"task_id\":1}", "b get_task {\"task_id\":2}"];
        assert_eq!(calls(&assembled(&[call("a", 1), call("b", 2)])), expected);
        let expected = ["call_1_0 get_task {\"task_id\":1}", "call_1_1 get_task {\"task_id\":2}"];
        let reply = assembled(&[call("", 1), call("", 2)]);
        assert_eq!(calls(&reply), expected);
        assert_eq!(reply.message["tool_calls"][1]["id"], "call_1_1", "the history names it so too");
    }
}

#[test]
fn a_name_that_comes_with_every_piece_is_one_name() {
    let piece = |arguments: &str| json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "undo", "arguments": arguments}}]});
    assert_eq!(calls(&assembled(&[piece("{"), piece("}"), piece("")])), ["a undo {}"]);
}

#[test]
fn arguments_may_be_an_object_or_missing() {
    let reply = document(&json!({"role": "assistant", "content": "", "tool_calls": [
        {"function": {"name": "get_task", "arguments": {"task_id": 5}}},
        {"function": {"name": "undo"}},
    ]}));
    assert_eq!(calls(&reply), [r#"call_1_0 get_task {"task_id":5}"#, "call_1_1 undo {}"]);
}

#[test]
fn arguments_that_are_not_json_are_asked_about_and_do_not_go_back() {
    for bad in ["{\"title\": ", "[1]", "buy milk"] {
        let function = json!({"name": "add_task", "arguments": bad});
        let reply = document(&json!({"tool_calls": [{"id": "a", "function": function}]}));
        assert_eq!(reply.tool_calls[0].arguments, bad);
        assert_eq!(reply.message["tool_calls"][0]["function"]["arguments"], "{}");
    }
}

#[test]
fn what_an_endpoint_adds_of_its_own_is_kept() {
    let signature = json!({"google": {"thought_signature": "c2lnbmF0dXJl"}});
    let call = json!({"index": 0, "id": "a", "extra_content": signature,
        "function": {"name": "undo", "arguments": "{}", "x": 1}});
    let reply = assembled(&[
        json!({"reasoning_content": "Let me ", "reasoning_details": [{"text": "a"}]}),
        json!({"reasoning_content": "see.", "reasoning_details": [{"text": "b"}]}),
        json!({"tool_calls": [call]}),
        json!({"extra_content": signature}),
    ]);
    assert_eq!(reply.message["tool_calls"][0]["extra_content"], signature);
    assert_eq!(reply.message["tool_calls"][0]["function"]["x"], 1);
    assert_eq!(reply.message["extra_content"], signature);
    assert_eq!(reply.message["reasoning_content"], "Let me see.");
    assert_eq!(reply.message["reasoning_details"], json!([{"text": "a"}, {"text": "b"}]));
    assert_eq!(reply.text, "", "thoughts are not the answer");
}

#[test]
fn text_comes_as_it_is_written() {
    let delta = |text: &str| json!({"choices": [{"delta": {"content": text}}]}).to_string();
    let usage = r#"{"choices":[],"usage":{"total_tokens":9}}"#;
    let (reply, heard) =
        read(&[&delta("Hel"), "", usage, &delta("lo"), "[DONE]"]).expect("it ends");
    assert_eq!((reply.text.as_str(), heard.as_str()), ("Hello", "Hello"));
    assert_eq!(reply.message, json!({"role": "assistant", "content": "Hello"}));
    let parts = json!([{"type": "thinking", "thinking": []}, {"type": "text", "text": "Hi"}]);
    assert_eq!(document(&json!({"content": parts})).text, "Hi");
}

#[test]
fn a_refusal_is_an_answer_and_an_empty_one_too() {
    let (reply, heard) =
        read(&[r#"{"choices":[{"delta":{"refusal":"I will not."}}]}"#, "[DONE]"]).expect("it ends");
    assert_eq!((reply.text.as_str(), heard.as_str()), ("I will not.", "I will not."));
    assert_eq!(document(&json!({"content": null})).text, "");
}

#[test]
fn half_an_answer_is_none() {
    let hello = r#"{"choices":[{"delta":{"content":"Hello"}}]}"#;
    for (events, expected) in [
        (&[hello][..], Wrong::Cut),
        (&[hello, "{\"choices\":[{\"del"], Wrong::Malformed),
        (&["not JSON"], Wrong::Malformed),
        (&[], Wrong::Malformed),
        (&["[DONE]"], Wrong::Malformed),
        (&[r#"{"choices":[{"delta":{"tool_calls":[5]}}]}"#], Wrong::Malformed),
    ] {
        assert_eq!(read(events).err(), Some(expected), "{events:?}");
    }
    let reported = read(&[hello, r#"{"error":{"message":"hush","code":"overloaded"}}"#]).err();
    assert_eq!(reported.expect("it is one").to_string(), "it answered with an error (overloaded)");
}

#[test]
fn an_answer_is_no_larger_than_anybody_asked_for() {
    let long = "x".repeat(1000);
    for delta in [
        json!({"content": long}),
        json!({"reasoning": long}),
        json!({"reasoning_details": [{"text": long}]}),
        json!({"tool_calls": [{"index": 0, "function": {"name": "undo", "arguments": long}}]}),
        json!({"tool_calls": [{"id": "", "function": {"name": "undo", "arguments": "{}"}}]}),
    ] {
        let event = json!({"choices": [{"delta": delta}]}).to_string();
        assert_eq!(read(&vec![event.as_str(); 300]).err(), Some(Wrong::TooLarge), "{delta}");
    }
}
