//! What a client wants to find again (XEP-0049): one element of each name, for the owner alone.
//!
//! They are items of a node of their own, so that they count like everything else an account keeps, and
//! go where it goes. The list of bookmarks is an element that is also known elsewhere.

pub mod portable;

use crate::Fault;
use crate::bookmarks;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::pubsub::{self, Kept, Known, Whose, read};
use crate::query::Query;
use crate::turn::{Asker, Turn};
use bytes::Bytes;
use store::Store;
use xmpp::{Condition, Element, Stanza, StanzaError, Writer, ns};

/// XEP-0049.
pub const FEATURE: Feature = Feature {
    name: "private",
    summary: "Keeps settings that a client wants to find again on another device.",
    specs: &[Spec::xep(49, "1.2")],
    disco: &[(Place::Domain, ns::PRIVATE)],
    limits: &[&ELEMENTS, &BYTES],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::PRIVATE, name: "query", verb: Verb::Get, at: At::Account, run: get },
        IqHandler { ns: ns::PRIVATE, name: "query", verb: Verb::Set, at: At::Account, run: set },
    ],
};

/// How many elements an account keeps.
pub const ELEMENTS: Limit = Limit {
    name: "private-elements",
    default: 100,
    unit: "elements",
    reason: "An online account keeps their names in memory. A client has a handful, and few clients use this at all.",
    sentence: "Your account keeps the settings of as many programs as it can. Let a client remove some.",
};

/// How large an element may be.
pub const BYTES: Limit = Limit {
    name: "private-bytes",
    default: 65_536,
    unit: "bytes",
    reason: "Settings and notes take some thousand bytes; this is no place for files.",
    sentence: "That is too large to be kept with your settings.",
};

/// Where they are kept. Requests for nodes get nothing of it.
pub const NODE: Known = Known {
    node: ns::PRIVATE,
    whose: Whose::Owner,
    kept: Kept::Elsewhere { items: not_here, publish: not_here },
    judge: None,
    after: None,
};

/// An element that was asked for, waiting for the store.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
    account: i64,
    number: i64,
}

fn not_here(_: &mut Turn<'_>, request: &Request<'_>, _: &Element<'_>) -> Result<Reply, StanzaError> {
    pubsub::check_own(request)?;
    Err(pubsub::known::elsewhere())
}

/// XEP-0049 §2.3.
fn get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let asked = element(request)?;
    if asked.is("storage", ns::OLD_BOOKMARKS) {
        return bookmarks::show(turn, request);
    }
    let (id, node) = (id(&asked), turn.me.nodes.get(ns::PRIVATE));
    let Some(number) = node.and_then(|node| node.item(&id)).map(|item| item.number) else {
        return Ok(Reply::Inner(nothing(&asked)));
    };
    let fetch = Fetch { request: request.stanza.detached(), account: turn.me.id, number };
    Ok(Reply::Read(Query::Private(Box::new(fetch))))
}

/// XEP-0049 §2.3. An element without anything in it takes the one before away.
fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let element = element(request)?;
    if element.is("storage", ns::OLD_BOOKMARKS) {
        return bookmarks::write(turn, request);
    }
    let id = id(&element);
    if element.content().is_empty() && element.attributes().next().is_none() {
        pubsub::drop_item(turn, ns::PRIVATE, &id);
        return Ok(Reply::Done);
    }
    let limits = &turn.service.limits;
    if element.raw().len() as u64 > limits.of(&BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(BYTES.sentence));
    }
    let node = turn.me.nodes.get(ns::PRIVATE);
    let known = node.and_then(|node| node.item(&id));
    if known.is_none() && node.is_some_and(|node| node.items.len() >= limits.count(&ELEMENTS)) {
        return Err(StanzaError::new(Condition::PolicyViolation).text(ELEMENTS.sentence));
    }
    let freed = known.map_or(0, |item| item.bytes.into());
    pubsub::check_room(turn, ns::PRIVATE, element.raw().len() as u64, freed)?;
    pubsub::keep(turn, ns::PRIVATE, &id, Bytes::copy_from_slice(element.raw().as_bytes()));
    Ok(Reply::Done)
}

/// The one element that a request is about.
///
/// # Errors
/// As in XEP-0049 §3.
fn element<'a>(request: &Request<'a>) -> Result<Element<'a>, StanzaError> {
    // Who may see the account's presence knows that it is there; everybody else is not heard at all.
    if let Asker::Other(_) = request.asker {
        return Err(StanzaError::new(Condition::Forbidden));
    }
    let why = "Name one element, in a namespace of its own.";
    let bad = || StanzaError::new(Condition::NotAcceptable).text(why);
    let mut children = request.payload.children();
    match (children.next(), children.next()) {
        (Some(one), None) if one.ns() != ns::PRIVATE => Ok(one),
        _ => Err(bad()),
    }
}

/// What names an element: it is kept once (XEP-0049 §2.1).
fn id(element: &Element<'_>) -> String {
    format!("{{{}}}{}", element.ns(), element.name())
}

/// The answer for what was never kept: the element as it was asked for.
fn nothing(asked: &Element<'_>) -> Bytes {
    let mut w = Writer::new();
    // Its namespace is escaped as it stands.
    w.open("query", ns::PRIVATE).raw(format!("<{} xmlns='{}'/>", asked.name(), asked.ns()).as_bytes());
    w.finish()
}

impl Fetch {
    /// Reads the element, and answers.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let kept = read::one(store, self.account, ns::PRIVATE, self.number).await?;
        let asked = self.request.payload().and_then(|query| query.children().next());
        let Some(asked) = asked else { return Ok(Vec::new()) };
        let inner = match kept.as_ref().and_then(read::Item::payload) {
            Some(element) => {
                let mut w = Writer::new();
                w.open("query", ns::PRIVATE).raw(element.raw().as_bytes());
                w.finish()
            }
            None => nothing(&asked),
        };
        Ok(vec![self.request.result(inner)])
    }
}
