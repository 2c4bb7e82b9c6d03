//! Some accounts of one service and what their sessions get, without hub or sockets: stanzas are
//! carried between the owners in order, writes go to a real store, and after each step every
//! account's memory must be what its rows say.

#![allow(dead_code, clippy::unwrap_used, reason = "a test harness; not every test needs all of it")]

use features::feature::Limit;
use features::memory::{Account, Session, SessionId};
use features::order;
use features::roster::{self, Contacts};
use features::service::{Secrets, Service};
use features::turn::{Asker, Effect, Outbox, Turn};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;
use store::Store;
use xmpp::{Delivery, Jid, Stanza};

pub struct World {
    pub service: Service,
    pub accounts: Vec<Account>,
    pub store: Store,
    /// What each session got, in order.
    got: Vec<(SessionId, String)>,
    /// Stanzas for addresses that have no account here.
    pub lost: Vec<String>,
    runtime: tokio::runtime::Runtime,
    now: i64,
    next: u64,
    _dir: tempfile::TempDir,
}

impl World {
    /// A service with these accounts, nobody online.
    pub fn new(accounts: &[&str]) -> World {
        let dir = tempfile::tempdir().unwrap();
        let features = [&roster::FEATURE, &features::offline::FEATURE, &features::last_activity::FEATURE];
        let tables: Vec<_> = features.iter().flat_map(|feature| feature.tables).copied().collect();
        let store = Store::open(dir.path(), &store::Options::default(), &tables).unwrap();
        let service = Service::new(
            jid("x.example"),
            Secrets { archive_ids: [0; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() },
        );
        let mut world = World {
            service,
            accounts: Vec::new(),
            store,
            got: Vec::new(),
            lost: Vec::new(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            now: 1_000_000,
            next: 0,
            _dir: dir,
        };
        for (n, name) in accounts.iter().enumerate() {
            world.accounts.push(Account {
                jid: jid(&format!("{name}@x.example")),
                id: n as i64 + 1,
                contacts: Contacts::default(),
                archive: features::archive::Preferences::new(features::archive::Default::Never),
                offline: features::offline::Waiting::default(),
                push: Vec::new(),
                nodes: features::pubsub::Nodes::default(),
                avatar: features::avatars::Avatar::default(),
                devices: features::caps::Devices::default(),
                blocked: features::blocking::Blocklist::default(),
                agreed: 0,
                seldom: None,
                sessions: SmallVec::new(),
            });
        }
        world
    }

    pub fn limit(&mut self, limit: &Limit, value: u64) {
        self.service.limits.set(limit, value);
    }

    /// A connected session: `alice/phone`. It has sent nothing yet.
    pub fn connect(&mut self, session: &str) -> SessionId {
        let (name, resource) = session.split_once('/').unwrap();
        let at = self.index(name);
        self.next += 1;
        let id = SessionId(self.next);
        let full = self.accounts[at].jid.with_resource(resource).unwrap();
        self.accounts[at].sessions.push(Session::new(id, full, None));
        id
    }

    /// A session that fetched the roster and sent presence; what it got for that is thrown away.
    pub fn online(&mut self, session: &str) -> SessionId {
        let id = self.connect(session);
        self.send(id, "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
        self.send(id, "<presence/>");
        self.got.clear();
        id
    }

    /// A session is gone without a word.
    pub fn cut(&mut self, session: SessionId) {
        let at = self.owner(session);
        self.turn(at, |turn| order::session_ended(turn, session));
    }

    /// A session sends a stanza.
    pub fn send(&mut self, session: SessionId, xml: &str) {
        let at = self.owner(session);
        let from = self.accounts[at].session(session).unwrap().jid.clone();
        let stanza = Stanza::read(xml).unwrap().with_from(Some(from));
        self.turn(at, |turn| order::outgoing(turn, session, Arc::new(stanza)));
    }

    /// A stanza comes from elsewhere.
    pub fn receive(&mut self, xml: &str) {
        let stanza = Stanza::read(xml).unwrap();
        let to = stanza.to.clone().unwrap();
        let at = self.index(to.local().unwrap());
        self.turn(at, |turn| order::incoming(turn, Arc::new(stanza), &to));
    }

    /// Runs a turn of an account and all that comes of it.
    pub fn turn(&mut self, at: usize, run: impl FnOnce(&mut Turn<'_>)) {
        let mut mail = VecDeque::new();
        self.now += 1;
        self.one(at, run, &mut mail);
        while let Some((to, stanza)) = mail.pop_front() {
            match self.accounts.iter().position(|account| account.jid.as_str() == to.bare_str()) {
                Some(at) => self.one(at, |turn| order::incoming(turn, stanza, &to), &mut mail),
                None => self.lost.push(format!("to {to}: {stanza:?}")),
            }
        }
        self.compare();
    }

    fn one(&mut self, at: usize, run: impl FnOnce(&mut Turn<'_>), mail: &mut VecDeque<(Jid, Arc<Stanza>)>) {
        let mut out = Outbox::default();
        let me = &mut self.accounts[at];
        run(&mut Turn { me, service: &self.service, now: self.now, out: &mut out });
        self.store.commit_blocking(out.writes.into_vec()).unwrap();
        for effect in out.effects {
            match effect {
                Effect::Deliver { session, delivery, .. } => self.deliver(session, &delivery),
                Effect::Route { stanza, to } => mail.push_back((to, stanza)),
                Effect::Read { asker: Asker::Session(session), query } => {
                    for stanza in self.runtime.block_on(query.run(&self.store)).unwrap().stanzas {
                        self.deliver(session, &Delivery::from(stanza));
                    }
                }
                _ => panic!("no such effect is expected"),
            }
        }
    }

    fn deliver(&mut self, session: SessionId, delivery: &Delivery) {
        let mut bytes = Vec::new();
        delivery.write(None, &mut bytes);
        self.got.push((session, String::from_utf8(bytes).unwrap()));
    }

    /// What a session got since the last time it was asked.
    pub fn take(&mut self, session: SessionId) -> Vec<String> {
        let (taken, kept) = std::mem::take(&mut self.got).into_iter().partition(|(known, _)| *known == session);
        self.got = kept;
        let taken: Vec<(SessionId, String)> = taken;
        taken.into_iter().map(|(_, stanza)| stanza).collect()
    }

    /// Forgets what everybody got.
    pub fn clear(&mut self) {
        self.got.clear();
    }

    pub fn account(&mut self, name: &str) -> &mut Account {
        let at = self.index(name);
        &mut self.accounts[at]
    }

    /// How the account sees the other, as the roster's attributes and the hidden bits.
    pub fn state(&mut self, account: &str, other: &str) -> String {
        format!("{:?}", self.account(account).contacts.state(&format!("{other}@x.example")))
    }

    pub fn count(&self, table_query: &'static str) -> i64 {
        self.store.query_blocking(table_query, Vec::new()).unwrap()[0].int(0).unwrap()
    }

    /// Memory and rows say the same.
    fn compare(&self) {
        for account in &self.accounts {
            let rows = self.store.query_blocking(roster::CONTACTS_SQL, vec![account.id.into()]).unwrap();
            assert_eq!(account.contacts, roster::contacts(&rows).unwrap(), "{}", account.jid);
        }
    }

    fn index(&self, name: &str) -> usize {
        self.accounts.iter().position(|account| account.jid.local() == Some(name)).unwrap()
    }

    fn owner(&self, session: SessionId) -> usize {
        self.accounts.iter().position(|account| account.session(session).is_some()).unwrap()
    }
}

pub fn jid(text: &str) -> Jid {
    Jid::parse(text).unwrap()
}

/// The stanzas in a few words each: `presence subscribe from bob@x.example`, or the push of an item.
pub fn short(stanzas: &[String]) -> Vec<String> {
    stanzas.iter().map(|stanza| short_one(stanza)).collect()
}

fn short_one(text: &str) -> String {
    let stanza = Stanza::read(text).unwrap();
    let kind = stanza.kind.type_name().unwrap_or("available");
    if let Some(item) = stanza.child("query", "jabber:iq:roster").and_then(|query| query.children().next())
        && kind == "set"
    {
        let mut said = format!("push {}", item.attr("jid").unwrap());
        for name in ["name", "subscription", "ask", "approved"] {
            if let Some(value) = item.attr(name) {
                said.push_str(&format!(" {name}={value}"));
            }
        }
        return said;
    }
    let from = stanza.from.as_ref().map_or("", Jid::as_str);
    match stanza.child("error", "jabber:client") {
        Some(error) => {
            format!("{} error {} from {from}", stanza.kind.name(), xmpp::error::condition_of(&error).unwrap().name())
        }
        None => format!("{} {kind} from {from}", stanza.kind.name()),
    }
}
