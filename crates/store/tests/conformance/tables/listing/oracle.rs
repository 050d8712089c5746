//! What a list should hold, found without a database, and tasks that have much
//! in common: whoever sorts them finds ties.

use std::cmp::Ordering;

use rondo_domain::{
    DueDate, DueFilter, Plan, Priority, SearchText, SortOrder, StatusFilter, TagName, Tags, Task,
    TaskFilter, TaskSort, UserId, search_text,
};

use crate::support::{Dice, at, due, task_id, text, title};

const TITLES: [&str; 10] = [
    "buy milk",
    "Buy Milk",
    "BUY MILK NOW",
    "straße",
    "STRASSE 7",
    "Émile",
    "émile",
    "100 %_\\ sure",
    "日本語",
    "a\ttab",
];
const DESCRIPTIONS: [&str; 4] = ["", "two liters of Milk", "ÄPFEL\nund Birnen", "%"];
const DATES: [&str; 7] = [
    "2026-11-21",
    "2026-11-22T00:00",
    "2026-11-22T09:30",
    "2026-11-22T23:59",
    "2026-11-22",
    "2026-11-23T00:00",
    "2027-01-01",
];
const TAGS: [&str; 6] = ["work", "Work", "home", "Büro", "BÜRO", "C#"];
const TEXTS: [&str; 8] = ["MILK", "strasse", "é", "äpfel", "%", "_", "\\", "nothing of that kind"];

/// A task of somebody's, by chance. Its folded title may be longer than what
/// lists are sorted by.
pub(super) fn task(dice: &mut Dice, owner: &UserId, id: i64) -> Task {
    let mut name = (*dice.pick(&TITLES).unwrap()).to_owned();
    if dice.roll(8) == 0 {
        name = "ß".repeat(150 + usize::try_from(dice.roll(3)).unwrap());
    }
    let completed = dice.roll(2) == 0;
    let names = (0..dice.roll(4)).map(|_| tag(dice)).collect();
    Task {
        id: task_id(id),
        user_id: owner.clone(),
        title: title(&name),
        description: maybe(dice, &DESCRIPTIONS).map(|words| text(words)),
        completed,
        plan: Plan {
            due: maybe(dice, &DATES).map(|date| due(date)),
            priority: maybe(dice, &Priority::ALL).copied(),
            tags: Tags::new(names).unwrap(),
            recurrence: None,
        },
        version: 1 + i64::try_from(dice.roll(3)).unwrap(),
        previous_task_id: None,
        next_task_id: None,
        completed_at: completed.then(|| at(9)),
        created_at: at(i64::try_from(dice.roll(5)).unwrap()),
        updated_at: at(i64::try_from(dice.roll(5)).unwrap()),
    }
}

/// One of these, or none, which is as likely as two of them.
fn maybe<'a, T>(dice: &mut Dice, items: &'a [T]) -> Option<&'a T> {
    let place = usize::try_from(dice.roll(items.len() as u64 + 2)).unwrap();
    items.get(place)
}

fn tag(dice: &mut Dice) -> TagName {
    TagName::parse(dice.pick(&TAGS).unwrap()).unwrap()
}

/// A filter of any kind; each part of it is there as often as not.
pub(super) fn filter(dice: &mut Dice) -> TaskFilter {
    let mut filter = TaskFilter { status: status(dice), ..TaskFilter::default() };
    if dice.roll(3) == 0 {
        filter.text = Some(SearchText::parse(dice.pick(&TEXTS).unwrap()).unwrap());
    }
    if dice.roll(2) == 0 {
        filter.priorities =
            (0..dice.roll(3)).map(|_| maybe(dice, &Priority::ALL).copied()).collect();
    }
    if dice.roll(2) == 0 {
        filter.tags = (0..dice.roll(3)).map(|_| tag(dice)).collect();
    }
    filter.due = DueFilter {
        before: (dice.roll(3) == 0).then(|| date(dice)),
        after: (dice.roll(3) == 0).then(|| date(dice)),
        none: dice.roll(5) == 0,
    };
    filter
}

fn status(dice: &mut Dice) -> StatusFilter {
    *dice.pick(&[StatusFilter::All, StatusFilter::Pending, StatusFilter::Completed]).unwrap()
}

fn date(dice: &mut Dice) -> DueDate {
    due(dice.pick(&DATES).unwrap())
}

/// The tasks that a list should hold, in its order.
pub(super) fn listed(
    tasks: &[Task],
    filter: &TaskFilter,
    sort: TaskSort,
    order: SortOrder,
) -> Vec<Task> {
    let mut listed: Vec<Task> = tasks.iter().filter(|task| passes(task, filter)).cloned().collect();
    listed.sort_by(|a, b| compare(a, b, sort, order));
    listed
}

fn passes(task: &Task, filter: &TaskFilter) -> bool {
    let TaskFilter { status, text, priorities, tags, due } = filter;
    let words = search_text(&task.title, task.description.as_ref());
    status.completed().is_none_or(|completed| completed == task.completed)
        && text.as_ref().is_none_or(|text| words.contains(text.as_str()))
        && (priorities.is_empty() || priorities.contains(&task.plan.priority))
        && (tags.is_empty() || tags.iter().any(|tag| task.plan.tags.contains(tag)))
        && is_due(task.plan.due, *due)
}

fn is_due(date: Option<DueDate>, filter: DueFilter) -> bool {
    let DueFilter { before, after, none } = filter;
    let minute = |date: DueDate, of_a_day: i32| {
        let time = date.time().map(|time| i32::from(time.hour()) * 60 + i32::from(time.minute()));
        (date.date(), time.unwrap_or(of_a_day))
    };
    let end = |date| minute(date, 24 * 60);
    let Some(date) = date else { return before.is_none() && after.is_none() };
    !none
        && before.is_none_or(|before| end(date) < minute(before, 0))
        && after.is_none_or(|after| end(date) > end(after))
}

fn compare(a: &Task, b: &Task, sort: TaskSort, order: SortOrder) -> Ordering {
    let directed = |ordering: Ordering| match order {
        SortOrder::Ascending => ordering,
        SortOrder::Descending => ordering.reverse(),
    };
    let by_key = match sort {
        TaskSort::CreatedAt => directed(a.created_at.cmp(&b.created_at)),
        TaskSort::UpdatedAt => directed(a.updated_at.cmp(&b.updated_at)),
        TaskSort::Title => directed(sort_title(a).cmp(&sort_title(b))),
        TaskSort::Priority => missing_last(a.plan.priority, b.plan.priority, directed),
        TaskSort::DueDate => {
            let end = |task: &Task| {
                let due = task.plan.due?;
                Some((due.date(), due.time().is_none(), due.time()))
            };
            missing_last(end(a), end(b), directed)
        }
    };
    by_key.then_with(|| directed(a.id.cmp(&b.id)))
}

fn missing_last<T: Ord>(
    a: Option<T>,
    b: Option<T>,
    directed: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => directed(a.cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn sort_title(task: &Task) -> String {
    search_text(&task.title, task.description.as_ref()).chars().take(200).collect()
}
