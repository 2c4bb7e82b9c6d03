//! A configuration has one meaning, however it is said.

use super::*;

#[test]
fn what_is_stored_is_read_back() {
    let mut config = Config::default();
    for (field, values) in [
        ("pubsub#access_model", &["roster"][..]),
        ("pubsub#roster_groups_allowed", &["Friends", "A=B"]),
        ("pubsub#max_items", &["max"]),
        ("pubsub#item_expire", &["3600"]),
        ("pubsub#publish_node_full", &["reject"]),
        ("pubsub#notification_type", &["normal"]),
        ("pubsub#persist_items", &["false"]),
        ("pubsub#title", &["T = t"]),
    ] {
        config.set(field, values).unwrap();
    }
    assert_eq!(Config::decode(&config.encode()), config);
    assert_eq!(Config::default().encode(), "");
}

#[test]
fn the_same_said_in_another_way_is_the_same() {
    let mut config = Config::default();
    config.set("pubsub#persist_items", &["1"]).unwrap();
    config.set("pubsub#max_items", &["1"]).unwrap();
    config.set("pubsub#node_type", &["leaf"]).unwrap();
    assert_eq!(config, Config::default());
}

#[test]
fn what_is_not_known_is_refused() {
    let mut config = Config::default();
    assert_eq!(config.set("pubsub#nonsense", &["1"]), Err(Refused::Unknown));
    assert_eq!(config.set("persist_items", &["1"]), Err(Refused::Unknown));
    assert_eq!(config.set("pubsub#access_model", &["everybody"]), Err(Refused::Value));
    assert_eq!(config.set("pubsub#max_items", &["0"]), Err(Refused::Value));
    assert_eq!(config.set("pubsub#title", &["a\nb"]), Err(Refused::Value));
}

#[test]
fn a_stored_access_that_is_not_understood_is_the_owners_alone() {
    assert_eq!(Config::decode("pubsub#access_model=everybody\n").access, Access::Whitelist);
}
