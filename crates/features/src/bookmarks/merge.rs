//! A list that an older client writes, held against the bookmarks there are (XEP-0402 §5.3.2).
//!
//! What they hold is in the store, so they are read beside the owner, and what follows is decided in
//! another turn. What was changed by others meanwhile is newer than the list, and stays as it is.

use super::{OLD_ID, tell_old, wire};
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::pubsub::{self, ITEMS, read};
use crate::query::Query;
use crate::turn::Turn;
use bytes::Bytes;
use hashbrown::{HashMap, HashSet};
use store::Store;
use xmpp::{Condition, Element, Jid, Stanza, StanzaError, Writer, ns};

/// A list on its way into the bookmarks.
#[derive(Debug)]
pub struct Merge {
    /// The request that has the list.
    pub request: Stanza,
    account: i64,
    bookmarks: Vec<read::Item>,
    rest: Option<read::Item>,
}

/// What a list makes of the bookmarks.
struct Changes {
    published: Vec<(String, Bytes)>,
    retracted: Vec<String>,
}

/// Takes the list that is written to private XML storage (XEP-0049 §2.3).
///
/// # Errors
/// When it is no list of bookmarks.
pub fn write(turn: &Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let list = list_of(request.payload).ok_or_else(no_list)?;
    lines(turn, &list)?;
    let request = request.stanza.detached();
    let merge = Merge { request, account: turn.me.id, bookmarks: Vec::new(), rest: None };
    Ok(Reply::Read(Query::MergeBookmarks(Box::new(merge))))
}

/// Takes the list that is published in the old node (XEP-0048 §3.1).
pub(super) fn publish(turn: &Turn<'_>, request: &Request<'_>, publish: &Element<'_>) -> Result<Reply, StanzaError> {
    if publish.children().count() != 1 {
        return Err(no_list());
    }
    write(turn, request)
}

