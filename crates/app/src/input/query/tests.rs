//! What a query string asks for, and what is wrong with it.

use rondo_domain::{
    DueFilter, Priority, SearchText, SortOrder, StatusFilter, TaskFilter, TaskSort, TimeZoneName,
    Timestamp,
};

use super::*;
use crate::{
    input::{ListingInput, StartInput, problems},
    testing::NOW,
};

fn pairs(query: &str) -> impl Iterator<Item = Pair<'_>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.into(), value.into())
    })
}

fn ask(query: &str) -> Result<ListingInput, Error> {
    listing(pairs(query))
}

fn asked(query: &str) -> ListingInput {
    ask(query).unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

fn zone(name: &str) -> TimeZoneName {
    TimeZoneName::parse(name).expect("a test zone exists")
}

fn filter(query: &str) -> TaskFilter {
    asked(query).filter(NOW, &TimeZoneName::UTC)
}

/// `before` and `after` as they are shown.
fn due_at(query: &str, now: Timestamp, name: &str) -> [Option<String>; 2] {
    let DueFilter { before, after, .. } = asked(query).filter(now, &zone(name)).due;
    [before, after].map(|due| due.map(|due| due.to_string()))
}

#[test]
fn nothing_asked_is_the_first_hundred_of_all() {
    assert_eq!(asked(""), ListingInput::default());
    assert_eq!(asked("user_id=bob&x=1&tags=work"), ListingInput::default());
    let ListingInput { sort, order, limit, start, .. } = asked("");
    assert_eq!((sort, order), (TaskSort::CreatedAt, SortOrder::Descending));
    assert_eq!((limit, start), (100, StartInput::Offset(0)));
}

#[test]
fn both_ways_to_filter_mean_the_same() {
    for query in ["status=completed", "completed=true", "completed=TRUE&status=all"] {
        assert_eq!(filter(query).status, StatusFilter::Completed, "{query}");
    }
    for query in ["status=pending", "completed=False", "completed=false&status=pending"] {
        assert_eq!(filter(query).status, StatusFilter::Pending, "{query}");
    }
    for query in ["completed=true&status=pending", "completed=false&status=completed"] {
        assert_eq!(problems(ask(query)), ["query.status value_error"], "{query}");
    }
}

#[test]
fn a_parameter_given_twice_counts_as_given_last_but_tags_add_up() {
    assert_eq!(asked("limit=5&limit=7").limit, 7);
    let tags = |query| filter(query).tags.iter().map(|t| t.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(tags("tag=Work&tag=%23home&tag=WORK"), ["Work", "%23home"]);
    assert_eq!(tags("tag=a,b"), ["a,b"], "a label may have a comma");
    assert_eq!(tags("tag=#a"), ["a"]);
}

#[test]
fn a_filter_has_twenty_tags_and_no_more() {
    let many = |count: usize| (0..count).map(|n| format!("tag=t{n}")).collect::<Vec<_>>().join("&");
    assert_eq!(filter(&many(20)).tags.len(), 20);
    for count in [21, 101] {
        assert_eq!(problems(ask(&many(count))), ["query.tag too_long"], "{count}");
    }
    assert_eq!(
        problems(ask(&format!("tag=ok&tag=&tag={}", "x".repeat(51)))),
        ["query.tag.1 string_too_short", "query.tag.2 string_too_long"]
    );
}

#[test]
fn a_search_ignores_case_and_an_empty_one_asks_for_nothing() {
    let text = |query| filter(query).text.map(|text: SearchText| text.as_str().to_owned());
    assert_eq!(text("q= Straße ").as_deref(), Some("strasse"));
    assert_eq!(text("search=Milk").as_deref(), Some("milk"));
    assert_eq!(text("q=MILK&search=milk").as_deref(), Some("milk"));
    for query in ["q=", "search=", "q=%20".replace("%20", " ").as_str()] {
        assert_eq!(text(query), None, "{query}");
    }
    let long = format!("q={}", "x".repeat(201));
    assert_eq!(problems(ask(&long)), ["query.q string_too_long"]);
}

#[test]
fn priorities_are_a_list_with_none_in_it() {
    let priorities = filter("priority=P1,none,urgent, low").priorities;
    assert_eq!(priorities, [Some(Priority::High), None, Some(Priority::Low)]);
    for query in ["priority=", "priority=high,", "priority=p4"] {
        assert_eq!(problems(ask(query)), ["query.priority literal_error"], "{query}");
    }
}

#[test]
fn two_names_of_one_parameter_have_to_agree() {
    assert_eq!(asked("sort_by=due_date&sort_order=desc"), asked("sort=due_date&order=desc"));
    assert_eq!(asked("sort=title&sort_by=title").sort, TaskSort::Title);
    assert_eq!(
        problems(ask("q=a&search=b&sort=title&sort_by=priority&order=asc&sort_order=desc")),
        ["query.search value_error", "query.sort_by value_error", "query.sort_order value_error"]
    );
    assert_eq!(
        problems(ask("sort=name&sort_order=up")),
        ["query.sort literal_error", "query.sort_order literal_error"]
    );
}

#[test]
fn each_sort_begins_with_what_one_wants_to_see_first() {
    for (sort, order) in [
        ("created_at", SortOrder::Descending),
        ("updated_at", SortOrder::Descending),
        ("priority", SortOrder::Descending),
        ("due_date", SortOrder::Ascending),
        ("title", SortOrder::Ascending),
    ] {
        assert_eq!(asked(&format!("sort={sort}")).order, order, "{sort}");
        assert_eq!(asked(&format!("sort={sort}&order=asc")).order, SortOrder::Ascending);
        assert_eq!(asked(&format!("sort={sort}&order=desc")).order, SortOrder::Descending);
    }
}

#[test]
fn due_dates_are_those_of_the_owner() {
    for (query, name, expected) in [
        ("due_before=2026-11-22&due_after=2026-11-20", "UTC", ["2026-11-22", "2026-11-20"]),
        (
            "due_before=2026-11-22T23:30:00Z&due_after=2026-11-20T23:30:00+00:00",
            "Europe/Berlin",
            ["2026-11-23T00:30", "2026-11-21T00:30"],
        ),
        // A minute that has begun: what is due in it is earlier and not later.
        (
            "due_before=2026-11-22T17:00:30&due_after=2026-11-20T17:00:30",
            "UTC",
            ["2026-11-22T17:01", "2026-11-20T17:00"],
        ),
    ] {
        let expected = expected.map(|due| Some(due.to_owned()));
        assert_eq!(due_at(query, NOW, name), expected, "{query}");
    }
    let plus = "due_before=2026-11-22T23:30:00+02:00&due_after=2026-11-22 23:30";
    let blank = plus.replace('+', " ");
    assert_eq!(asked(&blank), asked(plus), "nobody encoded the plus sign");
    for query in ["due_before=2026-11-22 01:00 02", "due_before=2026-11-22 +01:00"] {
        assert_eq!(problems(ask(query)), ["query.due_before value_error"], "{query}");
    }
    assert!(!asked("due_before=2026-11-22&due_after=2026-11-20T10:00").needs_settings());
    assert!(asked("due_before=2026-11-22T00:00:00Z").needs_settings());
    assert!(asked("due_after=2026-11-22T00:00:00Z").needs_settings());
}

#[test]
fn overdue_is_what_is_to_be_done_and_was_due_before_now() {
    let now = NOW.plus_seconds(30);
    for (query, name, before) in [
        ("overdue=true", "UTC", "2026-11-21T09:31"),
        ("overdue=TRUE&status=pending", "Europe/Berlin", "2026-11-21T10:31"),
        ("overdue=true&due_before=2026-11-21", "UTC", "2026-11-21"),
        ("overdue=true&due_before=2026-11-22", "UTC", "2026-11-21T09:31"),
        ("overdue=true&due_before=2026-11-21T08:00", "UTC", "2026-11-21T08:00"),
    ] {
        assert_eq!(due_at(query, now, name)[0].as_deref(), Some(before), "{query}");
        let filter = asked(query).filter(now, &zone(name));
        assert_eq!(filter.status, StatusFilter::Pending, "{query}");
    }
    assert!(asked("overdue=true").needs_settings());
    assert_eq!(asked("overdue=false"), ListingInput::default());
    for query in ["overdue=true&completed=true", "overdue=true&status=completed"] {
        assert_eq!(problems(ask(query)), ["query.overdue value_error"], "{query}");
    }
}

#[test]
fn a_task_without_a_date_is_not_due() {
    assert!(filter("no_due=true").due.none);
    assert_eq!(asked("no_due=false"), ListingInput::default());
    for other in ["overdue=true", "due_before=2026-11-22", "due_after=2026-11-22"] {
        let query = format!("no_due=true&{other}");
        assert_eq!(problems(ask(&query)), ["query.no_due value_error"], "{query}");
        assert!(ask(&format!("no_due=false&{other}")).is_ok());
    }
}

#[test]
fn a_page_begins_at_a_number_or_at_a_cursor() {
    assert_eq!(asked("offset=7").start, StartInput::Offset(7));
    assert_eq!(asked("cursor=abc").start, StartInput::Cursor("abc".to_owned()));
    for query in ["cursor=abc&offset=1", "cursor=abc&offset=0"] {
        assert_eq!(problems(ask(query)), ["query.cursor value_error"], "{query}");
    }
}

#[test]
fn every_problem_of_a_query_is_listed() {
    let query = "status=done&completed=1&priority=x&tag=%&tag=&due_before=soon&due_after=5/12\
                 &overdue=1&no_due=yes&sort=x&order=x&limit=0&offset=-1";
    assert_eq!(
        problems(ask(query)),
        [
            "query.status literal_error",
            "query.completed bool_type",
            "query.priority literal_error",
            "query.tag.1 string_too_short",
            "query.due_before value_error",
            "query.due_after value_error",
            "query.overdue bool_type",
            "query.no_due bool_type",
            "query.sort literal_error",
            "query.order literal_error",
            "query.limit greater_than_equal",
            "query.offset greater_than_equal"
        ]
    );
    let huge = format!("limit={}&offset=x", "9".repeat(30));
    assert_eq!(problems(ask(&huge)), ["query.limit less_than_equal", "query.offset int_parsing"]);
    for query in ["limit=", "limit=1.5"] {
        assert_eq!(problems(ask(query)), ["query.limit int_parsing"], "{query}");
    }
}

#[test]
fn a_part_of_the_history_begins_after_a_number() {
    let ask = |query| feed(pairs(query));
    assert_eq!(ask("").ok(), Some(FeedQuery { after: 0, limit: 100 }));
    assert_eq!(ask("after=7&limit=1000").ok(), Some(FeedQuery { after: 7, limit: 1000 }));
    assert_eq!(
        problems(ask("after=-1&limit=1001")),
        ["query.after greater_than_equal", "query.limit less_than_equal"]
    );
    assert_eq!(problems(ask("after=x")), ["query.after int_parsing"]);
    let huge = format!("after={}", "9".repeat(30));
    assert_eq!(feed(pairs(&huge)).map(|query| query.after).ok(), Some(i64::MAX));
}

#[test]
fn other_lists_have_a_window_only() {
    assert_eq!(page(pairs("limit=5&offset=3&status=x")).ok(), Some(Page::new(5, 3)));
    assert_eq!(page(pairs("")).ok(), Some(Page::default()));
}
