//! What components do in the name of people here (XEP-0356): they say what they were allowed to say, and ask what
//! they were allowed to ask.

use super::pending::{Asked, PENDING};
use super::rights::{Access, Rights};
use crate::federation::Remote;
use crate::iq::{self, At};
use crate::service::Service;
use crate::turn::{Effect, Turn};
use crate::{blocking, presence, roster};
use std::sync::Arc;
use xmpp::{Condition, Delivery, Element, ErrorType, IqType, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns};

/// A component is there: it is told what it may do (XEP-0356 §4.2).
pub fn greet(turn: &mut Turn<'_, Remote>) {
    let component = turn.me.name.clone();
    let Some(rights) = turn.service.rights_of(&component) else { return };
    let message = Stanza::new(Kind::Message(MessageType::Normal)).with_from(Some(turn.service.domain.clone()));
    let message = message.with_to(Some(component)).with_id(Some("privileges".into())).with_inner(advertised(rights));
    turn.out.effects.push(Effect::Send(Delivery::from(Arc::new(message))));
}

/// XEP-0356 §4.2, §5.2, §6.2, §7.2.
fn advertised(rights: &Rights) -> bytes::Bytes {
    let mut w = Writer::new();
    w.open("privilege", ns::PRIVILEGE);
    if rights.roster != Access::None {
        w.open("perm", ns::PRIVILEGE).attr("access", "roster").attr("type", rights.roster.name());
        w.attr("push", if rights.push { "true" } else { "false" }).close();
    }
    if rights.message {
        w.open("perm", ns::PRIVILEGE).attr("access", "message").attr("type", "outgoing").close();
    }
    if rights.presence {
        w.open("perm", ns::PRIVILEGE).attr("access", "presence").attr("type", "managed_entity").close();
    }
    if !rights.iq.is_empty() {
        w.open("perm", ns::PRIVILEGE).attr("access", "iq");
        for (namespace, access) in &rights.iq {
            w.open("namespace", ns::PRIVILEGE).attr("ns", namespace).attr("type", access.name()).close();
        }
        w.close();
    }
    w.finish()
}

/// A component speaks to the domain in somebody's name (XEP-0356 §5.3): whose name it is has the rest to do.
/// False if it does nothing of the kind.
pub fn passes_on(turn: &mut Turn<'_>, stanza: &Arc<Stanza>) -> bool {
    let speaks = stanza.from.as_ref().is_some_and(|from| turn.service.rights_of(from).is_some());
    if !speaks || !turn.service.is_domain(&turn.me.jid) || !stanza.has("privilege", ns::PRIVILEGE) {
        return false;
    }
    match spoken(stanza, turn.service) {
        Some((said, name)) if name == turn.service.domain => {
            if let Some(to) = said.to.clone() {
                turn.route(Arc::new(said), to);
            }
        }
        Some((_, name)) => turn.out.effects.push(Effect::Route { stanza: stanza.clone(), to: name }),
        None => turn.refuse(stanza, &forbidden()),
    }
    true
}

/// The message that a component sends in this account's name.
pub fn said(turn: &Turn<'_>, stanza: &Stanza) -> Option<Arc<Stanza>> {
    let (said, name) = spoken(stanza, turn.service)?;
    let is_stopped = said.to.as_ref().is_some_and(|to| blocking::stops(turn.me, to));
    (name == turn.me.jid && !is_stopped).then(|| Arc::new(said))
}

/// What is said in somebody's name, and in whose. None if it may not be.
fn spoken(stanza: &Stanza, service: &Service) -> Option<(Stanza, Jid)> {
    let rights = service.rights_of(stanza.from.as_ref()?).filter(|rights| rights.message)?;
    let forwarded = stanza.child("privilege", ns::PRIVILEGE)?.child("forwarded", ns::FORWARD)?;
    let said = inside(&forwarded.child("message", ns::CLIENT)?)?;
    // XEP-0356 §5.1
    let name = said.from.clone().filter(|from| rights.message && from.is_bare() && service.is_local(from))?;
    Some((said, name))
}

/// A component asks for a contact list, changes it, or asks something else in the account's name. False if it does
/// nothing of the kind.
pub fn asks(turn: &mut Turn<'_>, iq_type: IqType, stanza: &Arc<Stanza>, from: &Jid) -> bool {
    let service = turn.service;
    let (Some(rights), Some(payload)) = (service.rights_of(from), stanza.payload()) else { return false };
    let outcome = if payload.is("query", ns::ROSTER) {
        contacts(turn, (iq_type, rights.roster), stanza, &payload)
    } else if payload.is("privileged_iq", ns::PRIVILEGE) {
        ask(turn, (iq_type, rights), stanza, &payload)
    } else {
        return false;
    };
    if let Err(error) = outcome {
        turn.refuse(stanza, &error);
    }
    true
}

