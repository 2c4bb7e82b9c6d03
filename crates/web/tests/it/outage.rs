//! What clients find that cannot connect (XEP-0455).

use crate::house::House;
use features::outage::Outage;
use hub::NotDone;
use serde_json::{Value, json};

async fn file(house: &House) -> Value {
    serde_json::from_str(&house.page("/outage.json").await).expect("JSON")
}

#[tokio::test]
async fn an_outage_is_said_until_it_is_over() {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    assert_eq!(file(&house).await, json!({}));
    let messages = vec![("de".into(), "Neue Platten".into()), ("default".into(), "New \"disks\"".into())];
    let outage = Outage { is_planned: true, begins_at: 0, ends_at: Some(3_600_000_000), messages };
    hub.say_outage("a test", Some(&outage)).await.expect("it can be said");
    let said = json!({
        "planned": true, "beginning": "1970-01-01T00:00:00Z", "expected_end": "1970-01-01T01:00:00Z",
        "message": { "default": "New \"disks\"", "de": "Neue Platten" },
    });
    assert_eq!(file(&house).await, said);
    let silent = Outage { is_planned: false, begins_at: 0, ends_at: None, messages: Vec::new() };
    hub.say_outage("a test", Some(&silent)).await.expect("it can be said");
    assert_eq!(file(&house).await, json!({ "planned": false, "beginning": "1970-01-01T00:00:00Z" }));
    hub.say_outage("a test", None).await.expect("it can be over");
    assert_eq!(file(&house).await, json!({}));
}

#[tokio::test]
async fn what_nobody_could_read_is_not_said() {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    let outage = |messages, ends_at| Outage { is_planned: false, begins_at: 10, ends_at, messages };
    for wrong in [
        outage(vec![("de".into(), "Neue Platten".into())], None),
        outage(vec![("default".into(), "x".repeat(1001).into())], None),
        outage(Vec::new(), Some(9)),
    ] {
        let refused = hub.say_outage("a test", Some(&wrong)).await;
        assert!(matches!(refused, Err(NotDone::Refused(_))), "{wrong:?}");
    }
    assert_eq!(file(&house).await, json!({}));
}
