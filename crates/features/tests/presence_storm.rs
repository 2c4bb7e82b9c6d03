//! Storms from a seed: people ask, grant, cancel, remove, come and go in any order. After each
//! step both sides of a subscription agree, every device sees exactly who is there and may be
//! seen, and every copy of a roster is the roster, also that of a device that was away.

#![allow(clippy::unwrap_used, reason = "tests")]

mod world;

use features::memory::SessionId;
use features::roster::State;
use std::collections::{BTreeMap, BTreeSet};
use world::World;
use xmpp::{Kind, PresenceType, Stanza, ns};

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];

/// What one device knows.
#[derive(Default)]
struct Device {
    session: Option<SessionId>,
    /// The full JIDs it sees.
    seen: BTreeSet<String>,
    /// Its copy of the roster, kept while it is away, and the version of it.
    roster: BTreeMap<String, String>,
    ver: String,
}

/// Numerical Recipes' generator: enough to pick.
struct Dice(u64);

impl Dice {
    fn pick(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

impl Device {
    fn read(&mut self, got: &[String]) {
        for text in got {
            let stanza = Stanza::read(text).unwrap();
            let from = stanza.from.as_ref().map_or("", |from| from.as_str()).to_owned();
            match stanza.kind {
                Kind::Presence(PresenceType::Available) => {
                    self.seen.insert(from);
                }
                Kind::Presence(PresenceType::Unavailable) => {
                    self.seen.retain(|seen| *seen != from && !seen.starts_with(&format!("{from}/")));
                }
                Kind::Iq(kind) => {
                    if let Some(query) = stanza.child("query", ns::ROSTER) {
                        self.read_roster(kind == xmpp::IqType::Result, &query);
                    }
                }
                _ => {}
            }
        }
    }

    fn read_roster(&mut self, whole: bool, query: &xmpp::Element<'_>) {
        if whole {
            self.roster.clear();
        } else {
            assert_ne!(query.attr("ver").unwrap(), self.ver, "each push has its version");
        }
        self.ver = query.attr("ver").unwrap().into_owned();
        for item in query.children() {
            let jid = item.attr("jid").unwrap().into_owned();
            match item.attr("subscription").as_deref() {
                // It may have come and gone while the device was away.
                Some("remove") => {
                    self.roster.remove(&jid);
                }
                _ => {
                    self.roster.insert(jid, item.raw().replace(" xmlns='jabber:iq:roster'", ""));
                }
            }
        }
    }
}

struct Storm {
    world: World,
    /// Two for each of the people.
    devices: Vec<Device>,
}

impl Storm {
    fn person(device: usize) -> &'static str {
        PEOPLE[device / 2]
    }

    fn step(&mut self, dice: &mut Dice) -> String {
        let at = dice.pick(self.devices.len());
        let to = PEOPLE[dice.pick(PEOPLE.len())];
        let Some(session) = self.devices[at].session else {
            return self.come(at);
        };
        let sent = match dice.pick(14) {
            0 | 1 => "<presence/>".to_owned(),
            2 => "<presence><show>away</show></presence>".to_owned(),
            3 => "<presence type='unavailable'/>".to_owned(),
            4 => {
                self.world.cut(session);
                self.world.take(session);
                self.devices[at].session = None;
                return format!("{at} is cut");
            }
            5 => format!(
                "<iq type='set' id='s'><query xmlns='jabber:iq:roster'><item jid='{to}@x.example' name='{to}'>\
                 <group>g</group></item></query></iq>"
            ),
            6 => format!(
                "<iq type='set' id='s'><query xmlns='jabber:iq:roster'><item jid='{to}@x.example' \
                 subscription='remove'/></query></iq>"
            ),
            n => {
                let signal =
                    ["subscribe", "subscribe", "subscribed", "subscribed", "subscribed", "unsubscribe", "unsubscribed"]
                        [n - 7];
                format!("<presence type='{signal}' to='{to}@x.example'/>")
            }
        };
        if (sent == "<presence/>" || sent.contains("<show>")) && !self.is_available(at) {
            self.devices[at].seen.clear();
        }
        self.world.send(session, &sent);
        format!("{at}: {sent}")
    }

    /// Comes back with the roster it had.
    fn come(&mut self, at: usize) -> String {
        let session = self.world.connect(&format!("{}/{at}", Storm::person(at)));
        self.devices[at].session = Some(session);
        let ver = self.devices[at].ver.clone();
        self.world.send(session, &format!("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='{ver}'/></iq>"));
        format!("{at} comes with {ver}")
    }

    fn is_available(&mut self, at: usize) -> bool {
        let session = self.devices[at].session;
        let account = self.world.account(Storm::person(at));
        session.is_some_and(|session| account.session(session).unwrap().is_available())
    }

    fn check(&mut self) {
        for at in 0..self.devices.len() {
            if let Some(session) = self.devices[at].session {
                let got = self.world.take(session);
                self.devices[at].read(&got);
            }
        }
        self.check_states();
        let there: Vec<bool> = (0..self.devices.len()).map(|at| self.is_available(at)).collect();
        for at in 0..self.devices.len() {
            if self.devices[at].session.is_none() {
                continue;
            }
            let person = Storm::person(at);
            let contacts = self.world.account(person).contacts.clone();
            let listed: Vec<&str> = contacts.items().map(features::roster::Contact::jid_str).collect();
            let known: Vec<&str> = self.devices[at].roster.keys().map(String::as_str).collect();
            assert_eq!(known, listed, "the roster of device {at}");
            for item in contacts.items() {
                let copy = &self.devices[at].roster[item.jid_str()];
                assert!(copy.contains(&format!("subscription='{}'", item.state().subscription())), "{copy}");
                assert_eq!(copy.contains("ask='subscribe'"), item.state().has(State::ASKED), "{copy}");
                assert_eq!(copy.contains("approved='true'"), item.state().has(State::APPROVED), "{copy}");
            }
            if there[at] {
                let visible = |other: usize| {
                    let owner = Storm::person(other);
                    let subscribed = contacts.state(&format!("{owner}@x.example")).has(State::TO);
                    there[other] && (owner == person || subscribed)
                };
                let expected: BTreeSet<String> = (0..self.devices.len())
                    .filter(|other| visible(*other))
                    .map(|other| format!("{}@x.example/{other}", Storm::person(other)))
                    .collect();
                assert_eq!(self.devices[at].seen, expected, "what device {at} sees");
            }
        }
    }

    /// One side's `to` is the other's `from`, one side's question is the other's to answer.
    fn check_states(&mut self) {
        for one in PEOPLE {
            for other in PEOPLE.into_iter().filter(|other| *other != one) {
                let mine = self.world.account(one).contacts.state(&format!("{other}@x.example"));
                let theirs = self.world.account(other).contacts.state(&format!("{one}@x.example"));
                assert_eq!(mine.has(State::TO), theirs.has(State::FROM), "{one} {mine:?}, {other} {theirs:?}");
                assert_eq!(mine.has(State::ASKED), theirs.has(State::REQUESTED), "{one} {mine:?}, {other} {theirs:?}");
            }
        }
    }
}

#[test]
fn both_sides_and_every_device_agree() {
    for seed in 0..6 {
        let devices = (0..PEOPLE.len() * 2).map(|_| Device::default()).collect();
        let mut storm = Storm { world: World::new(&PEOPLE), devices };
        storm.world.limit(&features::roster::REMOVALS, 1);
        let mut dice = Dice(seed);
        let mut log = Vec::new();
        for _ in 0..400 {
            log.push(storm.step(&mut dice));
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| storm.check()));
            if let Err(failure) = checked {
                let last = log.len().saturating_sub(12);
                eprintln!("seed {seed}, the last steps:\n{}", log[last..].join("\n"));
                std::panic::resume_unwind(failure);
            }
        }
    }
}
