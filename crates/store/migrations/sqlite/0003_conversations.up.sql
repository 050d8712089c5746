-- Conversations with the assistant. Messages go with their conversation, and
-- the key they refer to includes the owner: a message cannot be filed under
-- somebody else's conversation.
create table conversations (
    user_id text not null references users (id) on delete cascade,
    id integer not null,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    updated_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    primary key (user_id, id)
) strict, without rowid;

create index idx_conversations_user_id_updated_at
    on conversations (user_id, updated_at desc, id desc);

create table messages (
    user_id text not null references users (id) on delete cascade,
    id integer not null,
    conversation_id integer not null,
    role text not null check (role in ('user', 'assistant')),
    content text not null,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    primary key (user_id, id),
    foreign key (user_id, conversation_id)
        references conversations (user_id, id) on delete cascade
) strict, without rowid;

create index idx_messages_user_id_conversation_id
    on messages (user_id, conversation_id, created_at desc, id desc);

insert into id_counters (name) values ('conversations'), ('messages');
