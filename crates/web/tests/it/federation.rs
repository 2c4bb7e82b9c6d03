//! Other services and promises at the desk.

use crate::browser::{SECRET, deeds, house, logged_in};
use axum::http::StatusCode;
use features::archive;
use features::deed::Password;
use features::service::Federation;
use features::staff::Role;
use features::terms::Action;
use xmpp::Jid;

const PAGE: &str = "/desk/federation";
const DECIDE: &str = "/desk/federation/decide";

#[tokio::test]
async fn what_is_decided_about_a_service_holds_and_is_taken_back() {
    let house = house().await;
    house.change(|service| service.federation = Federation::Open);
    let mut olga = logged_in(&house, "olga").await;
    assert!(olga.get(PAGE).await.text.contains("Nothing was decided"));
    let fields = [("domain", "Spam.example"), ("verdict", "refuse"), ("reason", "They <send> spam."), ("days", "30")];
    assert_eq!(olga.send(PAGE, DECIDE, &fields).await.to, PAGE);
    let fields = [
        ("domain", "odd.example"),
        ("verdict", "talk"),
        ("term", "no-media"),
        ("term", "no-strangers"),
        ("reason", ""),
        ("days", ""),
    ];
    assert_eq!(olga.send(PAGE, DECIDE, &fields).await.to, PAGE);
    let page = olga.get(PAGE).await.text;
    assert!(page.contains("What was decided about odd.example holds from now on."), "{page}");
    assert!(page.contains("They &#60;send&#62; spam.") && page.contains("no files and calls from there"), "{page}");
    let domain = |name| Jid::parse(name).expect("a domain");
    let rules = house.site.hub().rules();
    let rule = rules.get(&domain("spam.example")).expect("a rule");
    assert_eq!(rule.action, Action::Refuse);
    assert_eq!(&*rule.author, "olga@example.org");
    assert_eq!(rule.expires_at, Some(rule.made_at + 30 * 86_400_000_000));
    assert_eq!(rules.get(&domain("odd.example")).expect("a rule").action.words(), "talk no-strangers no-media");
    for fields in [
        [("domain", "not a domain"), ("verdict", "refuse"), ("days", "")],
        [("domain", "example.org"), ("verdict", "refuse"), ("days", "")],
        [("domain", "far.example"), ("verdict", "dance"), ("days", "")],
        [("domain", "far.example"), ("verdict", "talk"), ("days", "soon")],
    ] {
        assert_eq!(olga.send(PAGE, DECIDE, &fields).await.status, StatusCode::CONFLICT, "{fields:?}");
    }
    let forget = "/desk/federation/forget";
    assert_eq!(olga.send(PAGE, forget, &[("domain", "spam.example")]).await.to, PAGE);
    assert!(house.site.hub().rules().get(&domain("spam.example")).is_none());
    let written = deeds(&house).await;
    assert_eq!(written[0], "olga@example.org forget-rule spam.example");
    assert_eq!(written[1], "olga@example.org talk no-strangers no-media odd.example");
    assert!(olga.get("/desk/deeds").await.text.contains("Terms for another service (no-strangers no-media)"));
}

#[tokio::test]
async fn who_only_looks_decides_nothing() {
    let house = house().await;
    house.site.hub().add_account("a test", "ada", Password(SECRET.into())).await.expect("an account");
    house.site.hub().give_role("a test", "ada", Role::Auditor).await.expect("a role");
    let page = logged_in(&house, "ada").await.get(PAGE).await.text;
    assert!(!page.contains(DECIDE), "{page}");
}

#[tokio::test]
async fn promises_are_traced_to_their_settings_and_to_where_they_are_said() {
    let house = house().await;
    house.change(|service| {
        service.archive_days = 14;
        service.archive_default = archive::Default::Always;
    });
    let mut olga = logged_in(&house, "olga").await;
    let page = olga.get("/desk/promises").await.text;
    for part in [
        "kept for 14 days",
        "The service does it: <code>archive.days</code>, <code>archive.default</code>",
        "<a href=\"/.well-known/xmpp-provider-v2.json\">",
        "category D",
        "<dt>inBandRegistration</dt>",
        "ratingXmppComplianceTester, ratingImObservatoryClientToServer",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // What is traced to a page is there.
    let places = page.split("<a href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
    for place in places.filter(|place| !place.starts_with("desk") && !place.starts_with("account")) {
        let known = ["legal", "rules", "register", ".well-known/security.txt"].contains(&place);
        assert!(known || house.get(&format!("/{place}")).await.status() == StatusCode::OK, "/{place}");
    }
}
