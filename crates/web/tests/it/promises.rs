//! What is published is what is in force: each setting is changed, and found changed in every place.

use crate::house::House;
use axum::http::StatusCode;
use features::archive;
use features::branch::{Branch, BranchKind};
use features::contact::Role;
use features::registration::{Mode, Policy};
use features::service::{Federation, Service};
use features::statement::{Backups, Cost, Hosting, Operator, OperatorKind, Statement, Testing};
use features::upload;
use serde_json::Value;
use std::sync::Arc;
use xmpp::Jid;

const PROVIDER: &str = "/.well-known/xmpp-provider-v2.json";

async fn json(house: &House, path: &str) -> Value {
    serde_json::from_str(&house.page(path).await).expect("JSON")
}

fn state(service: &mut Service, change: impl FnOnce(&mut Statement)) {
    let mut statement = Statement::clone(&service.statement);
    change(&mut statement);
    service.statement = Arc::new(statement);
}

fn house() -> House {
    let house = House::new("https://example.org");
    house.change(|service| {
        service.archive_days = 30;
        service.archive_default = archive::Default::Always;
    });
    house
}

#[tokio::test]
async fn the_time_of_the_archive_is_the_one_in_force() {
    let house = house();
    assert!(house.page("/").await.contains("kept for 30 days"));
    house.change(|service| service.archive_days = 14);
    assert!(house.page("/").await.contains("kept for 14 days"));
    assert!(house.page("/?lang=de").await.contains("bleiben 14 Tage"));
    assert_eq!(json(&house, PROVIDER).await["maximumMessageArchiveManagementStorageTime"], 14);
    house.change(|service| service.archive_default = archive::Default::Never);
    assert!(house.page("/").await.contains("None are kept, unless you want it: then for 14 days"));
}

#[tokio::test]
async fn who_may_join_is_said_everywhere() {
    let house = house();
    assert!(house.page("/").await.contains("Accounts are given out"));
    assert_eq!(json(&house, "/nodeinfo/2.1").await["openRegistrations"], false);
    house.change(|service| service.sign_up = Policy { mode: Mode::Invite, ..Policy::CLOSED });
    assert!(house.page("/").await.contains("Members invite their friends"));
    assert_eq!(json(&house, "/nodeinfo/2.1").await["openRegistrations"], false);
    house.change(|service| service.sign_up = Policy { mode: Mode::Open, ..Policy::CLOSED });
    assert!(house.page("/").await.contains("Everybody may join"));
    assert_eq!(json(&house, "/nodeinfo/2.1").await["openRegistrations"], true);
    assert_eq!(json(&house, "/.well-known/x-nodeinfo2").await["openRegistrations"], true);
}

#[tokio::test]
async fn what_is_taken_of_files_is_what_the_limits_say() {
    let house = house();
    assert!(house.page("/").await.contains("There is no place for files here."));
    assert_eq!(json(&house, PROVIDER).await["maximumHttpFileUploadTotalSize"], -1);
    house.change(|service| {
        let domain = Jid::parse("upload.example.org").expect("a domain");
        service.branches.push(Branch { domain, kind: BranchKind::Upload });
        service.upload.days = 21;
        service.limits.set(&upload::FILE_BYTES, 20_900_000);
        service.limits.set(&upload::ACCOUNT_BYTES, 300_000_000);
    });
    let page = house.page("/").await;
    assert!(page.contains("One may have 20 MB. It is kept for 21 days."), "{page}");
    assert!(page.contains("and keep 300 MB in all."), "{page}");
    let file = json(&house, PROVIDER).await;
    assert_eq!(file["maximumHttpFileUploadTotalSize"], 300);
    assert_eq!(file["maximumHttpFileUploadStorageTime"], 21);
}

#[tokio::test]
async fn with_whom_one_can_write_is_said() {
    let house = house();
    assert!(house.page("/").await.contains("People here write to one another alone."));
    house.change(|service| service.federation = Federation::Open);
    assert!(house.page("/").await.contains("people on all services that prove who they are"));
}

