-- A turn of a conversation: who has it (a lease, so that a process that dies
-- blocks nobody), and what the assistant remembers from one to the next.
alter table conversations add column turn_id text;
alter table conversations add column turn_until integer;
alter table conversations add column state text;

-- What came of a turn besides its answer: the calls of tools, the batch of what
-- they changed, and the messages as the provider sent them, which it wants back
-- exactly so. It stands with the answer, or with the question when none came.
create table turns (
    user_id text not null references users (id) on delete cascade,
    conversation_id integer not null,
    message_id integer not null,
    batch_id text,
    provider text not null,
    tool_calls text not null,
    raw text,
    created_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer)),
    primary key (user_id, conversation_id, message_id),
    foreign key (user_id, conversation_id)
        references conversations (user_id, id) on delete cascade
) strict;
