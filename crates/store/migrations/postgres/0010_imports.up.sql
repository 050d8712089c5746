-- What an import has brought, and what it looked like then. Another import
-- knows such a row again by its id and its birthday over there, whatever its
-- number is here; it can tell what was changed over there since from what was
-- changed here, and does not bring back what was deleted here.
create table imported_rows (
    user_id text not null references users (id) on delete cascade,
    kind text not null check (kind in ('user', 'password', 'task', 'conversation', 'message')),
    source_id text not null,
    source_created_at timestamptz not null,
    id bigint,
    content_hash bytea not null,
    primary key (user_id, kind, source_id, source_created_at)
);
