//! What people are told of their data and their accounts.

use crate::house::House;
use axum::http::{StatusCode, header};
use features::contact::Role;
use features::service::Service;
use features::statement::{Operator, OperatorKind, Processor, Statement};
use std::collections::BTreeSet;
use std::sync::Arc;

fn with_operator(service: &mut Service) {
    service.contacts = vec![(Role::Support, vec!["mailto:help@example.org".into()])];
    service.statement = Arc::new(Statement {
        operator: Some(Operator {
            name: "Kiez e. V.".into(),
            address: vec!["Uferstraße 1".into(), "12345 Berlin".into()],
            kind: OperatorKind::NonGovernmental,
            jurisdiction: Some("de".into()),
        }),
        processors: vec![Processor {
            name: "Nord GmbH".into(),
            purpose: "Runs the machines".into(),
            country: Some("fi".into()),
        }],
        rules: vec![("en".into(), vec!["Be kind.".into()])],
        ..Statement::default()
    });
}

#[tokio::test]
async fn privacy_tells_of_every_table_and_of_what_is_in_force() {
    let house = House::new("https://example.org");
    let page = house.page("/policies/privacy").await;
    for table in features::all::tables() {
        assert!(page.contains(&format!("<dt>{}</dt>", table.name)), "{}", table.name);
    }
    assert!(page.contains("have not said who they are"));
    assert!(page.contains("Nobody else is named"));
    house.change(with_operator);
    house.change(|service| service.archive_days = 9);
    let text = house.page("/policies/privacy.md").await;
    for part in
        ["# Privacy\n", "- Kiez e. V.\n- Uferstraße 1\n", "for 9 days", "- Nord GmbH (Finland): Runs the machines\n"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_document_shows_the_hash_of_its_text() {
    let house = House::new("https://example.org");
    let text = house.page("/policies/privacy.md").await;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let hash = data_encoding::HEXLOWER.encode(hash.as_ref());
    assert!(house.page("/policies/privacy").await.contains(&hash));
}

#[tokio::test]
async fn who_answers_is_said_once_it_is_known() {
    let house = House::new("https://example.org");
    assert_eq!(house.get("/legal").await.status(), StatusCode::NOT_FOUND);
    house.change(with_operator);
    let page = house.page("/legal?lang=de").await;
    assert!(page.contains("<h1>Impressum</h1>") && page.contains("Uferstraße 1"), "{page}");
    let provider = house.page("/.well-known/xmpp-provider-v2.json").await;
    assert!(provider.contains("\"legalNotice\":{\"en\":\"https://example.org/legal?lang=en\"}"), "{provider}");
    assert!(
        provider.contains("\"passwordReset\":{\"en\":\"https://example.org/account/recover?lang=en\"}"),
        "{provider}"
    );
}

#[tokio::test]
async fn browsers_that_keep_passwords_find_the_way() {
    let answer = House::new("https://example.org").get("/.well-known/change-password").await;
    assert!(answer.status().is_redirection());
    assert_eq!(answer.headers()[header::LOCATION], "/account/");
}

/// From the first page, every page of ours is found, in every language, and nothing leads nowhere.
#[tokio::test]
async fn every_way_leads_somewhere() {
    let house = House::new("https://example.org");
    house.change(with_operator);
    let (mut seen, mut waiting) = (BTreeSet::new(), vec!["/".to_owned()]);
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = house.page(&path).await;
        if page.starts_with("<!doctype") {
            assert!(!page.contains("<script") && !page.contains(" style="), "{path}: nothing is inline");
            let ways = page.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
            waiting.extend(ways.map(|way| format!("/{way}")));
        }
    }
    for path in
        ["/account/recover?lang=fr", "/account/export", "/account/delete", "/legal", "/policies/privacy.md?lang=de"]
    {
        assert!(seen.contains(path), "{path} is not found: {seen:?}");
    }
}
