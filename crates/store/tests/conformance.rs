//! What every backend of the store promises: order, receipts, refusals, expiry, a full disk.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use bytes::Bytes;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use store::{
    Append, CommitError, Erase, Expect, Export, Keep, Migration, OpenError, Options, PageError, PageRequest, Rewrite,
    Store, Table, View, Write,
};

const DAY: i64 = 86_400_000_000;
const USERS: u8 = 0;

static THING: Table = Table {
    name: "thing",
    holds: "Things.",
    migrations: &[Migration("CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BYTEA)")],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT name FROM thing WHERE id = ?1"),
    erase: Erase::Sql("DELETE FROM thing WHERE id = ?1"),
};

static OTHER: Table = Table { name: "other", ..THING };

fn open(dir: &Path) -> Store {
    Store::open(dir, &Options { period_days: 1, ..Options::default() }, &[&THING]).unwrap()
}

fn row(archive: i64, at_micros: i64, body: &str) -> Append {
    let body = Bytes::copy_from_slice(body.as_bytes());
    Append { archive, class: USERS, at_micros, peer: "peer".into(), resource: "".into(), flags: 0, body }
}

fn thing(id: i64, name: &str, expect: Expect) -> Write {
    let sql = "INSERT INTO thing (id, name) SELECT ?1, ?2 WHERE ?1 > 0";
    Write::Run { sql, values: vec![id.into(), name.into()], expect }
}

fn request(archive: i64) -> PageRequest {
    PageRequest { archive, class: USERS, max: 1000, cutoff_micros: 0, ..PageRequest::default() }
}

async fn bodies(store: &Store, request: PageRequest) -> Vec<String> {
    let page = store.page(request).await.unwrap();
    page.rows.iter().map(|row| String::from_utf8(row.body.to_vec()).unwrap()).collect()
}

async fn things(store: &Store) -> Vec<String> {
    let rows = store.query("SELECT name FROM thing ORDER BY id", vec![]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("archive")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".db"));
    names.sort();
    names
}

#[tokio::test]
async fn numbers_rise_across_archives_restarts_and_clocks_that_step_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let first = store.commit(vec![Write::Append(row(1, 5 * DAY, "a")), Write::Append(row(2, 5 * DAY, "b"))]).await;
    let numbers = first.unwrap().numbers;
    assert!(numbers[0] < numbers[1]);
    let back = store.commit(vec![Write::Append(row(1, DAY, "c"))]).await.unwrap().numbers[0];
    assert!(back > numbers[1]);
    drop(store);
    let store = open(dir.path());
    let after = store.commit(vec![Write::Append(row(1, DAY, "d"))]).await.unwrap().numbers[0];
    assert!(after > back);
    assert_eq!(bodies(&store, request(1)).await, ["a", "c", "d"]);
    assert_eq!(files(dir.path()), ["users-1970-01-06.db"]);
}

