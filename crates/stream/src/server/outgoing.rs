//! A stream that we opened to another server, for one pair of domains.
//!
//! We send the first open tag, take TLS, look at who answers, and prove who we are by our certificate
//! or else by dialback; then we may send. Or we only ask whether somebody's key is good.

mod open;
mod proof;

use super::{
    Acks, Broken, Claim, End, Errand, Event, Limits, Pair, Ready, Settings,
    dialback::{self, About, Says, domain},
    features::Offer,
    incoming::verdict,
    line::{self, Line},
    pairs,
};
use crate::{
    Crime,
    machine::{Content, is_version_1},
    peer::{By, Dialback, Peer, Policy, Proof, who},
    xml::{Budget, Header, Item},
};
use bytes::BytesMut;
use std::sync::Arc;
use xmpp::{Element, Text, ns};

/// One stream. The driver feeds it input, acts on its events in order and sends its output.
///
/// Output goes out before anything the driver sends of its own.
pub struct Outgoing {
    line: Line,
    settings: Arc<Settings>,
    pair: Pair,
    errand: Errand,
    step: Step,
    /// Both directions are agreed on (XEP-0288).
    bidi: bool,
    /// What is offered inside TLS.
    offer: Offer,
    /// The id of the current stream, which is theirs to give.
    id: Text,
    /// Keys about which they are to be asked, or were.
    asked: Vec<Claim>,
    /// How many of those were.
    sent: usize,
    /// The stream that this one is to go on with, and what they have of it once they say that it cannot.
    broken: Option<Box<Broken>>,
}

/// Where the stream stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// Our open tag is sent, and theirs is awaited.
    Opened(Stage),
    /// Their features are awaited.
    Greeted(Stage),
    /// Their open tag is that of somebody else, perhaps to say that there is no such domain: they are
    /// left as soon as they say anything else.
    Strange(Crime),
    /// TLS is asked for.
    StartTls,
    /// The TLS handshake is the driver's; nothing may be written.
    Handshake,
    /// Asked what is known of who answered. Nothing is sent to it before.
    Examining,
    /// We pointed to our certificate.
    Authenticating(By),
    /// We showed a key.
    Claiming(By),
    /// We want to go on with a stream that broke.
    Resuming(By),
    /// Stream management is asked for.
    Enabling(By),
    /// There is nothing to prove any more: stanzas may be sent if that is what it was opened for.
    Open { managed: bool },
}

/// Which of the streams on one connection it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// In plain text.
    Plain,
    /// Inside TLS, with somebody who proved so who it is.
    Secured(By),
    /// After SASL.
    Proved(By),
}

impl Outgoing {
    /// A stream that begins in plain text; its open tag is in the output.
    pub fn plain(settings: Arc<Settings>, pair: Pair, errand: Errand) -> Outgoing {
        let mut outgoing = Outgoing::new(settings, pair, errand, Step::Opened(Stage::Plain));
        outgoing.open(Stage::Plain);
        outgoing
    }

    /// A stream inside TLS from its first byte (XEP-0368).
    pub fn direct(settings: Arc<Settings>, pair: Pair, errand: Errand) -> Outgoing {
        let mut outgoing = Outgoing::new(settings, pair, errand, Step::Handshake);
        outgoing.secured();
        outgoing
    }

    fn new(settings: Arc<Settings>, pair: Pair, errand: Errand, step: Step) -> Outgoing {
        Outgoing {
            line: Line::new(),
            settings,
            pair,
            errand,
            step,
            bidi: false,
            offer: Offer::default(),
            id: Text::default(),
            asked: Vec::new(),
            sent: 0,
            broken: None,
        }
    }

    /// The stream is to go on with one that broke (XEP-0198 §5), if the other side lets it. To be said
    /// before anything is read.
    pub fn resuming(mut self, broken: Option<Broken>) -> Outgoing {
        self.broken = broken.map(Box::new);
        self
    }

    /// The domains between which it is.
    pub fn pair(&self) -> &Pair {
        &self.pair
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
            let stands_still = matches!(self.step, Step::Handshake | Step::Examining);
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
        assert!(self.step == Step::Handshake, "TLS comes up after it was asked for");
        self.step = Step::Examining;
        self.line.tell(Event::Examine(self.pair.there.clone()));
    }

    /// What is known of who answered, after [`Event::Examine`], and what is demanded of the domain.
    /// Passed over if the stream was ended meanwhile.
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn examined(&mut self, proof: Proof, policy: Policy) {
        if self.line.has_ended() {
            return;
        }
        assert!(self.step == Step::Examining, "a domain is examined after that was asked for");
        match who(&Proof { dialback: Dialback::Called, ..proof }, policy) {
            Peer::Proven(by) => self.open(Stage::Secured(by)),
            Peer::Refused(doubt) => {
                self.line.tell(Event::Doubted(self.pair.clone(), doubt));
                self.end(End::Doubted(doubt));
            }
            Peer::Unproven => unreachable!("whom we called need not be called back"),
        }
    }

