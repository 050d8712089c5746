drop table id_counters;
drop table deleted_users;
drop table users;
