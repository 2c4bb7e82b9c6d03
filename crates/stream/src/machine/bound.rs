//! The stream of a session: stanzas, stamped, and the elements beside them.

use super::Wire;
use crate::{
    Answer, Crime, Event,
    ask::{Ask, ClientState},
    management::{self, is_true},
    xml::Item,
};
use xmpp::{Condition, Element, IqType, Jid, Kind, PresenceType, Stanza, StanzaError, Text, Writer, ns};

/// What a session's stream has to remember, and no more: there are many of them.
pub(crate) struct Bound {
    jid: Jid,
    lang: Option<Text>,
    management: Management,
    /// We closed our side.
    pub(crate) closing: bool,
}

/// How far stream management has come (XEP-0198 §3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Management {
    Off,
    Asked,
    On,
    /// Asked for once and refused. There is no second time.
    Refused,
}

impl Bound {
    /// A new session; `managed` if stream management came with it.
    pub(crate) fn new(jid: Jid, lang: Option<Text>, managed: bool) -> Bound {
        let management = if managed { Management::On } else { Management::Off };
        Bound { jid, lang, management, closing: false }
    }

    /// A session that was taken up.
    pub(crate) fn resumed(jid: Jid, lang: Option<Text>) -> Bound {
        Bound::new(jid, lang, true)
    }

    /// Whether no input may be looked at now.
    pub(crate) fn stands_still(&self) -> bool {
        self.management == Management::Asked
    }

    /// Takes what the client sent.
    pub(crate) fn item(&mut self, item: Item, wire: &mut Wire) -> Result<Option<Event>, Crime> {
        match item {
            Item::Stanza(stanza) => self.stanza(stanza).map(Some),
            Item::Unfit(stanza, condition) => Ok(Some(self.refused(stanza, condition))),
            Item::Nonza(nonza) => self.nonza(&nonza.element(), wire),
            Item::Open(_) | Item::Close => Err(Crime::UnsupportedStanzaType),
        }
    }

    /// Takes the answer to [`Ask::Enable`].
    ///
    /// # Panics
    /// When it answers something else.
    pub(crate) fn answer(&mut self, answer: &Answer, wire: &mut Wire) {
        assert!(self.management == Management::Asked, "the answer belongs to the last question");
        let mut w = Writer::new();
        match answer {
            Answer::Enabled(enabled) => {
                self.management = Management::On;
                management::enabled(enabled, &mut w);
            }
            Answer::EnableRefused => {
                self.management = Management::Refused;
                management::failed(Condition::InternalServerError, None, &mut w);
            }
            _ => panic!("the answer belongs to the last question"),
        }
        wire.send(w);
    }

    /// Closes our side.
    pub(crate) fn close(&mut self, wire: &mut Wire) {
        if !self.closing {
            wire.close();
            self.closing = true;
        }
    }

    fn stanza(&self, mut stanza: Stanza) -> Result<Event, Crime> {
        self.stamp(&mut stanza)?;
        if stanza.kind != Kind::Iq(IqType::Set) {
            return Ok(Event::Stanza(stanza));
        }
        let Some(payload) = stanza.payload() else { return Ok(Event::Stanza(stanza)) };
        if payload.is("session", ns::SESSION) {
            // Compat: RFC 3921 §3 made clients ask for a session; there is nothing to do.
            return Ok(Event::Refused(Some(stanza.result(Default::default()))));
        }
        if payload.is("bind", ns::BIND) {
            // RFC 6120 §7.6.2.2: one resource for one stream.
            return Ok(Event::Refused(stanza.error(&StanzaError::new(Condition::NotAllowed))));
        }
        Ok(Event::Stanza(stanza))
    }

    fn refused(&self, mut stanza: Stanza, condition: Condition) -> Event {
        stanza.from = Some(self.jid.clone());
        Event::Refused(stanza.error(&StanzaError::new(condition)))
    }

    /// Makes the stanza say who sent it (RFC 6120 §8.1.2.1) and in which language (§4.7.4).
    fn stamp(&self, stanza: &mut Stanza) -> Result<(), Crime> {
        if let Some(from) = &stanza.from {
            let own = *from == self.jid || from.as_str() == self.jid.bare_str();
            if !own {
                return Err(Crime::InvalidFrom);
            }
        }
        stanza.from = Some(match stanza.kind {
            // RFC 6121 §3.1.1: subscriptions are between accounts.
            Kind::Presence(
                PresenceType::Subscribe
                | PresenceType::Subscribed
                | PresenceType::Unsubscribe
                | PresenceType::Unsubscribed,
            ) => self.jid.bare(),
            _ => self.jid.clone(),
        });
        if stanza.lang.is_none() {
            stanza.lang.clone_from(&self.lang);
        }
        Ok(())
    }

    fn nonza(&mut self, element: &Element<'_>, wire: &mut Wire) -> Result<Option<Event>, Crime> {
        match (element.name(), element.ns()) {
            ("r", ns::SM) => Ok((self.management == Management::On).then_some(Event::AckRequested)),
            ("a", ns::SM) => {
                let h = element.attr("h").and_then(|h| h.parse().ok()).ok_or(Crime::UnexpectedRequest)?;
                Ok((self.management == Management::On).then_some(Event::Acked(h)))
            }
            ("enable", ns::SM) if self.management == Management::Off => {
                self.management = Management::Asked;
                Ok(Some(Event::Ask(Ask::Enable { resume: is_true(element.attr("resume").as_deref()) })))
            }
            // XEP-0198 §3: at most one attempt.
            ("enable", ns::SM) => Err(Crime::UnexpectedRequest),
            ("resume", ns::SM) => {
                // XEP-0198 §5: only instead of a bind.
                let mut w = Writer::new();
                management::failed(Condition::UnexpectedRequest, None, &mut w);
                wire.send(w);
                Ok(None)
            }
            ("active", ns::CSI) => Ok(Some(Event::ClientState(ClientState::Active))),
            ("inactive", ns::CSI) => Ok(Some(Event::ClientState(ClientState::Inactive))),
            // XEP-0388 §4.8 and RFC 6120 §6: there is one login on a stream.
            (_, ns::SASL | ns::SASL2 | ns::TLS) => Err(Crime::NotAuthorized),
            _ => Err(Crime::UnsupportedStanzaType),
        }
    }
}
