//! Ad-hoc commands (XEP-0050): what people and administrators may have done, step by step, from any
//! client that shows forms. Which commands there are is said by the features ([`crate::command`]).
//!
//! Parts: [`session`] (what is under way), [`own`] (commands for one's own account),
//! [`invite`] (invitations), [`wire`].

pub mod files;
pub mod invite;
pub mod own;
mod session;
pub(crate) mod wire;

pub use session::Sessions;

use crate::all;
use crate::command::{Command, Report, Step, Who};
use crate::deed::Deed;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::memory::SessionId;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use session::Open;
use wire::{Action, Call};
use xmpp::{Condition, Jid, Stanza, StanzaError, Writer, ns};

/// XEP-0050.
pub const FEATURE: Feature = Feature {
    name: "commands",
    summary: "Lets people do from any client what has no button there.",
    specs: &[Spec::xep_without(50, "1.3.0", "other languages than English")],
    disco: &[(Place::Domain, ns::COMMANDS), (Place::Account, ns::COMMANDS)],
    limits: &[&SESSIONS, &SECONDS, &BYTES],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::COMMANDS, name: "command", verb: Verb::Set, at: At::Domain, run: at_domain },
        IqHandler { ns: ns::COMMANDS, name: "command", verb: Verb::Set, at: At::OwnAccount, run: at_account },
    ],
};

/// How many commands of one account may be under way.
pub const SESSIONS: Limit = Limit {
    name: "command-sessions",
    default: 5,
    unit: "commands",
    reason: "What was filled in is in memory until the end. Nobody does five things at once; the oldest is given up.",
    sentence: "Too many commands are under way; the oldest was given up. Begin it again.",
};

/// How long a command waits for the next form.
pub const SECONDS: Limit = Limit {
    name: "command-seconds",
    default: 900,
    unit: "seconds",
    reason: "A form is filled in within minutes, and what was filled in so far is in memory (XEP-0050 §3.3).",
    sentence: "The command took too long. Begin it again.",
};

/// How large a form may be that is filled in.
pub const BYTES: Limit = Limit {
    name: "command-bytes",
    default: 16_384,
    unit: "bytes",
    reason: "The longest text anybody fills in is an announcement.",
    sentence: "This is too long. Make it shorter.",
};

/// What an answer needs that comes later.
#[derive(Clone, Debug)]
pub struct Ticket {
    node: &'static str,
    session: u64,
}

/// What becomes of a command.
enum Outcome {
    Canceled,
    Next(Step),
}

fn at_domain(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    execute(turn, request, Place::Domain)
}

fn at_account(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    execute(turn, request, Place::Account)
}

/// §2.4
fn execute(turn: &mut Turn<'_>, request: &Request<'_>, place: Place) -> Result<Reply, StanzaError> {
    let call = Call::read(&request.payload)?;
    let command = permitted(turn, place, &call.node)?;
    let Asker::Session(session) = request.asker else { return Err(StanzaError::new(Condition::Forbidden)) };
    let mut open = match call.session.as_deref() {
        None if call.action == Action::Execute => {
            turn.me.seldom.get_or_insert_default().commands.begin(session, command, turn.now)
        }
        None => return Err(wire::bad_action("A command begins with `execute`.")),
        Some(id) => turn.me.seldom.get_or_insert_default().commands.take(id, session, command, turn.now)?,
    };
    let outcome = match call.session {
        None => Ok(Outcome::Next((command.run)(turn, &[]))),
        Some(_) => advance(turn, &mut open, &call, request),
    };
    let ticket = Ticket { node: command.node, session: open.id };
    match outcome {
        Err(error) => {
            // What was filled in before stays: the form can be sent again.
            keep(turn, open);
            Err(error)
        }
        Ok(Outcome::Canceled) => Ok(Reply::Inner(wire::canceled(&ticket))),
        Ok(Outcome::Next(Step::Ask(form))) => {
            let inner = wire::executing(&ticket, &form, open.answers.len());
            keep(turn, open);
            Ok(Reply::Inner(inner))
        }
        Ok(Outcome::Next(Step::Over(report))) => Ok(Reply::Inner(wire::completed(&ticket, &report))),
        Ok(Outcome::Next(Step::Do(order))) => {
            let deed = Box::new(Deed::Order { by: turn.me.jid.clone(), order, ticket });
            let asked = Box::new(request.stanza.as_ref().clone().with_inner(Bytes::new()).detached());
            turn.out.effects.push(Effect::Do { asker: request.asker.clone(), request: asked, deed });
            Ok(Reply::Nothing)
        }
    }
}