/// XEP-0356 §4.3.
fn contacts(
    turn: &mut Turn<'_>,
    (iq_type, access): (IqType, Access),
    stanza: &Stanza,
    query: &Element<'_>,
) -> Result<(), StanzaError> {
    if !access.allows(iq_type) {
        return Err(forbidden());
    }
    if iq_type == IqType::Get {
        turn.reply(stanza, roster::whole(turn.me));
        return Ok(());
    }
    let domain = stanza.from.as_ref().map_or("", Jid::domain);
    // Before the answer, as people are answered, too.
    let gained = roster::set_for(turn, query, domain)?;
    turn.reply(stanza, bytes::Bytes::new());
    for contact in gained {
        presence::show(turn, &contact);
    }
    Ok(())
}

/// XEP-0356 §6.3.
fn ask(
    turn: &mut Turn<'_>,
    (iq_type, rights): (IqType, &Rights),
    stanza: &Stanza,
    wrapped: &Element<'_>,
) -> Result<(), StanzaError> {
    let asked = wrapped.child("iq", ns::CLIENT).and_then(|iq| inside(&iq)).ok_or_else(forbidden)?;
    let namespace = asked.payload().map(|payload| payload.ns().to_owned()).ok_or_else(forbidden)?;
    let is_own = asked.from.as_ref().is_none_or(|from| *from == turn.me.jid);
    if asked.kind != Kind::Iq(iq_type) || !is_own || !rights.allow_iq(&namespace, iq_type) {
        return Err(forbidden());
    }
    let of = asked.to.clone().unwrap_or_else(|| turn.me.jid.clone());
    if blocking::stops(turn.me, &of) {
        return Err(StanzaError::new(Condition::NotAcceptable).text("The person has blocked this address."));
    }
    let by = stanza.from.clone().ok_or_else(forbidden)?;
    let pending = Asked::new(of.clone(), &by, stanza.id.clone(), asked.id.clone());
    let most = turn.service.limits.count(&PENDING);
    let id = turn.me.seldom.get_or_insert_default().component.add(pending, turn.now, most);
    let id = id.ok_or_else(|| {
        StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait).text(PENDING.sentence)
    })?;
    let asked = asked.with_from(Some(turn.me.jid.clone())).with_to(Some(of.clone())).with_id(Some(id));
    let asked = Arc::new(asked);
    if of == turn.me.jid {
        iq::in_name(turn, &asked, At::OwnAccount);
    } else if turn.service.is_domain(&of) {
        iq::in_name(turn, &asked, At::Domain);
    } else {
        turn.route(asked, of);
    }
    Ok(())
}

/// An answer to what a component asked in the account's name goes to the component. False if it is none.
pub fn answered(turn: &mut Turn<'_>, stanza: &Stanza) -> bool {
    let Some(seldom) = &mut turn.me.seldom else { return false };
    let (Some(id), Some(from)) = (&stanza.id, &stanza.from) else { return false };
    let Some(asked) = seldom.component.take(id, from) else { return false };
    let mut answer = Vec::new();
    stanza.clone().with_id(asked.inner).write(Some(ns::CLIENT), &mut answer);
    let mut w = Writer::new();
    w.open("privilege", ns::PRIVILEGE).open("forwarded", ns::FORWARD).raw(&answer);
    let wrapped = Stanza::new(Kind::Iq(IqType::Result)).with_from(Some(turn.me.jid.clone()));
    let wrapped = wrapped.with_to(Some(asked.by.clone())).with_id(asked.outer).with_inner(w.finish());
    turn.route(Arc::new(wrapped), asked.by);
    true
}

/// A stanza inside of another. None if it is none, or its addresses are none.
fn inside(element: &Element<'_>) -> Option<Stanza> {
    let address = |name| element.attr(name).map(|jid| Jid::parse(&jid)).transpose().ok();
    Some(Stanza::read(element.raw())?.with_from(address("from")?).with_to(address("to")?))
}

fn forbidden() -> StanzaError {
    StanzaError::new(Condition::Forbidden)
        .text("The component may not do that here. Its `privileges` in the server's configuration say what it may.")
}
