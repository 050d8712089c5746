//! A schema as a set of sentences, in the same words for both engines.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Database;

/// What is true of a schema, one sentence each.
pub(super) type Facts = BTreeSet<String>;

/// Reads a schema behind the store's back.
pub(super) async fn facts(database: &Database) -> Facts {
    if database.is_sqlite() { of_sqlite(&database.sqlite()) } else { of_postgres(database).await }
}

/// Rows of a query as text, one `Vec` each.
fn ask_sqlite(connection: &rusqlite::Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..width).map(|column| row.get(column)).collect();
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

fn of_sqlite(connection: &rusqlite::Connection) -> Facts {
    let columns = ask_sqlite(
        connection,
        "select t.name, c.name, lower(c.type),
                case when c.\"notnull\" then ' not null' else '' end,
                case when c.dflt_value is null then '' else ' default' end
         from pragma_table_list t, pragma_table_xinfo(t.name) c
         where t.schema = 'main' and t.name not like 'sqlite\\_%' escape '\\'",
    );
    let keys = ask_sqlite(
        connection,
        "select t.name, group_concat(c.name, ', ' order by c.pk)
         from pragma_table_list t, pragma_table_xinfo(t.name) c
         where t.schema = 'main' and t.name not like 'sqlite\\_%' escape '\\' and c.pk > 0
         group by t.name",
    );
    let mut facts = Facts::new();
    for column in columns {
        let [table, name, kind, null, default] = column.try_into().unwrap();
        facts.insert(format!("{table}.{name}: {kind}{null}{default}"));
    }
    for key in keys {
        let [table, columns] = key.try_into().unwrap();
        facts.insert(format!("{table}: primary key ({columns})"));
    }
    facts.extend(indexes_of_sqlite(connection));
    facts.extend(foreign_keys_of_sqlite(connection));
    facts
}

fn indexes_of_sqlite(connection: &rusqlite::Connection) -> Facts {
    let indexes = ask_sqlite(
        connection,
        "select t.name, i.name, case when i.\"unique\" then 'unique ' else '' end,
                group_concat(c.name || case when c.\"desc\" then ' desc' else '' end,
                             ', ' order by c.seqno),
                case when i.partial
                    then ' where (' || substr(s.sql, instr(s.sql, ' where ') + 7) || ')'
                    else '' end
         from pragma_table_list t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c
         join sqlite_schema s on s.name = i.name
         where t.schema = 'main' and i.origin <> 'pk' and c.key
         group by i.name",
    );
    let sentence = |index: Vec<String>| {
        let [table, name, unique, columns, condition] = index.try_into().unwrap();
        format!("{table}: {unique}index {name} ({columns}){condition}")
    };
    indexes.into_iter().map(sentence).collect()
}

fn foreign_keys_of_sqlite(connection: &rusqlite::Connection) -> Facts {
    let keys = ask_sqlite(
        connection,
        "select t.name, group_concat(k.\"from\", ', ' order by k.seq), k.\"table\",
                group_concat(k.\"to\", ', ' order by k.seq), lower(k.on_delete)
         from pragma_table_list t, pragma_foreign_key_list(t.name) k
         where t.schema = 'main'
         group by t.name, k.id",
    );
    let sentence = |key: Vec<String>| {
        let [table, from, other, to, end] = key.try_into().unwrap();
        format!("{table}: foreign key ({from}) references {other}({to}) on delete {end}")
    };
    keys.into_iter().map(sentence).collect()
}

async fn of_postgres(database: &Database) -> Facts {
    let client = database.postgres().await;
    let ask = async |sql: &str| {
        let rows = client.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let columns = ask("select table_name || '.' || column_name || ': '
             || case udt_name when 'int8' then 'bigint' when 'bool' then 'boolean'
                    else udt_name end
             || case is_nullable when 'NO' then ' not null' else '' end
             || case when column_default like 'nextval%' then ' numbered'
                    when column_default is not null then ' default' else '' end
         from information_schema.columns where table_schema = current_schema()");
    let constraints = ask("select r.relname || ': ' || lower(pg_get_constraintdef(c.oid))
         from pg_constraint c join pg_class r on r.oid = c.conrelid
         where c.connamespace = current_schema()::regnamespace and c.contype in ('p', 'f')");
    let indexes =
        ask("select tablename || ': ' || case when indexdef like 'CREATE UNIQUE%' then 'unique '
                                        else '' end
             || 'index ' || indexname || ' ' || lower(split_part(indexdef, ' USING btree ', 2))
         from pg_indexes
         where schemaname = current_schema() and indexname not like '%\\_pkey'");
    let every = [columns.await, constraints.await, indexes.await];
    every.into_iter().flatten().collect()
}

/// A schema in words that both engines share: SQLite keeps moments and truth
/// values in integers, and has no sequences.
pub(super) fn in_common_words(facts: &Facts) -> Facts {
    let words = BTreeMap::from([
        ("bigint", "integer"),
        ("timestamptz", "integer"),
        ("boolean", "integer"),
        ("bytea", "blob"),
    ]);
    let plain = |fact: &String| {
        let fact = fact.replace(" numbered", "");
        let words: Vec<_> = fact.split(' ').map(|word| *words.get(word).unwrap_or(&word)).collect();
        words.join(" ")
    };
    let only_sqlite = |fact: &String| fact.starts_with("id_counters");
    facts.iter().filter(|fact| !only_sqlite(fact)).map(plain).collect()
}
