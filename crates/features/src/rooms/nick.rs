//! Changing the nickname (XEP-0045 §7.6).

use super::join::{fits, free};
use super::presence::{own_words, show};
use super::room::Room;
use super::wire::{About, Shown};
use super::{Sends, presence};
use crate::turn::Turn;
use xmpp::{Condition, Jid, PresenceType, Stanza, StanzaError};

/// A client of `held` wants the nickname of `to`. All clients of the occupant move.
pub(super) fn change(turn: &mut Turn<'_, Room>, held: &str, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let nick = to.resource().unwrap_or_default();
    let allowed = fits(turn, nick).and_then(|()| free(turn.me, nick, from)).and_then(|()| alone(turn.me, nick));
    if let Err(error) = allowed {
        return turn.refuse(stanza, to, &error);
    }
    let sends = goodbye(turn.me, held, nick);
    let Some(mut occupant) = turn.me.occupants.remove(held) else { return };
    occupant.address = to.clone();
    turn.me.occupants.add(occupant);
    turn.me.occupants.put(nick, from, own_words(stanza, &turn.me.jid));
    turn.send_all(sends);
    let sends = show(turn.me, nick, &About::default(), None);
    turn.send_all(sends);
}

/// Two nicknames of one person do not become one.
fn alone(room: &Room, nick: &str) -> Result<(), StanzaError> {
    match room.occupants.get(nick) {
        Some(_) => Err(StanzaError::new(Condition::Conflict).text("You have that nickname from another device.")),
        None => Ok(()),
    }
}

/// 303: the old nickname goes, and here is the new one.
fn goodbye(room: &Room, held: &str, nick: &str) -> Sends {
    let Some((occupant, session)) = room.occupants.get(held).and_then(|known| Some((known, known.shown()?))) else {
        return Sends::new();
    };
    let affiliation = occupant.affiliation;
    let shown = Shown { occupant, session, kind: PresenceType::Unavailable, affiliation, said: &[] };
    presence::to_all(room, &shown, &About { codes: &[303], new_nick: Some(nick), ..About::default() }, None)
}
