//! Hats (XEP-0317): words that a room shows beside somebody, such as "Host", which mean nothing to the room itself.
//! Those who run it make and give them; what clients say of their own hats is taken out (`wire::is_ours`).
//!
//! Parts: [`commands`] (making and giving), [`table`].

mod commands;
pub mod table;

pub use commands::COMMANDS;

use super::limits;
use super::room::Room;
use crate::turn::Turn;
use data_encoding::HEXLOWER;
use std::collections::{BTreeMap, BTreeSet};
use xmpp::scram::Hash;
use xmpp::{Writer, ns};

/// The hats of a room.
#[derive(Default, Debug)]
pub struct Hats {
    /// By their URIs.
    known: BTreeMap<Box<str>, Hat>,
    /// Who wears which, by bare JID.
    worn: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
}

/// A hat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hat {
    /// What people see.
    pub title: Box<str>,
    /// Its colour, an angle (XEP-0392); empty for none.
    pub hue: Box<str>,
}

impl Hats {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// All of them, by their URIs.
    fn list(&self) -> impl Iterator<Item = (&str, &Hat)> {
        self.known.iter().map(|(uri, hat)| (uri.as_ref(), hat))
    }

    /// There is a hat of that name, new or as it is from now on.
    pub fn put(&mut self, uri: &str, hat: Hat) {
        self.known.insert(uri.into(), hat);
    }

    /// §3.3: there is no such hat any more. Returns who wore it.
    pub fn drop_hat(&mut self, uri: &str) -> Vec<Box<str>> {
        self.known.remove(uri);
        let bearers: Vec<Box<str>> = self.bearers(uri).map(Into::into).collect();
        for bearer in &bearers {
            self.take(bearer, uri);
        }
        bearers
    }

    /// Somebody wears a hat from now on.
    pub fn give(&mut self, bare: &str, uri: &str) {
        self.worn.entry(bare.into()).or_default().insert(uri.into());
    }

    /// Somebody does not wear it any more. False if they did not before.
    pub fn take(&mut self, bare: &str, uri: &str) -> bool {
        let Some(worn) = self.worn.get_mut(bare) else { return false };
        let was_worn = worn.remove(uri);
        if worn.is_empty() {
            self.worn.remove(bare);
        }
        was_worn
    }

    /// Who wears a hat.
    fn bearers<'a>(&'a self, uri: &'a str) -> impl Iterator<Item = &'a str> {
        self.worn.iter().filter(move |(_, worn)| worn.contains(uri)).map(|(bare, _)| bare.as_ref())
    }

    /// §3.1: the hats of somebody as presence shows them, canonical; empty for none.
    pub fn shown(&self, bare: &str) -> Box<str> {
        let Some(worn) = self.worn.get(bare) else { return Box::default() };
        let mut w = Writer::new();
        w.open("hats", ns::HATS);
        for (uri, hat) in worn.iter().filter_map(|uri| self.known.get_key_value(uri)) {
            w.open("hat", ns::HATS).attr("title", &hat.title).attr("uri", uri);
            w.attr_some("hue", Some(&*hat.hue).filter(|hue| !hue.is_empty())).close();
        }
        String::from_utf8_lossy(&w.finish()).into()
    }

    /// §2: what changes with the list of hats; empty if there is none.
    pub fn hash(&self) -> String {
        if self.known.is_empty() {
            return String::new();
        }
        let lines = self.list().map(|(uri, hat)| format!("{uri}\n{}\n{}\n", hat.title, hat.hue));
        HEXLOWER.encode(&Hash::Sha1.digest(lines.collect::<String>().as_bytes()))
    }
}

/// The account of `bare` is erased: they wear nothing here any more. Nobody has to be told, for they are not there.
pub(super) fn take_all(turn: &mut Turn<'_, Room>, bare: &str) {
    if turn.me.hats.worn.remove(bare).is_some() {
        table::take_all(turn, bare);
    }
}

/// What is told of somebody's hats: from now on their presence shows them as they are. Returns the nicknames that
/// look otherwise than before.
pub(super) fn put_on(room: &mut Room, bares: &[Box<str>]) -> Vec<Box<str>> {
    let mut nicks = Vec::new();
    for bare in bares {
        let shown = room.hats.shown(bare);
        let changed = room.occupants.of_bare(bare).filter(|occupant| occupant.hats != shown);
        let changed: Vec<Box<str>> = changed.map(|occupant| occupant.nick().into()).collect();
        for nick in &changed {
            if let Some(occupant) = room.occupants.get_mut(nick) {
                occupant.hats.clone_from(&shown);
            }
        }
        nicks.extend(changed);
    }
    nicks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hat_that_is_gone_is_on_nobody_and_a_list_has_its_hash() {
        let mut hats = Hats::default();
        assert_eq!((hats.hash(), &*hats.shown("a@x")), (String::new(), ""));
        hats.put("u:1", Hat { title: "Host".into(), hue: "7.5".into() });
        hats.put("u:2", Hat { title: "Guest & friend".into(), hue: Box::default() });
        let before = hats.hash();
        hats.give("a@x", "u:1");
        hats.give("a@x", "u:2");
        hats.give("b@x", "u:2");
        assert_eq!(hats.hash(), before);
        assert_eq!(
            &*hats.shown("a@x"),
            "<hats xmlns='urn:xmpp:hats:0'><hat title='Host' uri='u:1' hue='7.5'/><hat title='Guest &amp; friend' uri='u:2'/></hats>"
        );
        assert_eq!(hats.drop_hat("u:2"), [Box::from("a@x"), Box::from("b@x")]);
        assert_eq!(&*hats.shown("b@x"), "");
        assert_ne!(hats.hash(), before);
        assert!(hats.take("a@x", "u:1") && !hats.take("a@x", "u:1"));
    }
}
