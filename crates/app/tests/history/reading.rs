//! Whatever is on the list: pages, totals and labels say the same about it, on
//! both databases and through either process.

use std::collections::BTreeMap;

use rondo_app::{
    App,
    input::{self, ListingInput},
    tags, tasks, user_settings,
};
use rondo_domain::{
    Priority, ShownTask, TagName, Task, TaskId, TimeZoneName, Timestamp, UserSettingsPatch,
};
use serde_json::json;

use crate::{
    random::dice::Dice,
    support::{Engine, World},
};

on_both_databases!(
    following_the_cursors_shows_each_task_once_whatever_is_asked,
    the_totals_say_what_the_list_says,
    a_label_is_renamed_as_if_by_hand,
);

const TITLES: [&str; 7] = ["milk", "Milk", "Émile", "émile", "100%", "a_b", "日本"];
const DATES: [&str; 7] = [
    "2026-11-15",
    "2026-11-20",
    "2026-11-21",
    "2026-11-21T09:00",
    "2026-11-21T18:30",
    "2026-11-22T00:30",
    "2026-12-24",
];
const TAGS: [&str; 6] = ["work", "WORK", "home", "Straße", "STRASSE", "two words"];
const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"];
const DAY_SECONDS: i64 = 86_400;

/// Tasks of many kinds, some made at the same moment, some done since.
async fn fill(world: &World, dice: &mut Dice) {
    let (ada, count) = (&world.ada, if world.engine == Engine::Sqlite { 80 } else { 40 });
    for _ in 0..count {
        world.clock.advance_seconds(dice.roll(3) * 20_000 * dice.roll(2));
        let due_date = if dice.once_in(3) { None } else { Some(*dice.pick(&DATES)) };
        let priority = *dice.pick(&[None, Some("high"), Some("medium"), Some("low")]);
        let tags: Vec<_> = TAGS.iter().filter(|_| dice.once_in(3)).collect();
        let body = json!({
            "title": dice.pick(&TITLES), "due_date": due_date, "priority": priority, "tags": tags
        });
        let new = input::new_task(body).expect("a test task is valid");
        let app = &world.apps[dice.index(2)];
        let made = tasks::create(app, &world.batch(app), new).await.expect("it is stored");
        if dice.once_in(3) {
            world.clock.advance_seconds(dice.roll(DAY_SECONDS));
            let id = made.value.task.id;
            let done = tasks::set_completed(app, &world.batch(app), id.into(), None).await;
            assert!(done.is_ok(), "{done:?}");
        }
        if dice.once_in(10) {
            let gone = tasks::delete(app, &world.batch(app), made.value.task.id.into()).await;
            assert_eq!(gone.expect("it is hers").value.task.user_id, ada.user_id);
        }
    }
}

fn asked(query: &[(&str, String)]) -> ListingInput {
    let pairs = query.iter().map(|(name, value)| ((*name).into(), value.as_str().into()));
    input::listing(pairs).unwrap_or_else(|error| panic!("{query:?}: {error:?}"))
}

async fn page(app: &App, world: &World, query: &[(&str, String)]) -> tasks::Listed {
    let listed = tasks::list(app, &world.ada, asked(query)).await;
    listed.unwrap_or_else(|error| panic!("{query:?}: {error:?}"))
}

async fn all(world: &World) -> Vec<ShownTask> {
    page(world.app(), world, &[("limit", "1000".to_owned())]).await.tasks
}

/// A filter and an order, of which most let something pass.
fn question(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let sorts = ["created_at", "updated_at", "due_date", "priority", "title"];
    let mut query = vec![("sort", (*dice.pick(&sorts)).to_owned())];
    query.push(("order", (*dice.pick(&["asc", "desc"])).to_owned()));
    let filters: [(&str, &[&str]); 7] = [
        ("completed", &["true", "false"]),
        ("q", &["m", "É", "%", "_"]),
        ("tag", &["Work", "strasse"]),
        ("priority", &["high,none", "low", "p2,p1"]),
        ("due_before", &["2026-11-21T18:30", "2026-11-22"]),
        ("due_after", &["2026-11-20", "2026-11-20T23:30:00Z"]),
        ("no_due", &["false"]),
    ];
    for (name, values) in filters {
        if dice.once_in(4) {
            query.push((name, (*dice.pick(values)).to_owned()));
        }
    }
    query
}

async fn following_the_cursors_shows_each_task_once_whatever_is_asked(world: World) {
    let mut dice = Dice::new(7);
    Box::pin(fill(&world, &mut dice)).await;
    let mut followed = 0;
    for _ in 0..150 {
        let query = question(&mut dice);
        let whole = [&query[..], &[("limit", "1000".to_owned())]].concat();
        let expected = page(world.app(), &world, &whole).await;
        let limit = 1 + dice.roll(9);
        let mut step = [&query[..], &[("limit", limit.to_string())]].concat();
        let (mut ids, mut total) = (Vec::new(), 0);
        loop {
            // Either process goes on from where the other was.
            let found = page(&world.apps[dice.index(2)], &world, &step).await;
            total = total.max(found.total);
            ids.extend(found.tasks.iter().map(|shown| shown.task.id));
            let Some(cursor) = found.next_cursor else { break };
            assert_eq!(i64::try_from(found.tasks.len()).ok(), Some(limit), "{step:?}");
            step.retain(|(name, _)| *name != "cursor");
            step.push(("cursor", cursor));
            followed += 1;
        }
        let expected_ids: Vec<TaskId> = expected.tasks.iter().map(|s| s.task.id).collect();
        assert_eq!(ids, expected_ids, "{query:?} by {limit}");
        assert_eq!(i64::try_from(ids.len()).ok(), Some(total), "{query:?}");
    }
    assert!(followed > 200, "only {followed} cursors were followed");
}

