//! What features declare of themselves leaves no gaps.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use features::all::{ALL, tables};
use features::feature::Place;
use features::portable::{PARTS, STAYS};
use std::collections::HashSet;
use store::{Erase, Export, Keep, Options, Store};

#[test]
fn every_table_says_what_becomes_of_its_rows() {
    let mut names = HashSet::new();
    for table in tables() {
        assert!(names.insert(table.name), "{} is declared twice", table.name);
        assert!(table.holds.ends_with('.'), "{} says in a sentence what it holds", table.name);
        assert!(!table.migrations.is_empty(), "{} has a schema", table.name);
        let (Keep::Until(text) | Keep::Otherwise(text)) = table.keep else { continue };
        assert!(!text.is_empty(), "{} says how long it keeps", table.name);
    }
}

/// A statement that does not fit its schema would be found out by the person who needs it.
#[tokio::test]
async fn every_declared_statement_runs() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &Options::default(), &tables()).unwrap();
    for table in tables() {
        match table.export {
            Export::Rows(sql) => drop(store.query(sql, vec![1i64.into()]).await.unwrap()),
            Export::Moving { sql, why } => {
                drop(store.query(sql, vec![1i64.into()]).await.unwrap());
                assert!(why.ends_with('.'), "{}: {why}", table.name);
            }
            Export::No(why) => assert!(why.ends_with('.'), "{}: {why}", table.name),
        }
        let run =
            |sql| store.commit(vec![store::Write::Run { sql, values: vec![1i64.into()], expect: store::Expect::Any }]);
        match table.erase {
            Erase::Sql(sql) => drop(run(sql).await.unwrap()),
            Erase::No(why) => assert!(why.ends_with('.'), "{}: {why}", table.name),
        }
        if let Keep::Until(sql) = table.keep {
            run(sql).await.unwrap();
        }
    }
}

/// Nobody loses anything by moving that nobody thought of.
#[test]
fn every_exported_table_moves_or_says_why_it_stays() {
    for table in tables().into_iter().filter(|table| !matches!(table.export, Export::No(_))) {
        let moves = PARTS.iter().flat_map(|part| part.tables).any(|known| known.name == table.name);
        let stays = STAYS.iter().any(|(known, why)| known.name == table.name && !why.is_empty());
        assert!(
            moves != stays,
            "{}: put it into one Part of features::portable::PARTS (write and read it in its feature's portable.rs), or into STAYS with the reason",
            table.name
        );
    }
}

#[test]
fn every_limit_has_a_reason_and_a_sentence() {
    let mut names = HashSet::new();
    for limit in ALL.iter().flat_map(|feature| feature.limits) {
        assert!(names.insert(limit.name), "{} is declared twice", limit.name);
        assert!(limit.default > 0, "{}", limit.name);
        assert!(
            !limit.unit.is_empty() && limit.reason.ends_with('.') && limit.sentence.ends_with('.'),
            "{}",
            limit.name
        );
    }
}

#[test]
fn no_namespace_is_declared_twice_at_one_place() {
    for place in [Place::Domain, Place::Account] {
        let mut seen = HashSet::new();
        for (_, ns) in ALL.iter().flat_map(|feature| feature.disco).filter(|(known, _)| *known == place) {
            assert!(seen.insert(ns), "{ns} at {place:?}");
        }
    }
}

#[test]
fn no_two_handlers_answer_the_same_request() {
    let mut seen = HashSet::new();
    for handler in ALL.iter().flat_map(|feature| feature.iqs) {
        let key = format!("{} {} {:?} {:?}", handler.ns, handler.name, handler.verb, handler.at);
        assert!(seen.insert(key.clone()), "{key}");
    }
}
