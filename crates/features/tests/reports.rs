//! Reports in the store: what is kept, what is shown, and what goes.

#![allow(clippy::unwrap_used, reason = "tests")]

use features::reports::desk;
use features::{all, archive, blocking, memory, order, roster, service, turn};
use std::sync::Arc;
use store::Store;
use xmpp::{Jid, Stanza};

const NOW: i64 = 1_795_564_800_000_000;
const DAY: i64 = 86_400_000_000;

struct Desk {
    store: Store,
    service: service::Service,
    alice: memory::Account,
    _dir: tempfile::TempDir,
}

fn desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let jid = Jid::parse("alice@x.example").unwrap();
    let phone = jid.with_resource("phone").unwrap();
    let default = archive::Default::Always;
    Desk {
        store: Store::open(dir.path(), &store::Options::default(), &all::tables()).unwrap(),
        service: service::Service {
            archive_default: default,
            archive_days: 30,
            ..service::Service::new(
                Jid::parse("x.example").unwrap(),
                service::Secrets { archive_ids: [3; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() },
            )
        },
        alice: memory::Account {
            jid,
            id: 1,
            contacts: roster::Contacts::default(),
            archive: archive::Preferences::new(default),
            blocked: blocking::Blocklist::default(),
            seldom: None,
            offline: features::offline::Waiting::default(),
            push: Vec::new(),
            nodes: features::pubsub::Nodes::default(),
            avatar: features::avatars::Avatar::default(),
            devices: features::caps::Devices::default(),
            sessions: [memory::Session::new(memory::SessionId(1), phone, None)].into_iter().collect(),
        },
        _dir: dir,
    }
}

