//! Rooms (XEP-0045): many people talk, and everybody sees the same in the same order.
//!
//! A room is an owner of its own, with its own rules: they get a [`Turn`] with the memory of the room
//! ([`room`]). What it has to keep is in the store ([`table`], and the archive); who is there only in memory.
//!
//! A message is said when it is durable: the turn that takes it leaves an archive row and a [`Later`], and in
//! the turn that brings that back it is given to everybody who is there by then ([`message`]). So all
//! occupants see messages, comings and goings in one order, which is that of the archive, and what was
//! acknowledged is never lost. Changes of lists and configuration are said in the same way ([`change`]).
//!
//! Parts: entering ([`join`], [`history`]), presence ([`presence`], [`nick`]), messages ([`message`],
//! [`private`], [`invite`]), requests ([`iq`]: [`admin`], [`owner`], [`register`],
//! [`moderation`], [`disco`], [`card`], [`commands`], [`mam`], [`relay`]; of the service: [`list`], [`search`]), how fast ([`pace`]), voice ([`voice`]), [`hats`],
//! rooms for [`newcomers`], what the room says ([`wire`]).

mod admin;
pub mod affiliations;
mod card;
mod change;
mod commands;
pub mod config;
mod disco;
mod hats;
pub mod history;
mod invite;
mod iq;
mod join;
mod limits;
pub mod list;
mod mam;
mod message;
mod moderation;
pub mod newcomers;
mod nick;
pub mod occupants;
mod owner;
mod pace;
mod presence;
mod private;
mod register;
mod relay;
pub mod role;
pub mod room;
mod search;
pub mod table;
mod voice;
mod wire;

pub use card::CardFetch;
pub use list::List;
pub use moderation::{FoundMessage, Search};
pub use room::Room;
pub use search::RoomSearch;
pub use table::load;

use crate::branch::BranchKind;
use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use crate::service::{Federation, Owner};
use crate::turn::{Effect, Turn};
use change::Changed;
use message::Said;
use std::sync::Arc;
use xmpp::{Jid, Kind, Stanza, StanzaError, Writer, ns};

/// XEP-0045 and what belongs to it.
pub const FEATURE: Feature = Feature {
    name: "rooms",
    summary: "Rooms where many people talk, at a domain of their own.",
    specs: &[
        Spec::xep_without(45, "1.35.5", "approval of registrations"),
        Spec::xep(317, "0.3.1"),
        Spec::xep(410, "1.1.0"),
        Spec::xep(421, "1.0.1"),
        Spec::xep(425, "0.3.0"),
        Spec::xep_without(433, "0.1.0", "the number of people, and sorting by it"),
        Spec::xep(486, "0.1.0"),
        Spec::xep(500, "0.1.1"),
        Spec::xep(502, "0.1.0"),
    ],
    disco: &[
        (Place::Branch(BranchKind::Rooms), ns::MUC),
        (Place::Branch(BranchKind::Rooms), ns::MUC_STABLE_ID),
        // XEP-0421 §4: every room has them.
        (Place::Branch(BranchKind::Rooms), ns::OCCUPANT_ID),
        (Place::Branch(BranchKind::Rooms), ns::RSM),
        // XEP-0433 §4.1
        (Place::Branch(BranchKind::Rooms), ns::CHANNEL_SEARCH),
        // XEP-0486 §3.1
        (Place::Branch(BranchKind::Rooms), ns::VCARD),
        (Place::Room, ns::DISCO_INFO),
        (Place::Room, ns::DISCO_ITEMS),
        (Place::Room, ns::MUC),
        (Place::Room, ns::MUC_STABLE_ID),
        (Place::Room, ns::MUC_SELF_PING),
        (Place::Room, ns::OCCUPANT_ID),
        (Place::Room, ns::STANZA_ID),
        (Place::Room, ns::PING),
        (Place::Room, ns::REGISTER),
        (Place::Room, ns::COMMANDS),
        (Place::Room, ns::HATS),
        (Place::Room, ns::VCARD),
        (Place::Room, ns::MODERATE),
        (Place::Room, ns::RETRACT),
        (Place::Room, ns::RETRACT_TOMBSTONE),
    ],
    limits: &[
        &limits::OCCUPANTS,
        &limits::AFFILIATIONS,
        &limits::NICK_BYTES,
        &limits::SUBJECT_BYTES,
        &limits::TEXT_BYTES,
        &limits::CARD_BYTES,
        &limits::HATS,
        &limits::HATS_WORN,
        &limits::HATS_EACH,
        &limits::HAT_BYTES,
        &limits::HISTORY,
        &limits::HISTORY_BYTES,
        &limits::PAGE,
        &limits::SEARCHED,
        &limits::CHANGES,
        &limits::BURST,
        &limits::PAUSE_MILLIS,
    ],
    tables: &[&table::ROOM, &table::AFFILIATION, &card::CARD, &hats::table::HAT],
    iqs: &[
        IqHandler {
            ns: ns::DISCO_ITEMS,
            name: "query",
            verb: Verb::Get,
            at: At::Branch(BranchKind::Rooms),
            run: list::ask,
        },
        IqHandler {
            ns: ns::CHANNEL_SEARCH,
            name: "search",
            verb: Verb::Get,
            at: At::Branch(BranchKind::Rooms),
            run: search::ask,
        },
    ],
};

