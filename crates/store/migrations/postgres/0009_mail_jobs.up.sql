-- Mails to be sent, stored in the transaction they tell of. Sealed: a mail names
-- an address and holds a link that is as good as a password. A job that is being
-- sent stays, with its next attempt in the future, in case its sender dies.
create table mail_jobs (
    user_id text not null references users (id) on delete cascade,
    id text not null,
    sealed_mail bytea not null,
    attempts bigint not null default 0 check (attempts >= 0),
    created_at timestamptz not null default now(),
    next_attempt_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (user_id, id)
);

-- What is due, and what is over, is found by when, not by whose it is.
create index idx_mail_jobs_next_attempt_at on mail_jobs (next_attempt_at);
create index idx_mail_jobs_expires_at on mail_jobs (expires_at);
