-- Which tasks have a tag, and in which spelling. The task itself holds its tags
-- in their order; this finds tasks by a tag and counts them.
--
-- The rows go with the account, not with the task: whoever removes a task removes
-- them by their keys. A foreign key to the task would search for them at every
-- deletion, which takes SQLite milliseconds when a user has many.
create table task_tags (
    user_id text not null references users (id) on delete cascade,
    tag_key text collate "C" not null,
    task_id bigint not null,
    name text collate "C" not null,
    primary key (user_id, tag_key, task_id)
);