/// What a room goes on with when what its turn wrote is durable.
#[derive(Debug)]
pub enum Later {
    /// A message is said to everybody.
    Said(Said),
    /// A change is told to everybody.
    Changed(Changed),
}

/// Stanzas on their way out, with their addresses.
type Sends = Vec<(Arc<Stanza>, Jid)>;

/// A stanza for the room or somebody in it; `to` is where this copy goes.
pub fn take(turn: &mut Turn<'_, Room>, stanza: Arc<Stanza>, to: &Jid) {
    let Some(from) = stanza.from.clone() else { return };
    match stanza.kind {
        Kind::Presence(kind) => presence::take(turn, kind, &stanza, (&from, to)),
        Kind::Message(kind) => message::take(turn, kind, &stanza, (&from, to)),
        Kind::Iq(kind) => iq::take(turn, kind, &stanza, (&from, to)),
    }
}

/// What a turn wrote is durable. `number` is that of its archive row, if it appended one.
pub fn go_on(turn: &mut Turn<'_, Room>, later: Later, number: Option<u64>) {
    match later {
        Later::Said(said) => message::say(turn, said, number),
        Later::Changed(changed) => change::tell(turn, changed),
    }
}

/// A message was found that somebody wants gone.
pub fn found(turn: &mut Turn<'_, Room>, found: FoundMessage) {
    moderation::go_on(turn, found);
}

/// The service stops: everybody is told, and nobody is in the room any more (XEP-0045 §11.2).
pub fn shut_down(turn: &mut Turn<'_, Room>) {
    presence::shut_down(turn);
}

impl Turn<'_, Room> {
    /// Sends a stanza on its way.
    fn send(&mut self, stanza: Arc<Stanza>, to: Jid) {
        if self.service.owner_of(&to) != Owner::Remote || self.service.federation != Federation::Off {
            self.out.effects.push(Effect::Route { stanza, to });
        }
    }

    /// The same for several.
    fn send_all(&mut self, sends: Sends) {
        for (stanza, to) in sends {
            self.send(stanza, to);
        }
    }

    /// Sends an answer to whom it says it is for.
    fn answer(&mut self, answer: Stanza) {
        if let Some(to) = answer.to.clone() {
            self.send(Arc::new(answer), to);
        }
    }

    /// Refuses a stanza that came for `to`, unless it may not be answered.
    fn refuse(&mut self, stanza: &Stanza, to: &Jid, error: &StanzaError) {
        let Some(answer) = stanza.error(error) else { return };
        let mut w = Writer::new();
        // §7.2.7: clients know by it that the room speaks, and not something on the way to it.
        if matches!(stanza.kind, Kind::Presence(_)) {
            w.empty("x", ns::MUC);
        }
        w.raw(answer.inner());
        self.answer(answer.with_inner(w.finish()).with_from(Some(to.clone())));
    }

    /// Leaves something for when all that this turn writes is durable.
    fn later(&mut self, later: Later) {
        self.out.effects.push(Effect::Later { later: Box::new(later), stamp: None });
    }
}
