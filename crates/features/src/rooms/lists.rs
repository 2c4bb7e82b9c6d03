//! Keeping up with the lists of a room (XEP-0463): a client that enters says which version of them it knows, and gets
//! what has changed since; as long as it is there it is told of each change.
//!
//! A version is made of what somebody may see of the lists, so that it tells nobody of the rest, and outlives a
//! restart. How to get from one to another is known for the last changes alone; who knows an older one gets all.
//!
//! Deviates: §5.2.2: a change is told to those who asked, in a message with its versions, also when presence shows it
//! to everybody.

use super::Sends;
use super::admin;
use super::limits;
use super::occupants::{Occupant, Session};
use super::role::Affiliation;
use super::room::Room;
use super::wire::{self, Versions};
use crate::service::Service;
use crate::turn::Turn;
use data_encoding::HEXLOWER;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use xmpp::scram::Hash;
use xmpp::{Condition, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns};

/// Changes that are remembered.
const KEPT: usize = 256;

/// What has become of the lists of a room lately.
#[derive(Clone, Default, Debug)]
pub struct Course {
    /// Of each list, what it holds, whatever the order.
    sums: Sums,
    /// The last changes, the oldest first.
    past: VecDeque<Step>,
    /// How many of them nobody was told of yet.
    untold: usize,
}

/// What lists hold, by affiliation.
type Sums = [u64; 5];

/// An address that went from one list to another.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Step {
    jid: Box<str>,
    from: Affiliation,
    to: Affiliation,
}

/// The lists that somebody may see.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct View([bool; 5]);

impl Course {
    /// An address has gone from one list to another.
    pub fn note(&mut self, jid: &str, from: Affiliation, to: Affiliation) {
        if from == to {
            return;
        }
        let step = Step { jid: jid.into(), from, to };
        step.take(&mut self.sums);
        self.past.push_back(step);
        self.untold = (self.untold + 1).min(KEPT);
        if self.past.len() > KEPT {
            self.past.pop_front();
        }
    }

    /// The lists were read from the store: that is no change.
    pub fn begin(&mut self) {
        self.past.clear();
        self.untold = 0;
    }

    /// What the lists held before the newest `count` changes.
    fn before(&self, count: usize) -> Sums {
        let mut sums = self.sums;
        self.past.iter().rev().take(count).for_each(|step| step.undo(&mut sums));
        sums
    }

    /// How many changes ago the lists had this version; none if that is not known any more.
    fn age(&self, version: &str, made: impl Fn(&Sums) -> String) -> Option<usize> {
        let mut sums = self.sums;
        for (count, step) in self.past.iter().rev().enumerate() {
            if made(&sums) == version {
                return Some(count);
            }
            step.undo(&mut sums);
        }
        (made(&sums) == version).then_some(self.past.len())
    }

    /// What somebody sees of the newest `count` changes: each address once, with what it has become.
    fn changed(&self, count: usize, view: View) -> Vec<(&str, Affiliation)> {
        let mut first: BTreeMap<&str, Affiliation> = BTreeMap::new();
        let mut last: BTreeMap<&str, Affiliation> = BTreeMap::new();
        for step in self.past.iter().skip(self.past.len().saturating_sub(count)) {
            first.entry(&step.jid).or_insert(step.from);
            last.insert(&step.jid, step.to);
        }
        let seen = last.into_iter().map(|(jid, to)| (jid, view.shows(first[jid]), view.shows(to)));
        seen.filter(|(_, from, to)| from != to).map(|(jid, _, to)| (jid, to)).collect()
    }
}

impl Step {
    fn take(&self, sums: &mut Sums) {
        sums[self.from as usize] = sums[self.from as usize].wrapping_sub(self.weight());
        sums[self.to as usize] = sums[self.to as usize].wrapping_add(self.weight());
    }

    fn undo(&self, sums: &mut Sums) {
        sums[self.from as usize] = sums[self.from as usize].wrapping_add(self.weight());
        sums[self.to as usize] = sums[self.to as usize].wrapping_sub(self.weight());
    }