#[test]
fn a_receipt_comes_after_the_commit_and_receipts_keep_the_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (seen, order) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(Vec::new())));
    for id in 1..=200 {
        let (seen, order, reading) = (seen.clone(), order.clone(), store.clone());
        store.submit(vec![thing(id, &id.to_string(), Expect::Some)], move |outcome| {
            let rows = reading.query_blocking("SELECT 1 FROM thing WHERE id = ?1", vec![id.into()]).unwrap();
            seen.fetch_and(outcome.is_ok() && rows.len() == 1, Ordering::SeqCst);
            order.lock().unwrap().push(id);
        });
    }
    store.commit_blocking(vec![]).unwrap();
    assert!(seen.load(Ordering::SeqCst));
    assert_eq!(*order.lock().unwrap(), (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_presupposes_something_untrue_is_undone_whole_and_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let unmet = vec![thing(1, "a", Expect::Some), thing(-1, "b", Expect::Some), Write::Append(row(1, DAY, "never"))];
    let (refused, kept) = tokio::join!(store.commit(unmet), store.commit(vec![thing(2, "c", Expect::Some)]));
    assert_eq!(refused, Err(CommitError::Unmet));
    assert!(kept.is_ok());
    // A violated constraint is the same: the submission's affair, nobody else's.
    let (twice, other) = tokio::join!(
        store.commit(vec![thing(3, "d", Expect::Any), thing(4, "c", Expect::Any)]),
        store.commit(vec![thing(5, "e", Expect::Any)])
    );
    assert_eq!(twice, Err(CommitError::Unmet));
    assert!(other.is_ok());
    assert_eq!(things(&store).await, ["c", "e"]);
    assert!(bodies(&store, request(1)).await.is_empty());
}

#[tokio::test]
async fn pages_run_over_files_in_both_directions_and_end_at_their_bounds() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut numbers = Vec::new();
    for day in 1..=6 {
        let body = day.to_string();
        numbers.push(store.commit(vec![Write::Append(row(1, day * DAY, &body))]).await.unwrap().numbers[0]);
    }
    assert_eq!(files(dir.path()).len(), 6);
    let page = |change: fn(&mut PageRequest)| {
        let mut request = PageRequest { max: 2, ..request(1) };
        change(&mut request);
        store.page(request)
    };
    let first = page(|_| ()).await.unwrap();
    assert_eq!((first.rows[0].number, first.rows[1].number, first.complete), (numbers[0], numbers[1], false));
    let last = page(|request| request.from_end = true).await.unwrap();
    assert_eq!((last.rows[0].number, last.rows[1].number, last.complete), (numbers[4], numbers[5], false));
    let cut = page(|request| request.cutoff_micros = 5 * DAY).await.unwrap();
    assert_eq!((cut.rows.len(), cut.rows[0].number, cut.complete), (2, numbers[4], true));
    let small = page(|request| request.bytes_max = Some(1)).await.unwrap();
    assert_eq!((small.rows.len(), small.complete), (1, false));
    let behind = PageRequest { after: vec![numbers[1]], before: vec![numbers[4]], ..request(1) };
    assert_eq!(bodies(&store, behind).await, ["3", "4"]);
    let unknown = PageRequest { after: vec![numbers[1] + 1], ..request(1) };
    assert_eq!(store.page(unknown).await, Err(PageError::Unknown));
    // Past the cutoff is as good as gone.
    let gone = PageRequest { after: vec![numbers[0]], cutoff_micros: 3 * DAY, ..request(1) };
    assert_eq!(store.page(gone).await, Err(PageError::Unknown));
}

#[tokio::test]
async fn expiry_unlinks_whole_files_and_erasure_takes_one_archive() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for day in 1..=4 {
        let rows = [row(1, day * DAY, "mine"), row(2, day * DAY, "theirs")];
        store.commit(rows.into_iter().map(Write::Append).collect()).await.unwrap();
    }
    assert_eq!(bodies(&store, request(1)).await.len(), 4);
    assert_eq!(store.drop_expired(USERS, 3 * DAY), Ok(2));
    assert_eq!(files(dir.path()), ["users-1970-01-04.db", "users-1970-01-05.db"]);
    assert_eq!(bodies(&store, request(1)).await.len(), 2);
    // More than are erased in one go.
    store.commit((0..450).map(|_| Write::Append(row(1, 4 * DAY, "mine"))).collect()).await.unwrap();
    assert_eq!(bodies(&store, request(1)).await.len(), 452);
    store.erase_archive(USERS, 1).await.unwrap();
    assert!(bodies(&store, request(1)).await.is_empty());
    assert_eq!(bodies(&store, request(2)).await.len(), 2);
    let (first, last) = store.archive_edges(USERS, 2, 0).await.unwrap().unwrap();
    assert_eq!((first.at_micros, last.at_micros), (3 * DAY, 4 * DAY));
    assert_eq!(store.archive_edges(USERS, 2, 5 * DAY).await, Ok(None));
}

