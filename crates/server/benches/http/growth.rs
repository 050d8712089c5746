//! How the cost of a request grows with what is in the database.
//!
//! It should hardly grow at all: every statement goes along an index that
//! begins with the user, and no list counts.

use std::io::Write;

use crate::{
    Failure,
    database::{Database, Engine},
    load::Load,
    options::Options,
    process::Process,
    report::{Table, whole},
    scenarios::{Scenario, World},
    seed,
};

/// How many tasks one user has.
const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// How many other users there are.
const STRANGERS: [u32; 2] = [0, 100_000];

/// How often posting is measured. A disk that is busy for a moment makes it
/// slower, and nothing makes it faster: the best counts.
const ROUNDS: usize = 3;

/// Measures one engine at every size.
pub(crate) fn measure(
    options: &Options,
    engine: Engine,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for strangers in STRANGERS {
        let database = Database::create(options, engine)?;
        let mut world = seed::world(&database, 0)?;
        seed::add_strangers(&database, 0..i64::from(strangers))?;
        let mut table =
            Table::new(&["tasks", "list/s", "ratio", "get/s", "ratio", "post/s", "ratio"]);
        let mut first = None;
        for size in SIZES {
            seed::grow(&database, &mut world, size)?;
            let speeds = at_size(options, &database, &world, size)?;
            let first = first.get_or_insert(speeds);
            let mut row = vec![whole(f64::from(size))];
            for (speed, first) in speeds.iter().zip(first) {
                row.extend([whole(*speed), format!("{:.2}", *speed / *first)]);
            }
            table.add(row);
        }
        writeln!(
            out,
            "Of one user, beside {} other users:\n\n{table}",
            whole(f64::from(strangers))
        )?;
    }
    Ok(())
}

/// Lists, gets and posts in a second, in a database that has been filled.
fn at_size(
    options: &Options,
    database: &Database,
    world: &World,
    size: u32,
) -> Result<[f64; 3], Failure> {
    let (server, _) = Process::rondo(database)?;
    let load = |requests| Load::new(server.address(), requests, options);
    let list = load(world.requests(Scenario::List)).run()?.per_second();
    let get = load(world.requests(Scenario::Get)).run()?.per_second();
    // New tasks stay, so there must be few of them compared with what is there.
    let few = u64::from((size / 20).max(1_000));
    let mut post = 0.0_f64;
    for _ in 0..ROUNDS {
        post = post.max(load(world.posts_of_reader()).at_most(few).run()?.per_second());
    }
    server.stop()?;
    Ok([list, get, post])
}
