alter table users drop column week_start;
alter table users drop column timezone;