/// An archive that moves in: its rows go when they are due, and nobody reads another's.
#[tokio::test]
async fn old_rows_lie_in_the_files_of_their_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.commit(vec![Write::Append(row(1, 9 * DAY, "here before"))]).await.unwrap();
    let moved = |archive, bodies: &[(i64, &str)]| {
        let rows = bodies.iter().map(|(at, body)| row(archive, *at, body)).collect();
        store.restore_blocking(rows, 0).unwrap()
    };
    moved(2, &[(2 * DAY, "a"), (2 * DAY, "b"), (DAY, "out of order"), (5 * DAY, "c"), (9 * DAY, "d")]);
    let last = moved(3, &[(2 * DAY, "e"), (5 * DAY, "f")]);
    let rows = vec![row(3, 5 * DAY, "g")];
    assert!(store.restore_blocking(rows, last).unwrap() > last);
    let days = ["users-1970-01-03.db", "users-1970-01-06.db", "users-1970-01-10.db"];
    assert_eq!(files(dir.path()), days);
    assert_eq!(bodies(&store, request(2)).await, ["a", "b", "out of order", "c", "d"]);
    assert_eq!(bodies(&store, request(3)).await, ["e", "f", "g"]);
    assert_eq!(bodies(&store, request(1)).await, ["here before"]);
    let page = store.page(PageRequest { max: 2, ..request(2) }).await.unwrap();
    let behind = page.rows.last().map(|row| row.number).into_iter().collect();
    assert_eq!(bodies(&store, PageRequest { after: behind, ..request(2) }).await, ["out of order", "c", "d"]);

    let new = store.commit(vec![Write::Append(row(2, DAY, "new"))]).await.unwrap().numbers[0];
    assert!(new > 9 * DAY as u64, "what comes now is behind what came in");
    assert_eq!(store.drop_expired(USERS, 5 * DAY), Ok(1));
    assert_eq!(bodies(&store, request(3)).await, ["f", "g"]);
}

/// A file that was begun when periods were longer is not cut in two.
#[tokio::test]
async fn old_rows_are_found_also_after_the_length_of_a_period_was_changed() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { period_days: 8, ..Options::default() };
    let store = Store::open(dir.path(), &options, &[&THING]).unwrap();
    store.commit(vec![Write::Append(row(1, 6 * DAY, "long"))]).await.unwrap();
    drop(store);
    let store = open(dir.path());
    store.restore_blocking(vec![row(2, 5 * DAY, "a"), row(2, 9 * DAY, "b")], 0).unwrap();
    assert_eq!(files(dir.path()), ["users-1970-01-01.db", "users-1970-01-10.db"]);
    assert_eq!(bodies(&store, request(2)).await, ["a", "b"]);
    assert_eq!(bodies(&store, request(1)).await, ["long"]);
}

/// A second process may look while the first one writes.
#[tokio::test]
async fn a_view_beside_a_store_sees_what_is_committed() {
    let dir = tempfile::tempdir().unwrap();
    assert!(View::beside(dir.path(), &Options::default(), &[&THING]).is_err());
    let store = open(dir.path());
    let view = View::beside(dir.path(), &Options::default(), &[&THING]).unwrap();
    store.commit(vec![thing(1, "one", Expect::Some)]).await.unwrap();
    assert_eq!(view.query("SELECT name FROM thing", vec![]).unwrap().len(), 1);
    assert!(matches!(View::beside(dir.path(), &Options::default(), &[&OTHER]), Err(OpenError::Other { .. })));
}

fn marked(old: &[u8], with: &[u8]) -> Option<Vec<u8>> {
    (old != b"stays").then(|| [with, b" of ", &old[..1]].concat())
}

fn rewrite(archive: i64, number: u64) -> Write {
    Write::Rewrite(Rewrite { archive, class: USERS, number, body: marked, with: Bytes::from_static(b"rest") })
}

/// Whether any file of the store holds these bytes.
fn on_disk(dir: &Path, bytes: &str) -> bool {
    let holds = |path: &Path| {
        let content = std::fs::read(path).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes.as_bytes())
    };
    let entries = [dir.to_owned(), dir.join("archive")].into_iter().flat_map(|dir| std::fs::read_dir(dir).unwrap());
    entries.map(|entry| entry.unwrap().path()).any(|path| path.is_file() && holds(&path))
}

