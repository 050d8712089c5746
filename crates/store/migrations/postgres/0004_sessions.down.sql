drop table revoked_tokens;
drop table sessions;
