//! The statements as text, and how SQLite means to run them.
//!
//! They are put together from pieces, so the tests that look at the source for
//! whole statements do not see them; what they do is shown on both engines by
//! the conformance tests.

use std::collections::BTreeSet;

use rondo_domain::{
    Position, SortKey, SortOrder, Start, StatusFilter, TaskFilter, TaskQuery, TaskSort,
};
use rusqlite::{Connection, config::DbConfig};

use super::statements::{Filter, listed, newest};
use crate::migrate;

const ORDERS: [SortOrder; 2] = [SortOrder::Ascending, SortOrder::Descending];
const FILTERS: [Filter; 6] =
    [Filter::None, Filter::Tags, Filter::Text, Filter::Fields, Filter::Due, Filter::All];

/// A query of a certain order, after a certain task or not.
fn query(sort: TaskSort, order: SortOrder, status: StatusFilter, is_after: bool) -> TaskQuery {
    let position = Position { key: SortKey::Number(0), task_id: 1 };
    let start = if is_after { Start::After(position) } else { Start::Offset(0) };
    let filter = TaskFilter { status, ..TaskFilter::default() };
    TaskQuery { filter, sort, order, limit: 20, start }
}

/// By when tasks were made, with no filter but the status.
fn newest_of_all() -> Vec<&'static str> {
    let mut statements = Vec::new();
    for order in ORDERS {
        for status in [StatusFilter::All, StatusFilter::Pending] {
            for is_after in [false, true] {
                statements.push(newest(&query(TaskSort::CreatedAt, order, status, is_after)));
            }
        }
    }
    statements
}

/// All the others for an engine.
fn all_listed(is_postgres: bool) -> Vec<(Filter, TaskSort, &'static str)> {
    let mut statements = Vec::new();
    for filter in FILTERS {
        for sort in TaskSort::ALL {
            for order in ORDERS {
                let query = query(sort, order, StatusFilter::All, false);
                statements.push((filter, sort, listed(filter, &query, is_postgres)));
            }
        }
    }
    statements
}

fn on(is_postgres: bool) -> Vec<String> {
    let listed = all_listed(is_postgres).into_iter().map(|(_, _, sql)| sql);
    let words = |sql: &str| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    newest_of_all().into_iter().chain(listed).map(words).collect()
}

#[test]
fn every_list_has_a_statement_of_its_own() {
    for is_postgres in [false, true] {
        let statements = on(is_postgres);
        let different: BTreeSet<_> = statements.iter().collect();
        assert_eq!(different.len(), statements.len());
    }
}

#[test]
fn statements_keep_to_the_rules_of_the_house() {
    for sql in on(false).into_iter().chain(on(true)) {
        assert_eq!(sql, sql.to_lowercase());
        for (table, owned) in
            [("tasks", "user_id = $1"), ("tasks t", "t.user_id = $1"), ("users u", "u.id = $1")]
        {
            assert!(sql.contains(&format!("{table} ")) && sql.contains(owned), "whose? {sql}");
        }
        if sql.contains("task_tags") {
            assert!(sql.contains("from task_tags where user_id = $1 and"), "whose? {sql}");
        }
        assert!(sql.contains(" limit $"), "no limit: {sql}");
        assert!(!sql.contains('*') || sql.contains("count(*)"), "{sql}");
    }
}

#[test]
fn parameters_are_first_mentioned_in_their_order_on_sqlite() {
    for sql in on(false) {
        let mut last = 0;
        for rest in sql.split('$').skip(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let mentioned: usize = digits.parse().unwrap();
            assert!(mentioned <= last + 1, "${mentioned} comes too early in: {sql}");
            last = last.max(mentioned);
        }
    }
}

/// An empty database as the store opens it.
fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
    for migration in migrate::SQLITE {
        connection.execute_batch(migration.up).unwrap();
    }
    connection
}

/// What SQLite means to do, step by step.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("explain query plan {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

#[test]
fn a_page_of_the_newest_tasks_is_read_off_an_index() {
    let connection = database();
    for sql in newest_of_all() {
        let plan = plan(&connection, sql).join("; ");
        assert!(plan.contains("SEARCH tasks USING COVERING INDEX"), "{sql}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorted: {sql}: {plan}");
        // A page deep in the list costs no more than the first.
        let begins_at = plan.contains("(created_at,id)");
        assert_eq!(begins_at, !sql.contains("offset"), "{sql}: {plan}");
    }
}

#[test]
fn nobody_waits_for_the_tasks_of_others() {
    let connection = database();
    for (filter, sort, sql) in all_listed(false) {
        let steps = plan(&connection, sql);
        for step in &steps {
            let is_small = ["page", "hits", "listed"].iter().any(|name| step.contains(name));
            assert!(is_small || !step.starts_with("SCAN"), "{filter:?} {sort:?}: {step}");
            let reads = step.starts_with("SEARCH tasks") || step.starts_with("SEARCH task_tags");
            assert!(!reads || step.contains("user_id=?"), "{filter:?} {sort:?}: {step}");
        }
    }
}

#[test]
fn filters_find_tasks_by_what_they_ask_for() {
    let connection = database();
    for (filter, sort, sql) in all_listed(false) {
        let plan = plan(&connection, sql).join("; ");
        let expected: &[&str] = match (filter, sort) {
            (Filter::None, TaskSort::CreatedAt) => &["idx_tasks_user_id_created_at (user_id=?)"],
            (Filter::None | Filter::Text | Filter::Fields, _) => {
                &["SEARCH tasks USING PRIMARY KEY (user_id=?)"]
            }
            // Status, key and id stand in the index; the tags are looked up in memory.
            (Filter::Tags, TaskSort::CreatedAt) => {
                &["COVERING INDEX idx_tasks_user_id_completed", "(user_id=? AND tag_key=?)"]
            }
            (Filter::Tags | Filter::All, _) => {
                &["PRIMARY KEY (user_id=? AND id=?)", "(user_id=? AND tag_key=?)"]
            }
            (Filter::Due, _) => &["(user_id=? AND due_date>? AND due_date<?)"],
        };
        assert!(expected.iter().all(|step| plan.contains(step)), "{filter:?} {sort:?}: {plan}");
    }
}
