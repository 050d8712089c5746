create sequence conversation_ids maxvalue 9007199254740991;
create sequence message_ids maxvalue 9007199254740991;

-- Conversations with the assistant. Messages go with their conversation, and
-- the key they refer to includes the owner: a message cannot be filed under
-- somebody else's conversation.
create table conversations (
    user_id text not null references users (id) on delete cascade,
    id bigint not null default nextval('conversation_ids'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (user_id, id)
);

create index idx_conversations_user_id_updated_at
    on conversations (user_id, updated_at desc, id desc);

create table messages (
    user_id text not null references users (id) on delete cascade,
    id bigint not null default nextval('message_ids'),
    conversation_id bigint not null,
    role text not null check (role in ('user', 'assistant')),
    content text not null,
    created_at timestamptz not null default now(),
    primary key (user_id, id),
    foreign key (user_id, conversation_id)
        references conversations (user_id, id) on delete cascade
);

create index idx_messages_user_id_conversation_id
    on messages (user_id, conversation_id, created_at desc, id desc);
