//! Stream management on an incoming stream (XEP-0198): asked for, or gone on with.

use super::{Broken, By, Condition, Crime, Element, Event, Incoming, Step, Writer, mem};
use crate::{
    ask::Enabled,
    management::{enabled, failed, is_true, resumed},
};
use xmpp::Text;

impl Incoming {
    /// XEP-0198 §3: once, and after somebody is proved.
    pub(super) fn enable(&mut self, enable: &Element<'_>) -> Result<(), Crime> {
        if self.ground.proved.is_empty() {
            self.refuse(Condition::UnexpectedRequest, None);
            return Ok(());
        }
        if mem::replace(&mut self.ground.managed, true) {
            return Err(Crime::UnexpectedRequest);
        }
        let resume = is_true(enable.attr("resume").as_deref());
        let max_seconds = self.ground.settings.resume_seconds.filter(|_| resume);
        let id = max_seconds.map(|_| self.ground.name());
        let mut w = Writer::new();
        enabled(&Enabled { id: id.clone(), max_seconds: max_seconds.unwrap_or(0) }, &mut w);
        self.line.wire.send(w);
        self.line.tell(Event::Managed(id));
        Ok(())
    }

    /// XEP-0198 §5: instead of [`Incoming::enable`].
    pub(super) fn resume(&mut self, resume: &Element<'_>, offer: Option<By>) -> Result<(), Crime> {
        if self.ground.proved.is_empty() {
            self.refuse(Condition::UnexpectedRequest, None);
            return Ok(());
        }
        if self.ground.managed {
            return Err(Crime::UnexpectedRequest);
        }
        let id = resume.attr("previd").filter(|id| !id.is_empty()).ok_or(Crime::BadFormat)?;
        let h = resume.attr("h").and_then(|h| h.parse().ok()).ok_or(Crime::BadFormat)?;
        let broken = Broken { id: Text::copied(&id), h };
        self.line.tell(Event::Resume(broken.clone()));
        self.step = Step::Resuming(Box::new(broken), offer);
        Ok(())
    }

    /// The stream that broke goes on, after [`Event::Resume`]: so many of its stanzas are handled. Passed
    /// over if this one was ended meanwhile.
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn resumed(&mut self, h: u32) {
        let Some(broken) = self.go_on() else { return };
        self.ground.managed = true;
        let mut w = Writer::new();
        resumed(broken.id.as_str(), h, &mut w);
        self.line.wire.send(w);
    }

    /// It does not; so many of its stanzas were handled, if that is known (XEP-0198 §5).
    ///
    /// # Panics
    /// As [`Incoming::resumed`].
    pub fn not_resumed(&mut self, h: Option<u32>) {
        if self.go_on().is_some() {
            self.refuse(Condition::ItemNotFound, h);
        }
    }

    fn go_on(&mut self) -> Option<Broken> {
        if self.line.is_closed() {
            return None;
        }
        match mem::replace(&mut self.step, Step::Open(None)) {
            Step::Resuming(broken, offer) => {
                self.step = Step::Open(offer);
                Some(*broken)
            }
            _ => panic!("a stream goes on after that was asked for"),
        }
    }

    fn refuse(&mut self, condition: Condition, h: Option<u32>) {
        let mut w = Writer::new();
        failed(condition, h, &mut w);
        self.line.wire.send(w);
    }
}
