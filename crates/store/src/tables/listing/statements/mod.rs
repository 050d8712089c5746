//! The statements that find a page of a list: one for each kind of filter,
//! sort and direction, so that each is prepared once and has a plan of its own.
//!
//! A page comes with the owner's time zone in column 0, the sort key in 1, a
//! task from [`TASK`] on, and behind it what the total is made of. Without a
//! task on the page there is one row that has only the rest; without a user
//! there is none.
//!
//! A page is found among ids and sort keys, in an index alone where there is
//! one that has them, and only its own tasks are looked up: skipping 250 of
//! them costs 7 µs on SQLite, against 57 when each is fetched to be thrown away.

use rondo_domain::{DueFilter, SortOrder, Start, TaskFilter, TaskQuery, TaskSort};

use crate::tables::tasks::{TASK_COLUMNS, task_columns};

/// The columns of a page.
pub(super) const ZONE: usize = 0;
pub(super) const KEY: usize = 1;
pub(super) const TASK: usize = 2;
pub(super) const TOTAL: usize = TASK + TASK_COLUMNS;

/// What stands in the place of a missing due date: it comes after all others.
pub(super) const NO_DUE_DATE: &str = "~";

/// What a statement asks about a task besides its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Nothing: the owner's counters say how many there are.
    None,
    /// Its tags.
    Tags,
    /// Its text.
    Text,
    /// Its text, priority and due date.
    Fields,
    /// The same of tasks that have a due date, found by it.
    Due,
    /// Everything.
    All,
}

impl Filter {
    /// The one that asks no more than it has to.
    pub(super) fn of(filter: &TaskFilter) -> Self {
        let TaskFilter { status: _, text, priorities, tags, due } = filter;
        let has_plan = !priorities.is_empty() || *due != DueFilter::default();
        let has_date = !due.none && (due.before.is_some() || due.after.is_some());
        match (tags.is_empty(), text.is_some(), has_plan) {
            (true, false, false) => Self::None,
            (true, true, false) => Self::Text,
            (true, _, true) if has_date => Self::Due,
            (true, _, true) => Self::Fields,
            (false, false, false) => Self::Tags,
            (false, _, _) => Self::All,
        }
    }
}

/// From the ids and keys of a page to the page.
macro_rules! page {
    ($total:literal, $page:expr, $order:literal) => {
        concat!(
            "select u.timezone, page.key, ",
            task_columns!(),
            ", ",
            $total,
            " from users u left join (",
            $page,
            ") page on true
             left join tasks t on t.user_id = $1 and t.id = page.id
             where u.id = $1
             order by page.key ",
            $order,
            ", page.id ",
            $order
        )
    };
}

/// By when they were made: an index has this order, and where a page begins.
macro_rules! newest {
    ($which:literal, $order:literal, $limit:literal) => {
        page!(
            "u.task_count, u.completed_count",
            concat!(
                "select id, created_at as key from tasks where user_id = $1",
                $which,
                " order by created_at ",
                $order,
                ", id ",
                $order,
                $limit
            ),
            $order
        )
    };
}

/// What comes first among ids and keys that have no order yet. The parameters:
/// whether there is a task to come after, its key and id, limit and offset.
macro_rules! first {
    ($beyond:literal, $order:literal, [$is_after:literal, $key:literal, $id:literal, $limit:literal, $offset:literal]) => {
        concat!(
            " where not ",
            $is_after,
            " or (key, id) ",
            $beyond,
            " (",
            $key,
            ", ",
            $id,
            ") order by key ",
            $order,
            ", id ",
            $order,
            " limit ",
            $limit,
            " offset ",
            $offset
        )
    };
}

/// All tasks of a status.
macro_rules! unfiltered {
    ($key:literal, $beyond:literal, $order:literal) => {
        page!(
            "u.task_count, u.completed_count",
            concat!(
                "select id, key from (
                     select id, ",
                $key,
                " as key from tasks where user_id = $1 and completed in ($2, $3)
                 ) listed",
                first!($beyond, $order, ["$4", "$5", "$6", "$7", "$8"])
            ),
            $order
        )
    };
}

/// Those that pass a filter are found once, counted, and sorted.
macro_rules! filtered {
    ($filter:expr, $key:literal, $beyond:literal, $order:literal, $parameters:tt) => {
        concat!(
            "with hits as materialized (
                 select id, ",
            $key,
            " as key from tasks where user_id = $1 and ",
            $filter,
            ") ",
            page!(
                "(select count(*) from hits)",
                concat!("select id, key from hits", first!($beyond, $order, $parameters)),
                $order
            )
        )
    };
}

macro_rules! tagged {
    ($key:literal, $beyond:literal, $order:literal) => {
        filtered!(
            "completed in ($2, $3) and id in (
                 select task_id from task_tags where user_id = $1 and tag_key in (
                     $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                     $14, $15, $16, $17, $18, $19, $20, $21, $22, $23
                 )
             )",
            $key,
            $beyond,
            $order,
            ["$24", "$25", "$26", "$27", "$28"]
        )
    };
}

macro_rules! searched {
    ($key:literal, $beyond:literal, $order:literal, $contains:literal) => {
        filtered!(
            concat!($contains, " and completed in ($3, $4)"),
            $key,
            $beyond,
            $order,
            ["$5", "$6", "$7", "$8", "$9"]
        )
    };
}

