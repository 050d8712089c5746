//! Lists that PostgreSQL finds faster in words of its own.
//!
//! It guesses how many tasks a parameter will find, by which it chooses how to
//! go about it: here it counts first and then goes the way that suits the number.

use rondo_domain::{SortOrder, TaskQuery, TaskSort};

use crate::tables::tasks::task_columns;

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

/// The statement for tasks with tags.
pub(super) fn tagged(query: &TaskQuery) -> &'static str {
    sorted!(query, tagged)
}
