create sequence api_token_ids maxvalue 9007199254740991;

-- Personal access tokens. Only the SHA-256 of the secret is kept: the secret
-- is 190 random bits, so a slow hash would protect nothing more.
create table api_tokens (
    user_id text not null references users (id) on delete cascade,
    id bigint not null default nextval('api_token_ids'),
    name text not null,
    scopes bigint not null check (scopes between 1 and 7),
    secret_hash bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_at timestamptz,
    primary key (user_id, id)
);

create unique index idx_api_tokens_user_id_secret_hash on api_tokens (user_id, secret_hash);
