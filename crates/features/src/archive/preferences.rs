//! What an account wants kept (XEP-0441).

use super::table;
use crate::Fault;
use crate::feature::Limit;
use crate::iq::{Reply, Request};
use crate::roster::Contact;
use crate::service::Service;
use crate::turn::Turn;
use store::{Row, Value};
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// Addresses with a rule of their own.
pub const LISTED: Limit = Limit {
    name: "archive-preferences",
    default: 200,
    unit: "addresses",
    reason: "An online account keeps the list in memory, and every message is held against it.",
    sentence: "Your list of contacts with archive settings of their own is full.",
};

/// What happens to messages with a peer that is not listed (XEP-0441 §2.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Default {
    Always,
    Never,
    Roster,
}

impl Default {
    /// The word on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Default::Always => "always",
            Default::Never => "never",
            Default::Roster => "roster",
        }
    }

    /// The meaning of the word.
    pub fn parse(name: &str) -> Option<Default> {
        match name {
            "always" => Some(Default::Always),
            "never" => Some(Default::Never),
            "roster" => Some(Default::Roster),
            _ => None,
        }
    }
}

/// What an account wants kept. Most accounts never choose, and then nothing is allocated.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Unless listed.
    pub default: Default,
    listed: Box<[(Jid, Wish)]>,
}

/// What an account wants done with the messages of one peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    Always,
    Never,
}

impl Preferences {
    /// Preferences without a list.
    pub fn new(default: Default) -> Preferences {
        Preferences { default, listed: Box::default() }
    }

    /// The preferences in the rows of [`table::PREFERENCES_SQL`]; of an account that never chose,
    /// the service's.
    ///
    /// # Errors
    /// When a row does not hold what the query asks for.
    pub fn read(rows: &[Row], service: &Service) -> Result<Preferences, Fault> {
        match rows.first() {
            Some(row) => Preferences::chosen(row, service.archive_default),
            None => Ok(Preferences::new(service.archive_default)),
        }
    }

    /// The preferences of an account that chose, in a row of that query.
    pub(super) fn chosen(row: &Row, default: Default) -> Result<Preferences, Fault> {
        let default = Default::parse(row.text(0)?).unwrap_or(default);
        let of = |list: &str, wish| -> Vec<(Jid, Wish)> {
            list.lines().filter_map(|jid| Jid::parse(jid).ok()).map(|jid| (jid, wish)).collect()
        };
        let mut listed = of(row.text(2)?, Wish::Never);
        listed.extend(of(row.text(1)?, Wish::Always));
        Ok(Preferences { default, listed: listed.into() })
    }

    /// Whether messages with this peer are kept (XEP-0441 §2.3). `in_roster` says whether a bare
    /// address is in the roster, and is asked only where that decides.
    pub fn keeps(&self, peer: &Jid, in_roster: impl FnOnce(&str) -> bool) -> bool {
        // §2.3.1: a full address is meant as it is, a bare one with every resource. The narrower
        // rule goes first, so that one device can be an exception.
        let exact = self.listed.iter().find(|(jid, _)| jid == peer);
        let bare = || self.listed.iter().find(|(jid, _)| jid.is_bare() && jid.as_str() == peer.bare_str());
        match (exact.or_else(bare), self.default) {
            (Some((_, wish)), _) => *wish == Wish::Always,
            (None, Default::Always) => true,
            (None, Default::Never) => false,
            (None, Default::Roster) => in_roster(peer.bare_str()),
        }
    }

    fn of(&self, wish: Wish) -> impl Iterator<Item = &str> {
        self.listed.iter().filter(move |(_, known)| *known == wish).map(|(jid, _)| jid.as_str())
    }

    /// The parameters of [`table::SET_PREFERENCES_SQL`] behind the account.
    pub(super) fn values(&self) -> [Value; 3] {
        let list = |wish| self.of(wish).collect::<Vec<_>>().join("\n");
        [self.default.name().into(), list(Wish::Always).into(), list(Wish::Never).into()]
    }

    /// The canonical `<prefs/>`.
    pub(super) fn write(&self) -> bytes::Bytes {
        let mut w = Writer::new();
        w.open("prefs", ns::MAM).attr("default", self.default.name());
        for (name, wish) in [("always", Wish::Always), ("never", Wish::Never)] {
            w.open(name, ns::MAM);
            for jid in self.of(wish) {
                w.leaf("jid", ns::MAM, jid);
            }
            w.close();
        }
        w.finish()
    }
}

/// XEP-0441 §2.1: what is in force.
pub(super) fn get(turn: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    Ok(Reply::Inner(turn.me.archive.write()))
}

/// XEP-0441 §2.1: replaces all of it, and answers with what is now in force.
pub(super) fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let wanted = read(&request.payload, turn.service.limits.count(&LISTED))?;
    let values = std::iter::once(turn.me.id.into()).chain(wanted.values());
    turn.out.run(table::SET_PREFERENCES_SQL, values.collect());
    let applied = wanted.write();
    turn.me.archive = wanted;
    Ok(Reply::Inner(applied))
}

/// What `<prefs/>` says (XEP-0441 §2.1).
pub(super) fn read(prefs: &Element<'_>, listed_max: usize) -> Result<Preferences, StanzaError> {
    let default = prefs.attr("default").and_then(|name| Default::parse(&name)).ok_or_else(|| {
        StanzaError::new(Condition::BadRequest).text("The default is one of always, never and roster.")
    })?;
    let mut listed: Vec<(Jid, Wish)> = Vec::new();
    // What is in both lists is not kept: the wish for privacy is the one that cannot be made good.
    for (name, wish) in [("never", Wish::Never), ("always", Wish::Always)] {
        for jid in prefs.child(name, ns::MAM).iter().flat_map(Element::children).filter(|jid| jid.is("jid", ns::MAM)) {
            let jid = address(&jid)?;
            if !listed.iter().any(|(known, _)| *known == jid) {
                listed.push((jid, wish));
            }
            if listed.len() > listed_max {
                return Err(StanzaError::new(Condition::NotAcceptable).text(LISTED.sentence));
            }
        }
    }
    Ok(Preferences { default, listed: listed.into() })
}

fn address(jid: &Element<'_>) -> Result<Jid, StanzaError> {
    let text = jid.text();
    // The store keeps one address on each line.
    let one_line = !text.chars().any(char::is_control);
    let jid = Jid::parse(text.trim()).ok().filter(|_| one_line);
    jid.ok_or_else(|| StanzaError::new(Condition::JidMalformed).text("The list holds something that is no address."))
}

/// Whether the account wants messages with this peer kept.
pub(super) fn wants(turn: &Turn<'_>, peer: &Jid) -> bool {
    turn.me.archive.keeps(peer, |bare| turn.me.contacts.get(bare).is_some_and(Contact::is_listed))
}
