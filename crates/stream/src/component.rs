//! The stream of a component (XEP-0114): a program beside the server that speaks for a domain.
//!
//! There is no TLS and no SASL: a handshake proves that both know a secret, and the connection is
//! expected to stay on the machine.

use crate::{
    Crime,
    machine::{Content, Draw, Wire},
    sasl::same_secret,
    server::domain,
    xml::{Budget, Header, Item, Scanner},
};
use bytes::BytesMut;
use data_encoding::HEXLOWER;
use xmpp::{Condition, Jid, Stanza, StanzaError, ns, scram::Hash};

/// What happened, for the driver to act on.
#[derive(Debug)]
pub enum Event {
    /// Look up the secret of this component, then call `secret`. The machine stands still until then.
    Secret(Jid),
    /// It proved that it speaks for this domain. If another connection does already, abort with
    /// [`Crime::Conflict`]. Otherwise call `accept`; the machine stands still until then.
    Ready(Jid),
    /// A stanza from an address of the domain.
    Stanza(Stanza),
    /// A stanza that could not be processed (RFC 6120 §8.3); what answers it, if anything may.
    Refused(Option<Stanza>),
    /// Send the output and close. Nothing comes after.
    Close,
}

/// One stream. The driver feeds it input, acts on its events in order and sends its output.
pub struct Component {
    wire: Wire,
    draw: Draw,
    stanza_bytes_max: usize,
    step: Step,
    /// The peer has our open tag.
    opened: bool,
    /// To be told before any input is looked at.
    event: Option<Event>,
}

/// Where the stream stands.
enum Step {
    /// Before the open tag.
    Start,
    /// Asked for the secret.
    Named(Jid),
    /// The handshake is awaited, and it has to be this.
    Challenged(Jid, String),
    /// The handshake was right; the driver is asked whether there is room.
    Proved(Jid),
    /// Stanzas flow.
    Open(Jid),
    Ended,
}

impl Component {
    /// A stream of which nothing was read. `seed` is fresh randomness; a stanza of the component's may
    /// have so many bytes.
    pub fn new(stanza_bytes_max: usize, seed: [u8; 32]) -> Component {
        Component {
            wire: Wire::new(Scanner::new(Budget::STRANGER)),
            draw: Draw::new(seed),
            stanza_bytes_max,
            step: Step::Start,
            opened: false,
            event: None,
        }
    }

    /// Where the driver puts what it read; when it is empty it may be replaced.
    pub fn input(&mut self) -> &mut BytesMut {
        &mut self.wire.input
    }

