//! Tasks that get another title, date, priority, label or note.

use super::*;

#[test]
fn a_title_is_replaced() {
    check(TITLES);
}

#[test]
fn a_task_is_moved() {
    check(DATES);
}

#[test]
fn a_priority_is_set() {
    check(PRIORITIES);
}

#[test]
fn labels_come_and_go() {
    check(LABELS);
}

#[test]
fn a_note_is_written() {
    check(NOTES);
}

#[test]
fn what_is_added_to_a_named_task_is_no_new_task() {
    check(ADDED);
}

const ADDED: &str = "
    add a note to report: ask Ben → update report | note ask Ben
    add note to the report: ask Ben → update report | note ask Ben
    add tag office to report → update report | +#office
    add #office to report → update report | +#office
    add priority high to report → update report | high
    add high priority to report → update report | high
    add due date friday to buy milk → update buy milk | 2026-11-27
    add a due date of friday to buy milk → update buy milk | 2026-11-27
    add a note to self: call mom → add note to self: call mom
    add #office to my list → unclear title
    add tag sale to calendar notes → update calendar notes | +#sale
    add notes from monday to wiki → add notes from monday to wiki
    add bread; delete report → unclear several
    add milk; bread → add milk; bread
";

#[test]
fn a_time_alone_leaves_the_day_to_the_task() {
    for (text, is_time) in [
        ("move report to 16:00", true),
        ("move report to 4pm", true),
        ("change task 3 to 16:00", true),
        ("set the due date of report to 9am", true),
        ("reschedule task 3 at 16:00", true),
        ("move report to tomorrow at 16:00", false),
        ("move report to monday 16:00", false),
        ("move report to monday", false),
        ("move report to 2026-12-01T16:00", false),
        ("move report to in 2 hours", false),
    ] {
        match understood(text) {
            Command::Update(_, edit) => assert_eq!(edit.is_time, is_time, "{text}"),
            other => assert!(!is_time, "{text}: {other:?}"),
        }
    }
}

const TITLES: &str = r#"
    Change task 1 to 'Call mom tonight' → update #1 | title Call mom tonight
    rename task 2 to call dad → update #2 | title call dad
    rename the report task to write the annual report → update report | title write the annual report
    rename call mom to call dad → update call mom | title call dad
    rename "Call mom" to "Call dad" → update "Call mom" | title Call dad
    rename task 3: pay the rent → update #3 | title pay the rent
    rename task 3 pay the rent → update #3 | title pay the rent
    rename it to buy bread → update it | title buy bread
    change the title of task 2 to call dad → update #2 | title call dad
    change task 2's title to call dad → update #2 | title call dad
    set the title of the report task to Annual report → update report | title Annual report
    update task 2 to call dad → update #2 | title call dad
    edit task 2: call dad → update #2 | title call dad
    change buy groceries to buy bread → update buy groceries | title buy bread
    update task 3 title to "Pay flat rent" → update #3 | title Pay flat rent
    I want to rename task 2 to call dad → update #2 | title call dad
"#;

