//! What waited is read beside the owner while more comes: each message is given to the client once (XEP-0160).

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use features::archive::{self, Preferences};
use features::memory::{Account, Session, SessionId};
use features::offline;
use features::order;
use features::query::{Next, Query};
use features::service::{Secrets, Service};
use features::turn::{Effect, Outbox, Turn};
use std::sync::Arc;
use store::{Store, Write};
use xmpp::{Jid, Stanza};

const PHONE: SessionId = SessionId(1);

/// Juliet, who has been away, and what she has.
struct Away {
    service: Service,
    store: Store,
    me: Account,
    _dir: tempfile::TempDir,
}

fn jid(text: &str) -> Jid {
    Jid::parse(text).unwrap()
}

impl Away {
    fn new() -> Away {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), &store::Options::default(), &features::all::tables()).unwrap();
        let secrets = Secrets { archive_ids: [7; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() };
        let service = Service {
            archive_default: archive::Default::Always,
            archive_days: 30,
            ..Service::new(jid("x.example"), secrets)
        };
        let me = Account {
            jid: jid("juliet@x.example"),
            id: 1,
            contacts: features::roster::Contacts::default(),
            offline: offline::Waiting::default(),
            push: Vec::new(),
            archive: Preferences::new(archive::Default::Always),
            nodes: features::pubsub::Nodes::default(),
            avatar: features::avatars::Avatar::default(),
            devices: features::caps::Devices::default(),
            blocked: features::blocking::Blocklist::default(),
            agreed: 0,
            seldom: None,
            sessions: [Session::new(PHONE, jid("juliet@x.example/phone"), None)].into_iter().collect(),
        };
        Away { service, store, me, _dir: dir }
    }

    fn turn(&mut self, run: impl FnOnce(&mut Turn<'_>)) -> Outbox {
        let mut out = Outbox::default();
        run(&mut Turn { me: &mut self.me, service: &self.service, now: 1_795_564_800_000_000, out: &mut out });
        out
    }

    /// A message comes; how it is to be kept.
    fn receive(&mut self, id: &str) -> Vec<Write> {
        let xml = format!(
            "<message from='romeo@x.example/r' to='juliet@x.example' type='chat' id='{id}'><body>x</body></message>"
        );
        let stanza = Arc::new(Stanza::read(&xml).unwrap());
        self.turn(|turn| order::incoming(turn, stanza, &jid("juliet@x.example"))).writes.into_vec()
    }

    /// What was asked for is read and arrives: the ids of what the phone is given, and what is to be read next.
    async fn arrives(&mut self, query: Query) -> (Vec<String>, Option<Query>) {
        let found = query.run(&self.store).await.unwrap();
        let Some(Next::Offline(progress)) = found.next else { panic!("nothing was read") };
        reading(self.turn(|turn| offline::arrived(turn, found.stanzas, progress)))
    }
}

fn reading(out: Outbox) -> (Vec<String>, Option<Query>) {
    let (mut given, mut next) = (Vec::new(), None);
    for effect in out.effects {
        match effect {
            Effect::Deliver { delivery, .. } => given.push(delivery.stanza.id.as_ref().unwrap().as_str().to_owned()),
            Effect::Read { query, .. } => next = Some(query),
            _ => {}
        }
    }
    (given, next)
}

#[tokio::test]
async fn a_read_that_finds_nothing_new_does_not_begin_again_from_the_start() {
    let mut juliet = Away::new();
    let first = juliet.receive("m1");
    juliet.store.commit(first).await.unwrap();
    juliet.me.sessions[0].presence = Some(Arc::new(Stanza::read("<presence/>").unwrap()));
    let (_, read) = reading(juliet.turn(|turn| offline::available(turn, PHONE)));
    // One comes before the read begins, and is read with the first.
    let second = juliet.receive("m2");
    juliet.store.commit(second).await.unwrap();
    let (given, read) = juliet.arrives(read.unwrap()).await;
    assert_eq!(given, ["m1", "m2"]);
    // The next read finds nothing, and one more comes before it has.
    let third = juliet.receive("m3");
    let (given, read) = juliet.arrives(read.unwrap()).await;
    assert!(given.is_empty(), "{given:?}");
    juliet.store.commit(third).await.unwrap();
    let (given, read) = juliet.arrives(read.unwrap()).await;
    assert_eq!(given, ["m3"]);
    assert!(read.is_none());
}
