//! Clients that lie, hurry, dawdle and wander.

use super::page::{ask, send};
use super::{get, house, login, on_disk, put, settle, slot};
use std::time::Duration;
use tokio::time::sleep;

#[tokio::test]
async fn a_file_that_is_not_what_was_asked_for_leaves_nothing() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "content-type='text/plain'").await;
    assert_eq!(put(&house, &path, "", b"Hello, world").await.status, 413);
    assert_eq!(put(&house, &path, "", b"Hell").await.status, 400);
    assert_eq!(put(&house, &path, "Content-Type: text/html\r\n", b"Hello").await.status, 415);
    let chunked = b"5\r\nHello\r\n0\r\n\r\n";
    assert_eq!(ask(&house, ("PUT", &path), "Transfer-Encoding: chunked\r\n", chunked).await.status, 411);
    assert_eq!(ask(&house, ("PUT", &path), "Content-Length: five\r\n", b"Hello").await.status, 400);
    assert!(on_disk(&house).is_empty());
    assert_eq!(get(&house, &path, "").await.status, 404);

    // It breaks off, and is sent again.
    drop(send(&house, ("PUT", &path), "Content-Length: 5\r\n", b"Hel").await);
    for _ in 0..1_000 {
        if put(&house, &path, "", b"Hello").await.status == 201 {
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(get(&house, &path, "").await.body, b"Hello");
    assert_eq!(on_disk(&house).len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn a_slot_is_filled_once_and_by_one() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    let slow = send(&house, ("PUT", &path), "Content-Length: 5\r\n", b"Hel").await;
    for _ in 0..1_000 {
        if !on_disk(&house).is_empty() {
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(put(&house, &path, "", b"Other").await.status, 409);
    drop(slow);
    settle(&house, 0).await;
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 201);
    assert_eq!(put(&house, &path, "", b"Other").await.status, 409);
    assert_eq!(get(&house, &path, "").await.body, b"Hello");
    house.stop().await;
}

#[tokio::test]
async fn a_slot_does_not_wait_for_ever() {
    let mut house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    house.advance(301);
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 410);
    house.quiet().await;
    assert!(on_disk(&house).is_empty());
    house.stop().await;
}

#[tokio::test]
async fn no_path_leads_elsewhere() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 201);
    let token = path.split('/').nth(2).unwrap();
    for wrong in [
        "/file".to_owned(),
        "/file/".to_owned(),
        format!("/file/{token}"),
        format!("/file/{token}/"),
        format!("/file/{token}/other.txt"),
        format!("/file/{token}/note.txt/"),
        format!("/file/{token}/..%2Fnote.txt"),
        format!("/file/{}/note.txt", token.to_ascii_lowercase()),
        "/file/..%2F..%2Fcore.db/core.db".to_owned(),
        "/file/../../core.db".to_owned(),
        "/file/incoming/note.txt".to_owned(),
        "/files/note.txt".to_owned(),
    ] {
        assert_eq!(get(&house, &wrong, "").await.status, 404, "{wrong}");
    }
    // A name that is no text is none.
    assert!(get(&house, &format!("/file/{token}/%ff"), "").await.status < 500);
    assert_eq!(ask(&house, ("DELETE", &path), "", b"").await.status, 405);
    assert_eq!(ask(&house, ("POST", &path), "Content-Length: 5\r\n", b"Other").await.status, 405);
    let long = format!("X-Filler: {}\r\n", "x".repeat(40_000));
    assert_eq!(get(&house, &path, &long).await.status, 431);
    assert_eq!(get(&house, &path, "").await.body, b"Hello");
    house.stop().await;
}

#[tokio::test]
async fn a_full_disk_takes_no_file_and_harms_none() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let kept = slot(&mut alice, "kept.txt", 5, "").await;
    assert_eq!(put(&house, &kept, "", b"Hello").await.status, 201);
    let content = vec![7; 100_000];
    let path = slot(&mut alice, "large.bin", content.len(), "").await;
    house.fill_disk(true);
    let status = put(&house, &path, "", &content).await.status;
    assert!([503, 507].contains(&status), "{status}");
    assert_eq!(on_disk(&house).len(), 1);
    assert_eq!(get(&house, &kept, "").await.body, b"Hello");
    house.fill_disk(false);
    assert_eq!(put(&house, &path, "", &content).await.status, 201);
    house.stop().await;
}

#[tokio::test]
async fn where_the_disk_is_nearly_full_no_file_is_begun() {
    let house = house(&[]).await;
    let mut alice = login(&house, "alice").await;
    let path = slot(&mut alice, "note.txt", 5, "").await;
    let mut service = features::service::Service::clone(&house.hub().service());
    service.limits.set(&features::upload::FREE_BYTES, 1 << 60);
    house.hub().set_service(service);
    assert_eq!(put(&house, &path, "", b"Hello").await.status, 507);
    assert!(on_disk(&house).is_empty());
    house.stop().await;
}
