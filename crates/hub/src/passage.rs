//! What a stream between services holds of the hub, whoever opened it: where what comes in goes, where
//! what goes out comes from, and how both go on after the connection broke (XEP-0198 §5).

use crate::Hub;
use crate::link::{Broke, Inlet, Link, Reach};
use crate::outlet::{Sheet, Taken};
use features::federation::Way;
use std::task::{Context, Poll};
use xmpp::{Stanza, Text, acks};

/// How long a stream that broke may go on, in seconds. Both sides have noticed by then, and the sender of what
/// waits should not wait much longer.
pub const RESUME_SECONDS: u32 = 120;

/// Who opened a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// We called them.
    Here,
    /// They called us.
    There,
}

/// What was agreed on for a pair of domains on a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Stanzas go both ways (XEP-0288).
    pub bidi: bool,
    /// How what is sent is accounted for. On a stream that they opened, what is agreed on later counts.
    pub reach: Reach,
    /// As large as a stanza may be that they take, in bytes (XEP-0478 §3.1), if they say so.
    pub stanza_bytes_max: Option<u64>,
}

/// The places of one stream. Dropping it is the end of a connection that broke.
pub struct Passage {
    hub: Hub,
    opened: Opened,
    /// The first way that was proved.
    way: Option<Way>,
    inlet: Option<Inlet>,
    link: Option<Link>,
    /// We may send, once the other side had the opportunity to ask for acknowledgements.
    is_unsettled: bool,
    /// By what the stream may go on.
    again: Option<Text>,
    stanza_bytes_max: Option<u64>,
}

impl Passage {
    /// Of a stream on which nobody is proved yet.
    pub fn new(hub: Hub, opened: Opened) -> Passage {
        Passage {
            hub,
            opened,
            way: None,
            inlet: None,
            link: None,
            is_unsettled: false,
            again: None,
            stanza_bytes_max: None,
        }
    }

    /// The two domains of a way are proved. False if the stream is of no use: what is sent there is sent on
    /// another already.
    pub async fn proved(&mut self, way: &Way, terms: Terms) -> bool {
        let is_first = self.way.is_none();
        self.way.get_or_insert_with(|| way.clone());
        self.stanza_bytes_max = terms.stanza_bytes_max;
        match self.opened {
            Opened::Here => self.we_may_send(way, terms).await,
            Opened::There => {
                self.inlet.get_or_insert_with(|| self.hub.inlet());
                // XEP-0198 §3: whoever opened the stream asks for acknowledgements, first of all. What is
                // sent before that would not be acknowledged, and lost if the connection breaks.
                self.is_unsettled |= is_first && terms.bidi;
                true
            }
        }
    }

    async fn we_may_send(&mut self, way: &Way, Terms { bidi, reach, .. }: Terms) -> bool {
        match &reach {
            Reach::Resumed { id, .. } => {
                self.again = Some(id.clone());
                self.inlet = self.hub.broken().take_ours(way, id).map(|taken| self.hub.inlet_again(taken));
            }
            Reach::Managed { again, .. } => {
                self.again.clone_from(again);
                self.hub.broken().forget_ours(way);
            }
            Reach::Unmanaged => self.hub.broken().forget_ours(way),
        }
        if self.inlet.is_none() && bidi {
            let inlet = self.hub.inlet();
            if reach != Reach::Unmanaged {
                inlet.enable();
            }
            self.inlet = Some(inlet);
        }
        self.link = self.hub.link(way, reach).await;
        self.limit();
        // Both sides may have called each other at the same time, and each send on what the other opened.
        self.link.is_some() || self.inlet.is_some()
    }

    /// The other side, which opened the stream, wants to acknowledge and to be acknowledged; by the name
    /// `again` it may go on with the stream.
    pub async fn managed(&mut self, again: Option<Text>) {
        let (Some(inlet), Some(way)) = (&self.inlet, &self.way) else { return };
        inlet.enable();
        if let Some(id) = &again {
            self.hub.broken().add(id.clone(), way.clone(), inlet.outlet().clone());
        }
        self.again.clone_from(&again);
        self.settle_by(Reach::Managed { again, had: None }).await;
    }

    /// The other side wants to go on with a stream that it had opened, of which it has so much. How much of
    /// it was handled here.
    ///
    /// # Errors
    /// It cannot; so much was handled, if that is known.
    pub async fn resume(&mut self, id: &Text, h: u32) -> Result<u32, Option<u32>> {
        let way = self.way.as_ref().ok_or(None)?;
        let taken = self.hub.broken().go_on_with_theirs(id, way, self.hub.seconds()).await?;
        let handled = taken.h;
        self.inlet = Some(self.hub.inlet_again(taken));
        self.again = Some(id.clone());
        self.settle_by(Reach::Resumed { id: id.clone(), h }).await;
        Ok(handled)
    }

    /// Whether the other side has yet to ask for acknowledgements, or not to.
    pub fn is_unsettled(&self) -> bool {
        self.is_unsettled
    }