    /// Asks the other side about a key that was shown to us as theirs (XEP-0220 §2.1.2), as soon as the
    /// stream is so far. [`Event::CalledBack`] tells the answer, or at the latest when the stream ends
    /// that there is none.
    ///
    /// # Panics
    /// When the key is not of this stream's domain: that is a mistake of the driver's.
    pub fn ask(&mut self, claim: Claim) {
        assert!(claim.pair.there == self.pair.there, "a domain is asked about itself");
        if self.line.is_closed() {
            return self.line.tell(Event::CalledBack(claim, Dialback::Failed));
        }
        self.asked.push(claim);
        self.ask_if_open();
    }

    /// Ends the stream with an error: writes it and the close tag to the output, unless that would
    /// disturb TLS or reach somebody unknown. Nothing comes after but what was asked in vain, and
    /// [`Event::Close`].
    pub fn abort(&mut self, crime: Crime) {
        self.forget_asked();
        self.line.abort(crime);
    }

    /// Ends the stream in peace: writes the close tag. What the peer still sends is heard until it
    /// closes its side (RFC 6120 §4.4).
    pub fn close(&mut self) {
        if !self.line.opened {
            return self.end(End::Closed);
        }
        self.line.close();
    }

    fn end(&mut self, end: End) {
        self.forget_asked();
        self.line.end(end);
    }

    /// XEP-0220 §2.1.2: what was not answered when the stream ends failed.
    fn forget_asked(&mut self) {
        for claim in std::mem::take(&mut self.asked) {
            self.line.tell(Event::CalledBack(claim, Dialback::Failed));
        }
    }

    /// Sends our open tag (RFC 6120 §4.7).
    fn open(&mut self, stage: Stage) {
        let (from, to) = (self.pair.here.as_str(), self.pair.there.as_str());
        let attributes = [("from", Some(from)), ("to", Some(to)), ("xml:lang", Some("en"))];
        self.line.wire.open_tag(Content::Server, &attributes);
        self.line.opened = true;
        self.step = Step::Opened(stage);
    }

    fn item(&mut self, item: Item) -> Result<(), Crime> {
        match item {
            Item::Close => {
                self.line.close();
                self.end(End::Closed);
                Ok(())
            }
            Item::Open(header) => self.header(&header),
            Item::Nonza(nonza) if !self.line.hears(&nonza.element()) => Ok(()),
            Item::Nonza(nonza) => self.nonza(&nonza.element()),
            Item::Stanza(stanza) => {
                pairs::admit(&stanza, self.proved(), |jid| self.settings.serves(jid))?;
                self.line.tell(Event::Stanza(stanza));
                Ok(())
            }
            Item::Unfit(stanza, condition) => {
                let event = pairs::refuse(stanza, condition, self.proved(), |jid| self.settings.serves(jid))?;
                self.line.tell(event);
                Ok(())
            }
        }
    }

    fn header(&mut self, header: &Header) -> Result<(), Crime> {
        let Step::Opened(stage) = self.step else { return Err(Crime::UnsupportedStanzaType) };
        if header.content.as_str() != ns::SERVER {
            return Err(Crime::InvalidNamespace);
        }
        let is_theirs = |from: &Text| domain(from.as_str()).as_ref() == Some(&self.pair.there);
        self.step = if !header.version.as_ref().is_some_and(|version| is_version_1(version.as_str())) {
            Step::Strange(Crime::UnsupportedVersion)
        } else if !header.from.as_ref().is_none_or(is_theirs) {
            // RFC 6120 §4.7.1: whom we called, if it says who it is.
            Step::Strange(Crime::InvalidFrom)
        } else {
            Step::Greeted(stage)
        };
        self.id = header.id.clone().unwrap_or_default();
        Ok(())
    }

    fn nonza(&mut self, element: &Element<'_>) -> Result<(), Crime> {
        match (self.step, element.name(), element.ns()) {
            (_, "error", ns::STREAMS) => {
                let end = line::error(element);
                self.line.close();
                self.end(end);
                Ok(())
            }
            (Step::Strange(crime), ..) => Err(crime),
            (Step::Greeted(stage), "features", ns::STREAMS) => {
                self.features(stage, Offer::read(element));
                Ok(())
            }
            (Step::StartTls, "proceed", ns::TLS) => {
                // RFC 6120 §5.4.3.3: what came behind it could be anybody's.
                self.line.wire.input.clear();
                self.line.restart();
                self.step = Step::Handshake;
                self.line.tell(Event::StartTls);
                Ok(())
            }
            (Step::StartTls, "failure", ns::TLS) => {
                self.line.close();
                self.end(End::NoTls);
                Ok(())
            }
            (Step::Authenticating(by), "success", ns::SASL) => {
                self.line.restart();
                self.open(Stage::Proved(by));
                Ok(())
            }
            (Step::Authenticating(by), "failure", ns::SASL) => {
                // XEP-0178 §3: dialback is left, if they want that.
                self.show_key(by);
                Ok(())
            }
            _ => self.later(element),
        }
    }
}
