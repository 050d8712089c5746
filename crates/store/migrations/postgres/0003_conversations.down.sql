drop table messages;
drop table conversations;
drop sequence message_ids;
drop sequence conversation_ids;
