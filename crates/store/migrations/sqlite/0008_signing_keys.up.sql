-- Our own key set. Nobody's rows: all replicas sign with the newest key of their
-- algorithm. Two that make the next one at the same time make the same
-- generation, and the primary key lets in one of them. The private half is
-- sealed with a key that is not in the database.
create table signing_keys (
    algorithm text not null,
    generation integer not null check (generation > 0),
    id text not null,
    public_key text not null,
    sealed_private_key blob not null,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    expires_at integer not null,
    primary key (algorithm, generation)
) strict, without rowid;
