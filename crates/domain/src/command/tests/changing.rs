//! Tasks that are done, not done any more, or to be deleted.

use super::*;

#[test]
fn a_title_may_end_in_the_word_task() {
    check(OLD_TASK);
}

const OLD_TASK: &str = r#"
    delete old task → delete "old task"
    complete old task → complete "old task"
    delete the task → unclear task
    delete the last task → unclear task
    delete completed task → unclear task
"#;

#[test]
fn a_task_is_done() {
    check(DONE);
}

#[test]
fn somebody_says_that_it_is_done() {
    check(SAID);
}

#[test]
fn many_are_done() {
    check(MANY_DONE);
}

#[test]
fn a_task_is_not_done_any_more() {
    check(NOT_DONE);
}

#[test]
fn a_task_is_deleted() {
    check(DELETED);
}

#[test]
fn many_are_deleted() {
    check(MANY_DELETED);
}

const DONE: &str = r#"
    Mark task 3 as complete → complete #3
    done 2 → complete #2
    complete buy groceries → complete buy groceries
    mark the rent task done → complete rent
    check off task #5 → complete #5
    Complete tasks 1, 2 and 4 → complete #1 #2 #4
    complete 1 2 3 → complete #1 #2 #3
    mark task three as done → complete #3
    mark the task "Pay rent" as complete → complete "Pay rent"
    mark it as done → complete it
    mark as done: task 3 → complete #3
    mark done 3 → complete #3
    mark call mom complete → complete call mom
    mark off task 3 → complete #3
    mark the second one as done → complete number 2
    finish task 2 → complete #2
    finish the report → complete report
    done with the report → complete report
    check task 5 off → complete #5
    check buy groceries off my list → complete buy groceries
    cross buy groceries off my list → complete buy groceries
    set task 3 as done → complete #3
    set the status of task 3 to done → complete #3
    change task 3 to done → complete #3
    update task 3 status to completed → complete #3
    close task 3 → complete #3
    could you check off task 5 please → complete #5
    can you mark the rent task as done? → complete rent
    can you complete the groceries task? → complete groceries
    please complete "Call mom" → complete "Call mom"
    I want to mark task 3 as done → complete #3
"#;

const SAID: &str = r#"
    I finished task 3 → complete #3
    I've finished the report → complete report
    I just completed the report task → complete report
    I'm done with the groceries → complete groceries
    I did task 3 → complete #3
    I already finished "Write report" → complete "Write report"
    task 3 is done → complete #3
    task 3 done → complete #3
    the report is done → complete report
    3 done → complete #3
"#;

const MANY_DONE: &str = "
    mark all tasks as done → complete all of [pending]
    complete everything → complete all of [pending]
    complete all my tasks tagged work → complete all of [pending #work]
    complete my overdue tasks → complete all of [pending overdue]
    complete everything due today → complete all of [pending today]
    mark all overdue tasks as done → complete all of [pending overdue]
";

const NOT_DONE: &str = "
    reopen task 6 → reopen #6
    re-open the library card task → reopen library card
    uncheck task 6 → reopen #6
    mark task 6 as not done → reopen #6
    mark task 6 as incomplete → reopen #6
    mark the library card as pending → reopen library card
    mark renew library card as not done yet → reopen renew library card
    set task 6 to pending → reopen #6
    open task 6 again → reopen #6
    reopen everything → reopen all of [completed]
";

const DELETED: &str = r#"
    delete task 2 → delete #2
    remove the team meeting task → delete team meeting
    delete the meeting → delete meeting
    delete #2 → delete #2
    delete 2 → delete #2
    delete tasks 2 and 3 → delete #2 #3
    delete the task called team meeting → delete team meeting
    delete "Team meeting" → delete "Team meeting"
    delete the reminder to call mom → delete call mom
    remove call mom from my list → delete call mom
    take call mom off my list → delete call mom
    get rid of the report task → delete report
    throw away task 2 → delete #2
    cancel task 4 → delete #4
    drop the report task → delete report
    trash the report → delete report
    delete it → delete it
    delete that task → delete it
    delete the second one → delete number 2
    delete Ana's birthday cake → delete Ana's birthday cake
    DELETE TASK 2! → delete #2
    can you delete task 2? → delete #2
    could you remove the meeting task, please? → delete meeting
    I want to delete task 2 → delete #2
    I need to delete task 2 → delete #2
    delete task 2, will you? → delete #2
"#;

const MANY_DELETED: &str = "
    delete all my tasks → delete all of [all]
    delete everything → delete all of [all]
    clear completed tasks → delete all of [completed]
    delete all my completed tasks → delete all of [completed]
    delete the overdue ones → delete all of [pending overdue]
    remove everything that is done → delete all of [completed]
    delete everything tagged old → delete all of [all #old]
    delete all tasks due today → delete all of [pending today]
    delete today's tasks → delete all of [pending today]
    delete all tasks about the report → delete all of [all with 'report']
    delete all tasks without due date → delete all of [all never]
    delete all #work tasks → delete all of [all #work]
    delete all high priority tasks → delete all of [all high]
    clear my list → delete all of [all]
    can you delete my todo list please → delete all of [all]
    erase the items on my to do list → delete all of [all]
";
