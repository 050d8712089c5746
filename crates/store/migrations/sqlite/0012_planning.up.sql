-- When a task is due, how much it matters, what it belongs to and how it recurs.
--
-- A due date floats: it is what the calendar of its owner shows, not a moment.
-- A day alone is kept as its end, 2026-11-22T24:00, so that the order of the
-- texts is the order of the dates. A priority is 1 (low) to 3 (high). Tags stand
-- here in their order, one a line.
--
-- The search looks through search_text, which the application folds: the
-- databases disagree about lower() beyond ASCII. It stands first because a search
-- reads it from every task, and what stands before it is decoded each time.
alter table tasks add column search_text text not null default '';
alter table tasks add column due_date text;
alter table tasks add column priority integer check (priority between 1 and 3);
alter table tasks add column tags text;
alter table tasks add column recurrence_rule text;
alter table tasks add column recurrence_from text
    check (recurrence_from in ('due', 'completion'));
alter table tasks add column version integer not null default 1;
alter table tasks add column previous_task_id integer;
alter table tasks add column next_task_id integer;
alter table tasks add column completed_at integer;

update tasks set
    completed_at = case when completed then updated_at end,
    search_text = lower(title || coalesce(char(10) || description, ''));

-- Most tasks have no due date, and cost nothing here.
create index idx_tasks_user_id_due_date on tasks (user_id, due_date, id)
    where due_date is not null;
