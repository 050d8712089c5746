//! New tasks, in all the ways in which people ask for them.

use super::*;

#[test]
fn a_day_of_the_week_or_of_the_month_recurs() {
    check(REPEATED);
}

const REPEATED: &str = "
    add water the plants every week starting Monday → add water the plants | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO
    add pay rent on the 1st of every month → add pay rent | 2026-12-01 | FREQ=MONTHLY;BYMONTHDAY=1
";

#[test]
fn two_tasks_with_two_dates_are_not_one_task_with_the_wrong_date() {
    check(TWO_DATES);
}

const TWO_DATES: &str = "
    add buy milk tomorrow and buy bread friday → unclear several
    remind me to call mom tomorrow and pay rent on friday → unclear several
    add buy milk and bread tomorrow → add buy milk and bread | 2026-11-22
";

#[test]
fn many_words_ask_for_a_task() {
    check(VERBS);
}

#[test]
fn a_reminder_is_a_task() {
    check(REMINDERS);
}

#[test]
fn what_somebody_needs_to_do_is_a_task() {
    check(NEEDS);
}

#[test]
fn politeness_is_not_part_of_the_title() {
    check(POLITENESS);
}

#[test]
fn a_task_is_described_in_words() {
    check(FIELDS);
}

#[test]
fn a_title_keeps_its_words() {
    check(TITLES);
}

const VERBS: &str = "
    add buy milk → add buy milk
    Add a task to buy groceries → add buy groceries
    ADD BUY MILK → add BUY MILK
    Add: buy milk → add buy milk
    add task buy milk → add buy milk
    add task: buy milk → add buy milk
    add a task: water plants every 2 weeks → add water plants | 2026-11-21 | FREQ=WEEKLY;INTERVAL=2
    add a new task called Buy milk → add Buy milk
    add to my to-do list: call Anna → add call Anna
    Add the following task: water the plants → add water the plants
    add this: water plants → add water plants
    create a todo for tomorrow: buy flowers → add buy flowers | 2026-11-22
    Create task: Prepare presentation, due: friday, priority: high → add Prepare presentation | 2026-11-27 | high
    Make a new task for washing the car on saturday → add washing the car | 2026-11-28
    new task: water the plants → add water the plants
    New task - clean the kitchen → add clean the kitchen
    new todo: call bob p2 → add call bob | medium
    new task buy milk → add buy milk
    todo: renew passport next month → add renew passport | 2026-12-01
    To-do: call the dentist #health → add call the dentist | #health
    to do: buy milk → add buy milk
    todo buy milk → add buy milk
    task: buy milk → add buy milk
    put milk on my list → add milk
    put call mom on my to-do list for tomorrow → add call mom | 2026-11-22
    add wash the dog to my list of things to do → add wash the dog
    put laundry on my chore list → add laundry
    jot down idea for talk → add idea for talk
    note to self: buy candles → add buy candles
    make a note to call Bob → add call Bob
    schedule a call with Ana for friday at 3pm → add call with Ana | 2026-11-27T15:00
    Schedule dentist appointment for next tuesday → add dentist appointment | 2026-11-24
";

const REMINDERS: &str = "
    remind me to call mom tomorrow at 5pm → add call mom | 2026-11-22T17:00
    remind me tomorrow to call mom at 5pm → add call mom | 2026-11-22T17:00
    remind me at 9 to take pills → add take pills | 2026-11-21T21:00
    remind me in 10 minutes to check the oven → add check the oven | 2026-11-21T09:10
    remind me on dec 24 at noon to call grandma → add call grandma | 2026-12-24T12:00
    remind me every friday to water the plants → add water the plants | 2026-11-27 | FREQ=WEEKLY;BYDAY=FR
    remind me next week about the taxes → add the taxes | 2026-11-23
    remind me about mom's birthday on dec 12 → add mom's birthday | 2026-12-12
    remind me that the rent is due on friday → add the rent | 2026-11-27
    remind me friday call ana → add call ana | 2026-11-27
    remind me tonight: take out the trash → add take out the trash | 2026-11-21
    remind me, please, to call Bob → add call Bob
    New reminder: stretch every day → add stretch | 2026-11-21 | FREQ=DAILY
    set a reminder for friday to call mom → add call mom | 2026-11-27
    set a reminder for me to request time off → add request time off
    add a monthly reminder to pay rent on the 1st → add pay rent | 2026-12-01 | FREQ=MONTHLY
    i need a reminder to call bob tomorrow → add call bob | 2026-11-22
    don't let me forget to pay the rent → add pay the rent
    Don’t let me forget the milk → add the milk
    don't forget to buy eggs tomorrow → add buy eggs | 2026-11-22
    Don't forget: dentist on monday at 9 → add dentist | 2026-11-23T09:00
    remember to buy milk tomorrow! → add buy milk | 2026-11-22
    help me remember to pay the rent → add pay the rent
    make sure I water the plants every day → add water the plants | 2026-11-21 | FREQ=DAILY
    I should remember to lock the door → add lock the door
    I don't want to forget to call mom → add call mom
    remind me to delete task 3 tomorrow → add delete task 3 | 2026-11-22
";

