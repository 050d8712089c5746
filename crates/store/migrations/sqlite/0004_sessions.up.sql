-- Login sessions. An access token names its session, and ends with it.
create table sessions (
    user_id text not null references users (id) on delete cascade,
    id text not null,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    expires_at integer not null,
    primary key (user_id, id)
) strict, without rowid;

-- Tokens that name no session (an external issuer's) and were logged out,
-- by their SHA-256, until they would have expired anyway. The user may have
-- no row here, hence no foreign key.
create table revoked_tokens (
    user_id text not null,
    token_hash blob not null,
    expires_at integer not null,
    primary key (user_id, token_hash)
) strict, without rowid;

-- What is over is found by when it ends, not by whose it was.
create index idx_sessions_expires_at on sessions (expires_at);
create index idx_revoked_tokens_expires_at on revoked_tokens (expires_at);
