//! Files as clients put and fetch them (XEP-0363), and what they must not get away with.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod hostile;
mod page;

use page::{Answer, ask};
use std::path::PathBuf;
use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::{BranchKind, House, Rules, limit};
use xmpp::scram::Hash;

const SERVICE: &str = "upload.localhost";
const NS: &str = "urn:xmpp:http:upload:0";
const DAY: i64 = 86_400;

/// A house that takes files, with these limits.
async fn house(limits: &[(&str, u64)]) -> House {
    let mut rules = Rules { branches: vec![BranchKind::Upload], ..Rules::default() };
    for (name, value) in limits {
        rules.limits.set(limit(name).unwrap(), *value);
    }
    let house = House::start_with(77, rules).await.unwrap();
    house.add_account("alice", "secret").await.unwrap();
    house
}

async fn login(house: &House, user: &str) -> Client {
    let keychain = Keychain::new();
    let (password, resource) = ("secret", "phone");
    let login = Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    Client::login(&house.target(), login).await.unwrap()
}

/// Asks for a slot and returns the path of its address. `more` are attributes, and children behind a `>`.
async fn slot(client: &mut Client, name: &str, bytes: usize, more: &str) -> String {
    let more = if more.contains('>') { more.to_owned() } else { format!("{more}>") };
    let request = format!("<request xmlns='{NS}' filename='{name}' size='{bytes}' {more}</request>");
    let answer = client.ask("get", Some(SERVICE), &request).await.unwrap();
    let slot = answer.child("slot", NS).unwrap();
    let url = |name| slot.child(name, NS).unwrap().attr("url").unwrap().into_owned();
    assert_eq!(url("put"), url("get"));
    url("put").strip_prefix("https://localhost").unwrap().to_owned()
}

async fn put(house: &House, path: &str, head: &str, body: &[u8]) -> Answer {
    ask(house, ("PUT", path), &format!("Content-Length: {}\r\n{head}", body.len()), body).await
}

async fn get(house: &House, path: &str, head: &str) -> Answer {
    ask(house, ("GET", path), head, b"").await
}

/// Every file below the folder of files.
fn on_disk(house: &House) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![house.hub().store().dir().join("files")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn what_was_put_is_fetched() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let picture: Vec<u8> = (0..3_000_000_u32).map(|at| (at * 31 % 251) as u8).collect();
    let path = slot(&mut alice, "très cool.jpg", picture.len(), "content-type='image/jpeg'").await;
    assert!(path.starts_with("/file/") && path.ends_with("/tr%C3%A8s%20cool.jpg"), "{path}");
    assert_eq!(get(&house, &path, "").await.status, 404);
    let answer = put(&house, &path, "Content-Type: image/jpeg; q=1\r\n", &picture).await;
    assert_eq!((answer.status, answer.field("access-control-allow-origin")), (201, "*"), "{answer:?}");

    let answer = get(&house, &path, "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body == picture, "the same bytes");
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("content-length", "3000000"),
        ("content-disposition", "inline; filename*=UTF-8''tr%C3%A8s%20cool.jpg"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.field(name), value, "{name}");
    }

    let tag = answer.field("etag").to_owned();
    assert_eq!(get(&house, &path, &format!("If-None-Match: {tag}\r\n")).await.status, 304);
    let answer = get(&house, &path, "Range: bytes=2999990-\r\n").await;
    assert_eq!((answer.status, answer.field("content-range")), (206, "bytes 2999990-2999999/3000000"));
    assert!(answer.body == picture[2_999_990..]);
    assert_eq!(get(&house, &path, "Range: bytes=3000000-\r\n").await.status, 416);
    let answer = ask(&house, ("HEAD", &path), "", b"").await;
    assert_eq!((answer.status, answer.field("content-length"), answer.body.len()), (200, "3000000", 0));
    let answer = ask(&house, ("OPTIONS", &path), "Origin: https://chat.example\r\n", b"").await;
    assert_eq!((answer.status, answer.field("access-control-allow-methods")), (204, "OPTIONS, HEAD, GET, PUT"));
    house.stop().await;
}

#[tokio::test]
async fn a_page_that_somebody_uploads_is_saved_and_not_shown() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    for (name, kind) in [("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xml", "application/xml")] {
        let path = slot(&mut alice, name, 8, &format!("content-type='{kind}'")).await;
        assert_eq!(put(&house, &path, &format!("Content-Type: {kind}\r\n"), b"<script>").await.status, 201);
        let answer = get(&house, &path, "").await;
        assert_eq!(answer.field("content-type"), "application/octet-stream");
        assert_eq!(answer.field("content-disposition"), format!("attachment; filename*=UTF-8''{name}"));
    }
    house.stop().await;
}

