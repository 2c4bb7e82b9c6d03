//! Changing the nickname (XEP-0045 §7.6).

use super::join::{fits, free};
use super::presence::{own_words, show};
use super::room::Room;
use super::wire::{About, Shown};
use super::{Sends, presence};
use crate::turn::Turn;
use xmpp::{Condition, Jid, PresenceType, Stanza, StanzaError};

/// The address that somebody gets who asks for `to`. Blanks that are not seen would make two nicknames look like
/// one (§14.6); and where nicknames are locked down, whoever has registered one has that (§7.2.2). The client is
/// told (210).
pub(super) fn given(room: &Room, from: &Jid, to: &Jid) -> Jid {
    let asked = to.resource().unwrap_or_default();
    let kept = room.affiliations.nick_of(from);
    let nick = match room.config.is_nick_locked && !kept.is_empty() {
        true => kept.to_owned(),
        false => asked.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if nick == asked { to.clone() } else { to.with_resource(&nick).unwrap_or_else(|_| to.clone()) }
}

/// §7.6: who may have no other nickname does not change it.
pub(super) fn stays(room: &Room, from: &Jid, to: &Jid) -> Result<(), StanzaError> {
    let kept = room.affiliations.nick_of(from);
    match room.config.is_nick_locked && !kept.is_empty() && to.resource().is_some_and(|asked| asked.trim() != kept) {
        true => {
            let why = "In this room you have the nickname that you registered, and no other.";
            Err(StanzaError::new(Condition::NotAcceptable).text(why))
        }
        false => Ok(()),
    }
}

/// A client of `held` asks for the nickname of `asked`, and gets that of `to`. All clients of the occupant move.
pub(super) fn change(turn: &mut Turn<'_, Room>, held: &str, stanza: &Stanza, from: &Jid, (asked, to): (&Jid, &Jid)) {
    let nick = to.resource().unwrap_or_default();
    let allowed = fits(turn, nick).and_then(|()| free(turn.me, nick, from)).and_then(|()| alone(turn.me, nick));
    if let Err(error) = allowed {
        return turn.refuse(stanza, asked, &error);
    }
    let sends = goodbye(turn.me, held, nick);
    let Some(mut occupant) = turn.me.occupants.remove(held) else { return };
    occupant.address = to.clone();
    turn.me.occupants.add(occupant);
    turn.me.occupants.put(nick, from, own_words(stanza, &turn.me.jid));
    turn.send_all(sends);
    let codes: &[u16] = if asked == to { &[] } else { &[210] };
    let sends = show(turn.me, nick, &About { codes, ..About::default() }, None);
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
