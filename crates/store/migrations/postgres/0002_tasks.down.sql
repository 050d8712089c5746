drop table tasks;
drop sequence task_ids;
