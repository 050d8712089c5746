//! Whatever is done: the history and the tables say the same, and undoing puts
//! everything back.
//!
//! The steps are drawn by a generator that is the same on every run.

pub(crate) mod dice;
mod step;

use std::collections::BTreeSet;

use rondo_app::history::{UndoTarget, undo};
use rondo_domain::{BatchId, TaskId};

use crate::support::{Engine, State, World, changes, state};
use dice::Dice;
use step::{Made, Step};

on_both_databases!(
    every_batch_is_undone_and_redone_byte_for_byte,
    the_history_rebuilds_the_list_and_the_trash,
);

/// The seeds and the number of steps. A server takes its time.
fn runs(engine: Engine) -> impl Iterator<Item = (u64, u32)> {
    match engine {
        Engine::Sqlite => (1..=4).zip(std::iter::repeat(200)),
        Engine::Postgres => (1..=1).zip(std::iter::repeat(120)),
    }
}

async fn every_batch_is_undone_and_redone_byte_for_byte(world: World) {
    let mut undone = 0;
    for (seed, steps) in runs(world.engine) {
        let mut run = Run { world: &world, dice: Dice::new(seed), batches: Vec::new() };
        for _ in 0..steps {
            let before = state(world.app(), &world.ada).await;
            let step = Step::draw(&mut run.dice, &before, &run.batches);
            let Some(made) = run.make(&step).await else { continue };
            if made.is_final {
                continue;
            }
            let after = state(world.app(), &world.ada).await;
            let back = run.undo(&made.batch_id, &step).await;
            let put_back = state(world.app(), &world.ada).await;
            assert_put_back(&step, [&before, &after, &put_back]);
            run.undo(&back, &step).await;
            let redone = state(world.app(), &world.ada).await;
            assert_eq!(redone.seen(), after.seen(), "redo of {step:?}");
            assert_eq!(redone.seen_in_trash(), after.seen_in_trash(), "redo of {step:?}");
            undone += 1;
        }
    }
    assert!(undone > 50, "only {undone} steps were undone");
}

/// What a batch made is in the trash when it is undone; everything else is
/// where it was, and what it was. But for one thing: who forces a task out of
/// the trash into an earlier state, finds it in that state when it is there
/// again.
fn assert_put_back(step: &Step, [before, after, put_back]: [&State; 3]) {
    assert_eq!(put_back.seen(), before.seen(), "undo of {step:?}");
    let known = |id: &TaskId| before.list.contains_key(id) || before.trash.contains_key(id);
    let made: BTreeSet<_> = after.list.keys().filter(|id| !known(id)).collect();
    let mut trash = put_back.clone();
    trash.trash.retain(|id, _| !made.contains(id));
    if matches!(step, Step::Undo(_, true)) {
        assert!(trash.trash.keys().eq(before.trash.keys()), "undo of {step:?}");
    } else {
        assert_eq!(trash.seen_in_trash(), before.seen_in_trash(), "undo of {step:?}");
    }
    assert_eq!(put_back.trash.len(), trash.trash.len() + made.len(), "undo of {step:?}");
}

async fn the_history_rebuilds_the_list_and_the_trash(world: World) {
    for (seed, steps) in runs(world.engine) {
        let dice = Dice::new(1_000 + seed);
        let mut run = Run { world: &world, dice, batches: Vec::new() };
        for number in 1..=steps {
            let now = state(world.app(), &world.ada).await;
            let step = Step::draw(&mut run.dice, &now, &run.batches);
            run.make(&step).await;
            if number % 20 == 0 {
                let changes = changes(world.app(), &world.ada).await;
                let now = state(world.app(), &world.ada).await;
                assert_eq!(State::replayed(&changes), now, "seed {seed}, step {number}");
            }
        }
        assert!(!run.batches.is_empty());
    }
}

/// A sequence of steps, through both processes, while time goes by.
struct Run<'a> {
    world: &'a World,
    dice: Dice,
    /// What could be undone.
    batches: Vec<BatchId>,
}

impl Run<'_> {
    async fn make(&mut self, step: &Step) -> Option<Made> {
        let app = &self.world.apps[self.dice.index(2)];
        self.world.clock.advance_seconds(self.dice.roll(600));
        let made = step.make(app, &self.world.batch(app)).await?;
        self.batches.push(made.batch_id.clone());
        Some(made)
    }

    async fn undo(&mut self, batch_id: &BatchId, step: &Step) -> BatchId {
        let app = &self.world.apps[self.dice.index(2)];
        self.world.clock.advance_seconds(self.dice.roll(600));
        let target = UndoTarget::Batch(batch_id.clone());
        let undone = undo(app, &self.world.batch(app), target, false).await;
        let undone = undone.unwrap_or_else(|error| panic!("undo of {step:?}: {error:?}"));
        undone.batch_id.unwrap_or_else(|| panic!("undo of {step:?} changed nothing"))
    }
}