/// §3.4: what an action makes of a command under way.
fn advance(turn: &Turn<'_>, open: &mut Open, call: &Call<'_>, request: &Request<'_>) -> Result<Outcome, StanzaError> {
    let run = open.command.run;
    match call.action {
        Action::Cancel => return Ok(Outcome::Canceled),
        Action::Prev => {
            let Some(last) = open.answers.pop() else { return Err(wire::bad_action("This is the first form.")) };
            return Ok(Outcome::Next(match run(turn, &open.answers) {
                Step::Ask(form) => Step::Ask(form.remembering(&last)),
                other => other,
            }));
        }
        Action::Execute | Action::Next | Action::Complete => {}
    }
    let form = match run(turn, &open.answers) {
        Step::Ask(form) => form,
        // What it asked about is no more.
        other => return Ok(Outcome::Next(other)),
    };
    if !call.action.fits(form.then) {
        return Err(wire::bad_action("That is not possible at this form."));
    }
    if request.payload.raw().len() as u64 > turn.service.limits.of(&BYTES) {
        return Err(wire::bad_payload(BYTES.sentence));
    }
    open.answers.push(form.fill_in(call.form).map_err(wire::bad_payload)?);
    Ok(Outcome::Next(run(turn, &open.answers)))
}

fn keep(turn: &mut Turn<'_>, mut open: Open) {
    let limits = &turn.service.limits;
    let seconds = i64::try_from(limits.of(&SECONDS)).unwrap_or(i64::MAX);
    open.expires_at = turn.now.saturating_add(seconds.saturating_mul(1_000_000));
    turn.me.seldom.get_or_insert_default().commands.keep(open, turn.now, limits.count(&SESSIONS));
}

/// A client is gone; nobody else goes on with its commands (§3.3).
pub fn session_ended(turn: &mut Turn<'_>, session: SessionId) {
    if let Some(seldom) = &mut turn.me.seldom {
        seldom.commands.session_ended(session);
    }
}

/// The answer to a command that had something carried out.
pub fn answer(request: &Stanza, ticket: &Ticket, outcome: Result<Report, StanzaError>) -> Option<Stanza> {
    match outcome {
        Ok(report) => Some(request.result(wire::completed(ticket, &report))),
        Err(error) => request.error(&error),
    }
}

/// The command of that name, if the owner of this turn may run it.
///
/// # Errors
/// `item-not-found` and `forbidden` (§4.4).
fn permitted(turn: &Turn<'_>, place: Place, node: &str) -> Result<&'static Command, StanzaError> {
    let known = all::COMMANDS.iter().copied().flatten().find(|command| command.at == place && command.node == node);
    let command = known.ok_or_else(|| StanzaError::new(Condition::ItemNotFound).text("There is no such command."))?;
    match may_run(turn, command) {
        true => Ok(command),
        false => Err(StanzaError::new(Condition::Forbidden).text("This command is for administrators.")),
    }
}

fn may_run(turn: &Turn<'_>, command: &Command) -> bool {
    match command.who {
        Who::Local => true,
        Who::Admin => turn.service.is_admin(&turn.me.jid),
    }
}

/// What there is to run at an address, for those who ask for the node of all commands (§2.2): what the
/// asker may run, and nothing for others than local people.
pub fn items(turn: &Turn<'_>, asker: &Asker, place: Place) -> Bytes {
    let at = address(turn, place);
    let mut w = Writer::new();
    w.open("query", ns::DISCO_ITEMS).attr("node", ns::COMMANDS);
    let is_own = matches!(asker, Asker::Session(_));
    let known = all::COMMANDS.iter().copied().flatten().filter(|command| is_own && command.at == place);
    for command in known.filter(|command| may_run(turn, command)) {
        write_item(&mut w, &at, (command.node, command.name));
    }
    w.finish()
}

/// One of the commands at an address (§2.2).
pub(crate) fn write_item(w: &mut Writer, at: &Jid, (node, name): (&str, &str)) {
    w.open("item", ns::DISCO_ITEMS).attr("jid", at.as_str()).attr("node", node).attr("name", name).close();
}

/// What the node of all commands, or of one, is (§2.2). None for nodes that are no commands.
pub fn info(turn: &Turn<'_>, asker: &Asker, place: Place, node: &str) -> Option<Result<Bytes, StanzaError>> {
    if node == ns::COMMANDS {
        return Some(Ok(described(node, None)));
    }
    let is_command = all::COMMANDS.iter().copied().flatten().any(|command| command.at == place && command.node == node);
    if !is_command || !matches!(asker, Asker::Session(_)) {
        return None;
    }
    Some(permitted(turn, place, node).map(|command| described(node, Some(command.name))))
}

/// What the node of the command `name` is, or that of all commands.
pub(crate) fn described(node: &str, name: Option<&str>) -> Bytes {
    let kind = if name.is_some() { "command-node" } else { "command-list" };
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO).attr("node", node);
    w.open("identity", ns::DISCO_INFO).attr("category", "automation").attr("type", kind);
    w.attr_some("name", name).close();
    for feature in [ns::COMMANDS, ns::DATA_FORMS] {
        w.open("feature", ns::DISCO_INFO).attr("var", feature).close();
    }
    w.finish()
}

fn address(turn: &Turn<'_>, place: Place) -> Jid {
    match place {
        Place::Domain => turn.service.domain.clone(),
        Place::Account | Place::Branches | Place::Branch(_) | Place::Room => turn.me.jid.clone(),
    }
}
