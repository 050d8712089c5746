//! Which table is which, and which column: names are written in one word or
//! two, in singular or plural, depending on what made the database.

/// A column that is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
}

/// A column without which a table is not the one that is looked for.
pub(super) const fn required(name: &'static str) -> Column {
    Column { name, is_required: true }
}

/// A column that may be missing.
pub(super) const fn optional(name: &'static str) -> Column {
    Column { name, is_required: false }
}

/// A table as far as its looks go.
pub(super) type Looks<'a> = (&'a str, &'a [String]);

/// Where the table and its columns are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The table's place in the list.
    pub(super) table: usize,
    /// The places of the columns that were looked for, in their order.
    pub(super) columns: Vec<Option<usize>>,
}

/// Tables that only a database of ours has.
const OURS: [&str; 2] = ["schema_migrations", "deleted_users"];

/// Tables of ours that are called as those of others may be.
const OUR_NAMES: [&str; 4] = ["users", "tasks", "conversations", "messages"];

/// Finds the table that has one of these names, the first of which is the
/// likelier one, and all that is required.
///
/// Where our own tables are, too, these are passed over: Rondo may well be in
/// the same database as the servers it takes over from.
pub(super) fn find(tables: &[Looks<'_>], names: [&str; 2], columns: &[Column]) -> Option<Found> {
    let is_ours = OURS.iter().all(|ours| tables.iter().any(|(name, _)| name == ours));
    let candidates = names.iter().flat_map(|wanted| {
        let mut called: Vec<usize> = (0..tables.len())
            .filter(|table| plain(tables[*table].0) == plain(wanted))
            .filter(|table| !(is_ours && OUR_NAMES.contains(&tables[*table].0)))
            .collect();
        // `user` before `User`, as Prisma calls it.
        called.sort_by_key(|table| tables[*table].0 != *wanted);
        called
    });
    candidates.into_iter().find_map(|table| {
        let places = places(tables[table].1, columns)?;
        Some(Found { table, columns: places })
    })
}

/// The places of columns; `None` when one that is required is missing.
fn places(there: &[String], columns: &[Column]) -> Option<Vec<Option<usize>>> {
    let place = |column: &Column| {
        let exact = there.iter().position(|name| name == column.name);
        let place =
            exact.or_else(|| there.iter().position(|name| plain(name) == plain(column.name)));
        (place.is_some() || !column.is_required).then_some(place)
    };
    columns.iter().map(place).collect()
}

/// A name without what spellings differ in: `emailVerified`, `email_verified`.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: [Column; 3] = [required("id"), required("email"), optional("email_verified")];

    fn check(tables: &[(&str, &[&str])], expected: Option<(usize, [Option<usize>; 3])>) {
        let columns: Vec<Vec<String>> = tables
            .iter()
            .map(|(_, columns)| columns.iter().map(|c| (*c).to_owned()).collect())
            .collect();
        let looks: Vec<Looks<'_>> =
            tables.iter().zip(&columns).map(|((name, _), columns)| (*name, &columns[..])).collect();
        let found = find(&looks, ["user", "users"], &USER);
        let expected = expected.map(|(table, columns)| Found { table, columns: columns.to_vec() });
        assert_eq!(found, expected, "{tables:?}");
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        let all = [Some(0), Some(1), Some(2)];
        check(&[("user", &["id", "email", "emailVerified"])], Some((0, all)));
        check(&[("users", &["id", "email", "email_verified"])], Some((0, all)));
        check(&[("User", &["id", "email", "emailverified"])], Some((0, all)));
        check(&[("user", &["email", "id"])], Some((0, [Some(1), Some(0), None])));
    }

    #[test]
    fn the_likelier_name_wins_if_the_columns_are_there() {
        let columns: &[&str] = &["id", "email"];
        let places = [Some(0), Some(1), None];
        check(&[("users", columns), ("User", columns), ("user", columns)], Some((2, places)));
        check(&[("user", &["name"]), ("users", columns)], Some((1, places)));
        check(&[("user", &["name"])], None);
        check(&[("accounts", columns)], None);
    }

    #[test]
    fn our_own_tables_are_passed_over() {
        let columns: &[&str] = &["id", "email"];
        let places = [Some(0), Some(1), None];
        let ours: [(&str, &[&str]); 3] =
            [("schema_migrations", &[]), ("deleted_users", &[]), ("users", columns)];
        check(&ours, None);
        check(&[ours[0], ours[1], ours[2], ("user", columns)], Some((3, places)));
        check(&ours[1..], Some((1, places)));
    }
}
