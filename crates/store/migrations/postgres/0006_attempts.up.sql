-- How often something limited was tried in the current window. Counted in the
-- database because the limits hold over all replicas. Keys are hashes: no
-- address of a person is stored.
create table attempts (
    key text primary key not null,
    count bigint not null,
    resets_at timestamptz not null
);

-- What is over is found by when it ends.
create index idx_attempts_resets_at on attempts (resets_at);
