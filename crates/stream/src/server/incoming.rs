//! A stream that another server opened to us.
//!
//! In plain text it can have TLS. Inside it proves the domain of its open tag by its certificate, or
//! that and others by dialback; then it may send.

mod claims;
mod ground;
mod managed;
mod sasl;

use super::{
    Broken, Claim, End, Event, Pair, Settings,
    dialback::{self, About, Saying, Says},
    features::{self, Stage},
    line::{self, Line},
    pairs,
};
use crate::{
    Crime,
    peer::{By, Dialback, Doubt, Peer, Policy, Proof, who},
    xml::{Header, Item},
};
use bytes::BytesMut;
use ground::Ground;
pub(crate) use ground::verdict;
use std::{mem, sync::Arc};
use xmpp::{Condition, Element, Writer, ns};

/// One stream. The driver feeds it input, acts on its events in order and sends its output.
///
/// Output goes out before anything the driver sends of its own.
pub struct Incoming {
    line: Line,
    ground: Ground,
    step: Step,
}

/// Where the stream stands.
enum Step {
    /// In plain text, before or after the open tag.
    Plain,
    /// The TLS handshake is the driver's; nothing may be written.
    Handshake,
    /// Inside TLS, before the open tag.
    Secured,
    /// Asked what the certificate proves of the domain of the open tag.
    Examining,
    /// Inside TLS; by its certificate the peer may prove its domain as long as that is on offer.
    Open(Option<By>),
    /// Asked what the certificate proves of the domain of a claim; behind it lies `Open`.
    Claimed(Box<Claim>, Option<By>),
    /// Asked whether a stream that broke can go on; behind it lies `Open`.
    Resuming(Box<Broken>, Option<By>),
    /// Proved by SASL, before the open tag of the new stream.
    Reopened(By),
}

impl Incoming {
    /// A stream that began in plain text: STARTTLS is all it offers until [`Incoming::secured`].
    /// `seed` is fresh randomness for this stream: its ids are derived from it.
    pub fn plain(settings: Arc<Settings>, seed: [u8; 32]) -> Incoming {
        Incoming { line: Line::new(), ground: Ground::new(settings, seed), step: Step::Plain }
    }

    /// A stream inside TLS from its first byte (XEP-0368).
    pub fn direct(settings: Arc<Settings>, seed: [u8; 32]) -> Incoming {
        Incoming { step: Step::Secured, ..Incoming::plain(settings, seed) }
    }

    /// Where the driver puts what it read; when it is empty it may be replaced.
    pub fn input(&mut self) -> &mut BytesMut {
        &mut self.line.wire.input
    }

