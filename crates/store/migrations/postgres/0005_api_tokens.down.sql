drop table api_tokens;
drop sequence api_token_ids;
