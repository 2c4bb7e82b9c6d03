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

/// A setting that changes makes another version; what was said before is still there.
#[tokio::test]
async fn what_a_policy_said_before_is_kept() {
    let house = House::new("https://example.org");
    house.change(|service| {
        service.archive_days = 30;
        service.archive_default = features::archive::Default::Always;
    });
    web::publish_policies(&house.site).await;
    assert!(house.page("/policies/privacy").await.contains("Version 1 · 25 November 2026"));
    house.change(|service| service.archive_days = 14);
    web::publish_policies(&house.site).await;
    web::publish_policies(&house.site).await;
    for path in ["/policies/privacy", "/policies/terms"] {
        assert!(house.page(path).await.contains(&format!("<a href=\"{path}/history\">Version 2 ·")), "{path}");
        let history = house.page(&format!("{path}/history")).await;
        assert_eq!(history.matches(&format!("{path}/versions/")).count(), 2, "{history}");
        let old = house.page(&format!("{path}/versions/1")).await;
        assert!(old.contains("for 30 days") && !old.contains("for 14 days"), "{old}");
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, old.as_bytes());
        assert!(history.contains(&data_encoding::HEXLOWER.encode(hash.as_ref())));
        assert_eq!(house.get(&format!("{path}/versions/3")).await.status(), StatusCode::NOT_FOUND);
    }
    assert!(house.page("/policies/moderation?lang=de").await.contains("Fassung 1 ·"), "it does not speak of days");
    let german = features::policies::table::latest(house.site.hub().store(), ("privacy", "de")).await;
    assert_eq!(german.expect("a store").map(|version| version.number), Some(2), "nobody has opened it yet");
}