    fn weight(&self) -> u64 {
        let digest = Hash::Sha256.digest(self.jid.as_bytes());
        digest.as_ref().iter().take(8).fold(0, |weight, byte| weight << 8 | u64::from(*byte))
    }
}

impl View {
    const LISTS: [Affiliation; 4] = [Affiliation::Outcast, Affiliation::Member, Affiliation::Admin, Affiliation::Owner];

    /// §5.2.3: as for requests.
    fn of(room: &Room, jid: &Jid) -> Option<View> {
        let mut lists = [false; 5];
        for list in View::LISTS {
            lists[list as usize] = admin::sees_list(room, jid, list);
        }
        lists.contains(&true).then_some(View(lists))
    }

    /// What an affiliation looks like to who sees these lists.
    fn shows(self, affiliation: Affiliation) -> Affiliation {
        if self.0[affiliation as usize] { affiliation } else { Affiliation::None }
    }

    /// The version that lists have for who sees these of them.
    fn version(self, service: &Service, room: &Room, sums: &Sums) -> String {
        let mut text = format!("lists\0{}\0", room.id);
        for list in View::LISTS.into_iter().filter(|list| self.0[*list as usize]) {
            text.push_str(&format!("{}={:x} ", list.name(), sums[list as usize]));
        }
        HEXLOWER.encode(&Hash::Sha256.hmac(&service.secrets.decoy, text.as_bytes())[..12])
    }
}

/// What a client that enters asks for, if it does (§5.1).
pub(super) fn is_wanted(stanza: &Stanza) -> bool {
    stanza.child("x", ns::MUC).is_some_and(|x| x.child("mav", ns::MUC_AFFILIATIONS).is_some())
}

/// §5.2.1: what goes to a client before any presence, and the version that its own presence is to say.
pub(super) fn greet(room: &Room, service: &Service, stanza: &Stanza, from: &Jid) -> (Sends, Option<String>) {
    let x = stanza.child("x", ns::MUC);
    let Some(wish) = x.and_then(|x| x.child("mav", ns::MUC_AFFILIATIONS)) else { return Default::default() };
    let Some(view) = View::of(room, from) else { return (vec![refusal(room, stanza, from)], None) };
    let course = room.affiliations.course();
    let made = |sums: &Sums| view.version(service, room, sums);
    let until = made(&course.sums);
    let since = wish.attr("since").and_then(|since| course.age(&since, made).map(|age| (since, age)));
    let messages = match since {
        Some((since, age)) => messages(room, service, Some(&since), &until, &course.changed(age, view)),
        None => messages(room, service, None, &until, &everybody(room, view)),
    };
    (messages.into_iter().map(|message| (message, from.clone())).collect(), Some(until))
}

/// §5.2.3.
fn refusal(room: &Room, stanza: &Stanza, from: &Jid) -> (Arc<Stanza>, Jid) {
    let error = StanzaError::new(Condition::Forbidden).text("You may not see the lists of this room.");
    let mut w = Writer::new();
    xmpp::error::write(&error, &mut w);
    let message = Stanza::new(Kind::Message(MessageType::Error)).with_id(stanza.id.clone());
    (Arc::new(message.with_from(Some(room.jid.clone())).with_inner(w.finish())), from.clone())
}

fn everybody(room: &Room, view: View) -> Vec<(&str, Affiliation)> {
    let lists = View::LISTS.into_iter().rev().filter(|list| view.0[*list as usize]);
    lists.flat_map(|list| room.affiliations.list(list).map(move |(jid, _)| (jid, list))).collect()
}

