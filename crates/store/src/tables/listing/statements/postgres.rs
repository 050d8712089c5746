//! Lists that PostgreSQL finds faster in words of its own.
//!
//! A list of hits is long when nearly everything passes, and PostgreSQL takes
//! as long to keep and sort one as to find it. And it guesses how many tasks a
//! parameter will find, by which it chooses how to go about it: here it counts
//! first and then goes the way that suits the number.

use rondo_domain::{SortOrder, TaskQuery, TaskSort};

use crate::tables::tasks::task_columns;

/// A text in title or description, by when the tasks were made. Up to 1,000
/// hits are looked up and sorted. More are not far apart: going through the
/// tasks in their order, in an index, soon fills a page.
macro_rules! searched_by_age {
    ($beyond:literal, $order:literal) => {
        concat!(
            "with counted as materialized (
                 select count(*) as total, array_agg(id) as ids from tasks
                 where user_id = $1 and search_text like $2 and completed in ($3, $4)
             ) ",
            page!(
                "(select total from counted)",
                concat!(
                    "select id, key from (
                         (select id, created_at as key from tasks
                          where (select total from counted) > 1000 and user_id = $1
                              and (not $5 or (created_at, id) ",
                    $beyond,
                    " ($6, $7)) and search_text like $2 and completed in ($3, $4)
                          order by created_at ",
                    $order,
                    ", id ",
                    $order,
                    " limit $8::bigint + $9)
                         union all
                         (select id, created_at from tasks
                          where (select total from counted) <= 1000 and user_id = $1
                              and id = any((select ids from counted)::bigint[])
                              and (not $5 or (created_at, id) ",
                    $beyond,
                    " ($6, $7)))
                     ) found order by key ",
                    $order,
                    ", id ",
                    $order,
                    " limit $8 offset $9"
                ),
                $order
            )
        )
    };
}

/// Tags. Up to 20,000 tasks are looked up one by one; beyond that it is faster
/// to go through all.
macro_rules! tagged {
    ($key:literal, $beyond:literal, $order:literal) => {
        concat!(
            "with tagged as materialized (
                 select count(*) as total, array_agg(task_id) as ids from (
                     select distinct task_id from task_tags
                     where user_id = $1 and tag_key in (
                         $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                         $14, $15, $16, $17, $18, $19, $20, $21, $22, $23
                     )
                 ) named
             ), hits as materialized (
                 select id, ",
            $key,
            " as key from tasks
                 where (select total from tagged) <= 20000 and user_id = $1
                     and completed in ($2, $3) and id = any((select ids from tagged)::bigint[])
                 union all
                 select id, ",
            $key,
            " from tasks
                 where (select total from tagged) > 20000 and user_id = $1
                     and completed in ($2, $3) and id in (
                         select task_id from task_tags where user_id = $1 and tag_key in (
                             $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                             $14, $15, $16, $17, $18, $19, $20, $21, $22, $23
                         )
                     )
             ) ",
            page!(
                "(select count(*) from hits)",
                concat!(
                    "select id, key from hits",
                    first!($beyond, $order, ["$24", "$25", "$26", "$27", "$28"])
                ),
                $order
            )
        )
    };
}

/// The statement for tasks with a text, unless PostgreSQL has none of its own
/// for this order.
pub(super) fn searched(query: &TaskQuery) -> Option<&'static str> {
    match (query.sort, query.order) {
        (TaskSort::CreatedAt, SortOrder::Ascending) => Some(searched_by_age!(">", "asc")),
        (TaskSort::CreatedAt, SortOrder::Descending) => Some(searched_by_age!("<", "desc")),
        _ => None,
    }
}

/// The statement for tasks with tags.
pub(super) fn tagged(query: &TaskQuery) -> &'static str {
    sorted!(query, tagged)
}
