//! The order of the rules. It is a list on purpose: what happens to a stanza can be read here, and
//! changing it is a decision with a transcript.

use crate::bookmarks::{self, Bookmark};
use crate::branch::BranchKind;
use crate::memory::{Session, SessionId};
use crate::service::Owner;
use crate::turn::{Stamp, Turn};
use crate::{
    announce, archive, avatars, blocking, caps, carbons, commands, component, displayed, iq, last_activity, messages,
    offline, presence, pubsub, push, registration, retraction, stanza_ids, terms,
};
use std::sync::Arc;
use xmpp::{IqType, Jid, Kind, MessageType, PresenceType, Stanza, ns};

/// A message on its way through one owner.
pub struct Passage {
    /// The stanza, which the edge rules may have stripped.
    pub stanza: Arc<Stanza>,
    /// The session that sent it, or none for mail from elsewhere.
    pub sender: Option<SessionId>,
    /// What the classifier says of it.
    pub class: crate::class::Class,
    /// The row it was archived in.
    pub stamp: Option<Stamp>,
    /// The sessions it was delivered to.
    pub delivered: smallvec::SmallVec<[SessionId; 4]>,
}

/// Whether the next rule is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// Ask the next rule.
    Go,
    /// The message ends here.
    Stop,
}

/// One rule on the path of a message.
pub type Rule = fn(&mut Turn<'_>, &mut Passage) -> Flow;

/// A message that one of the account's own sessions sends.
pub const MESSAGE_OUT: &[Rule] = &[
    // An answer to a question of our own is no message to anybody.
    pubsub::take_answer,
    // Nobody speaks for the server: ids and copies in its name are taken out before anyone sees them.
    stanza_ids::strip_forged,
    // It is for the account alone: neither archives nor copies, nor the recipient, see it (XEP-0490 §5.2).
    displayed::take_out,
    // What the account wants kept is kept whatever becomes of it at the other end.
    archive::keep_sent,
    // Behind the archive: there is no tombstone where its retraction is not kept.
    retraction::bury_sent,
    // The other devices learn of it even if the recipient refuses.
    carbons::copy_sent,
    messages::send,
];

/// A message for this account.
pub const MESSAGE_IN: &[Rule] = &[
    // What comes back of what the account itself sent is no message to anybody.
    pubsub::take_bounce,
    stanza_ids::strip_forged,
    // Before delivery, because delivered copies carry the archive's id.
    archive::keep_received,
    retraction::bury_received,
    messages::deliver,
    // After delivery, because whoever got it gets no copy.
    carbons::copy_received,
    // Whoever is not there is woken for what has its place by now.
    push::notify,
];

/// A stanza that a session of the account sends: RFC 6121 §8.1.
pub fn outgoing(turn: &mut Turn<'_>, session: SessionId, stanza: Arc<Stanza>) {
    // Before all other rules, whatever kind it is: what goes nowhere is neither kept nor copied.
    if blocking::stops_sent(turn, session, &stanza) {
        return;
    }
    match stanza.kind {
        Kind::Message(_) => pass(turn, MESSAGE_OUT, Some(session), stanza),
        Kind::Presence(presence_type) => {
            // Before it goes anywhere, and before it is kept for those who ask later.
            let stanza = avatars::show(turn, session, presence_type, stanza);
            // Only what everybody is told says what the device wants; a room is told other things.
            let broadcast = stanza.to.is_none().then(|| stanza.clone());
            let is_available = |turn: &Turn<'_>| turn.me.session(session).is_some_and(Session::is_available);
            let was_available = is_available(turn);
            presence::outgoing(turn, session, presence_type, stanza);
            if !was_available && is_available(turn) {
                pubsub::ask_again(turn, session);
            }
            if let Some(stanza) = broadcast {
                noticed(turn, presence_type, &stanza);
                match presence_type {
                    // Last, when the device is there for all others: what the service has to say.
                    PresenceType::Available => announce::came(turn, session, &stanza),
                    PresenceType::Unavailable => {
                        let words = stanza.child("status", ns::CLIENT).map(|status| status.text());
                        last_activity::left(turn, words.as_deref().unwrap_or_default());
                    }
                    _ => {}
                }
            }
            // Contacts see the session before it gets what waits.
            offline::available(turn, session);
        }
        Kind::Iq(_) => iq_out(turn, session, stanza),
    }
}

/// A stanza for this account: RFC 6121 §8.5. `to` is where this copy goes.
pub fn incoming(turn: &mut Turn<'_>, stanza: Arc<Stanza>, to: &Jid) {
    if turn.me.jid.local().is_none() {
        return at_domain(turn, stanza);
    }
    // Before all other rules, whatever kind it is: nothing of it is kept, copied or counted (XEP-0313
    // §6.1).
    if blocking::stops_received(turn, &stanza, to) {
        return;
    }
    // As early, for the same reason; behind the block list, which says less.
    if terms::judge::stops_stranger(turn, &stanza, to) {
        return;
    }
    match stanza.kind {
        // A room of ours has seen to all that these rules would: it is copied and kept nowhere here.
        Kind::Message(MessageType::Groupchat) if is_from_room(turn, &stanza) => {
            messages::deliver_from_room(turn, &stanza, to);
        }
        Kind::Message(_) => match component::said(turn, &stanza) {
            // It is the account's own word, whoever wrote it down (XEP-0356 §5.3).
            Some(said) => pass(turn, MESSAGE_OUT, None, said),
            None => pass(turn, MESSAGE_IN, None, addressed(stanza, to)),
        },
        Kind::Presence(presence_type) => {
            presence::incoming(turn, presence_type, stanza.clone(), to);
            noticed(turn, presence_type, &stanza);
        }
        Kind::Iq(iq_type) => iq_in(turn, iq_type, stanza, to),
    }
}

/// A stanza for the domain itself from another service, or for a branch.
fn at_domain(turn: &mut Turn<'_>, stanza: Arc<Stanza>) {
    match (stanza.kind, stanza.from.clone()) {
        (Kind::Iq(IqType::Get | IqType::Set), Some(from)) => iq::visiting(turn, &stanza, &from),
        // What a component says in people's names is said to the domain (XEP-0356 §5.3).
        (Kind::Message(_), _) if component::passes_on(turn, &stanza) => {}
        (Kind::Message(_), Some(from)) if pubsub::take_message(turn, &stanza, &from) => {}
        (Kind::Message(_), _) => messages::refuse_for_domain(turn, &stanza),
        // It follows nobody's presence and has asked nothing.
        _ => {}
    }
}

/// Whether a room of this service says it.
fn is_from_room(turn: &Turn<'_>, stanza: &Stanza) -> bool {
    let from = stanza.from.as_ref();
    from.is_some_and(|from| turn.service.owner_of(from) == Owner::Branch(BranchKind::Rooms))
}

/// Something that happens once in the life of an account and is nobody's stanza.
#[derive(Clone, Debug)]
pub enum Moment {
    /// The account was just made.
    Made {
        /// Who here invited them, if anybody did.
        inviter: Option<Jid>,
        /// The rooms that they find among their bookmarks.
        rooms: Vec<Bookmark>,
    },
    /// Somebody got an account by an invitation of this one.
    InviteeCame(Jid),
    /// Somebody asked for the presence by an invitation of this account, which was good (XEP-0379).
    Redeemed(Arc<Stanza>),
    /// As above, and it was not.
    NotRedeemed(Arc<Stanza>),
    /// To a room: a newcomer finds it among their bookmarks.
    Bookmarked(Jid),
}

/// What the service does for newcomers has its place here. It may come a second time after a crash, so that
/// each rule finds its work done.
pub fn moment(turn: &mut Turn<'_>, moment: &Moment) {
    match moment {
        Moment::Made { inviter, rooms } => {
            // Whom they came by is there when they come.
            if let Some(inviter) = inviter {
                presence::befriend(turn, inviter);
            }
            for room in rooms {
                bookmarks::add(turn, room);
            }
            // Last: all that came before is done.
            registration::newcomer::introduced(turn);
        }
        // XEP-0401 §5.5: the inviter's half.
        Moment::InviteeCame(invitee) => presence::befriend(turn, invitee),
        Moment::Redeemed(request) => presence::redeemed(turn, request),
        Moment::NotRedeemed(request) => presence::not_redeemed(turn, request),
        // No account is a room.
        Moment::Bookmarked(_) => {}
    }
}

/// A session is gone for good: closed, timed out, or ended by us.
pub fn session_ended(turn: &mut Turn<'_>, session: SessionId) {
    commands::session_ended(turn, session);
    let was_available = turn.me.session(session).is_some_and(crate::memory::Session::is_available);
    presence::session_ended(turn, session);
    if was_available {
        last_activity::left(turn, "");
    }
    if let Some(device) = turn.me.session(session).map(|known| known.jid.clone()) {
        caps::session_ended(turn, &device);
    }
    turn.me.sessions.retain(|known| known.id != session);
}

/// What presence says of a device, after the presence itself: nobody gets events of somebody whom
/// they do not know to be there.
fn noticed(turn: &mut Turn<'_>, presence_type: PresenceType, stanza: &Stanza) {
    let Some(from) = stanza.from.clone() else { return };
    if let Some(gained) = caps::seen(turn, &from, presence_type, stanza) {
        pubsub::show_last(turn, &gained);
    }
}

/// An answer to the account itself: to what a feature of ours asked.
fn answered(turn: &mut Turn<'_>, stanza: &Stanza) {
    if component::answered(turn, stanza) {
        return;
    }
    if let Some(gained) = caps::answered(turn, stanza) {
        pubsub::show_last(turn, &gained);
    }
    if let Kind::Iq(iq_type) = stanza.kind {
        push::answered(turn, iq_type, stanza);
    }
}

fn pass(turn: &mut Turn<'_>, rules: &[Rule], sender: Option<SessionId>, stanza: Arc<Stanza>) {
    let class = crate::class::classify(&stanza);
    let mut passage = Passage { stanza, sender, class, stamp: None, delivered: smallvec::SmallVec::new() };
    for rule in rules {
        if rule(turn, &mut passage) == Flow::Stop {
            return;
        }
    }
}

fn iq_out(turn: &mut Turn<'_>, session: SessionId, stanza: Arc<Stanza>) {
    let request = matches!(stanza.kind, Kind::Iq(IqType::Get | IqType::Set));
    if !request && stanza.to.as_ref().is_none_or(|to| *to == turn.me.jid) {
        return answered(turn, &stanza);
    }
    // RFC 6120 §10.3.3: no address means the sender's own account.
    let Some(to) = stanza.to.clone() else {
        return iq::own(turn, session, &stanza, iq::At::OwnAccount);
    };
    if to == turn.me.jid {
        iq::own(turn, session, &stanza, iq::At::OwnAccount);
    } else if turn.service.is_domain(&to) {
        iq::own(turn, session, &stanza, iq::At::Domain);
    } else {
        turn.route(stanza, to);
    }
}

fn iq_in(turn: &mut Turn<'_>, iq_type: IqType, stanza: Arc<Stanza>, to: &Jid) {
    let Some(from) = stanza.from.clone() else { return };
    let request = matches!(iq_type, IqType::Get | IqType::Set);
    if to.is_bare() {
        // Before all others: what a component may ask, no stranger may (XEP-0356 §4.3, §6.3).
        return match request {
            true if component::asks(turn, iq_type, &stanza, &from) => {}
            true => iq::foreign(turn, &stanza, &from),
            false => answered(turn, &stanza),
        };
    }
    let target = turn.me.session_of(to).map(|session| session.id);
    match target {
        // RFC 6121 §8.5.3.1: a request by somebody who may not see the presence is refused, so
        // that it cannot be used to find out who is online.
        Some(session) if !request || presence::may_see(turn.me, session, &from) => {
            turn.deliver(session, addressed(stanza, to), crate::turn::Weight::Urgent);
        }
        _ if request => {
            // Who may see the presence learns that the device is not there; others learn nothing.
            let error = match presence::is_subscribed(turn.me, &from) {
                true => xmpp::StanzaError::new(xmpp::Condition::ServiceUnavailable),
                false => iq::for_stranger(&stanza, false),
            };
            turn.refuse(&stanza.as_ref().clone().with_to(Some(to.clone())), &error);
        }
        _ => {}
    }
}

/// The stanza with the address it came under, copied only where that differs.
fn addressed(stanza: Arc<Stanza>, to: &Jid) -> Arc<Stanza> {
    if stanza.to.as_ref() == Some(to) {
        return stanza;
    }
    Arc::new(stanza.as_ref().clone().with_to(Some(to.clone())))
}