async fn move_to(world: &World, zone: &str) {
    let time_zone = TimeZoneName::parse(zone).ok();
    let patch = UserSettingsPatch { time_zone, ..UserSettingsPatch::default() };
    let moved = user_settings::update(world.app(), &world.batch(world.app()), patch).await;
    assert!(moved.is_ok(), "{moved:?}");
}

/// How many days ago something happened, by the calendar on the wall.
fn days_ago(zone: &TimeZoneName, then: Timestamp, now: Timestamp) -> usize {
    let (then, today) = (zone.today(then), zone.today(now));
    let days = then.until(today).expect("both are in our years").get_days();
    usize::try_from(days).expect("it is past")
}

async fn the_totals_say_what_the_list_says(world: World) {
    let mut dice = Dice::new(8);
    Box::pin(fill(&world, &mut dice)).await;
    for _ in 0..12 {
        let name = *dice.pick(&ZONES);
        move_to(&world, name).await;
        world.clock.advance_seconds(dice.roll(DAY_SECONDS));
        let (now, zone) = (world.app().now(), TimeZoneName::parse(name).expect("it exists"));
        let tasks = all(&world).await;
        let stats = tasks::stats(world.app(), &world.ada).await.expect("she may");
        let count = |passes: &dyn Fn(&ShownTask) -> bool| {
            i64::try_from(tasks.iter().filter(|shown| passes(shown)).count()).expect("a few")
        };
        let is_open = |shown: &ShownTask| !shown.task.completed;
        assert_eq!(stats.total, count(&|_| true));
        assert_eq!(stats.pending, count(&is_open));
        assert_eq!(stats.completed, stats.total - stats.pending);
        let late = count(&|s| is_open(s) && s.due_at.is_some_and(|at| at < now));
        assert_eq!(stats.overdue, late, "{now} {name}");
        let overdue = page(world.app(), &world, &[("overdue", "true".to_owned())]).await;
        assert_eq!(overdue.total, late, "{now} {name}");
        let is_today = |task: &Task| task.plan.due.is_some_and(|d| d.date() == zone.today(now));
        assert_eq!(stats.due_today, count(&|s| is_open(s) && is_today(&s.task)), "{now} {name}");
        let of = |priority| count(&|shown| shown.task.plan.priority == priority);
        let by = stats.by_priority;
        let expected = [Some(Priority::High), Some(Priority::Medium), Some(Priority::Low), None];
        assert_eq!([by.high, by.medium, by.low, by.none], expected.map(of));
        let mut done = [0; 7];
        for at in tasks.iter().filter_map(|shown| shown.task.completed_at) {
            let days = days_ago(&zone, at, now);
            if let Some(place) = 6_usize.checked_sub(days) {
                done[place] += 1;
            }
        }
        assert_eq!(stats.completed_last_7_days, done, "{now} {name}");
    }
}

/// How many tasks have each label, whatever its spelling.
fn counted(tasks: &BTreeMap<TaskId, Task>) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for tag in tasks.values().flat_map(|task| task.plan.tags.as_slice()) {
        *counts.entry(tag.key()).or_default() += 1;
    }
    counts
}

async fn by_id(world: &World) -> BTreeMap<TaskId, Task> {
    all(world).await.into_iter().map(|shown| (shown.task.id, shown.task)).collect()
}

async fn a_label_is_renamed_as_if_by_hand(world: World) {
    let mut dice = Dice::new(9);
    Box::pin(fill(&world, &mut dice)).await;
    let tag = |name: &str| TagName::parse(name).expect("a test tag is valid");
    for number in 0..20 {
        let before = by_id(&world).await;
        let (from, to): (&str, &str) = (dice.pick::<&str>(&TAGS), dice.pick::<&str>(&TAGS));
        let from = tag(from);
        let to = if dice.once_in(4) { tag(&format!("new {number}")) } else { tag(to) };
        let app = &world.apps[dice.index(2)];
        let renamed = tags::rename(app, &world.batch(app), from.clone(), to.clone()).await;
        let after = by_id(&world).await;
        let had = before.values().any(|task| task.plan.tags.contains(&from));
        assert_eq!(renamed.is_ok(), had, "{from:?}: {renamed:?}");
        for (id, task) in &after {
            let earlier = &before[id].plan.tags;
            let is_touched = had && (earlier.contains(&from) || earlier.contains(&to));
            let tags = if is_touched { earlier.renamed(&from, Some(&to)) } else { earlier.clone() };
            assert_eq!(task.plan.tags, tags, "{from:?} to {to:?}");
            let is_changed = tags != *earlier;
            assert_eq!(task.version, before[id].version + i64::from(is_changed));
        }
        let listed = tags::list(app, &world.ada).await.expect("she may");
        let shown: BTreeMap<_, _> = listed.iter().map(|tag| (tag.name.key(), tag.count)).collect();
        assert_eq!(shown, counted(&after));
        if let Ok(done) = renamed {
            assert!(listed.contains(&done.value), "{:?} is not among {listed:?}", done.value);
        }
    }
}
