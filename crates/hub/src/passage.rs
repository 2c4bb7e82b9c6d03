//! What a stream between services holds of the hub, whoever opened it: where what comes in goes, and
//! where what goes out comes from.

use crate::Hub;
use crate::link::{Inlet, Link, Reach};
use crate::outlet::{Sheet, Taken};
use features::federation::Way;
use std::task::{Context, Poll};
use xmpp::Stanza;

/// Who opened a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// We called them.
    Here,
    /// They called us.
    There,
}

/// What was agreed on for a pair of domains on a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Stanzas go both ways (XEP-0288).
    pub bidi: bool,
    /// What is sent is acknowledged (XEP-0198).
    pub managed: bool,
}

/// The places of one stream.
pub struct Passage {
    hub: Hub,
    opened: Opened,
    inlet: Option<Inlet>,
    link: Option<Link>,
    /// On which way we may send, once it had the opportunity to ask for acknowledgements.
    awaited: Option<Way>,
}

impl Passage {
    /// Of a stream on which nobody is proved yet.
    pub fn new(hub: Hub, opened: Opened) -> Passage {
        Passage { hub, opened, inlet: None, link: None, awaited: None }
    }

    /// The two domains of a way are proved. False if the stream is of no use: what is sent there is sent on
    /// another already.
    pub async fn proved(&mut self, way: &Way, terms: Terms) -> bool {
        if self.inlet.is_none() && (self.opened == Opened::There || terms.bidi) {
            let inlet = self.hub.inlet();
            if terms.managed {
                inlet.enable();
            }
            self.inlet = Some(inlet);
        }
        match self.opened {
            Opened::Here => {
                let reach = if terms.managed { Reach::Managed } else { Reach::Unmanaged };
                self.link(way, reach).await;
                self.link.is_some()
            }
            // XEP-0198 §3: whoever opened the stream asks for acknowledgements, first of all. What is
            // sent before that would not be acknowledged, and lost if the connection breaks.
            Opened::There if terms.bidi && self.link.is_none() => {
                self.awaited = Some(way.clone());
                true
            }
            Opened::There => true,
        }
    }

    /// The other side wants to acknowledge, and to be acknowledged.
    pub async fn managed(&mut self) {
        if let Some(inlet) = &self.inlet {
            inlet.enable();
        }
        if let Some(way) = self.awaited.take() {
            self.link(&way, Reach::Managed).await;
        }
    }

    /// Whether the other side has yet to ask for acknowledgements, or not to.
    pub fn is_unsettled(&self) -> bool {
        self.awaited.is_some()
    }

    /// The other side does something else, or nothing: it asks for none.
    pub async fn settle(&mut self) {
        if let Some(way) = self.awaited.take() {
            self.link(&way, Reach::Unmanaged).await;
        }
    }

    async fn link(&mut self, way: &Way, reach: Reach) {
        if self.link.is_none() {
            self.link = self.hub.link(way, reach).await;
        }
    }

    /// Whether stanzas come in here.
    pub fn has_inlet(&self) -> bool {
        self.inlet.is_some()
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

    /// The stream says nothing any more: what waits goes another way.
    pub fn leave(&mut self) {
        (self.link, self.inlet, self.awaited) = (None, None, None);
    }
}
