//! An outgoing stream from the moment on when we have shown all we have.

use super::{
    About, Acks, Broken, Budget, By, Claim, Crime, Dialback, End, Errand, Event, Limits, Outgoing, Pair, Ready, Says,
    Step, Text, dialback, verdict,
};
use crate::{management::is_true, server::dialback::Saying};
use xmpp::{Condition, Element, Writer, ns};

impl Outgoing {
    /// Takes what may come once we have shown all we have.
    pub(super) fn later(&mut self, element: &Element<'_>) -> Result<(), Crime> {
        match (self.step, element.name(), element.ns()) {
            (Step::Resuming(by), "resumed", ns::SM) => {
                let broken = *self.broken.take().ok_or(Crime::UnaskedAnswer)?;
                if element.attr("previd").is_none_or(|id| id != broken.id.as_str()) {
                    return Err(Crime::UnaskedAnswer);
                }
                let h = element.attr("h").and_then(|h| h.parse().ok()).ok_or(Crime::BadFormat)?;
                self.ready(by, Acks::Resumed(Broken { h, ..broken }));
                Ok(())
            }
            (Step::Resuming(by), "failed", ns::SM) => {
                // XEP-0198 §5: they may know how far they came all the same.
                let h = element.attr("h").and_then(|h| h.parse().ok());
                self.broken = self.broken.take().zip(h).map(|(broken, h)| Box::new(Broken { h, ..*broken }));
                self.enable(by);
                Ok(())
            }
            (Step::Enabling(by), "enabled", ns::SM) => {
                let may_resume = is_true(element.attr("resume").as_deref());
                let again = element.attr("id").filter(|id| may_resume && !id.is_empty());
                let (again, had) = (again.map(|id| Text::copied(&id)), self.broken.take().map(|had| *had));
                self.ready(by, Acks::New { again, had });
                Ok(())
            }
            (Step::Enabling(by), "failed", ns::SM) => {
                self.ready(by, Acks::None);
                Ok(())
            }
            (Step::Open { managed }, "r", ns::SM) => {
                self.tell_if(managed, Event::AckRequested);
                Ok(())
            }
            (Step::Open { managed }, "a", ns::SM) => {
                let h = element.attr("h").and_then(|h| h.parse().ok()).ok_or(Crime::BadFormat)?;
                self.tell_if(managed, Event::Acked(h));
                Ok(())
            }
            (Step::Claiming(_) | Step::Resuming(_) | Step::Enabling(_) | Step::Open { .. }, _, ns::DIALBACK) => {
                self.dialback(Saying::read(element)?)
            }
            _ => Err(Crime::UnsupportedStanzaType),
        }
    }

    /// For whom stanzas may come back (XEP-0288 §2.2).
    pub(super) fn proved(&self) -> &[Pair] {
        let is_open = matches!(self.step, Step::Open { .. } | Step::Resuming(_) | Step::Enabling(_));
        if is_open && self.bidi { std::slice::from_ref(&self.pair) } else { &[] }
    }

    /// They believe that we are who we are.
    pub(super) fn accepted(&mut self, by: By) {
        if self.bidi {
            self.line.wire.scanner.set_budget(Budget::member(self.settings.stanza_bytes_max));
        }
        match self.broken.as_deref() {
            _ if !self.offer.management => self.ready(by, Acks::None),
            Some(Broken { id, h }) => {
                let mut w = Writer::new();
                w.open("resume", ns::SM).attr("h", &h.to_string()).attr("previd", id.as_str()).close();
                self.line.wire.send(w);
                self.step = Step::Resuming(by);
            }
            None => self.enable(by),
        }
    }

    /// XEP-0198 §3. What we send is counted from here on, so nothing is sent before the answer.
    fn enable(&mut self, by: By) {
        let mut w = Writer::new();
        w.open("enable", ns::SM).attr("resume", "true").close();
        self.line.wire.send(w);
        self.step = Step::Enabling(by);
    }

    fn ready(&mut self, by: By, acks: Acks) {
        self.step = Step::Open { managed: acks != Acks::None };
        let (pair, limits): (Pair, Limits) = (self.pair.clone(), self.offer.limits);
        self.line.tell(Event::Ready(Ready { pair, by, bidi: self.bidi, acks, limits }));
        self.ask_if_open();
    }

    /// Sends the questions that wait for this.
    pub(super) fn ask_if_open(&mut self) {
        if !matches!(self.step, Step::Open { .. }) {
            return;
        }
        for claim in &self.asked[self.sent..] {
            let about = About::Verify(claim.id.as_str().into());
            dialback::write(&about, &claim.pair, &Says::Key(claim.key.as_str().into()), &mut self.line.wire);
        }
        self.sent = self.asked.len();
    }

    fn dialback(&mut self, saying: Saying<'_>) -> Result<(), Crime> {
        let pair = saying.pair();
        match (saying.about, saying.says) {
            // XEP-0288 §2.2: they may ask on a stream that goes both ways.
            (about, Says::Key(key)) if self.bidi => {
                let says = match &about {
                    // XEP-0220 §2.5: for further domains they open a stream of their own.
                    About::Result => Says::Error(Condition::ResourceConstraint),
                    About::Verify(_) => verdict(&self.settings, &pair, &about, &key),
                };
                dialback::write(&about, &pair, &says, &mut self.line.wire);
                Ok(())
            }
            (_, Says::Key(_)) => Err(Crime::UnsupportedStanzaType),
            (About::Result, says) => self.result(&pair, &says),
            (About::Verify(id), says) => self.verified(&pair, &id, &says),
        }
    }

    /// What came of the key that we showed. XEP-0220 §3.1: if we did, here, and for this pair.
    fn result(&mut self, pair: &Pair, says: &Says<'_>) -> Result<(), Crime> {
        let Step::Claiming(by) = self.step else { return Err(Crime::UnaskedAnswer) };
        if *pair != self.pair {
            return Err(Crime::UnaskedAnswer);
        }
        match says {
            Says::Valid => self.accepted(by),
            Says::Error(condition) => self.rejected(Some(Text::fixed(condition.name()))),
            Says::Invalid | Says::Key(_) => self.rejected(None),
        }
        Ok(())
    }

    fn rejected(&mut self, condition: Option<Text>) {
        self.line.close();
        self.end(End::Rejected(condition));
    }

    /// What they say of somebody's key. XEP-0220 §3.1: if we asked them, here, and for this stream.
    fn verified(&mut self, pair: &Pair, id: &str, says: &Says<'_>) -> Result<(), Crime> {
        let is_asked = |claim: &Claim| claim.pair == *pair && claim.id.as_str() == id;
        let at = self.asked[..self.sent].iter().position(is_asked).ok_or(Crime::UnaskedAnswer)?;
        let claim = self.asked.remove(at);
        self.sent -= 1;
        let dialback = match says {
            Says::Valid => Dialback::Valid,
            Says::Invalid => Dialback::Invalid,
            Says::Error(_) | Says::Key(_) => Dialback::Failed,
        };
        self.line.tell(Event::CalledBack(claim, dialback));
        if self.errand == Errand::Ask && self.asked.is_empty() {
            // XEP-0220 §2.1.2: it was opened for this.
            self.close();
        }
        Ok(())
    }

    fn tell_if(&mut self, managed: bool, event: Event) {
        if managed {
            self.line.tell(event);
        }
    }
}
