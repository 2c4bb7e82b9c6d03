//! The desk: who gets in, how far, and what is written down of it.

use crate::browser::{Browser, SECRET, deeds, house, logged_in};
use crate::house::House;
use axum::http::StatusCode;
use features::deed::Password;
use features::staff::{Right, Role};
use xmpp::Jid;

#[tokio::test]
async fn the_first_owner_comes_by_a_link_that_is_good_once() {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    let (used, other) = (hub.owner_link().await.unwrap().unwrap(), hub.owner_link().await.unwrap().unwrap());
    let path = web::desk::owner_link("", &used);
    let mut browser = Browser::new(&house);
    assert_eq!(browser.get("/desk/first/aaaaaaaaaaaaaaaaaaaaaaaa").await.status, StatusCode::NOT_FOUND);
    let fields = [("name", "olga"), ("password", SECRET), ("password_again", "another one")];
    assert!(browser.send(&path, &path, &fields).await.text.contains("The two passwords differ."));
    let fields = [("name", "olga"), ("password", SECRET), ("password_again", SECRET)];
    let seen = browser.send(&path, &path, &fields).await;
    assert_eq!((seen.status, seen.to.as_str()), (StatusCode::SEE_OTHER, "/desk/"), "{}", seen.text);
    assert!(browser.get("/desk/").await.text.contains("olga@example.org · Owner"));
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "it was used");
    let path = web::desk::owner_link("", &other);
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "there is an owner");
    assert!(hub.owner_link().await.unwrap().is_none());
    assert_eq!(deeds(&house).await[0], "olga@example.org become-owner olga@example.org");
}

#[tokio::test]
async fn an_account_that_is_there_becomes_the_first_owner_by_its_password() {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    hub.add_account("a test", "bob", Password(SECRET.into())).await.expect("an account");
    let path = web::desk::owner_link("", &hub.owner_link().await.unwrap().unwrap());
    let mut browser = Browser::new(&house);
    let wrong = [("name", "bob"), ("password", "a guess"), ("password_again", "a guess")];
    assert!(browser.send(&path, &path, &wrong).await.text.contains("that is not its password"));
    let right = [("name", "bob"), ("password", SECRET), ("password_again", SECRET)];
    assert_eq!(browser.send(&path, &path, &right).await.to, "/desk/");
}

