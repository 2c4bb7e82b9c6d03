//! Rooms that a person comes back to (XEP-0402).
//!
//! Each is an item of the node `urn:xmpp:bookmarks:1`, which is what is kept. Older clients know one list
//! of all: the only item of the node `storage:bookmarks` (XEP-0048), or an element in private XML storage
//! (XEP-0049). That list is made when it is asked for ([`list`]), and one that is written is held against
//! the items, of which those that differ are changed ([`merge`]). So there is nothing to keep in step.
//!
//! What the old list has besides rooms, links to web pages, is kept in the old node.
//!
//! Parts: [`wire`] (a bookmark in both forms), [`list`], [`merge`].

mod list;
mod merge;
pub mod portable;
mod wire;

pub use list::{List, show};
pub use merge::{Merge, write};

use crate::feature::{Feature, Place, Spec};
use crate::iq::{Reply, Request};
use crate::memory::SessionId;
use crate::pubsub::{self, Change, Kept, Known, Whose};
use crate::query::Query;
use crate::turn::{Asker, Effect, Turn};
use smallvec::SmallVec;
use xmpp::{Condition, Element, Jid, StanzaError, ns};

/// XEP-0402, with XEP-0048 and XEP-0411 as views of it.
pub const FEATURE: Feature = Feature {
    name: "bookmarks",
    summary: "Keeps the rooms a person comes back to, the same for old and new clients.",
    specs: &[Spec::xep(402, "1.2.0"), Spec::xep(48, "1.2"), Spec::xep(411, "1.1.0")],
    disco: &[
        (Place::Account, "urn:xmpp:bookmarks:1#compat"),
        (Place::Account, "urn:xmpp:bookmarks:1#compat-pep"),
        (Place::Account, "urn:xmpp:bookmarks-conversion:0"),
    ],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// The bookmarks.
pub const NODE: Known =
    Known { node: ns::BOOKMARKS, whose: Whose::Owner, kept: Kept::Here, judge: None, after: Some(bookmarks_changed) };

/// The list of all of them (XEP-0048 §3).
pub const OLD_NODE: Known = Known {
    node: ns::OLD_BOOKMARKS,
    whose: Whose::Owner,
    kept: Kept::Elsewhere { items: old_items, publish: old_publish },
    judge: None,
    after: None,
};

/// The only item of the old node (XEP-0048 §3.1, XEP-0223 §4).
const OLD_ID: &str = "current";

/// XEP-0048 §3.3.
fn old_items(turn: &mut Turn<'_>, request: &Request<'_>, _: &Element<'_>) -> Result<Reply, StanzaError> {
    pubsub::check_own(request)?;
    let kept = [ns::BOOKMARKS, ns::OLD_BOOKMARKS].iter().filter_map(|node| turn.me.nodes.get(node));
    if kept.flat_map(|node| &node.items).next().is_none() {
        return Err(StanzaError::new(Condition::ItemNotFound));
    }
    list::as_item(turn, request)
}

/// XEP-0048 §3.1.
fn old_publish(turn: &mut Turn<'_>, request: &Request<'_>, publish: &Element<'_>) -> Result<Reply, StanzaError> {
    pubsub::presupposed(turn, request, ns::OLD_BOOKMARKS)?;
    merge::publish(turn, request, publish)
}

/// A room to be bookmarked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bookmark {
    /// Its address.
    pub jid: Jid,
    /// What it is called; empty if it has no name but its address.
    pub name: Box<str>,
    /// What lets somebody in, if anything does.
    pub password: Option<Box<str>>,
}

/// Bookmarks a room that clients enter by themselves. One that is there already stays as it is.
pub fn add(turn: &mut Turn<'_>, bookmark: &Bookmark) {
    let id = bookmark.jid.as_str();
    if turn.me.nodes.get(ns::BOOKMARKS).is_some_and(|node| node.item(id).is_some()) {
        return;
    }
    pubsub::put(turn, ns::BOOKMARKS, id, wire::write(&bookmark.name, bookmark.password.as_deref()));
    tell_old(turn);
}

/// A client that knows bookmarks changed them: those that do not see the list as it is now.
fn bookmarks_changed(turn: &mut Turn<'_>, _: &Change<'_>) {
    tell_old(turn);
}

/// Sends the list to the devices that want to know of it, once what was changed is durable
/// (XEP-0411 §3).
fn tell_old(turn: &mut Turn<'_>) {
    let devices = turn.me.devices.interested(ns::OLD_BOOKMARKS);
    let takers: SmallVec<[SessionId; 4]> =
        devices.filter_map(|device| turn.me.session_of(device)).map(|session| session.id).collect();
    for session in takers {
        if let Some(event) = List::event(turn.me, session) {
            let query = Query::Bookmarks(Box::new(event));
            turn.out.effects.push(Effect::Read { asker: Asker::Session(session), query });
        }
    }
}
