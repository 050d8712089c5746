drop table trash;
alter table users drop column trash_count;
