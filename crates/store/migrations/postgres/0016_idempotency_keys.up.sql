-- What a request with an Idempotency-Key was answered, stored in the transaction
-- of its change: a client that heard nothing asks again and gets the same.
create table idempotency_keys (
    user_id text not null references users (id) on delete cascade,
    key text collate "C" not null,
    fingerprint bytea not null,
    answer text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (user_id, key)
);

-- What is over is found by when, not by whose it is.
create index idx_idempotency_keys_expires_at on idempotency_keys (expires_at);