#[tokio::test]
async fn the_provider_file_has_its_keys_and_what_was_stated() {
    let house = house();
    let file = json(&house, PROVIDER).await;
    let keys: Vec<&String> = file.as_object().expect("an object").keys().collect();
    let mut wanted = [
        "website",
        "alternativeJids",
        "busFactor",
        "organization",
        "passwordReset",
        "serverTesting",
        "maximumHttpFileUploadTotalSize",
        "maximumHttpFileUploadStorageTime",
        "maximumMessageArchiveManagementStorageTime",
        "professionalHosting",
        "freeOfCharge",
        "legalNotice",
        "serverLocations",
        "since",
    ];
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(
        (&file["busFactor"], &file["professionalHosting"], &file["serverTesting"]),
        (&(-1).into(), &false.into(), &false.into())
    );

    house.change(|service| {
        state(service, |statement| {
            statement.description = vec![("de".into(), "Ein Ort.".into()), ("tlh".into(), "Dach.".into())];
            statement.bus_factor = Some(3);
            statement.since = Some("2024-05-01".into());
            statement.locations = vec!["de".into(), "fi".into()];
            (statement.hosting, statement.testing, statement.cost) =
                (Hosting::Professional, Testing::Allowed, Cost::Paid);
            statement.operator = Some(Operator {
                name: "Kiez e. V.".into(),
                address: Vec::new(),
                kind: OperatorKind::NonGovernmental,
                jurisdiction: Some("de".into()),
            });
            statement.backups = Some(Backups { every_hours: 12, kept_days: 7 });
        });
    });
    let file = json(&house, PROVIDER).await;
    assert_eq!(file["website"], serde_json::json!({ "de": "https://example.org/?lang=de" }));
    assert_eq!(file["serverLocations"], serde_json::json!(["de", "fi"]));
    assert_eq!((&file["busFactor"], &file["since"]), (&3.into(), &"2024-05-01".into()));
    assert_eq!((&file["organization"], &file["freeOfCharge"]), (&"non-governmental".into(), &false.into()));
    assert_eq!((&file["professionalHosting"], &file["serverTesting"]), (&true.into(), &true.into()));
    let page = house.page("/?lang=en").await;
    for sentence in [
        "An account costs money.",
        "backed up every 12 hours",
        "destroyed after 7 days",
        "Germany, Finland",
        "The law is that of Germany.",
        "Kiez e. V.",
        "1 May 2024",
        "Ein Ort.",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

#[tokio::test]
async fn contacts_are_shown_and_a_hole_can_be_told() {
    let house = house();
    assert_eq!(house.get("/.well-known/security.txt").await.status(), StatusCode::NOT_FOUND);
    house.change(|service| {
        service.contacts = vec![
            (Role::Abuse, vec!["mailto:abuse@example.org".into()]),
            (Role::Security, vec!["xmpp:holes@example.org".into()]),
        ];
    });
    let text = house.page("/.well-known/security.txt").await;
    assert!(text.starts_with("Contact: xmpp:holes@example.org\nExpires: 2026-12-"), "{text}");
    let page = house.page("/").await;
    assert!(page.contains("<a href=\"mailto:abuse@example.org\">abuse@example.org (e-mail)</a>"), "{page}");
    assert!(page.contains("To report a hole"));
}

#[tokio::test]
async fn rules_have_a_page_once_there_are_any() {
    let house = house();
    assert_eq!(house.get("/rules").await.status(), StatusCode::NOT_FOUND);
    assert!(!house.page("/").await.contains("href=\"/rules\""));
    house
        .change(|service| state(service, |statement| statement.rules = vec![("en".into(), vec!["Be <kind>.".into()])]));
    assert!(house.page("/rules").await.contains("<li>Be &#60;kind&#62;.</li>"));
    assert!(house.page("/").await.contains("href=\"/rules\""));
    assert!(house.page("/?lang=fr").await.contains("href=\"/rules?lang=fr\""));
}
