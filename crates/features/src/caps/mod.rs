//! Entity capabilities of clients (XEP-0115, XEP-0390): which events the devices of the person and
//! of the contacts want to be told of.
//!
//! A presence names a set of features by its hash. The set is asked of the device once, held against
//! the hash ([`hash`]), and from then on known to the whole service ([`known`]): a hash that was
//! proved means the same wherever it is seen, so that one cache, shared by all owners, gives nobody
//! anything he could not have asked for himself. An owner keeps of each device only its address and a
//! reference into that cache ([`Devices`]).

mod advert;
mod hash;
mod known;

pub use known::{Interests, Known};

use crate::feature::{Feature, Limit, Spec};
use crate::memory::Account;
use crate::roster::State;
use crate::turn::{Turn, Weight};
use advert::Advert;
use std::sync::Arc;
use xmpp::{Element, IqType, Jid, Kind, PresenceType, Stanza, Text, Writer, ns};

/// XEP-0115, XEP-0390.
pub const FEATURE: Feature = Feature {
    name: "caps",
    summary: "Knows what each device wants to be told of, without asking every device each time.",
    specs: &[
        Spec::xep_without(115, "1.6.0", "taking repeated hashes out of presence"),
        Spec::xep_without(390, "0.3.2", "a hash set of the server, answering in the place of a device"),
    ],
    disco: &[],
    limits: &[&DEVICES, &known::SETS],
    tables: &[],
    iqs: &[],
};

/// How many devices of contacts an account keeps in mind.
pub const DEVICES: Limit = Limit {
    name: "caps-devices",
    default: 5000,
    unit: "devices",
    reason: "Each takes some 60 bytes of an online account. A full contact list with five devices each fits.",
    sentence: "More devices than that are not told of changes by themselves.",
};

/// The devices that an owner has seen, and what they want to be told of. A pointer, so that an account
/// without any pays for no more.
#[derive(Default)]
pub struct Devices(Option<Box<Seen>>);

#[derive(Default)]
struct Seen {
    seen: Vec<(Jid, Arc<Interests>)>,
    asked: Vec<Asked>,
    asked_so_far: u32,
}

/// A request for a device's features that is under way.
struct Asked {
    id: Text,
    device: Jid,
    advert: Advert,
}

/// A device of which it is known from now on what it wants.
pub struct Gained {
    /// Its full JID.
    pub device: Jid,
    now: Arc<Interests>,
    before: Option<Arc<Interests>>,
}

impl Gained {
    /// Whether the device wants to know of that node, and did not before.
    pub fn wants(&self, node: &str) -> bool {
        self.now.wants(node) && !self.before.as_ref().is_some_and(|before| before.wants(node))
    }
}

impl Devices {
    /// The devices that want to know of that node.
    pub fn interested<'a>(&'a self, node: &'a str) -> impl Iterator<Item = &'a Jid> {
        let seen = self.0.iter().flat_map(|devices| &devices.seen);
        seen.filter(move |(_, interests)| interests.wants(node)).map(|(device, _)| device)
    }

    /// What a device wants to be told of, if that is known.
    pub fn interests(&self, device: &Jid) -> Option<Arc<Interests>> {
        self.0.as_ref()?.of(device).cloned()
    }

    fn all(&mut self) -> &mut Seen {
        self.0.get_or_insert_default()
    }

    fn forget(&mut self, device: &Jid) {
        if let Some(devices) = &mut self.0 {
            devices.forget(device);
        }
    }
}

impl Seen {
    fn of(&self, device: &Jid) -> Option<&Arc<Interests>> {
        self.seen.iter().find(|(known, _)| known == device).map(|(_, interests)| interests)
    }

    fn forget(&mut self, device: &Jid) {
        self.seen.retain(|(known, _)| known != device);
        self.asked.retain(|asked| asked.device != *device);
    }

    fn learn(&mut self, device: Jid, now: Arc<Interests>) -> Gained {
        let known = self.seen.iter_mut().find(|(known, _)| *known == device);
        let before = match known {
            Some((_, interests)) => Some(std::mem::replace(interests, now.clone())),
            None => {
                self.seen.push((device.clone(), now.clone()));
                None
            }
        };
        Gained { device, now, before }
    }
}