/// A list of what changed between two versions, or of all, in as many messages as it takes. A change without
/// anything in it is none.
fn messages(
    room: &Room,
    service: &Service,
    since: Option<&str>,
    until: &str,
    items: &[(&str, Affiliation)],
) -> Vec<Arc<Stanza>> {
    let parts: Vec<&[(&str, Affiliation)]> = match (items.is_empty(), since) {
        (true, Some(_)) => return Vec::new(),
        (true, None) => vec![items],
        (false, _) => items.chunks(service.limits.count(&limits::CHANGES).max(1)).collect(),
    };
    let count = parts.len();
    // §5.2.1: each part begins where the one before ends.
    let name = |end: usize| if end == count { until.to_owned() } else { format!("{until}-{end}") };
    let mut sent = Vec::with_capacity(count);
    for (at, part) in parts.into_iter().enumerate() {
        let before = if at == 0 { since.map(str::to_owned) } else { Some(name(at)) };
        let until = name(at + 1);
        let mut w = Writer::new();
        w.open("x", ns::MUC_USER);
        wire::write_versions(&mut w, Versions { since: before.as_deref(), until: &until });
        for (jid, affiliation) in part {
            w.open("item", ns::MUC_USER).attr("jid", jid).attr("affiliation", affiliation.name()).close();
        }
        let message = Stanza::new(Kind::Message(MessageType::Normal)).with_from(Some(room.jid.clone()));
        sent.push(Arc::new(message.with_inner(w.finish())));
    }
    sent
}

/// §5.2.2: whoever keeps up is told what has changed since they were told last. Whose own place has changed may see
/// other lists than before, and gets them whole.
pub(super) fn tell(turn: &mut Turn<'_, Room>) {
    let (room, service) = (&*turn.me, turn.service);
    let course = room.affiliations.course();
    let count = course.untold;
    if count == 0 {
        return;
    }
    let before = course.before(count);
    let is_concerned =
        |occupant: &Occupant| course.past.iter().rev().take(count).any(|step| *step.jid == *occupant.bare.as_str());
    let mut told: BTreeMap<(View, bool), Vec<Arc<Stanza>>> = BTreeMap::new();
    let mut sends = Sends::new();
    for occupant in room.occupants.iter().filter(|occupant| occupant.sessions.iter().any(|one| one.keeps_up)) {
        let Some(view) = View::of(room, &occupant.bare) else { continue };
        let is_new = is_concerned(occupant);
        let said = told.entry((view, is_new)).or_insert_with(|| {
            let (since, until) = (view.version(service, room, &before), view.version(service, room, &course.sums));
            match is_new {
                true => messages(room, service, None, &until, &everybody(room, view)),
                false => messages(room, service, Some(&since), &until, &course.changed(count, view)),
            }
        });
        let clients = occupant.sessions.iter().filter(|session: &&Session| session.keeps_up);
        sends.extend(clients.flat_map(|client| said.iter().map(|message| (message.clone(), client.jid.clone()))));
    }
    turn.me.affiliations.course_mut().untold = 0;
    turn.send_all(sends);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: View = View([true; 5]);
    const OPEN: View = View([false, false, true, true, true]);

    fn version(sums: &Sums) -> String {
        format!("{sums:?}")
    }

    #[test]
    fn what_has_changed_is_known_from_any_version() {
        let mut course = Course::default();
        course.note("a@x", Affiliation::None, Affiliation::Owner);
        course.begin();
        let first = version(&course.sums);
        course.note("b@x", Affiliation::None, Affiliation::Member);
        course.note("c@x", Affiliation::None, Affiliation::Outcast);
        let second = version(&course.sums);
        course.note("b@x", Affiliation::Member, Affiliation::None);
        assert_eq!(course.age(&version(&course.sums), version), Some(0));
        assert_eq!(course.age(&second, version), Some(1));
        assert_eq!(course.changed(1, ALL), [("b@x", Affiliation::None)]);
        assert_eq!(course.age(&first, version), Some(3));
        assert_eq!(course.changed(3, ALL), [("c@x", Affiliation::Outcast)]);
        assert_eq!(course.changed(3, OPEN), []);
        assert_eq!(course.age("other", version), None);
        assert_eq!(version(&course.before(3)), first);
    }
}
