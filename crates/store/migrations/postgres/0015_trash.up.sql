-- Deleted tasks, as JSON, until they are restored or removed for good. They are
-- not among the others: what looks for tasks cannot find them by mistake.
alter table users add column trash_count bigint not null default 0;

create table trash (
    user_id text not null references users (id) on delete cascade,
    id bigint not null,
    deleted_at timestamptz not null default now(),
    snapshot text not null,
    primary key (user_id, id)
);

-- Latest first in the list, oldest first when they are cleared away.
create index idx_trash_user_id_deleted_at on trash (user_id, deleted_at desc, id desc);