const DATES: &str = "
    move task 3 to friday → update #3 | 2026-11-27
    change task 3 to friday → update #3 | 2026-11-27
    move the rent task to friday → update rent | 2026-11-27
    move pay rent to next week → update pay rent | 2026-11-23
    move it to tomorrow → update it | 2026-11-22
    move the second one to friday → update number 2 | 2026-11-27
    reschedule task 3 to dec 5 at 10:00 → update #3 | 2026-12-05T10:00
    reschedule the report to tomorrow at 5pm → update report | 2026-11-22T17:00
    postpone task 3 until next month → update #3 | 2026-12-01
    postpone the rent task to 2026-12-24 → update rent | 2026-12-24
    push back task 3 to monday → update #3 | 2026-11-23
    put off task 3 until friday → update #3 | 2026-11-27
    bring task 3 forward to monday → update #3 | 2026-11-23
    schedule task 3 for friday → update #3 | 2026-11-27
    schedule the meeting for friday → update meeting | 2026-11-27
    set task 3 for tomorrow → update #3 | 2026-11-22
    set the due date of task 3 to friday → update #3 | 2026-11-27
    set the deadline for the report to friday at 17:00 → update report | 2026-11-27T17:00
    change task 3's due date to dec 24 → update #3 | 2026-12-24
    update task 3 due date to tomorrow → update #3 | 2026-11-22
    update the due date of task 3 to the 5th → update #3 | 2026-12-05
    set task 3 due friday → update #3 | 2026-11-27
    make task 3 due tomorrow → update #3 | 2026-11-22
    set a due date of friday for task 3 → update #3 | 2026-11-27
    add a due date to task 3: friday → update #3 | 2026-11-27
    add due date friday to task 3 → update #3 | 2026-11-27
    give task 3 a due date of friday → update #3 | 2026-11-27
    set its due date to friday → update it | 2026-11-27
    move task 3 to noon → update #3 | 2026-11-21T12:00
    change task 1 from monday to friday → update #1 | 2026-11-27
    could you move task 3 to friday please? → update #3 | 2026-11-27
    can you change the rent task to tomorrow? → update rent | 2026-11-22
    I need to move task 3 to friday → update #3 | 2026-11-27
    move all overdue tasks to today → update all of [pending overdue] | 2026-11-21
    reschedule everything due today to tomorrow → update all of [pending today] | 2026-11-22
    move everything from today to tomorrow → update all of [pending today] | 2026-11-22
    remove the due date from task 3 → update #3 | no date
    remove task 3's due date → update #3 | no date
    clear the due date of task 3 → update #3 | no date
    set the due date of task 3 to none → update #3 | no date
";

const PRIORITIES: &str = "
    set the priority of task 5 to high → update #5 | high
    set the priority of the rent task to low → update rent | low
    set task 5 priority to high → update #5 | high
    set task 5 priority high → update #5 | high
    set task 5 to high priority → update #5 | high
    change task 3 to high priority → update #3 | high
    make task 5 high priority → update #5 | high
    make the rent task urgent → update rent | high
    make it high priority → update it | high
    mark task 5 as high priority → update #5 | high
    mark the rent task as important → update rent | high
    change the priority of #5 to p1 → update #5 | high
    give task 5 low priority → update #5 | low
    raise the priority of task 5 to high → update #5 | high
    bump task 5 to p1 → update #5 | high
    set high priority for task 5 → update #5 | high
    add high priority to task 5 → update #5 | high
    please set task 5's priority to high → update #5 | high
    remove the priority from task 5 → update #5 | no priority
    set task 5 priority to none → update #5 | no priority
";

const LABELS: &str = "
    tag task 3 with work → update #3 | +#work
    tag task 3 #work #home → update #3 | +#work | +#home
    tag the rent task with home and money → update rent | +#home | +#money
    add tag work to task 3 → update #3 | +#work
    add #work to task 3 → update #3 | +#work
    put the tag work on task 3 → update #3 | +#work
    label task 3 as urgent → update #3 | +#urgent
    untag task 3 #work → update #3 | -#work
    remove the tag work from task 3 → update #3 | -#work
    remove #work from the rent task → update rent | -#work
    remove all tags from task 3 → update #3 | no tags
    tag all overdue tasks with late → update all of [pending overdue] | +#late
";

const NOTES: &str = r#"
    add a note to task 3: bring the laptop → update #3 | note bring the laptop
    add the note "bring the laptop" to task 3 → update #3 | note bring the laptop
    add "bring the laptop" as a note to task 3 → update #3 | note bring the laptop
    add a note to the rent task saying ask for a receipt → update rent | note ask for a receipt
    note on task 3: bring the laptop → update #3 | note bring the laptop
    set the description of task 3 to bring the laptop → update #3 | note bring the laptop
    update task 3 description: bring it → update #3 | note bring it
    remove the note from task 3 → update #3 | no note
"#;
