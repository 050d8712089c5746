drop table changes;
alter table users drop column change_count;
