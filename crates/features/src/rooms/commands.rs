//! Commands of a room (XEP-0050): what those who run it have done from any client that shows forms. Each has one
//! form at most, so that nothing has to be kept in between.

use super::change::{Changed, finish};
use super::hats;
use super::iq::Asked;
use super::role::Affiliation;
use super::room::{Room, Stage};
use crate::command::{Answers, Form, Report};
use crate::commands::wire::{self, Action, Call};
use crate::commands::{self, Ticket};
use crate::iq::Reply;
use crate::turn::Turn;
use bytes::Bytes;
use xmpp::{Condition, Jid, StanzaError, Writer, ns};

/// A command of a room.
pub(super) struct RoomCommand {
    /// Its name on the wire (§3.2).
    pub node: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Who may run it.
    pub who: Who,
    /// What is asked; none if nothing is.
    pub form: fn(&Room) -> Option<Form>,
    /// Does it, and says what came of it. What everybody is to be told goes into [`Changed`].
    pub run: fn(&mut Turn<'_, Room>, &Answers, &mut Changed) -> Result<Report, StanzaError>,
}

/// Who may run a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    /// Whoever may enter.
    Admitted,
    /// Admins and owners.
    Admins,
}

/// All of them, as they are listed.
const COMMANDS: &[&[RoomCommand]] = &[hats::COMMANDS];

fn may_run(room: &Room, command: &RoomCommand, jid: &Jid) -> bool {
    match command.who {
        Who::Admitted => room.admits(jid),
        Who::Admins => room.affiliation(jid) >= Affiliation::Admin,
    }
}

fn permitted(room: &Room, node: &str, jid: &Jid) -> Result<&'static RoomCommand, StanzaError> {
    let known = COMMANDS.iter().copied().flatten().find(|command| command.node == node && room.stage == Stage::Open);
    let command = known.ok_or_else(|| StanzaError::new(Condition::ItemNotFound).text("There is no such command."))?;
    match may_run(room, command, jid) {
        true => Ok(command),
        false => Err(StanzaError::new(Condition::Forbidden).text("This command is for admins of the room.")),
    }
}

/// §2.4. A form that is known from elsewhere may come filled in with the first request (XEP-0317 §3.3).
pub(super) fn execute(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let call = Call::read(&asked.payload)?;
    let command = permitted(turn.me, &call.node, asked.from)?;
    let ticket = Ticket::of(command.node, &call, turn.now);
    match call.action {
        Action::Cancel => return Ok(Reply::Inner(wire::canceled(&ticket))),
        Action::Prev => return Err(wire::bad_action("This is the first form.")),
        Action::Execute | Action::Next | Action::Complete => {}
    }
    if asked.payload.raw().len() as u64 > turn.service.limits.of(&commands::BYTES) {
        return Err(wire::bad_payload(commands::BYTES.sentence));
    }
    let answers = match (command.form)(turn.me) {
        Some(form) if call.form.is_none() => return Ok(Reply::Inner(wire::executing(&ticket, &form, 0))),
        Some(form) => form.fill_in(call.form).map_err(wire::bad_payload)?,
        None => Answers::default(),
    };
    let mut changed = Changed::new(turn.me, asked.from, None);
    let report = (command.run)(turn, &answers, &mut changed)?;
    let answer = asked.stanza.result(wire::completed(&ticket, &report));
    changed.answer = Some(answer.with_from(Some(turn.me.jid.clone())));
    finish(turn, changed);
    Ok(Reply::Nothing)
}

/// §2.2: what the asker may run.
pub(super) fn items(room: &Room, asked: &Asked<'_>) -> Bytes {
    let mut w = Writer::new();
    w.open("query", ns::DISCO_ITEMS).attr("node", ns::COMMANDS);
    let known = COMMANDS.iter().copied().flatten().filter(|_| room.stage == Stage::Open);
    for command in known.filter(|command| may_run(room, command, asked.from)) {
        commands::write_item(&mut w, &room.jid, (command.node, command.name));
    }
    w.finish()
}

/// §2.3: what a command is, and that of all of them.
pub(super) fn info(room: &Room, asked: &Asked<'_>, node: &str) -> Result<Bytes, StanzaError> {
    match node {
        ns::COMMANDS => Ok(commands::described(node, None)),
        _ => permitted(room, node, asked.from).map(|command| commands::described(node, Some(command.name))),
    }
}