/// The list in a request of either kind.
fn list_of(payload: Element<'_>) -> Option<Element<'_>> {
    let parent = match payload.is("pubsub", ns::PUBSUB) {
        true => payload.child("publish", ns::PUBSUB)?.child("item", ns::PUBSUB)?,
        false => payload,
    };
    parent.child("storage", ns::OLD_BOOKMARKS)
}

fn no_list() -> StanzaError {
    let why = "A list of bookmarks is one <storage/> with a <conference/> for each room.";
    StanzaError::new(Condition::BadRequest).text(why)
}

/// The rooms of a list with their addresses, as they are kept, in its order. Of two with one address the
/// last counts.
///
/// # Errors
/// When one has no address, or there are more than are kept.
fn lines<'a>(turn: &Turn<'_>, list: &Element<'a>) -> Result<Vec<(String, Element<'a>)>, StanzaError> {
    let node = turn.me.nodes.get(ns::BOOKMARKS);
    let is_kept = |id: &str| node.is_some_and(|node| node.item(id).is_some());
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lines: Vec<(String, Element<'a>)> = Vec::new();
    for line in list.children().filter(is_room) {
        let bad = || StanzaError::new(Condition::BadRequest).text("A bookmark has the address of its room, `jid`.");
        let written = line.attr("jid").filter(|jid| !jid.is_empty() && jid.len() <= JID_BYTES_MAX).ok_or_else(bad)?;
        let jid = match Jid::parse(&written) {
            Ok(jid) if !is_kept(&written) => jid.as_str().to_owned(),
            _ => written.into_owned(),
        };
        match places.get(&jid) {
            Some(place) => lines[*place].1 = line,
            None => {
                places.insert(jid.clone(), lines.len());
                lines.push((jid, line));
            }
        }
    }
    if lines.len() > turn.service.limits.count(&ITEMS) {
        return Err(StanzaError::new(Condition::PolicyViolation).text("So many bookmarks are not kept. Remove some."));
    }
    Ok(lines)
}

/// What a list has besides rooms, as it was written.
fn rest_of(list: &Element<'_>) -> String {
    list.children().filter(|child| !is_room(child)).map(|child| child.raw()).collect()
}

/// The longest address there can be (RFC 7622 §3.1).
const JID_BYTES_MAX: usize = 3071;

fn is_room(child: &Element<'_>) -> bool {
    child.is("conference", ns::OLD_BOOKMARKS)
}

impl Merge {
    /// Reads the bookmarks.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(mut self, store: &Store) -> Result<Merge, Fault> {
        let [bookmarks, mut old] = read::all(store, self.account, [ns::BOOKMARKS, ns::OLD_BOOKMARKS]).await?;
        self.bookmarks = bookmarks;
        self.rest = old.pop();
        Ok(self)
    }

    /// Changes what differs, tells who wants to know, and answers.
    pub fn go_on(self, turn: &mut Turn<'_>) {
        match self.apply(turn) {
            Ok(answer) => turn.reply(&self.request, answer),
            Err(error) => turn.refuse(&self.request, &error),
        }
    }

    fn apply(&self, turn: &mut Turn<'_>) -> Result<Bytes, StanzaError> {
        let list = self.request.payload().and_then(list_of).ok_or_else(no_list)?;
        let changes = self.changes(turn, &lines(turn, &list)?);
        let rest = rest_of(&list);
        let known = self.rest.as_ref().and_then(read::Item::payload);
        let rest_differs = known.map_or("", |known| known.content()) != rest;
        check_room(turn, &changes, &rest)?;
        for id in &changes.retracted {
            pubsub::take_out(turn, ns::BOOKMARKS, id);
        }
        let nothing_changed = changes.published.is_empty() && changes.retracted.is_empty() && !rest_differs;
        for (id, bookmark) in changes.published {
            pubsub::put(turn, ns::BOOKMARKS, &id, bookmark);
        }
        if rest_differs {
            keep_rest(turn, &rest);
        }
        if !nothing_changed {
            tell_old(turn);
        }
        Ok(self.answer())
    }

    /// What is not said in the list goes; of the rest, what it says otherwise is changed.
    fn changes(&self, turn: &Turn<'_>, lines: &[(String, Element<'_>)]) -> Changes {
        let known = turn.me.nodes.get(ns::BOOKMARKS).map_or(&[][..], |node| &node.items);
        let now: HashMap<&str, i64> = known.iter().map(|item| (item.id.as_ref(), item.number)).collect();
        // What has another number was published since.
        let is_current = |item: &&read::Item| now.get(item.id.as_str()) == Some(&item.number);
        let current: HashMap<&str, &read::Item> =
            self.bookmarks.iter().filter(is_current).map(|item| (item.id.as_str(), item)).collect();
        let said: HashSet<&str> = lines.iter().map(|(jid, _)| jid.as_str()).collect();
        let gone = self.bookmarks.iter().filter(is_current).filter(|item| !said.contains(item.id.as_str()));
        let published = lines.iter().filter_map(|(jid, line)| {
            let kept = current.get(jid.as_str());
            if kept.is_none() && now.contains_key(jid.as_str()) {
                return None;
            }
            let conference = kept.and_then(|item| item.payload());
            Some((jid.clone(), wire::from_old(line, conference.as_ref())?))
        });
        Changes { published: published.collect(), retracted: gone.map(|item| item.id.clone()).collect() }
    }

    fn answer(&self) -> Bytes {
        if self.request.has("query", ns::PRIVATE) {
            return Bytes::new();
        }
        let mut w = Writer::new();
        w.open("pubsub", ns::PUBSUB).open("publish", ns::PUBSUB).attr("node", ns::OLD_BOOKMARKS);
        w.open("item", ns::PUBSUB).attr("id", OLD_ID);
        w.finish()
    }
}

/// Holds the changes to what an account may keep, before the first is made.
fn check_room(turn: &Turn<'_>, changes: &Changes, rest: &str) -> Result<(), StanzaError> {
    let old = |id: &String| turn.me.nodes.get(ns::BOOKMARKS).and_then(|node| node.item(id));
    let gone = changes.published.iter().map(|(id, _)| id).chain(&changes.retracted).filter_map(old);
    let freed: u64 = gone.map(|item| u64::from(item.bytes)).sum();
    let bytes: usize = changes.published.iter().map(|(_, bookmark)| bookmark.len()).sum();
    pubsub::check_room(turn, ns::OLD_BOOKMARKS, 0, 0)?;
    pubsub::check_room(turn, ns::BOOKMARKS, (bytes + rest.len()) as u64, freed)
}

/// Keeps in the old node what no bookmark is.
fn keep_rest(turn: &mut Turn<'_>, rest: &str) {
    if rest.is_empty() {
        return pubsub::drop_item(turn, ns::OLD_BOOKMARKS, OLD_ID);
    }
    let mut w = Writer::new();
    w.open("storage", ns::OLD_BOOKMARKS).raw(rest.as_bytes());
    pubsub::keep(turn, ns::OLD_BOOKMARKS, OLD_ID, w.finish());
}
