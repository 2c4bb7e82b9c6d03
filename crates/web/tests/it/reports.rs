//! Reports at the desk.

use crate::browser::{SECRET, deeds, house, logged_in};
use crate::house::House;
use axum::http::StatusCode;
use features::deed::Password;
use features::staff::Role;
use store::{Expect, Write};

/// Bob reports somebody, with a message.
async fn report(house: &House, reported: &str) {
    let filed = "INSERT INTO report (id, account, reported, reporter, reason, words, report_origin, third_party, filed_at, \
                 expires_at, state) SELECT COALESCE(MAX(id), 0) + 1, 2, ?1, 'bob@example.org', 'abuse', \
                 'She <threatens> me.', 0, 0, 5, 1, 'open' FROM report";
    let evidence = "INSERT INTO report_evidence (account, reported, filed_at, number, received_at, stanza, expires_at) \
                    VALUES (2, ?1, 5, 0, 4, ?2, 1)";
    let stanza =
        format!("<message from='{reported}/x' type='chat'><body>I know\nwhere &lt;you&gt; live</body></message>");
    let run = |sql, values| Write::Run { sql, values, expect: Expect::Some };
    let stanza = bytes::Bytes::from(stanza);
    let writes = vec![run(filed, vec![reported.into()]), run(evidence, vec![reported.into(), stanza.into()])];
    house.site.hub().store().commit(writes).await.expect("rows");
}

#[tokio::test]
async fn reports_are_read_acted_on_and_closed() {
    let house = house().await;
    house.site.hub().add_account("a test", "mona", Password(SECRET.into())).await.expect("an account");
    house.site.hub().give_role("a test", "mona", Role::Moderator).await.expect("a role");
    let mut mona = logged_in(&house, "mona").await;
    assert!(mona.get("/desk/reports").await.text.contains("Nobody is reported."));
    report(&house, "olga@example.org").await;
    report(&house, "eve@far.example").await;
    let page = mona.get("/desk/reports?lang=de").await.text;
    assert!(
        page.contains("href=\"/desk/reports/1?lang=de\">olga@example.org") && page.contains("Missbrauch"),
        "{page}"
    );
    let page = mona.get("/desk/reports/1").await.text;
    for part in
        ["She &#60;threatens&#62; me.", "<p>I know</p>", "<p>where &#60;you&#62; live</p>", "/desk/accounts/olga"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!mona.get("/desk/reports/2").await.text.contains("/desk/accounts/eve"));
    assert_eq!(mona.send("/desk/reports/1", "/desk/reports/1/close", &[]).await.to, "/desk/reports");
    let page = mona.get("/desk/reports").await.text;
    assert!(page.contains("Report 1 is closed.") && !page.contains("olga@example.org"), "{page}");
    assert!(!mona.get("/desk/reports/1").await.text.contains("/close\""), "it is closed already");
    assert_eq!(mona.get("/desk/reports/99").await.status, StatusCode::NOT_FOUND);
    let written = deeds(&house).await;
    assert!(written.contains(&"mona@example.org close-report 1".to_owned()));
    assert!(written.contains(&"mona@example.org read-report 2".to_owned()), "{written:?}");
}
