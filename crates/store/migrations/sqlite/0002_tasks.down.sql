delete from id_counters where name = 'tasks';
drop table tasks;
