-- Accounts. The counters stand on the user's row so that no list has to count
-- its tasks; they change in the same transaction as the task.
create table users (
    id text primary key not null,
    email text,
    email_verified boolean not null default false,
    name text not null default '',
    image text,
    password_hash text,
    task_count bigint not null default 0,
    completed_count bigint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
) with (fillfactor = 80);

-- Null for users whom only an external issuer knows; unique otherwise.
create unique index idx_users_email on users (email);

-- A deleted account leaves its id here, so that a token which is still valid
-- by its signature cannot bring it back to life.
create table deleted_users (
    id text primary key not null,
    deleted_at timestamptz not null default now()
);
