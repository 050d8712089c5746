-- Ids are unique over all users while the primary key begins with the owner,
-- so they come from a sequence; nothing relies on their order or on gaps.
create sequence task_ids maxvalue 9007199254740991;

-- A user's tasks lie together: the primary key begins with the owner.
create table tasks (
    user_id text not null references users (id) on delete cascade,
    id bigint not null default nextval('task_ids'),
    title text not null,
    description text,
    completed boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (user_id, id)
);

-- Newest first, and newest first among the finished or the pending ones.
create index idx_tasks_user_id_created_at on tasks (user_id, created_at desc, id desc);
create index idx_tasks_user_id_completed on tasks (user_id, completed, created_at desc, id desc);

-- Answers "does this id belong to someone else?", asked only after a miss.
create index idx_tasks_id on tasks (id);