/// What a row held is gone from the disk too, whether it lay in the row's page or on pages of its own.
#[tokio::test]
async fn a_row_gets_other_content_and_the_old_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let long = format!("{}{}", "filling ".repeat(2000), "end of the secret");
    let rows =
        [row(1, DAY, "short secret"), row(1, 2 * DAY, &long), row(1, 2 * DAY, "stays"), row(2, 2 * DAY, "other")];
    let numbers = store.commit(rows.into_iter().map(Write::Append).collect()).await.unwrap().numbers;
    let wanted = [(1, numbers[0]), (1, numbers[1]), (1, numbers[2]), (1, numbers[3]), (1, 1), (1, numbers[3] + 1)];
    let mut writes: Vec<Write> = wanted.into_iter().map(|(archive, number)| rewrite(archive, number)).collect();
    // It commits with its announcement, and not without.
    writes.push(thing(-1, "refused", Expect::Some));
    assert_eq!(store.commit(writes.clone()).await, Err(CommitError::Unmet));
    assert_eq!(bodies(&store, request(1)).await, ["short secret", &long, "stays"]);
    writes.pop();
    writes.push(Write::Append(row(1, 3 * DAY, "announcement")));
    assert_eq!(store.commit(writes).await.unwrap().numbers.len(), 1);
    assert_eq!(bodies(&store, request(1)).await, ["rest of s", "rest of f", "stays", "announcement"]);
    assert_eq!(bodies(&store, request(2)).await, ["other"]);
    // The log has it until the hourly sweep.
    assert!(on_disk(dir.path(), "short secret"));
    assert_eq!(store.drop_expired(USERS, DAY), Ok(0));
    store.commit(vec![]).await.unwrap();
    assert!(on_disk(dir.path(), "announcement"));
    assert!(!on_disk(dir.path(), "secret") && !on_disk(dir.path(), "filling"));
    drop(store);
    assert!(!on_disk(dir.path(), "secret") && !on_disk(dir.path(), "filling"));
}

/// No false acknowledgement: what was refused is not there, and what was accepted is.
#[tokio::test]
async fn a_full_disk_refuses_and_recovers_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let limited = Options { period_days: 1, ..Options::default() };
    limited.pages_max.set(64);
    let store = Store::open(dir.path(), &limited, &[&THING]).unwrap();
    let body = "x".repeat(8000);
    let mut kept = 0;
    let refused = loop {
        match store.commit(vec![Write::Append(row(1 + kept % 2, DAY, &body))]).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1000, "the limit never showed");
    };
    assert!(matches!(refused, CommitError::Disk(_)), "{refused:?}");
    assert!(store.health().failing.is_some());
    // The core tables are another file and still have room.
    store.commit(vec![thing(1, "a", Expect::Some)]).await.unwrap();
    let count = bodies(&store, request(1)).await.len() + bodies(&store, request(2)).await.len();
    assert_eq!(count as i64, kept);
    // Somebody makes room.
    store.erase_archive(USERS, 1).await.unwrap();
    store.commit(vec![Write::Append(row(2, DAY, "again"))]).await.unwrap();
    assert_eq!(store.health().failing, None);
    drop(store);
    // The operator gives it more.
    let store = open(dir.path());
    store.commit(vec![Write::Append(row(2, DAY, &body))]).await.unwrap();
    let last = PageRequest { from_end: true, max: 2, ..request(2) };
    assert_eq!(bodies(&store, last).await, ["again".to_owned(), body]);
}

#[test]
fn one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let second = Store::open(dir.path(), &Options::default(), &[&THING]);
    assert!(matches!(second, Err(OpenError::InUse(_, holder)) if holder == std::process::id().to_string()));
    drop(store);
    open(dir.path());
}

#[test]
fn a_schema_from_the_future_is_left_alone() {
    static NEWER: Table = Table {
        migrations: &[
            Migration("CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BYTEA)"),
            Migration("ALTER TABLE thing ADD COLUMN size BIGINT"),
        ],
        name: "thing",
        holds: "Things.",
        keep: Keep::WithAccount,
        export: Export::No("test"),
        erase: Erase::No("test"),
    };
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    drop(Store::open(dir.path(), &Options::default(), &[&NEWER]).unwrap());
    let refused = Store::open(dir.path(), &Options::default(), &[&THING]);
    assert!(matches!(refused, Err(OpenError::Newer { found: 2, known: 1, .. })));
    // The lock was let go of again.
    Store::open(dir.path(), &Options::default(), &[&NEWER]).unwrap();
}

#[tokio::test]
async fn too_much_waiting_is_said_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { waiting_max: 0, ..Options::default() };
    let store = Store::open(dir.path(), &options, &[&THING]).unwrap();
    assert_eq!(store.commit(vec![]).await, Err(CommitError::Busy));
}
