//! Logged in, without a resource: bind (RFC 6120 §7) or resume (XEP-0198 §5).

use super::{
    Ground, Wire,
    bound::Bound,
    step::{Moved, Next, Step},
    wants,
};
use crate::{
    Answer, Crime,
    ask::{self, Ask, Bind, Inline, Wish},
    features::{self, Stage},
    management,
    xml::Item,
};
use xmpp::{Condition, Element, IqType, Jid, Kind, Stanza, Text, Writer, ns};

/// RFC 6120 §7.7.3: between 5 and 10.
const REFUSALS_MAX: u32 = 10;

/// A client that may now bind.
#[derive(Default)]
pub(crate) struct Unbound {
    refusals: u32,
}

/// What was asked on its behalf.
pub(crate) enum Asked {
    /// A resource, by the IQ of this id.
    Bind(Option<Text>),
    /// The session of this id.
    Resume(Text),
}

impl Unbound {
    /// The client opened the new stream after its login (RFC 6120 §6.4.6).
    pub(crate) fn reopened(account: &Jid, ground: &mut Ground, wire: &mut Wire) -> Moved {
        if ground.hint.as_ref().is_some_and(|hint| hint != account) {
            return Err(Crime::InvalidFrom);
        }
        features::after_login(&ground.settings, Stage::Unbound, wire);
        Ok(Next::Step(Step::Unbound(Unbound::default())))
    }

    /// Takes what the client sent.
    pub(crate) fn item(self, item: Item, wire: &mut Wire) -> Moved {
        match item {
            Item::Nonza(nonza) => self.nonza(&nonza.element(), wire),
            Item::Stanza(stanza) => match wish(&stanza) {
                Some(wish) => {
                    let ask = Ask::Bind(Bind { wish, inline: Inline::default() });
                    Ok(Next::Ask(Step::UnboundAsked(self, Asked::Bind(stanza.id)), ask))
                }
                // RFC 6120 §7.1
                None => Err(Crime::NotAuthorized),
            },
            _ => Err(Crime::NotAuthorized),
        }
    }

    fn nonza(self, element: &Element<'_>, wire: &mut Wire) -> Moved {
        match (element.name(), element.ns()) {
            ("resume", ns::SM) => match wants::resume(element) {
                Some((previous, h)) => {
                    let ask = Ask::Resume { previous: previous.clone(), h };
                    Ok(Next::Ask(Step::UnboundAsked(self, Asked::Resume(previous)), ask))
                }
                None => self.not_managed(Condition::BadRequest, None, wire),
            },
            // XEP-0198 §3: only after a resource is bound.
            ("enable", ns::SM) => self.not_managed(Condition::UnexpectedRequest, None, wire),
            _ => Err(Crime::NotAuthorized),
        }
    }

    /// Takes the answer to what was asked.
    ///
    /// # Panics
    /// When it answers something else.
    pub(crate) fn answer(self, asked: Asked, answer: Answer, ground: &mut Ground, wire: &mut Wire) -> Moved {
        match (asked, answer) {
            (Asked::Bind(id), Answer::Bound(bound)) => Ok(give_resource(id, bound, ground, wire)),
            (Asked::Bind(id), Answer::BindRefused(error)) => {
                let request = Stanza::new(Kind::Iq(IqType::Set)).with_id(id);
                let error = request.error(&error).expect("a request can be answered");
                wire.stanza(&error);
                self.refused()
            }
            (Asked::Resume(previous), Answer::Resumed { jid, h }) => {
                let mut w = Writer::new();
                management::resumed(previous.as_str(), h, &mut w);
                wire.send(w);
                Ok(Next::Bound(Bound::resumed(jid, ground.lang.take())))
            }
            (Asked::Resume(_), Answer::ResumeFailed { h }) => self.not_managed(Condition::ItemNotFound, h, wire),
            _ => panic!("the answer belongs to the last question"),
        }
    }

    /// XEP-0198 §6: `<failed/>`, and the client may still bind (§5).
    fn not_managed(self, condition: Condition, h: Option<u32>, wire: &mut Wire) -> Moved {
        let mut w = Writer::new();
        management::failed(condition, h, &mut w);
        wire.send(w);
        self.refused()
    }

    fn refused(mut self) -> Moved {
        self.refusals += 1;
        if self.refusals >= REFUSALS_MAX {
            return Err(Crime::PolicyViolation);
        }
        Ok(Next::Step(Step::Unbound(self)))
    }
}

/// The resource that a bind request wants (RFC 6120 §7.6, §7.7); none if it is none.
fn wish(iq: &Stanza) -> Option<Wish> {
    let payload = iq.payload().filter(|payload| payload.is("bind", ns::BIND))?;
    if iq.kind != Kind::Iq(IqType::Set) {
        return None;
    }
    let resource = payload.child("resource", ns::BIND).map(|resource| Text::copied(&resource.text()));
    Some(resource.filter(|resource| !resource.is_empty()).map_or(Wish::Any, Wish::Resource))
}

/// RFC 6120 §7.6.1
fn give_resource(id: Option<Text>, bound: ask::Bound, ground: &mut Ground, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    w.open("bind", ns::BIND).leaf("jid", ns::BIND, bound.jid.as_str());
    let result = Stanza::new(Kind::Iq(IqType::Result)).with_id(id).with_inner(w.finish());
    wire.stanza(&result);
    Next::Bound(Bound::new(bound.jid, ground.lang.take(), false))
}