    /// What is to be sent, in order. The driver takes it.
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.wire.output
    }

    /// The next event; none while input is lacking or an answer is awaited.
    #[expect(clippy::should_implement_trait, reason = "none is not the end: more input may bring more")]
    pub fn next(&mut self) -> Option<Event> {
        loop {
            if self.event.is_some() {
                return self.event.take();
            }
            if matches!(self.step, Step::Named(_) | Step::Proved(_) | Step::Ended) {
                return None;
            }
            match self
                .wire
                .scanner
                .next(&mut self.wire.input)
                .and_then(|item| item.map(|item| self.item(item)).transpose())
            {
                Ok(Some(())) => {}
                Ok(None) => return None,
                Err(crime) => self.abort(crime),
            }
        }
    }

    /// The secret of the component after [`Event::Secret`]; none if there is no such component. Passed
    /// over if the stream was ended meanwhile.
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn secret(&mut self, secret: Option<&str>) {
        let name = match &self.step {
            Step::Ended => return,
            Step::Named(name) => name.clone(),
            _ => panic!("a secret is told after it was asked for"),
        };
        // XEP-0114 §3
        let Some(secret) = secret else { return self.abort(Crime::HostUnknown) };
        let id = self.open(Some(name.as_str()));
        let handshake = HEXLOWER.encode(&Hash::Sha1.digest(format!("{id}{secret}").as_bytes()));
        self.step = Step::Challenged(name, handshake);
    }

    /// There is room for the component after [`Event::Ready`]. Passed over if the stream was ended
    /// meanwhile.
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn accept(&mut self) {
        match std::mem::replace(&mut self.step, Step::Ended) {
            Step::Ended => {}
            Step::Proved(name) => {
                self.wire.output.extend_from_slice(b"<handshake/>");
                self.wire.scanner.set_budget(Budget::member(self.stanza_bytes_max));
                self.step = Step::Open(name);
            }
            _ => panic!("a component is accepted after that was asked for"),
        }
    }

    /// Ends the stream with an error: writes it and the close tag to the output. Nothing but
    /// [`Event::Close`] comes after.
    pub fn abort(&mut self, crime: Crime) {
        if !matches!(self.step, Step::Ended) {
            self.open_if_silent();
            self.wire.error(crime);
            self.end();
        }
    }

    /// Ends the stream in peace: writes the close tag. Nothing but [`Event::Close`] comes after.
    pub fn close(&mut self) {
        if !matches!(self.step, Step::Ended) {
            self.open_if_silent();
            self.wire.close();
            self.end();
        }
    }

    fn end(&mut self) {
        self.step = Step::Ended;
        self.wire.input = BytesMut::new();
        self.event = Some(Event::Close);
    }

    /// Sends our open tag (XEP-0114 §3); returns the id of the stream.
    fn open(&mut self, name: Option<&str>) -> String {
        let id = self.draw.next();
        self.wire.open_tag(Content::Component, &[("from", name), ("id", Some(&id))]);
        self.opened = true;
        id
    }

    fn open_if_silent(&mut self) {
        if !self.opened {
            self.open(None);
        }
    }

    fn item(&mut self, item: Item) -> Result<(), Crime> {
        match (&self.step, item) {
            (_, Item::Close) => {
                self.close();
                Ok(())
            }
            (Step::Start, Item::Open(header)) => self.header(&header),
            (Step::Challenged(name, handshake), Item::Nonza(nonza)) => {
                let element = nonza.element();
                // Its namespace is that of the stream.
                if !element.is("handshake", ns::CLIENT)
                    || !same_secret(element.text().trim().as_bytes(), handshake.as_bytes())
                {
                    return Err(Crime::NotAuthorized);
                }
                self.event = Some(Event::Ready(name.clone()));
                self.step = Step::Proved(name.clone());
                Ok(())
            }
            (Step::Open(name), Item::Stanza(stanza)) => {
                check(name, &stanza)?;
                self.event = Some(Event::Stanza(stanza));
                Ok(())
            }
            (Step::Open(name), Item::Unfit(stanza, condition)) => {
                self.event = Some(refuse(name, stanza, condition)?);
                Ok(())
            }
            (Step::Open(_), _) => Err(Crime::UnsupportedStanzaType),
            _ => Err(Crime::NotAuthorized),
        }
    }

    /// XEP-0114 §3: the component names itself.
    fn header(&mut self, header: &Header) -> Result<(), Crime> {
        if header.content.as_str() != ns::COMPONENT {
            return Err(Crime::InvalidNamespace);
        }
        let to = header.to.as_ref().ok_or(Crime::ImproperAddressing)?;
        let name = domain(to.as_str()).ok_or(Crime::HostUnknown)?;
        self.event = Some(Event::Secret(name.clone()));
        self.step = Step::Named(name);
        Ok(())
    }
}

/// XEP-0114 §3: who sends and to whom is said, and who sends is of the component's domain.
fn check(name: &Jid, stanza: &Stanza) -> Result<(), Crime> {
    match (&stanza.from, &stanza.to) {
        (Some(from), _) if from.domain() != name.domain() => Err(Crime::InvalidFrom),
        (Some(_), Some(_)) => Ok(()),
        _ => Err(Crime::ImproperAddressing),
    }
}

/// A stanza that cannot be processed: an error goes back to the address it came from, or to the
/// component if that is none.
fn refuse(name: &Jid, mut stanza: Stanza, condition: Condition) -> Result<Event, Crime> {
    if condition != Condition::JidMalformed {
        check(name, &stanza)?;
    } else if stanza.from.as_ref().is_some_and(|from| from.domain() != name.domain()) {
        return Err(Crime::InvalidFrom);
    }
    let from = stanza.from.take().unwrap_or_else(|| name.clone());
    Ok(Event::Refused(stanza.with_from(Some(from)).error(&StanzaError::new(condition))))
}
