//! Private messages between occupants (XEP-0045 §7.5).

use super::config::AllowPm;
use super::occupants::Occupant;
use super::role::Role;
use super::room::Room;
use super::wire;
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Condition, Jid, MessageType, Stanza, StanzaError, Writer, ns};

/// A message for somebody in the room.
pub(super) fn take(turn: &mut Turn<'_, Room>, kind: MessageType, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let refusal = |condition, why: &'static str| StanzaError::new(condition).text(why);
    let Some(sender) = turn.me.occupants.of(from) else {
        return turn.refuse(stanza, to, &refusal(Condition::NotAcceptable, "Enter the room before you speak in it."));
    };
    if kind == MessageType::Groupchat {
        let why = "A message to everybody goes to the room, not to somebody in it.";
        return turn.refuse(stanza, to, &refusal(Condition::BadRequest, why));
    }
    let Some(reader) = to.resource().and_then(|nick| turn.me.occupants.get(nick)) else {
        return turn.refuse(stanza, to, &refusal(Condition::ItemNotFound, "Nobody here has that nickname."));
    };
    if !may_write(turn.me.config.allow_pm, sender.role) {
        return turn.refuse(stanza, to, &refusal(Condition::Forbidden, "You may send no private messages here."));
    }
    let sends: Vec<_> = copies(turn.me, stanza, (sender, reader));
    turn.send_all(sends);
}

fn may_write(allowed: AllowPm, role: Role) -> bool {
    match allowed {
        AllowPm::Anyone => true,
        AllowPm::Participants => role >= Role::Participant,
        AllowPm::Moderators => role == Role::Moderator,
        AllowPm::None => false,
    }
}

/// §7.5 recommends that all clients of the reader get it. Where there are several, each copy says that it is
/// for one client alone, and all but the first that it is kept already (XEP-0334 §4): otherwise carbons and
/// archive would have it twice.
fn copies(room: &Room, stanza: &Stanza, (sender, reader): (&Occupant, &Occupant)) -> super::Sends {
    let said = stanza.clone().without(|child| wire::is_ours(child, &room.jid));
    let several = reader.sessions.len() > 1;
    let copy = |hints: &[&str]| {
        let mut w = Writer::new();
        w.raw(said.inner());
        w.empty("x", ns::MUC_USER);
        wire::write_occupant_id(&mut w, sender.id.as_str());
        for hint in hints {
            w.empty(hint, ns::HINTS);
        }
        Arc::new(said.clone().with_from(Some(sender.address.clone())).with_to(None).with_inner(w.finish()))
    };
    let first = copy(if several { &["no-copy"] } else { &[] });
    let further = several.then(|| copy(&["no-copy", "no-store"]));
    let stanza = |at: usize| further.as_ref().filter(|_| at > 0).unwrap_or(&first).clone();
    reader.sessions.iter().enumerate().map(|(at, client)| (stanza(at), client.jid.clone())).collect()
}
