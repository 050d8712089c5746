drop table deleted_users;
drop table users;