    /// What is to be sent, in order. The driver takes it.
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.line.wire.output
    }

    /// The next event; none while input is lacking or an answer is awaited.
    #[expect(clippy::should_implement_trait, reason = "none is not the end: more input may bring more")]
    pub fn next(&mut self) -> Option<Event> {
        loop {
            let told = self.line.told();
            let stands_still =
                matches!(self.step, Step::Handshake | Step::Examining | Step::Claimed(..) | Step::Resuming(..));
            if told.is_some() || stands_still || self.line.has_ended() {
                return told;
            }
            match self.line.read().and_then(|item| item.map(|item| self.item(item)).transpose()) {
                Ok(Some(())) => {}
                Ok(None) => return None,
                Err(crime) => self.abort(crime),
            }
        }
    }

    /// TLS is up after [`Event::StartTls`].
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn secured(&mut self) {
        assert!(matches!(self.step, Step::Handshake), "TLS comes up after it was asked for");
        self.step = Step::Secured;
    }

    /// What is known of the domain after [`Event::Examine`], and what is demanded of it. Passed over
    /// if the stream was ended meanwhile.
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn examined(&mut self, proof: Proof, policy: Policy) {
        match mem::replace(&mut self.step, Step::Open(None)) {
            _ if self.line.is_closed() => {}
            Step::Examining => self.header_examined(&proof, policy),
            Step::Claimed(claim, offer) => {
                self.step = Step::Open(offer);
                self.claim_examined(*claim, proof, policy);
            }
            _ => panic!("a domain is examined after that was asked for"),
        }
    }

    /// What the domain says of a key, after [`Event::CallBack`]. Passed over if nobody waits for it.
    pub fn called_back(&mut self, claim: &Claim, dialback: Dialback) {
        if let Some(pending) = self.ground.take_pending(claim).filter(|_| !self.line.is_closed()) {
            let proof = Proof { dialback, ..pending.proof };
            self.claim_judged(pending.claim, who(&proof, pending.policy));
        }
    }

    /// Ends the stream with an error: writes it (and a header, where the peer has seen none) and the
    /// close tag to the output. Nothing but [`Event::Close`] comes after.
    pub fn abort(&mut self, crime: Crime) {
        self.open_if_silent();
        self.line.abort(crime);
    }

    /// Ends the stream in peace: writes the close tag. What the peer still sends is heard until it
    /// closes its side (RFC 6120 §4.4).
    pub fn close(&mut self) {
        self.open_if_silent();
        self.line.close();
    }

    /// RFC 6120 §4.9.1.2: an open tag comes before whatever ends the stream. While TLS shakes hands,
    /// whatever is written would be taken for a part of that.
    fn open_if_silent(&mut self) {
        if !self.line.opened && !self.line.has_ended() && !matches!(self.step, Step::Handshake) {
            self.ground.open(None, &mut self.line);
        }
    }

    fn item(&mut self, item: Item) -> Result<(), Crime> {
        match (&self.step, item) {
            (_, Item::Close) => {
                self.close();
                self.line.end(End::Closed);
                Ok(())
            }
            (_, Item::Nonza(nonza)) if !self.line.hears(&nonza.element()) => Ok(()),
            (Step::Plain | Step::Secured | Step::Reopened(_), Item::Open(header)) => self.header(&header),
            (Step::Plain, Item::Nonza(nonza)) if nonza.element().is("starttls", ns::TLS) => {
                self.start_tls();
                Ok(())
            }
            (Step::Open(_), Item::Stanza(stanza)) => {
                pairs::admit(&stanza, &self.ground.proved, |jid| self.ground.settings.serves(jid))?;
                self.line.tell(Event::Stanza(stanza));
                Ok(())
            }
            (Step::Open(_), Item::Unfit(stanza, condition)) => {
                let serves = |jid: &_| self.ground.settings.serves(jid);
                let event = pairs::refuse(stanza, condition, &self.ground.proved, serves)?;
                self.line.tell(event);
                Ok(())
            }
            (_, Item::Nonza(nonza)) if nonza.element().is("error", ns::STREAMS) => {
                let end = line::error(&nonza.element());
                self.close();
                self.line.end(end);
                Ok(())
            }
            (Step::Open(offer), Item::Nonza(nonza)) => {
                let offer = *offer;
                self.nonza(&nonza.element(), offer)
            }
            // RFC 6120 §4.9.3.12: nothing else is looked at before TLS.
            _ => Err(Crime::NotAuthorized),
        }
    }

    fn header(&mut self, header: &Header) -> Result<(), Crime> {
        self.ground.header(header, &mut self.line)?;
        match self.step {
            Step::Reopened(by) => {
                let pair = self.ground.named().expect("the domain of the open tag was proved");
                features::inside_tls(&self.ground.settings, Stage::Member, &mut self.line.wire);
                self.step = Step::Open(None);
                self.ground.prove(pair, by, &mut self.line);
            }
            Step::Secured => match &self.ground.there {
                Some(there) => {
                    self.line.tell(Event::Examine(there.clone()));
                    self.step = Step::Examining;
                }
                None => self.offer(None),
            },
            _ => features::before_tls(&self.ground.settings, &mut self.line.wire),
        }
        Ok(())
    }

    /// RFC 6120 §5.4.2.3. Whatever came behind the command in plain text could be anybody's: it must
    /// not be read as if it had come through TLS (§5.4.3.3).
    fn start_tls(&mut self) {
        self.line.say("proceed", ns::TLS);
        self.line.wire.input.clear();
        self.line.restart();
        self.step = Step::Handshake;
        self.line.tell(Event::StartTls);
    }

    /// XEP-0178 §3: who cannot prove its domain by its certificate is left dialback, for this domain
    /// and for others, and may ask us about keys.
    fn header_examined(&mut self, proof: &Proof, policy: Policy) {
        match who(proof, policy) {
            Peer::Proven(by) => self.offer(Some(by)),
            Peer::Refused(Doubt::Policy) => {
                let pair = self.ground.named().expect("the domain of an open tag was examined");
                self.line.tell(Event::Doubted(pair, Doubt::Policy));
                self.abort(Crime::Unwelcome);
            }
            Peer::Unproven | Peer::Refused(_) => self.offer(None),
        }
    }

    fn offer(&mut self, external: Option<By>) {
        let stage = if external.is_some() { Stage::Provable } else { Stage::Unproven };
        features::inside_tls(&self.ground.settings, stage, &mut self.line.wire);
        self.step = Step::Open(external);
    }

    fn nonza(&mut self, element: &Element<'_>, offer: Option<By>) -> Result<(), Crime> {
        let is_member = !self.ground.proved.is_empty();
        match (element.name(), element.ns()) {
            (_, ns::DIALBACK) => self.dialback(Saying::read(element)?),
            ("auth", ns::SASL) if !is_member => self.auth(element, offer),
            ("bidi", ns::BIDI) => self.bidi(element),
            ("enable", ns::SM) => self.enable(element),
            ("resume", ns::SM) => self.resume(element, offer),
            ("r", ns::SM) => {
                self.ground.tell_if_managed(Event::AckRequested, &mut self.line);
                Ok(())
            }
            ("a", ns::SM) => {
                let h = element.attr("h").and_then(|h| h.parse().ok()).ok_or(Crime::BadFormat)?;
                self.ground.tell_if_managed(Event::Acked(h), &mut self.line);
                Ok(())
            }
            _ if is_member => Err(Crime::UnsupportedStanzaType),
            _ => Err(Crime::NotAuthorized),
        }
    }

    fn dialback(&mut self, saying: Saying<'_>) -> Result<(), Crime> {
        let pair = saying.pair();
        match (saying.about, saying.says) {
            (About::Result, Says::Key(key)) => {
                self.claim(pair, &key);
                Ok(())
            }
            (About::Verify(id), Says::Key(key)) => {
                self.ground.verify(&pair, About::Verify(id), &key, &mut self.line);
                Ok(())
            }
            // XEP-0220 §3.1, XEP-0288 §4: we ask on streams that we open.
            _ => Err(Crime::UnaskedAnswer),
        }
    }

    /// XEP-0288 §2.2: before somebody is proved, and once.
    fn bidi(&mut self, element: &Element<'_>) -> Result<(), Crime> {
        let ground = &mut self.ground;
        if !ground.settings.bidi || ground.bidi || !ground.proved.is_empty() {
            return Err(Crime::UnexpectedRequest);
        }
        ground.bidi = true;
        ground.limits = features::limits(element);
        Ok(())
    }
}
