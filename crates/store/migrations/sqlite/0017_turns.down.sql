drop table turns;
alter table conversations drop column state;
alter table conversations drop column turn_until;
alter table conversations drop column turn_id;
