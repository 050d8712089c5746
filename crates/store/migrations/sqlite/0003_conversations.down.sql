delete from id_counters where name in ('conversations', 'messages');
drop table messages;
drop table conversations;
