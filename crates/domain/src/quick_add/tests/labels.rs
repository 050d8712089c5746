//! Tags and priorities.

use super::*;

#[test]
fn everything_at_once() {
    check(&[
        (
            "Call Ana tomorrow at 9 #work p1 every week",
            "Call Ana | 2026-11-22T09:00 | high | #work | FREQ=WEEKLY",
        ),
        ("p2 #home tomorrow water plants", "water plants | 2026-11-22 | medium | #home"),
        ("#work call #urgent Ana P3", "call Ana | low | #work | #urgent"),
        ("finish slides in 3 days p1", "finish slides | 2026-11-24 | high"),
        ("finish slides p1 in 3 days!", "finish slides | 2026-11-24 | high"),
    ]);
}

#[test]
fn tags() {
    check(&[
        ("buy stamps #errands", "buy stamps | #errands"),
        ("buy stamps #errands, #post.", "buy stamps | #errands | #post"),
        ("buy #post stamps", "buy stamps | #post"),
        ("buy stamps (#post)", "buy stamps | #post"),
        ("buy stamps #Post #post #POST", "buy stamps | #Post"),
        ("buy stamps #büro #日本 #дом", "buy stamps | #büro | #日本 | #дом"),
        ("buy stamps #2026-goals #v1.2 #a/b #_x", "buy stamps | #2026-goals | #v1.2 | #a/b | #_x"),
        ("party #🎉", "party | #🎉"),
        ("ship it #cafe\u{301}", "ship it | #cafe\u{301}"),
    ]);
    check_titles(&[
        "check off task #5",
        "fix #1 and #23",
        "we are #1!",
        "paint wall #ff8800",
        "learn C# and F#",
        "press # twice",
        "keycap #\u{fe0f}\u{20e3} here",
        "#a#b stays",
        "run #!/bin/bash",
        "ana#work is one word",
        "open https://example.com/page#top now please",
        r#"write "about #work" today or not"#,
    ]);
    let long = format!("x #{}", "y".repeat(51));
    check(&[(&long, &long)]);
}

#[test]
fn a_task_has_at_most_20_tags() {
    let text = (0..25).fold("x".to_owned(), |text, n| format!("{text} #t{n}"));
    let task = read_at(SATURDAY, &text).expect("a title");
    assert_eq!(task.tags.as_slice().len(), 20);
    assert_eq!(task.title.as_str(), "x #t20 #t21 #t22 #t23 #t24");
}

#[test]
fn priorities() {
    check(&[
        ("call Ana p1", "call Ana | high"),
        ("P2: call Ana", "call Ana | medium"),
        ("call Ana p3 tomorrow", "call Ana | 2026-11-22 | low"),
        ("call Ana p1 p2", "call Ana p1 | medium"),
    ]);
    check_titles(&[
        "fix p1 bug",
        "call Ana p4",
        "call Ana p0",
        "mp3 p11",
        "answer the p1",
        "urgent call",
    ]);
}
