//! What somebody has at the service of nodes: it is in their export, and goes with their account.

#![allow(clippy::unwrap_used, reason = "tests")]

use features::branch::{Branch, BranchKind};
use features::portable::{self, Purpose};
use features::service::{Secrets, Service};
use features::{all, login, order, turn};
use std::sync::Arc;
use store::{Expect, Options, Store, Write};
use xmpp::{Jid, Stanza, Writer};

const NOW: i64 = 1_795_564_800_000_000;

fn jid(text: &str) -> Jid {
    Jid::parse(text).unwrap()
}

fn service() -> Service {
    let keys = Secrets { archive_ids: [3; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() };
    let branch = Branch { domain: jid("pubsub.x.example"), kind: BranchKind::Pubsub };
    Service { branches: vec![branch], ..Service::new(jid("x.example"), keys) }
}

async fn ask(store: &Store, from: &str, inner: &str) {
    let service = service();
    let to = jid("pubsub.x.example");
    let mut me = login::load(store, &service, &to).await.unwrap().unwrap();
    let request = format!("<iq type='set' id='1' from='{from}' to='{to}'>{inner}</iq>");
    let mut out = turn::Outbox::default();
    let mut turn = turn::Turn { me: &mut me, service: &service, now: NOW, out: &mut out };
    order::incoming(&mut turn, Arc::new(Stanza::read(&request).unwrap()), &to);
    store.commit(out.writes.into_vec()).await.unwrap();
}

async fn filled() -> (Store, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &Options::default(), &all::tables()).unwrap();
    for (id, name) in [(1i64, "alice"), (2, "bob")] {
        let sql = "INSERT INTO account (id, localpart, created_at, state) VALUES (?1, ?2, 0, 'active')";
        let values = vec![id.into(), name.into()];
        store.commit(vec![Write::Run { sql, values, expect: Expect::Some }]).await.unwrap();
    }
    let (everybody, owner) = ("xmlns='http://jabber.org/protocol/pubsub'", "http://jabber.org/protocol/pubsub#owner");
    for (from, inner) in [
        ("alice@x.example/a", format!("<pubsub {everybody}><create node='hers'/></pubsub>")),
        ("bob@x.example/b", format!("<pubsub {everybody}><create node='his'/></pubsub>")),
        (
            "alice@x.example/a",
            format!(
                "<pubsub {everybody}><publish node='hers'><item id='i'><n xmlns='e'>one</n></item></publish></pubsub>"
            ),
        ),
        ("alice@x.example/a", format!("<pubsub {everybody}><subscribe node='his' jid='alice@x.example/a'/></pubsub>")),
        (
            "alice@far.example/a",
            format!("<pubsub {everybody}><subscribe node='his' jid='alice@far.example'/></pubsub>"),
        ),
        (
            "bob@x.example/b",
            format!(
                "<pubsub xmlns='{owner}'><affiliations node='his'>\
                 <affiliation jid='alice@x.example' affiliation='publisher'/></affiliations></pubsub>"
            ),
        ),
        (
            "alice@x.example/a",
            format!(
                "<pubsub {everybody}><publish node='his'><item id='j'><n xmlns='e'>two</n></item></publish></pubsub>"
            ),
        ),
    ] {
        ask(&store, from, &inner).await;
    }
    (store, dir)
}

#[tokio::test]
async fn the_export_of_a_person_shows_what_is_theirs() {
    let (store, _dir) = filled().await;
    let mut w = Writer::new();
    w.open("user", "urn:xmpp:pie:0");
    portable::write(&store.view(), 1, Purpose::Copy, 0, &mut w).unwrap();
    let text = String::from_utf8(w.finish().to_vec()).unwrap();
    for (table, row) in [
        ("pubsub_node", "<row><text>hers</text>"),
        ("pubsub_item", "<row><text>hers</text><text>i</text>"),
        ("pubsub_item", "<row><text>his</text><text>j</text>"),
        ("pubsub_subscription", "<row><text>his</text><text>alice@x.example/a</text>"),
        ("pubsub_affiliation", "<text>publisher</text>"),
    ] {
        let rows = text.split_once(&format!("of='{table}'")).map(|(_, rest)| rest.split("</rows>").next().unwrap());
        assert!(rows.is_some_and(|rows| rows.contains(row)), "{table}: {row} is not in {text}");
    }
    assert!(!text.contains("<row><text>his</text><text>access") && !text.contains("far.example"), "{text}");
}

#[tokio::test]
async fn what_is_overdue_goes_though_nobody_looks() {
    let (store, _dir) = filled().await;
    let form = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>\
                http://jabber.org/protocol/pubsub#node_config</value></field>\
                <field var='pubsub#item_expire'><value>60</value></field></x>";
    let configure = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='hers'>{form}</configure></pubsub>"
    );
    ask(&store, "alice@x.example/a", &configure).await;
    for (after, left) in [(59, 2), (60, 1)] {
        store.commit(all::expiry_writes(NOW + after * 1_000_000)).await.unwrap();
        let items = store.query("SELECT COUNT(*) FROM pubsub_item", vec![]).await.unwrap();
        assert_eq!(items[0].int(0).unwrap(), left, "{after} seconds later");
    }
}

#[tokio::test]
async fn nothing_of_an_erased_account_is_left() {
    let (store, _dir) = filled().await;
    let alice = login::find(&store, "alice").await.unwrap().unwrap();
    store.commit(login::erase_writes(&alice)).await.unwrap();
    let me = login::load(&store, &service(), &jid("pubsub.x.example")).await.unwrap().unwrap();
    assert_eq!(me.nodes.iter().map(|node| node.name.as_ref()).collect::<Vec<_>>(), ["his"]);
    let his = me.nodes.get("his").unwrap();
    let subscribers: Vec<&str> = his.people.subscribers().iter().map(|known| known.jid.as_str()).collect();
    assert_eq!(subscribers, ["alice@far.example"], "somebody of that name elsewhere is somebody else");
    assert_eq!(his.people.affiliates().map(|(who, _)| who).collect::<Vec<_>>(), ["bob@x.example"]);
    let items = store.query("SELECT COUNT(*) FROM pubsub_item", vec![]).await.unwrap();
    assert_eq!(items[0].int(0).unwrap(), 0);
}
