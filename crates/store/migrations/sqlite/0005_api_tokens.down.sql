delete from id_counters where name = 'api_tokens';
drop table api_tokens;
