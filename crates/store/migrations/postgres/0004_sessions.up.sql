-- Login sessions. An access token names its session, and ends with it; a
-- session token is looked up by its SHA-256. The token itself is kept too, but
-- sealed with a key that is not in the database: its owner may list it.
create table sessions (
    user_id text not null references users (id) on delete cascade,
    id text not null,
    token_hash bytea not null,
    sealed_token bytea not null,
    remembered boolean not null default false,
    ip_address text not null default '',
    user_agent text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (user_id, id)
);

-- Tokens that name no session (an external issuer's) and were logged out,
-- by their SHA-256, until they would have expired anyway. The user may have
-- no row here, hence no foreign key.
create table revoked_tokens (
    user_id text not null,
    token_hash bytea not null,
    expires_at timestamptz not null,
    primary key (user_id, token_hash)
);

-- Who holds a session token says nothing else about themselves.
create unique index idx_sessions_token_hash on sessions (token_hash);

-- What is over is found by when it ends, not by whose it was.
create index idx_sessions_expires_at on sessions (expires_at);
create index idx_revoked_tokens_expires_at on revoked_tokens (expires_at);
