-- Personal access tokens. Only the SHA-256 of the secret is kept: the secret
-- is 190 random bits, so a slow hash would protect nothing more.
create table api_tokens (
    user_id text not null references users (id) on delete cascade,
    id integer not null,
    name text not null,
    scopes integer not null check (scopes between 1 and 7),
    secret_hash blob not null,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    expires_at integer not null,
    last_used_at integer,
    primary key (user_id, id)
) strict, without rowid;

create unique index idx_api_tokens_user_id_secret_hash on api_tokens (user_id, secret_hash);

insert into id_counters (name) values ('api_tokens');