/// Presence of a device went through the account: its own, or that of a contact. What becomes known
/// by it is returned.
pub fn seen(turn: &mut Turn<'_>, from: &Jid, presence_type: PresenceType, stanza: &Stanza) -> Option<Gained> {
    match presence_type {
        PresenceType::Unavailable => turn.me.devices.forget(from),
        PresenceType::Available if concerns(turn.me, from) => return announced(turn, from, Advert::of(stanza)?),
        _ => {}
    }
    None
}

/// What a device wants is known from before a restart; it was told of the last items then.
pub fn recall(turn: &mut Turn<'_>, device: &Jid, interests: Arc<Interests>) {
    let most = turn.service.limits.count(&DEVICES);
    if concerns(turn.me, device) && turn.me.devices.0.as_ref().is_none_or(|devices| devices.seen.len() < most) {
        turn.me.devices.all().learn(device.clone(), interests);
    }
}

/// A session is gone without a word.
pub fn session_ended(turn: &mut Turn<'_>, device: &Jid) {
    turn.me.devices.forget(device);
}

/// An answer to the account's bare address; nothing that anybody but this feature asks for.
pub fn answered(turn: &mut Turn<'_>, stanza: &Stanza) -> Option<Gained> {
    let (from, id) = (stanza.from.as_ref()?, stanza.id.as_ref()?);
    let asked = &mut turn.me.devices.0.as_mut()?.asked;
    let at = asked.iter().position(|asked| asked.device == *from && asked.id == *id)?;
    let asked = asked.swap_remove(at);
    // An error: it is asked again with its next announcement.
    let query = match stanza.kind {
        Kind::Iq(IqType::Result) => stanza.payload().filter(|query| query.is("query", ns::DISCO_INFO))?,
        _ => return None,
    };
    let now = understand(turn, &asked.advert, &query, stanza.lang.as_ref().map(Text::as_str));
    Some(turn.me.devices.all().learn(asked.device, now))
}

/// XEP-0115 §5.4: what is proved is everybody's, what is not holds for this device alone.
fn understand(turn: &Turn<'_>, advert: &Advert, query: &Element<'_>, lang: Option<&str>) -> Arc<Interests> {
    let interests = Arc::new(Interests::read(&advert.key, query));
    if advert.proves(query, lang) {
        turn.service.caps.add(interests.clone(), turn.service.limits.count(&known::SETS));
    }
    interests
}

/// Whose devices are worth knowing: the person's own, and those that exchange presence with them.
fn concerns(me: &Account, from: &Jid) -> bool {
    let state = me.contacts.state(from.bare_str());
    from.is_full() && (from.bare_str() == me.jid.as_str() || state.has(State::FROM) || state.has(State::TO))
}

fn announced(turn: &mut Turn<'_>, from: &Jid, advert: Advert) -> Option<Gained> {
    let devices = turn.me.devices.all();
    if devices.of(from).is_some_and(|interests| interests.is(&advert.key)) {
        return None;
    }
    devices.asked.retain(|asked| asked.device != *from || asked.advert.key == advert.key);
    let most = turn.service.limits.count(&DEVICES);
    if devices.seen.len() + devices.asked.len() >= most && devices.of(from).is_none() {
        return None;
    }
    match turn.service.caps.get(&advert.key) {
        Some(interests) => Some(devices.learn(from.clone(), interests)),
        None => {
            ask(turn, from, advert);
            None
        }
    }
}

/// XEP-0115 §6.2, from the account's bare address (XEP-0163 §4.2).
fn ask(turn: &mut Turn<'_>, device: &Jid, advert: Advert) {
    let devices = turn.me.devices.all();
    if devices.asked.iter().any(|asked| asked.device == *device) {
        return;
    }
    devices.asked_so_far = devices.asked_so_far.wrapping_add(1);
    let id = Text::from(format!("caps-{}", devices.asked_so_far));
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO).attr("node", &advert.node);
    let question = Stanza::new(Kind::Iq(IqType::Get))
        .with_from(Some(turn.me.jid.clone()))
        .with_to(Some(device.clone()))
        .with_id(Some(id.clone()))
        .with_inner(w.finish());
    devices.asked.push(Asked { id, device: device.clone(), advert });
    match turn.me.session_of(device).map(|session| session.id) {
        Some(session) => turn.deliver(session, question, Weight::Urgent),
        None => turn.route(Arc::new(question), device.clone()),
    }
}