    /// The other side does something else, or nothing: it asks for none.
    pub async fn settle(&mut self) {
        self.settle_by(Reach::Unmanaged).await;
    }

    async fn settle_by(&mut self, reach: Reach) {
        if let (true, Some(way)) = (std::mem::take(&mut self.is_unsettled), &self.way) {
            self.link = self.hub.link(way, reach).await;
            self.limit();
        }
    }

    fn limit(&self) {
        if let Some(link) = &self.link {
            link.limit(self.stanza_bytes_max);
        }
    }

    /// The last word on what they sent, before the stream is closed (XEP-0198 §4).
    pub fn write_last(&self, out: &mut Vec<u8>) {
        if let Some(inlet) = self.inlet.as_ref().filter(|inlet| inlet.is_counted()) {
            acks::write(inlet.h(), out);
        }
    }

    /// Whether stanzas come in here.
    pub fn has_inlet(&self) -> bool {
        self.inlet.is_some()
    }

    /// Whether stanzas go out here.
    pub fn has_link(&self) -> bool {
        self.link.is_some()
    }

    /// Whether the other side has yet to take something, or to say that it has.
    pub fn is_owed(&self) -> bool {
        self.link.as_ref().is_some_and(|link| !link.is_idle())
    }

    /// A stanza came. Its addresses were verified.
    pub fn receive(&self, stanza: Stanza) {
        if let Some(inlet) = &self.inlet {
            inlet.receive(stanza);
        }
    }

    /// A stanza came that goes no further; `answer` is for whoever sent it.
    pub fn refused(&self, answer: Option<Stanza>) {
        if let Some(inlet) = &self.inlet {
            inlet.refused(answer);
        }
    }

    /// `<r/>` (XEP-0198 §4).
    pub fn ack_requested(&self) {
        if let Some(inlet) = &self.inlet {
            inlet.ack_requested();
        }
    }

    /// `<a h=''/>` (XEP-0198 §4).
    ///
    /// # Errors
    /// When the other side claims more than it was sent: that many it was (XEP-0198 §6).
    pub fn acked(&self, h: u32) -> Result<(), u32> {
        self.link.as_ref().map_or(Ok(()), |link| link.acked(h))
    }

    /// Whether the other side may send on; the task is woken when it may.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.inlet.as_ref().map_or(Poll::Ready(()), |inlet| inlet.poll_room(context))
    }

    /// Writes what is to be sent, acknowledgements included; the task is woken when there is something.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        let Sheet { out, bytes, framing } = sheet;
        let sent = self.link.as_ref().map(|link| link.poll_write(context, Sheet { out, bytes, framing }));
        let acknowledged = self.inlet.as_ref().map(|inlet| inlet.poll_write(context, Sheet { out, bytes, framing }));
        let [sent, acknowledged] = [sent, acknowledged].map(|taken| taken.unwrap_or(Poll::Pending));
        match (sent, acknowledged) {
            (Poll::Ready(end @ (Taken::End(_) | Taken::Superseded)), _) | (_, Poll::Ready(end)) => Poll::Ready(end),
            (sent, Poll::Pending) => sent,
        }
    }

    /// The stream was closed: what waits goes another way, and nobody goes on with it.
    pub fn leave(&mut self) {
        if let (Opened::There, Some(id), Some(inlet)) = (self.opened, self.again.take(), &self.inlet) {
            self.hub.broken().close(&id, inlet.epoch());
        }
        (self.link, self.inlet, self.is_unsettled, self.again) = (None, None, false, None);
    }

    /// The connection broke. Who can go on with the stream.
    fn breaks(&mut self) -> Broke {
        let (Some(id), Some(way)) = (self.again.take(), self.way.clone()) else { return Broke::ForGood };
        let until = self.hub.seconds() + RESUME_SECONDS;
        let inlet = self.inlet.take().map(|inlet| (inlet.outlet().clone(), inlet.epoch()));
        let is_latest = inlet.as_ref().is_none_or(|(outlet, epoch)| outlet.disconnect(*epoch));
        let can_go_on = is_latest
            && match (self.opened, inlet) {
                (Opened::Here, inlet) => self.hub.broken().ours_broke(way, id, inlet.map(|(outlet, _)| outlet), until),
                (Opened::There, Some((_, epoch))) => self.hub.broken().theirs_broke(&id, epoch, until),
                (Opened::There, None) => false,
            };
        match (can_go_on, self.opened) {
            (false, _) => Broke::ForGood,
            (true, Opened::Here) => Broke::Ours,
            (true, Opened::There) => Broke::Theirs,
        }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        let broke = self.breaks();
        match (self.link.take(), &self.way) {
            (Some(link), _) => link.breaks(broke),
            // The way's owner sends on another stream, and does not miss this one.
            (None, Some(way)) if broke == Broke::Ours => drop(self.hub.dials().add(way.clone())),
            (None, _) => {}
        }
    }
}
