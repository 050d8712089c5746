-- Deleted tasks, as JSON, until they are restored or removed for good. They are
-- not among the others: what looks for tasks cannot find them by mistake.
alter table users add column trash_count integer not null default 0;

create table trash (
    user_id text not null references users (id) on delete cascade,
    id integer not null,
    deleted_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    snapshot text not null,
    primary key (user_id, id)
) strict;

-- Latest first in the list, oldest first when they are cleared away.
create index idx_trash_user_id_deleted_at on trash (user_id, deleted_at desc, id desc);