impl Desk {
    /// A turn of Alice, its rows committed and its reads done. Returns the number of the last archived row.
    async fn turn(&mut self, now: i64, run: impl FnOnce(&mut turn::Turn<'_>)) -> Option<u64> {
        let mut out = turn::Outbox::default();
        run(&mut turn::Turn { me: &mut self.alice, service: &self.service, now, out: &mut out });
        let receipt = self.store.commit(out.writes.into_vec()).await.unwrap();
        for effect in out.effects {
            if let turn::Effect::Read { query, .. } = effect {
                assert!(query.run(&self.store).await.unwrap().stanzas.is_empty());
            }
        }
        receipt.numbers.last().copied()
    }

    async fn receive(&mut self, from: &str, body: &str) -> String {
        let message =
            format!("<message from='{from}' to='alice@x.example' type='chat' id='m'><body>{body}</body></message>");
        let stanza = Arc::new(Stanza::read(&message).unwrap());
        let to = stanza.to.clone().unwrap();
        let number = self.turn(NOW, |turn| order::incoming(turn, stanza, &to)).await.unwrap();
        archive::Id { archive: 1, number }.encode(&self.service.secrets)
    }

    async fn block(&mut self, now: i64, item: &str) {
        let request = format!("<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'>{item}</block></iq>");
        let phone = self.alice.sessions[0].jid.clone();
        let stanza = Arc::new(Stanza::read(&request).unwrap().with_from(Some(phone)));
        self.turn(now, |turn| order::outgoing(turn, memory::SessionId(1), stanza)).await;
    }
}

fn report(jid: &str, ids: &[&str]) -> String {
    let ids: String =
        ids.iter().map(|id| format!("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@x.example' id='{id}'/>")).collect();
    format!(
        "<item jid='{jid}'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>{ids}\
         <text>Enough.</text><third-party/></report></item>"
    )
}

#[tokio::test]
async fn a_report_holds_the_messages_of_the_reported_and_no_others() {
    let mut desk = desk();
    let spam = desk.receive("bob@y.example/bot", "Buy now").await;
    let private = desk.receive("carol@y.example/phone", "Dinner?").await;
    desk.block(NOW + 1, &report("bob@y.example", &[&spam, &private, "nonsense"])).await;
    let open = desk::open(&desk.store, 0, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((&*open[0].reported, &*open[0].reporter), ("bob@y.example", "alice@x.example"));
    assert_eq!((&*open[0].reason, &*open[0].text, &*open[0].state), ("spam", "Enough.", "open"));
    assert!(open[0].third_party && !open[0].report_origin);
    let (filed, messages) = desk::show(&desk.store, open[0].id).await.unwrap().unwrap();
    assert_eq!(filed, open[0]);
    assert_eq!(messages.len(), 1);
    assert!(std::str::from_utf8(&messages[0].stanza).unwrap().contains("Buy now"));
    desk.store.commit(vec![desk::close(filed.id)]).await.unwrap();
    assert!(desk::open(&desk.store, 0, 10).await.unwrap().is_empty());
    let again = desk.store.commit(vec![desk::close(filed.id)]).await;
    assert!(matches!(again, Err(store::CommitError::Unmet)));
    assert!(desk::show(&desk.store, 99).await.unwrap().is_none());
}

/// What shows who did what stays, whatever the sender takes back; and an operator may want nothing taken back.
#[tokio::test]
async fn evidence_outlives_retraction() {
    let mut desk = desk();
    let spam = desk.receive("bob@y.example/bot", "Buy now").await;
    desk.block(NOW + 1, &report("bob@y.example", &[&spam])).await;
    desk.alice.blocked = blocking::Blocklist::default();
    let number = archive::Id::decode(&spam, 1, &desk.service.secrets).unwrap().number;
    for tombstones in [false, true] {
        desk.service.tombstones = tombstones;
        let retraction = "<message from='bob@y.example/bot' to='alice@x.example' type='chat' id='r'>\
                          <retract xmlns='urn:xmpp:message-retract:1' id='m'/></message>";
        let stanza = Arc::new(Stanza::read(retraction).unwrap());
        let to = stanza.to.clone().unwrap();
        desk.turn(NOW + 2, |turn| order::incoming(turn, stanza, &to)).await.unwrap();
        let wanted = store::PageRequest { archive: 1, max: 1, numbers: Some(vec![number]), ..Default::default() };
        let kept = desk.store.page(wanted).await.unwrap().rows.remove(0);
        assert_eq!(std::str::from_utf8(&kept.body).unwrap().contains("Buy now"), !tombstones);
    }
    let (_, messages) = desk::show(&desk.store, 1).await.unwrap().unwrap();
    assert!(std::str::from_utf8(&messages[0].stanza).unwrap().contains("Buy now"));
}

#[tokio::test]
async fn a_service_is_reported_with_the_messages_of_anybody_on_it() {
    let mut desk = desk();
    let one = desk.receive("bob@y.example/bot", "Buy now").await;
    let two = desk.receive("eve@y.example/bot", "Buy now").await;
    desk.block(NOW + 1, &report("y.example", &[&one, &two])).await;
    let (_, messages) = desk::show(&desk.store, 1).await.unwrap().unwrap();
    assert_eq!(messages.len(), 2);
}

#[tokio::test]
async fn reports_are_bounded_and_end() {
    let mut desk = desk();
    desk.service.limits.set(&features::reports::REPORTS, 1);
    let spam = desk.receive("bob@y.example/bot", "Buy now").await;
    desk.block(NOW + 1, &report("bob@y.example", &[&spam])).await;
    desk.block(NOW + 2, &report("carol@y.example", &[&spam])).await;
    assert_eq!(desk.alice.blocked.len(), 2);
    assert_eq!(desk::open(&desk.store, 0, 10).await.unwrap().len(), 1);
    desk.store.commit(all::expiry_writes(NOW + 90 * DAY)).await.unwrap();
    assert_eq!(desk::open(&desk.store, 0, 10).await.unwrap().len(), 1);
    desk.store.commit(all::expiry_writes(NOW + 91 * DAY)).await.unwrap();
    assert!(desk::show(&desk.store, 1).await.unwrap().is_none());
    let left = desk.store.query("SELECT 1 FROM report_evidence", vec![]).await.unwrap();
    assert!(left.is_empty());
}