#[tokio::test]
async fn nobody_gets_in_without_password_and_role() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    assert_eq!(browser.get("/desk/").await.to, "/desk/login");
    for (name, password) in [("olga", "wrong"), ("nobody", SECRET), ("olga@elsewhere.example", SECRET), ("", "")] {
        let seen = browser.log_in(name, password).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert!(seen.text.contains("That is not an account and its password."), "{name}: {}", seen.text);
    }
    assert!(browser.log_in("bob", SECRET).await.text.contains("has no role here"));
    assert_eq!(browser.get("/desk/").await.to, "/desk/login");
    assert_eq!(browser.log_in(" olga@example.org ", SECRET).await.to, "/desk/");
    assert_eq!(browser.get("/desk/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let house = house().await;
    house.change(|service| service.limits.set(&hub::limits::PASSWORD_ATTEMPTS, 3));
    let mut browser = Browser::new(&house);
    for _ in 0..3 {
        assert_eq!(browser.log_in("olga", "a guess").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(browser.log_in("olga", SECRET).await.status, StatusCode::TOO_MANY_REQUESTS);
}

/// A session ends with whatever it stood on.
#[tokio::test]
async fn a_session_ends_with_role_password_account_and_day() {
    let house = house().await;
    let hub = house.site.hub();
    for name in ["a", "b", "c", "d", "e"] {
        hub.add_account("a test", name, Password(SECRET.into())).await.expect("an account");
        hub.give_role("a test", name, Role::Support).await.expect("a role");
    }
    let mut browsers = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        browsers.push(logged_in(&house, name).await);
    }
    hub.take_role("a test", "a").await.expect("it had one");
    hub.set_password("a test", "b", Password("another one".into())).await.expect("a password");
    hub.disable_account("a test", "c").await.expect("it was enabled");
    let left = browsers[3].send("/desk/", "/desk/logout", &[]).await;
    assert_eq!(left.to, "/desk/login");
    for (index, browser) in browsers.iter_mut().enumerate() {
        let seen = browser.get("/desk/").await;
        assert_eq!(seen.to == "/desk/login", index < 4, "{index}");
    }
    let clock = hub.clock();
    for _ in 0..40 {
        clock.advance(20 * 60 * 1_000_000);
        browsers[4].get("/desk/").await;
    }
    assert_eq!(browsers[4].get("/desk/").await.to, "/desk/login", "after twelve hours");
    let mut olga = logged_in(&house, "olga").await;
    clock.advance(31 * 60 * 1_000_000);
    assert_eq!(olga.get("/desk/").await.to, "/desk/login", "after half an hour of nothing");
}

/// Each door, tried in each role: it lets through whom its right lets through, and nobody else.
#[tokio::test]
async fn every_door_asks_for_its_right() {
    let house = house().await;
    let hub = house.site.hub();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        hub.add_account("a test", role.name(), Password(SECRET.into())).await.expect("an account");
        hub.give_role("a test", role.name(), role).await.expect("a role");
    }
    let mut stranger = Browser::new(&house);
    for (path, _) in web::desk::doors() {
        let path = path.replace("{name}", "bob").replace("{number}", "1");
        assert_eq!(stranger.get(&path).await.to, "/desk/login", "{path}");
        assert_eq!(stranger.post(&path, &[]).await.to, "/desk/login", "{path}");
    }
    for role in Role::ALL {
        let name = if role == Role::Owner { "olga" } else { role.name() };
        let mut browser = logged_in(&house, name).await;
        for (path, right) in web::desk::doors() {
            let path = path.replace("{name}", "bob").replace("{number}", "1");
            for seen in [browser.get(&path).await, browser.post(&path, &[]).await] {
                let is_shut = seen.text.contains("Your role is not enough for this page.");
                assert_eq!(is_shut, !role.may(right), "{role:?} at {path}");
                assert_eq!(is_shut, is_shut && seen.status == StatusCode::FORBIDDEN);
                assert_ne!(seen.to, "/desk/login", "{role:?} at {path}");
            }
        }
    }
}

#[tokio::test]
async fn an_owner_gives_roles_and_takes_them_but_for_the_last() {
    let house = house().await;
    let mut olga = logged_in(&house, "olga").await;
    let given =
        olga.send("/desk/staff", "/desk/staff/give", &[("name", "bob@example.org"), ("role", "moderator")]).await;
    assert_eq!(given.to, "/desk/staff");
    let page = olga.get("/desk/staff").await.text;
    assert!(page.contains("bob@example.org has the role now.") && page.contains("Moderator"), "{page}");
    assert!(!olga.get("/desk/staff").await.text.contains("has the role now."), "it is said once");
    let bob = Jid::parse("bob@example.org").expect("an address");
    assert_eq!(house.site.hub().role_of(&bob).await.expect("a store"), Some(Role::Moderator));
    assert!(!Role::Moderator.may(Right::SeeStaff));
    let refused = olga.send("/desk/staff", "/desk/staff/take", &[("name", "olga@example.org")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("is the last administrator who can log in"), "{}", refused.text);
    let refused = olga.send("/desk/staff", "/desk/staff/give", &[("name", "olga"), ("role", "auditor")]).await;
    assert!(refused.text.contains("is the last administrator who can log in"), "{}", refused.text);
    olga.send("/desk/staff", "/desk/staff/take", &[("name", "bob@example.org")]).await;
    assert_eq!(house.site.hub().role_of(&bob).await.expect("a store"), None);
    let page = olga.get("/desk/deeds?lang=de").await.text;
    assert!(page.contains("In die Moderation aufgenommen") && page.contains("olga@example.org ·"), "{page}");
    assert_eq!(deeds(&house).await[0], "olga@example.org take-role bob@example.org");
}

/// Who is named in the configuration is an owner without anybody giving it, and nobody takes it here.
#[tokio::test]
async fn administrators_of_the_configuration_are_owners() {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    hub.add_account("a test", "anna", Password(SECRET.into())).await.expect("an account");
    assert!(hub.owner_link().await.unwrap().is_some());
    house.change(|service| service.admins = vec![Jid::parse("anna@example.org").expect("an address")]);
    assert!(hub.owner_link().await.unwrap().is_none());
    let mut anna = logged_in(&house, "anna").await;
    assert!(anna.get("/desk/staff").await.text.contains("by the configuration"));
    let refused = anna.send("/desk/staff", "/desk/staff/give", &[("name", "anna"), ("role", "auditor")]).await;
    assert!(refused.text.contains("`admins`"), "{}", refused.text);
}