#[tokio::test]
async fn a_file_ends_to_the_second_and_its_bytes_soon_after() {
    let mut house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let until = "><e:ephemeral xmlns:e='urn:xmpp:http:upload:purpose:0' expire-before='2026-11-25T00:10:00Z'/>";
    let story = slot(&mut alice, "story.txt", 5, until).await;
    let lasting = slot(&mut alice, "note.txt", 5, "").await;
    for path in [&story, &lasting] {
        assert_eq!(put(&house, path, "", b"Hello").await.status, 201);
    }
    // Without the sweep, which comes once the time is put forward.
    house.hub().clock().advance(599_999_999);
    assert_eq!(get(&house, &story, "").await.status, 200);
    house.hub().clock().advance(1);
    assert_eq!(get(&house, &story, "").await.status, 410);
    assert_eq!(on_disk(&house).len(), 2);
    house.advance(1);
    settle(&house, 1).await;
    assert_eq!((get(&house, &story, "").await.status, get(&house, &lasting, "").await.status), (410, 200));

    house.advance(30 * DAY);
    settle(&house, 0).await;
    assert_eq!(get(&house, &lasting, "").await.status, 410);
    // After a while nobody remembers.
    house.advance(7 * DAY);
    house.advance(1);
    house.quiet().await;
    assert_eq!(get(&house, &story, "").await.status, 404);
    house.stop().await;
}

/// Waits until so many files are left.
async fn settle(house: &House, files: usize) {
    for _ in 0..2_000 {
        if on_disk(house).len() == files {
            return house.quiet().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{:?}", on_disk(house));
}

#[tokio::test]
async fn an_erased_account_leaves_no_file() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 201);
    let unfilled = slot(&mut alice, "late.txt", 5, "").await;
    house.hub().delete_account("the test", "alice").await.unwrap();
    assert_eq!(get(&house, &path, "").await.status, 410);
    assert_eq!(put(&house, &unfilled, "", b"Hello").await.status, 410);
    settle(&house, 0).await;
    house.stop().await;
}

#[tokio::test]
async fn a_file_outlives_a_restart_and_can_be_taken_down() {
    let mut house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 201);
    house.restart().await.unwrap();
    assert_eq!(get(&house, &path, "").await.body, b"Hello");
    let (_, files) = house.hub().files("alice").await.unwrap();
    assert_eq!(files.iter().map(|file| (&*file.name, file.bytes)).collect::<Vec<_>>(), [("note.txt", 5)]);

    let url = format!("https://localhost{path}");
    let (owner, _) = house.hub().delete_file("the test", &url).await.unwrap();
    assert_eq!(owner.as_str(), "alice@localhost");
    assert_eq!(get(&house, &path, "").await.status, 410);
    assert!(on_disk(&house).is_empty() && house.hub().delete_file("the test", &url).await.is_err());
    let path = slot(&mut login(&house, "alice").await, "other.txt", 5, "").await;
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 201);
    let id = house.hub().files("alice").await.unwrap().1[0].id();
    house.hub().delete_file("the test", &id).await.unwrap();
    assert_eq!(get(&house, &path, "").await.status, 410);
    assert!(house.hub().deeds().await.unwrap().iter().any(|deed| &*deed.what == "delete-file"));
    house.stop().await;
}

/// Runs a command on the own account (XEP-0050); returns the answer as text.
async fn command(client: &mut Client, attributes: &str, form: &str) -> String {
    let command = format!("<command xmlns='{}' {attributes}>{form}</command>", xmpp::ns::COMMANDS);
    match client.ask("set", Some("alice@localhost"), &command).await {
        Ok(answer) => String::from_utf8(answer.inner().to_vec()).unwrap(),
        Err(refused) => refused.to_string(),
    }
}

#[tokio::test]
async fn people_see_and_delete_what_they_sent() {
    let house = house(&[]).await;
    house.add_account("bob", "secret").await.unwrap();
    let (mut alice, mut bob) = (login(&house, "alice").await, login(&house, "bob").await);
    let path = slot(&mut alice, "note.txt", 5, "").await;
    let other = slot(&mut bob, "bobs.txt", 5, "").await;
    for path in [&path, &other] {
        assert_eq!(put(&house, path, "", b"Hello").await.status, 201);
    }
    let shown = command(&mut alice, "node='urn:folkmoot:files#list'", "").await;
    assert!(shown.contains("note.txt, 5 bytes, until ") && shown.contains("Your files take 5 of "), "{shown}");
    assert!(!shown.contains("bobs.txt"), "{shown}");
    let delete = "node='urn:folkmoot:files#delete'";
    for (path, expected) in [(&other, "There is no such file"), (&path, "`note.txt` is deleted.")] {
        let asked = command(&mut alice, delete, "").await;
        let session = asked.split("sessionid='").nth(1).unwrap().split('\'').next().unwrap();
        let value = format!("<value>https://localhost{path}</value>");
        let form = format!("<x xmlns='jabber:x:data' type='submit'><field var='file'>{value}</field></x>");
        let answer = command(&mut alice, &format!("{delete} sessionid='{session}' action='complete'"), &form).await;
        assert!(answer.contains(expected), "{answer}");
    }
    assert_eq!((get(&house, &path, "").await.status, get(&house, &other, "").await.status), (410, 200));
    house.stop().await;
}
