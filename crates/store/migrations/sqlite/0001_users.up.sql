-- Accounts. The counters stand on the user's row so that no list has to count
-- its tasks; they change in the same transaction as the task.
-- Times are microseconds since 1970 in UTC.
create table users (
    id text primary key not null,
    email text,
    email_verified integer not null default 0 check (email_verified in (0, 1)),
    name text not null default '',
    image text,
    password_hash text,
    task_count integer not null default 0,
    completed_count integer not null default 0,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    updated_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer))
) strict, without rowid;

-- Null for users whom only an external issuer knows; unique otherwise.
create unique index idx_users_email on users (email);

-- A deleted account leaves its id here, so that a token which is still valid
-- by its signature cannot bring it back to life.
create table deleted_users (
    id text primary key not null,
    deleted_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer))
) strict, without rowid;

-- The last id given out for each numbered table. Ids are unique over all
-- users while the primary keys begin with the user, so neither rowids nor
-- autoincrement can serve.
create table id_counters (
    name text primary key not null,
    value integer not null default 0
) strict, without rowid;
