alter table users drop column week_start, drop column timezone;