const NEEDS: &str = "
    I need to remember to pay bills → add pay bills
    I need to buy milk → add buy milk
    I have to call the plumber tomorrow at 10 → add call the plumber | 2026-11-22T10:00
    I've got to renew my passport by dec 1 → add renew my passport | 2026-12-01
    I gotta clean the garage this weekend → add clean the garage | 2026-11-21
    I must finish the slides by friday p1 → add finish the slides | 2026-11-27 | high
    need to buy milk → add buy milk
    I need to see a doctor next week → add see a doctor | 2026-11-23
    I need to delete my old photos → add delete my old photos
    I need to add salt to the soup → add add salt to the soup
    I need to add a task to buy salt → add buy salt
    I need to move to Berlin → add move to Berlin
    I have to change the tires on monday → add change the tires | 2026-11-23
";

const POLITENESS: &str = r#"
    could you please add buy bread to my list? → add buy bread
    Can you add "Buy milk" to my tasks? → add Buy milk
    Would you please add "Submit report" to my todo list for Friday? → add Submit report | 2026-11-27
    would you mind adding buy milk to the list? → add buy milk
    I'd like to add call mom tomorrow → add call mom | 2026-11-22
    I want to add a task: buy milk → add buy milk
    I'd like you to add oranges to my shopping list → add oranges
    let's add wash the car → add wash the car
    Hi! Could you add buy milk, please? → add buy milk
    Add buy milk. Thanks! → add buy milk
    add buy milk please → add buy milk
    Hey, add "call Bob" for tomorrow → add call Bob | 2026-11-22
    add buy milk, would you? → add buy milk
    also add eggs → add eggs
"#;

const FIELDS: &str = r#"
    add submit tax form by friday → add submit tax form | 2026-11-27
    add dentist appointment on dec 5 at 9:30 → add dentist appointment | 2026-12-05T09:30
    add finish slides in 3 days p1 → add finish slides | 2026-11-24 | high
    add buy stamps #errands → add buy stamps | #errands
    add 2 liters of milk to my list → add 2 liters of milk
    add plan trip this weekend → add plan trip | 2026-11-21
    Add pick up parcel today. → add pick up parcel | 2026-11-21
    add meeting (tomorrow at 10) → add meeting | 2026-11-22T10:00
    add pay rent every 1st → add pay rent | 2026-12-01 | FREQ=MONTHLY;BYMONTHDAY=1
    add water plants daily → add water plants | 2026-11-21 | FREQ=DAILY
    add a weekly task to review the budget → add review the budget | 2026-11-21 | FREQ=WEEKLY
    create a high priority task to call the bank → add call the bank | high
    Add an urgent task to call the bank → add call the bank | high
    add call the bank tomorrow with high priority → add call the bank | 2026-11-22 | high
    add call the bank, high priority → add call the bank | high
    add call the bank priority high → add call the bank | high
    add buy stamps tagged errands → add buy stamps | #errands
    add buy stamps with tags errands and mail → add buy stamps | #errands | #mail
    add buy stamps with the tag errands tomorrow → add buy stamps | 2026-11-22 | #errands
    add task buy milk, priority low, tagged shopping → add buy milk | low | #shopping
    add pay rent due date dec 1 → add pay rent | 2026-12-01
    add pay rent with a deadline of friday → add pay rent | 2026-11-27
    add buy milk with note: low fat → add buy milk | note low fat
    add buy milk, note: low fat → add buy milk | note low fat
    add prepare talk with the description "bring laptop and charger" → add prepare talk | note bring laptop and charger
    add task: Follow up with the Q3 numbers, due 2026-12-01, high priority, tag finance → add Follow up with the Q3 numbers | 2026-12-01 | high | #finance
    create a new task "Pay rent" due on dec 1 with high priority → add Pay rent | 2026-12-01 | high
"#;

const TITLES: &str = r#"
    create a task called "Read The Man Who Was Thursday" → add Read The Man Who Was Thursday
    add a task named Friday report → add Friday report
    add a task titled "Tomorrow never dies" due friday → add Tomorrow never dies | 2026-11-27
    add 'Call mom tonight' → add Call mom tonight
    add "delete task 3" → add delete task 3
    add "Buy milk" and "Call mom" → add "Buy milk" and "Call mom"
    add a task "1984" → add 1984
    add watch "The Day After Tomorrow" tomorrow → add watch "The Day After Tomorrow" | 2026-11-22
    add review high priority bugs → add review high priority bugs
    add photos tagged holiday to album → add photos tagged holiday to album
    add reply to Bob's email → add reply to Bob's email
    add fix issue #42 → add fix issue #42
    add prepare slides for the task force → add prepare slides for the task force
    add call mom and dad → add call mom and dad
    add milk, eggs and bread to the shopping list → add milk, eggs and bread
    add read Dr. Smith's paper → add read Dr. Smith's paper
    add task Call Dr. Smith. → add Call Dr. Smith
    add bread, milk etc. → add bread, milk etc.
    add buy milk (2%) → add buy milk (2%)
    add C++ homework by friday → add C++ homework | 2026-11-27
    add 🎉 party planning → add 🎉 party planning
    add 牛乳を買う tomorrow → add 牛乳を買う | 2026-11-22
    add set thermostat to 20 → add set thermostat to 20
    add delete old photos → add delete old photos
    add complete the tax form → add complete the tax form
    add show mom the photos → add show mom the photos
    add who to invite → add who to invite
    add a dentist appointment on friday → add dentist appointment | 2026-11-27
"#;
