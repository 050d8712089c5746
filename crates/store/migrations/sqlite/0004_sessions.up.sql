-- Login sessions. An access token names its session, and ends with it; a
-- session token is looked up by its SHA-256. The token itself is kept too, but
-- sealed with a key that is not in the database: its owner may list it.
create table sessions (
    user_id text not null references users (id) on delete cascade,
    id text not null,
    token_hash blob not null,
    sealed_token blob not null,
    remembered integer not null default 0 check (remembered in (0, 1)),
    ip_address text not null default '',
    user_agent text not null default '',
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    updated_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
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

-- Who holds a session token says nothing else about themselves.
create unique index idx_sessions_token_hash on sessions (token_hash);

-- What is over is found by when it ends, not by whose it was.
create index idx_sessions_expires_at on sessions (expires_at);
create index idx_revoked_tokens_expires_at on revoked_tokens (expires_at);
