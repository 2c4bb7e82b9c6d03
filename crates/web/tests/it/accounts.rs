//! Accounts at the desk.

use crate::browser::{Browser, SECRET, deeds, house, logged_in};
use axum::http::StatusCode;
use features::deed::Password;
use features::login::State;
use features::staff::Role;

#[tokio::test]
async fn accounts_are_found_the_newest_first() {
    let house = house().await;
    let hub = house.site.hub();
    for name in ["under_score", "undertow"] {
        hub.add_account("a test", name, Password(SECRET.into())).await.expect("an account");
    }
    hub.disable_account("a test", "undertow").await.expect("it was enabled");
    let mut olga = logged_in(&house, "olga").await;
    let page = olga.get("/desk/accounts").await.text;
    let at = |page: &str, name: &str| page.find(&format!("{name}@example.org</a>"));
    let order = ["undertow", "under_score", "bob", "olga"].map(|name| at(&page, name).expect("it is shown"));
    assert!(order.is_sorted(), "{page}");
    assert!(page.contains("There are 4 accounts."));
    assert_eq!(page.matches("disabled</strong>").count(), 1);
    let page = olga.get("/desk/accounts?q=UNDER_&lang=fr").await.text;
    assert!(at(&page, "under_score").is_some() && at(&page, "undertow").is_none(), "{page}");
    assert!(page.contains("href=\"/desk/accounts/under_score?lang=fr\""), "{page}");
    let page = olga.get("/desk/accounts?q=bob@example.org").await.text;
    assert!(at(&page, "bob").is_some() && at(&page, "olga").is_none());
    assert!(olga.get("/desk/accounts?q=%25").await.text.contains("No account has that in its name."));
}

#[tokio::test]
async fn long_lists_go_on_behind_a_link() {
    let house = house().await;
    let hub = house.site.hub();
    for number in 0..60 {
        // Keys are slow to derive; these accounts never log in.
        let sql =
            "INSERT INTO account (id, localpart, created_at, state) SELECT MAX(id) + 1, ?1, 0, 'active' FROM account";
        let values = vec![format!("number{number}").into()];
        let write = store::Write::Run { sql, values, expect: store::Expect::Some };
        hub.store().commit(vec![write]).await.expect("a row");
    }
    let mut olga = logged_in(&house, "olga").await;
    let page = olga.get("/desk/accounts?q=number").await.text;
    assert!(page.contains("number59@") && page.contains("number10@") && !page.contains("number9@"));
    let older = page.split("href=\"/desk/accounts?q=number").nth(1).and_then(|rest| rest.split('"').next());
    let older = format!("/desk/accounts?q=number{}", older.expect("a link").replace("&#38;", "&"));
    let page = olga.get(&older).await.text;
    assert!(page.contains("number9@") && page.contains("number0@") && !page.contains("number10@"), "{older}: {page}");
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_with_a_click() {
    let house = house().await;
    let mut olga = logged_in(&house, "olga").await;
    let seen = olga.send("/desk/accounts/bob", "/desk/accounts/bob/disable", &[]).await;
    assert_eq!(seen.to, "/desk/accounts/bob", "{}", seen.text);
    let page = olga.get("/desk/accounts/bob").await.text;
    assert!(page.contains("bob@example.org is disabled: nobody can log in"), "{page}");
    let (_, row) = house.site.hub().find_account("bob").await.expect("an account");
    assert_eq!(row.state, State::Disabled);
    olga.send("/desk/accounts/bob", "/desk/accounts/bob/enable", &[]).await;
    let (_, row) = house.site.hub().find_account("bob").await.expect("an account");
    assert_eq!(row.state, State::Active);
    let seen = olga.send("/desk/accounts/bob", "/desk/accounts/bob/end-sessions", &[]).await;
    assert_eq!(seen.to, "/desk/accounts/bob");
    let written = deeds(&house).await;
    assert_eq!(written[0], "olga@example.org end-sessions bob@example.org");
    assert_eq!(written[1], "olga@example.org enable bob@example.org");
    assert_eq!(written[2], "olga@example.org disable bob@example.org");
    assert_eq!(olga.get("/desk/accounts/nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_password_is_shown_once_and_works() {
    let house = house().await;
    let mut olga = logged_in(&house, "olga").await;
    let page = olga.send("/desk/accounts/bob", "/desk/accounts/bob/set-password", &[]).await.text;
    let password = page.split("<code class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
    let password = password.unwrap_or_else(|| panic!("no password: {page}"));
    assert!(!olga.get("/desk/accounts/bob").await.text.contains(password));
    let mut bob = Browser::new(&house);
    assert!(bob.log_in("bob", password).await.text.contains("The password is right, but"));
    assert!(bob.log_in("bob", SECRET).await.text.contains("That is not an account"));
}

#[tokio::test]
async fn an_account_is_deleted_by_its_address_written_out() {
    let house = house().await;
    let mut olga = logged_in(&house, "olga").await;
    let path = "/desk/accounts/bob/delete";
    let page = olga.get(path).await.text;
    assert!(page.contains("<dt>account · 1</dt>") && page.contains("<dt>credential</dt>"), "{page}");
    let refused = olga.send(path, path, &[("address", "olga@example.org")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let done = olga.send(path, path, &[("address", " bob@example.org ")]).await;
    assert_eq!(done.to, "/desk/accounts");
    assert!(
        olga.get("/desk/accounts").await.text.contains("bob@example.org is deleted, with all that was kept of it.")
    );
    assert_eq!(olga.get("/desk/accounts/bob").await.status, StatusCode::NOT_FOUND);
    let path = "/desk/accounts/olga/delete";
    let refused = olga.send(path, path, &[("address", "olga@example.org")]).await;
    assert!(refused.text.contains("is the last administrator who can log in"), "{}", refused.text);
}

/// Whoever may set a password could be whom they like, but for those who have a role.
#[tokio::test]
async fn only_owners_act_on_those_who_have_a_role() {
    let house = house().await;
    let hub = house.site.hub();
    for (name, role) in [("anna", Role::Admin), ("sam", Role::Support)] {
        hub.add_account("a test", name, Password(SECRET.into())).await.expect("an account");
        hub.give_role("a test", name, role).await.expect("a role");
    }
    let mut anna = logged_in(&house, "anna").await;
    for name in ["olga", "Olga", "sam", "anna"] {
        let page = anna.get(&format!("/desk/accounts/{name}")).await.text;
        assert!(!page.contains("/set-password\"") && page.contains("only an owner acts on it"), "{name}: {page}");
        for act in ["disable", "enable", "end-sessions", "set-password", "revoke", "delete"] {
            let seen = anna.post(&format!("/desk/accounts/{name}/{act}"), &[]).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN);
            assert!(seen.text.contains("only an owner acts on it"), "{name}, {act}: {}", seen.text);
        }
    }
    hub.disable_account("a test", "sam").await.expect("it was enabled");
    let seen = anna.post("/desk/accounts/sam/set-password", &[]).await;
    assert!(seen.text.contains("only an owner acts on it"), "a role sleeps with its account: {}", seen.text);
    let mut olga = logged_in(&house, "olga").await;
    assert_eq!(olga.send("/desk/accounts/sam", "/desk/accounts/sam/enable", &[]).await.to, "/desk/accounts/sam");
    let mut sam = logged_in(&house, "sam").await;
    let page = sam.get("/desk/accounts/bob").await.text;
    assert!(page.contains("/set-password\"") && !page.contains("/disable\"") && !page.contains("/delete\""), "{page}");
}
