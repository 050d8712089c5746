-- What happened to each task, and who did it: the audit log, the feed, the
-- source of live events and the basis of undo. The ids count per user without
-- gaps, taken from the user's row in the same transaction, so that a reader can
-- never miss a change that commits late.
alter table users add column change_count bigint not null default 0;

-- "before" and "after" are the task as it was and is on the list, as JSON; null
-- when it was or is not there.
--
-- The number alone would do as a key. With the task and the batch in it, what
-- happened to one task or belongs to one batch is found within this index, by
-- going through the user's part of it. That is rare; an index for each of them
-- would be paid for by every write, and most of all where it hits random pages.
create table changes (
    user_id text not null references users (id) on delete cascade,
    id bigint not null,
    batch_id text collate "C" not null,
    author_kind text not null check (author_kind in ('user', 'token', 'mcp', 'assistant')),
    author_name text,
    action text not null check (action in
        ('created', 'updated', 'completed', 'reopened', 'deleted', 'restored', 'purged')),
    task_id bigint not null,
    version bigint not null,
    before text,
    after text,
    undoes text,
    created_at timestamptz not null default now(),
    primary key (user_id, id, task_id, batch_id)
);
