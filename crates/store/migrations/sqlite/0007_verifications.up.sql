-- Links in mails that have not been followed yet: to set a new password, to
-- prove an address, to change it. Each works once: its row goes when it is used.
-- Only the SHA-256 of what the link holds is kept.
create table verifications (
    user_id text not null references users (id) on delete cascade,
    token_hash blob not null,
    purpose text not null check (purpose in ('reset_password', 'verify_email', 'change_email')),
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    expires_at integer not null,
    primary key (user_id, token_hash)
) strict, without rowid;

-- A link says whose it is only by what it holds.
create unique index idx_verifications_token_hash on verifications (token_hash);

-- What is over is found by when it ends, not by whose it was.
create index idx_verifications_expires_at on verifications (expires_at);
