//! Titles that look like dates.

use super::*;

#[test]
fn quotes_keep_their_words() {
    check_titles(&[
        r#"read "The Man Who Was Thursday""#,
        r#""read The Man Who Was Thursday""#,
        "read 'The Man Who Was Thursday'",
        "read “The Man Who Was Thursday”",
        "read «Tomorrow»",
        "read „Morgen, Tomorrow“",
        "run `cron tomorrow`",
        r#"read "unfinished Thursday"#,
        r#"sing "p1""#,
        r#"sing "due friday" with Ana"#,
    ]);
    check(&[
        (r#"read "Friday" tomorrow"#, r#"read "Friday" | 2026-11-22"#),
        (r#"buy 24" screen tomorrow"#, r#"buy 24" screen | 2026-11-22"#),
        ("don't forget Ana's cake tomorrow", "don't forget Ana's cake | 2026-11-22"),
    ]);
}

#[test]
fn words_in_the_middle_stay() {
    check_titles(&[
        "order 12 monday shirts",
        "read The Man Who Was Thursday",
        "watch The Day After Tomorrow",
        "buy tomorrow's bread",
        "plan friday night dinner",
        "Friday night dinner",
        "Black Friday",
        "shop on Black Friday",
        "call Robinson Crusoe's Friday goat",
        "prepare tomorrow meeting notes",
        "write tomorrow is another day",
        "book a table in March or April",
        "ask about next week meeting",
        "call me maybe",
        "read chapter 12 of 24",
        "last friday",
        "notes of last friday",
        "summary of friday",
        "ham and sun",
    ]);
}

#[test]
fn words_with_two_meanings_stay() {
    check_titles(&[
        "ask May about the party",
        "you may go",
        "May the force be with you",
        "May 5 people come",
        "March 3 miles",
        "march for climate",
        "second draft",
        "give it a second",
        "sun cream",
        "sat nav",
        "get some sun",
        "put on sun cream",
        "sat exam",
        "fri",
        "Jan",
        "call Jan",
        "dec",
        "be on time",
        "arrive at second street",
        "stand by me",
        "read by the river",
        "look at me",
        "on hold until further notice",
        "noon",
        "High Noon",
        "meet on the 5th floor",
        "fall in love in 3 acts",
        "once in a while",
        "in 3 shops",
        "check in",
        "Tonight Show tickets",
    ]);
}

#[test]
fn numbers_that_are_no_dates_stay() {
    check_titles(&[
        "party 5/12",
        "party on 5/12",
        "party 12/5/2026",
        "party 24.12.2026",
        "pay $5",
        "pay 5pmt",
        "buy at 9.99",
        "sell at 5",
        "release 1.2.3",
        "release v2026.11",
        "ship at 25:00",
        "ship at 24:00",
        "ship at 17:60",
        "ship at 13pm",
        "ship at 0am",
        "ship at 5:5pm",
        "read John 3:16",
        "win 3:2",
        "2 liters of milk",
        "2026",
        "flight LH 2026",
        "iso 9001",
        "version 2026-11",
        "call 555 1234",
        "year 2027",
        "ship at ٥pm",
    ]);
}

#[test]
fn a_title_is_never_eaten() {
    check_titles(&[
        "tomorrow",
        "Friday",
        "today at 5pm",
        "next week",
        "in 3 days",
        "every day",
        "#work",
        "p1",
        "p1 #work tomorrow",
        "- tomorrow",
        "(tomorrow)",
        "2026-12-24",
        "at 5pm",
        "\"\"",
        "…",
        "-",
    ]);
    check(&[
        ("tomorrow tomorrow", "tomorrow | 2026-11-22"),
        ("Friday Friday", "Friday | 2026-11-27"),
        ("🎉 tomorrow", "🎉 | 2026-11-22"),
        ("next week meeting", "meeting | 2026-11-23"),
        ("- call Ana tomorrow", "- call Ana | 2026-11-22"),
    ]);
    for text in ["", " ", "\n\t\u{a0}\u{3000}"] {
        assert_eq!(read_at(SATURDAY, text), Err(Problem::TooShort { min: 1 }), "{text:?}");
    }
    assert_eq!(read_at(SATURDAY, "a\0b"), Err(Problem::Nul));
}

#[test]
fn addresses_and_other_scripts_are_left_alone() {
    check(&[
        ("mail ana@today.com tomorrow", "mail ana@today.com | 2026-11-22"),
        (
            "read https://x.org/2026-12-24#friday tomorrow",
            "read https://x.org/2026-12-24#friday | 2026-11-22",
        ),
        ("לקנות חלב tomorrow", "לקנות חלב | 2026-11-22"),
        ("اتصل بآنا tomorrow #عمل", "اتصل بآنا | 2026-11-22 | #عمل"),
        ("牛乳を買う tomorrow p1", "牛乳を買う | 2026-11-22 | high"),
        ("cafe\u{301} 👩‍👩‍👧 tomorrow", "cafe\u{301} 👩‍👩‍👧 | 2026-11-22"),
        ("buy  two   spaces tomorrow", "buy  two   spaces | 2026-11-22"),
        ("two\nlines tomorrow", "two\nlines | 2026-11-22"),
        ("call\u{a0}Ana\u{a0}tomorrow", "call\u{a0}Ana | 2026-11-22"),
    ]);
    check_titles(&[
        "write to tomorrow@today.org",
        "morgen anrufen",
        "llamar mañana",
        "𝐭𝐨𝐦𝐨𝐫𝐫𝐨𝐰 call",
    ]);
}

#[test]
fn one_date_is_taken_and_the_other_stays() {
    check(&[
        ("ask Bob about friday tomorrow", "ask Bob about friday | 2026-11-22"),
        ("Friday report due on Monday", "Friday report | 2026-11-23"),
        ("tomorrow call Bob friday", "tomorrow call Bob | 2026-11-27"),
        ("move meeting from friday to monday", "move meeting from friday to monday"),
        ("work by Monday on the friday report", "work on the friday report | 2026-11-23"),
        ("what is due today?", "what is | 2026-11-21"),
    ]);
}