/// What fails most often is asked first. What is not asked for has parameters
/// that let everything pass.
macro_rules! fields {
    ($contains:literal, $due:literal) => {
        concat!(
            $contains,
            " and completed in ($3, $4) and ",
            $due,
            " > $5 and ",
            $due,
            " < $6 and coalesce(priority, 0) in ($7, $8, $9, $10)"
        )
    };
}

macro_rules! planned {
    ($key:literal, $beyond:literal, $order:literal, $contains:literal, $due:literal) => {
        filtered!(
            fields!($contains, $due),
            $key,
            $beyond,
            $order,
            ["$11", "$12", "$13", "$14", "$15"]
        )
    };
}

macro_rules! tagged_and_planned {
    ($key:literal, $beyond:literal, $order:literal, $contains:literal, $due:literal) => {
        filtered!(
            concat!(
                fields!($contains, $due),
                " and id in (
                     select task_id from task_tags where user_id = $1 and tag_key in (
                         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                         $21, $22, $23, $24, $25, $26, $27, $28, $29, $30
                     )
                 )"
            ),
            $key,
            $beyond,
            $order,
            ["$31", "$32", "$33", "$34", "$35"]
        )
    };
}

/// Chooses the statement of a family for a sort and an order. What has no due
/// date or no priority has a key that comes last in either order.
macro_rules! sorted {
    ($query:expr, $family:ident $(, $literal:literal)*) => {
        match $query.sort {
            TaskSort::CreatedAt => {
                sorted!(@ $query, $family, "created_at", "created_at" $(, $literal)*)
            }
            TaskSort::UpdatedAt => {
                sorted!(@ $query, $family, "updated_at", "updated_at" $(, $literal)*)
            }
            TaskSort::DueDate => {
                sorted!(@ $query, $family, "coalesce(due_date, '~')", "coalesce(due_date, '')" $(, $literal)*)
            }
            TaskSort::Priority => {
                sorted!(@ $query, $family, "coalesce(priority, 4)", "coalesce(priority, 0)" $(, $literal)*)
            }
            TaskSort::Title => {
                sorted!(@ $query, $family, "substr(search_text, 1, 200)", "substr(search_text, 1, 200)" $(, $literal)*)
            }
        }
    };
    (@ $query:expr, $family:ident, $up:literal, $down:literal $(, $literal:literal)*) => {
        match $query.order {
            SortOrder::Ascending => $family!($up, ">", "asc" $(, $literal)*),
            SortOrder::Descending => $family!($down, "<", "desc" $(, $literal)*),
        }
    };
}

// Behind the macros that it uses.
mod postgres;

/// The statement for tasks by when they were made, with no filter but the
/// status.
pub(super) fn newest(query: &TaskQuery) -> &'static str {
    let has_status = query.filter.status.completed().is_some();
    let is_after = matches!(query.start, Start::After(_));
    match (has_status, is_after, query.order) {
        (false, false, SortOrder::Ascending) => newest!("", "asc", " limit $2 offset $3"),
        (false, false, SortOrder::Descending) => newest!("", "desc", " limit $2 offset $3"),
        (false, true, SortOrder::Ascending) => {
            newest!(" and (created_at, id) > ($2, $3)", "asc", " limit $4")
        }
        (false, true, SortOrder::Descending) => {
            newest!(" and (created_at, id) < ($2, $3)", "desc", " limit $4")
        }
        (true, false, SortOrder::Ascending) => {
            newest!(" and completed = $2", "asc", " limit $3 offset $4")
        }
        (true, false, SortOrder::Descending) => {
            newest!(" and completed = $2", "desc", " limit $3 offset $4")
        }
        (true, true, SortOrder::Ascending) => {
            newest!(" and completed = $2 and (created_at, id) > ($3, $4)", "asc", " limit $5")
        }
        (true, true, SortOrder::Descending) => {
            newest!(" and completed = $2 and (created_at, id) < ($3, $4)", "desc", " limit $5")
        }
    }
}

/// The statement for any other list. PostgreSQL asks `like` before it looks
/// at what is farther back in a row, and a function call only behind.
pub(super) fn listed(filter: Filter, query: &TaskQuery, is_postgres: bool) -> &'static str {
    match (filter, is_postgres) {
        (Filter::None, _) => sorted!(query, unfiltered),
        (Filter::Tags, true) => postgres::tagged(query),
        (Filter::Tags, false) => sorted!(query, tagged),
        (Filter::Text, true) => sorted!(query, searched, "search_text like $2"),
        (Filter::Text, false) => sorted!(query, searched, "instr(search_text, $2) > 0"),
        (Filter::Due, true) => sorted!(query, planned, "search_text like $2", "due_date"),
        (Filter::Due, false) => sorted!(query, planned, "instr(search_text, $2) > 0", "due_date"),
        (Filter::Fields, true) => {
            sorted!(query, planned, "search_text like $2", "coalesce(due_date, '~')")
        }
        (Filter::Fields, false) => {
            sorted!(query, planned, "instr(search_text, $2) > 0", "coalesce(due_date, '~')")
        }
        (Filter::All, true) => {
            sorted!(query, tagged_and_planned, "search_text like $2", "coalesce(due_date, '~')")
        }
        (Filter::All, false) => {
            sorted!(
                query,
                tagged_and_planned,
                "instr(search_text, $2) > 0",
                "coalesce(due_date, '~')"
            )
        }
    }
}
