-- A user's tasks lie together: the primary key begins with the owner.
create table tasks (
    user_id text not null references users (id) on delete cascade,
    id integer not null,
    title text not null,
    description text,
    completed integer not null default false check (completed in (0, 1)),
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    updated_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    primary key (user_id, id)
) strict, without rowid;

-- Newest first, and newest first among the finished or the pending ones.
create index idx_tasks_user_id_created_at on tasks (user_id, created_at desc, id desc);
create index idx_tasks_user_id_completed on tasks (user_id, completed, created_at desc, id desc);

-- Answers "does this id belong to someone else?", asked only after a miss.
create index idx_tasks_id on tasks (id);

insert into id_counters (name) values ('tasks');
