//! Whom the owner lets subscribe, where that is for the owner to say (XEP-0060 §8.6): the question, and the
//! answer, are forms in messages.

use super::nodes::Node;
use super::people::{Affiliation, State};
use super::{Host, oversee};
use crate::memory::{Account, SessionId};
use crate::order::{Flow, Passage};
use crate::turn::{Turn, Weight};
use std::sync::Arc;
use xmpp::form::{FORM_TYPE, Form, boolean};
use xmpp::{Element, Jid, Kind, MessageType, Stanza, Text, Writer, ns};

/// Asks the owner's devices that are there; the others are asked when they come ([`ask_again`]). The owners of a
/// node of the service are written to, and what they do not get now waits for them.
pub(super) fn ask(turn: &mut Turn<'_>, node: &str, jid: &Jid) {
    let question = question(turn.me, node, jid);
    if Host::of(turn.me) == Host::Service {
        let owners = turn.me.nodes.get(node).into_iter().flat_map(|known| known.people.owners());
        let owners: Vec<Jid> = owners.filter_map(|owner| Jid::parse(owner).ok()).collect();
        for owner in owners {
            turn.route(Arc::new(question.clone().with_to(Some(owner.clone()))), owner);
        }
        return;
    }
    let sessions: Vec<SessionId> =
        turn.me.sessions.iter().filter(|session| session.wants_bare()).map(|session| session.id).collect();
    for session in sessions {
        let to = turn.me.session(session).map(|session| session.jid.clone());
        turn.deliver(session, question.clone().with_to(to), Weight::Idle);
    }
}

/// A device has come: it is asked what still waits for an answer.
pub fn ask_again(turn: &mut Turn<'_>, session: SessionId) {
    let Some(to) = turn.me.session(session).map(|session| session.jid.clone()) else { return };
    let waiting = turn.me.nodes.iter().flat_map(|node| {
        let waiting = node.people.subscribers().iter().filter(|known| known.state == State::Pending);
        waiting.map(|known| question(turn.me, &node.name, &known.jid))
    });
    let questions: Vec<Stanza> = waiting.collect();
    for question in questions {
        turn.deliver(session, question.with_to(Some(to.clone())), Weight::Idle);
    }
}

/// A rule: an answer to such a question ends here. One that is cancelled changes nothing, nor does one about
/// somebody who does not wait any more.
pub fn take_answer(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let to_self = passage.stanza.to.as_ref().is_none_or(|to| *to == turn.me.jid);
    if !to_self || !passage.stanza.has("x", ns::DATA_FORMS) {
        return Flow::Go;
    }
    let stanza = passage.stanza.clone();
    if take(turn, &stanza, |_| true) { Flow::Stop } else { Flow::Go }
}

/// The same at the service: the answer of an owner of the node.
pub(super) fn take_from(turn: &mut Turn<'_>, stanza: &Stanza, from: &Jid) -> bool {
    take(turn, stanza, |known| known.people.affiliation(from.bare_str()) == Some(Affiliation::Owner))
}

fn take(turn: &mut Turn<'_>, stanza: &Stanza, is_owner: impl Fn(&Node) -> bool) -> bool {
    let Some(x) = stanza.child("x", ns::DATA_FORMS) else { return false };
    let Ok(form) = Form::submitted_as(x, ns::PUBSUB_AUTHORIZE) else { return is_cancelled(&x) };
    let jid = form.value("pubsub#subscriber_jid").and_then(|jid| Jid::parse(&jid).ok());
    let (Some(node), Some(jid)) = (form.value("pubsub#node"), jid) else { return true };
    let known = turn.me.nodes.get(&node).filter(|known| is_owner(known));
    let waiting = known.and_then(|known| known.people.subscriber(&jid));
    if waiting.is_some_and(|known| known.state == State::Pending) {
        match form.value("pubsub#allow").and_then(|allow| boolean(&allow)) {
            Some(true) => oversee::admit(turn, &node, &jid),
            Some(false) => oversee::turn_away(turn, &node, &jid),
            None => {}
        }
    }
    true
}

fn is_cancelled(x: &Element<'_>) -> bool {
    let purpose = x.children().find(|field| field.attr("var").as_deref() == Some(FORM_TYPE));
    let purpose = purpose.and_then(|field| field.child("value", ns::DATA_FORMS)).map(|value| value.text());
    x.attr("type").as_deref() == Some("cancel") && purpose.as_deref() == Some(ns::PUBSUB_AUTHORIZE)
}

fn question(me: &Account, node: &str, jid: &Jid) -> Stanza {
    let mut w = Writer::new();
    w.open("x", ns::DATA_FORMS).attr("type", "form");
    w.leaf("title", ns::DATA_FORMS, "Somebody asks to be told of what you publish");
    for (name, kind, value) in [
        (FORM_TYPE, "hidden", ns::PUBSUB_AUTHORIZE),
        ("pubsub#node", "text-single", node),
        ("pubsub#subscriber_jid", "jid-single", jid.as_str()),
        ("pubsub#allow", "boolean", "false"),
    ] {
        w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", kind);
        w.leaf("value", ns::DATA_FORMS, value).close();
    }
    w.close();
    if Host::of(me) == Host::Service {
        // XEP-0334 §4.4
        w.empty("store", ns::HINTS);
    }
    let id = Text::from(format!("subscribe-{jid}"));
    Stanza::new(Kind::Message(MessageType::Normal))
        .with_from(Some(me.jid.clone()))
        .with_id(Some(id))
        .with_inner(w.finish())
}
