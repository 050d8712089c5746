drop table task_tags;
