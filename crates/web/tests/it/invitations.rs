//! Invitations at the desk.

use crate::browser::{SECRET, deeds, house, logged_in};
use axum::http::StatusCode;
use features::deed::Password;
use features::registration::{Mode, Policy};
use features::staff::Role;

#[tokio::test]
async fn staff_invites_as_many_as_it_likes_and_takes_back() {
    let house = house().await;
    house.change(|service| service.sign_up = Policy { mode: Mode::Invite, ..Policy::CLOSED });
    house.site.hub().add_account("a test", "sam", Password(SECRET.into())).await.expect("an account");
    house.site.hub().give_role("a test", "sam", Role::Support).await.expect("a role");
    let mut sam = logged_in(&house, "sam").await;
    let list = "/desk/invitations";
    let make = "/desk/invitations/make";
    for name in ["juliet", ""] {
        let page = sam.send(list, make, &[("name", name), ("uses", "1"), ("days", "")]).await.text;
        assert!(page.contains("example.org?register;preauth="), "{page}");
    }
    let page = sam.get(list).await.text;
    assert!(page.contains("To the account juliet") && page.contains("by sam · for one · until"), "{page}");
    for fields in [
        [("name", "juliet"), ("uses", "2"), ("days", "")],
        [("name", ""), ("uses", "many"), ("days", "")],
        [("name", ""), ("uses", "0"), ("days", "")],
        [("name", "bob"), ("uses", "1"), ("days", "")],
        [("name", "a b"), ("uses", "1"), ("days", "3")],
    ] {
        assert_eq!(sam.send(list, make, &fields).await.status, StatusCode::CONFLICT, "{fields:?}");
    }
    assert_eq!(sam.send(list, "/desk/invitations/revoke", &[("number", "1")]).await.to, list);
    let page = sam.get(list).await.text;
    assert!(!page.contains("To the account juliet") && page.contains("Nobody can use it any more."), "{page}");
    assert_eq!(deeds(&house).await[0], "sam@example.org revoke-invitation 1");
    assert!(sam.get("/desk/invitations/tree?lang=fr").await.text.contains("Personne n’est encore venu"));
}
