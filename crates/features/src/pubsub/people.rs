//! Whom a node has beside its owner: subscribers, who asked to be told of it (XEP-0060 §6.1), and those who
//! may do more with it than others, or less (§4.1).

use crate::Fault;
use store::Row;
use xmpp::Jid;

/// The people of a node. A pointer, so that a node without any pays for no more.
#[derive(Default, Debug)]
pub struct People(Option<Box<Lists>>);

#[derive(Default, Debug)]
struct Lists {
    subscribers: Vec<Subscriber>,
    affiliates: Vec<(Box<str>, Affiliation)>,
    maker: Option<Box<str>>,
}

/// Somebody who asked to be told of a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscriber {
    /// The address that is told: a bare one, or that of one device.
    pub jid: Jid,
    /// Whether the owner agreed.
    pub state: State,
    /// Whether they want to be told just now (XEP-0060 §16.4.2).
    pub deliver: bool,
}

/// The state of a subscription (XEP-0060 §4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum State {
    Pending,
    Subscribed,
}

/// What somebody is to a node (XEP-0060 §4.1). Nobody but the account owns the nodes of an account, and whoever
/// is not listed is nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Affiliation {
    Owner,
    Publisher,
    Member,
    Outcast,
}

impl State {
    /// The word on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Subscribed => "subscribed",
        }
    }
}

impl Affiliation {
    /// The word on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Affiliation::Owner => "owner",
            Affiliation::Publisher => "publisher",
            Affiliation::Member => "member",
            Affiliation::Outcast => "outcast",
        }
    }

    /// What the word means, if it is one of these.
    pub fn parse(name: &str) -> Option<Affiliation> {
        [Affiliation::Owner, Affiliation::Publisher, Affiliation::Member, Affiliation::Outcast]
            .into_iter()
            .find(|known| known.name() == name)
    }
}

impl People {
    /// The subscribers, in no order that means anything.
    pub fn subscribers(&self) -> &[Subscriber] {
        self.0.as_ref().map_or(&[], |lists| &lists.subscribers)
    }

    /// The subscription of that address, exactly.
    pub fn subscriber(&self, jid: &Jid) -> Option<&Subscriber> {
        self.subscribers().iter().find(|known| known.jid == *jid)
    }

    /// Whether that person is subscribed, with whatever address.
    pub fn is_subscribed(&self, who: &Jid) -> bool {
        let mut own = self.subscribers().iter().filter(|known| known.jid.bare_str() == who.bare_str());
        own.any(|known| known.state == State::Subscribed)
    }

    /// Who is more or less than others to the node, by bare address.
    pub fn affiliates(&self) -> impl Iterator<Item = (&str, Affiliation)> {
        let listed = self.0.iter().flat_map(|lists| &lists.affiliates);
        listed.map(|(jid, affiliation)| (jid.as_ref(), *affiliation))
    }

    /// What the person with that bare address is to the node.
    pub fn affiliation(&self, bare: &str) -> Option<Affiliation> {
        self.affiliates().find(|(jid, _)| *jid == bare).map(|(_, affiliation)| affiliation)
    }

    /// The bare addresses of its owners, at the service.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.affiliates().filter(|(_, affiliation)| *affiliation == Affiliation::Owner).map(|(jid, _)| jid)
    }

    /// The name of the account that made it, at the service. It is nobody's if that account is gone.
    pub fn maker(&self) -> Option<&str> {
        self.0.as_ref().and_then(|lists| lists.maker.as_deref())
    }

    pub(super) fn made_by(&mut self, maker: &str) {
        self.0.get_or_insert_default().maker = Some(maker.into());
    }

    pub(super) fn subscribe(&mut self, subscriber: Subscriber) {
        self.unsubscribe(&subscriber.jid);
        self.0.get_or_insert_default().subscribers.push(subscriber);
    }

    pub(super) fn unsubscribe(&mut self, jid: &Jid) {
        if let Some(lists) = &mut self.0 {
            lists.subscribers.retain(|known| known.jid != *jid);
        }
    }

    pub(super) fn affiliate(&mut self, bare: &str, affiliation: Option<Affiliation>) {
        let lists = self.0.get_or_insert_default();
        lists.affiliates.retain(|(jid, _)| jid.as_ref() != bare);
        lists.affiliates.extend(affiliation.map(|affiliation| (bare.into(), affiliation)));
    }

    /// Takes up a row of [`super::table::NODES_SQL`] about a subscription.
    pub(super) fn read_subscriber(&mut self, row: &Row) -> Result<(), Fault> {
        // A name that is no address any more belongs to nobody.
        if let Ok(jid) = Jid::parse_tolerant(row.text(2)?) {
            let state = if row.int(3)? == 0 { State::Pending } else { State::Subscribed };
            self.subscribe(Subscriber { jid, state, deliver: row.int(4)? != 0 });
        }
        Ok(())
    }

    /// Takes up a row of [`super::table::NODES_SQL`] about an affiliation.
    pub(super) fn read_affiliate(&mut self, row: &Row) -> Result<(), Fault> {
        let affiliation = match row.int(3)? {
            3 => Affiliation::Owner,
            2 => Affiliation::Publisher,
            1 => Affiliation::Member,
            _ => Affiliation::Outcast,
        };
        self.affiliate(row.text(2)?, Some(affiliation));
        Ok(())
    }
}
