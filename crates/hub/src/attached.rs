//! What the connection of a component holds (XEP-0114): it carries what is sent to the component's domain, and
//! takes what comes from there.

use crate::link::{Inlet, Link};
use crate::outlet::{Sheet, Taken};
use features::service::Owner;
use std::task::{Context, Poll};
use xmpp::{Condition, Jid, Stanza, StanzaError};

/// A component that is there. Dropping it loses the connection, not what waits.
pub struct Attached {
    link: Link,
    inlet: Inlet,
}

impl Attached {
    pub(crate) fn new(link: Link, inlet: Inlet) -> Attached {
        Attached { link, inlet }
    }

    /// The domain that it speaks for.
    pub fn domain(&self) -> &Jid {
        self.link.domain()
    }

    /// Writes what is to be sent; the task is woken when there is something.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        self.link.poll_write(context, sheet)
    }

    /// A stanza from an address at the domain, which whoever holds this has verified.
    pub fn receive(&self, stanza: Stanza) {
        match &stanza.to {
            Some(to) if self.inlet.hub().service().owner_of(to) == Owner::Remote => {
                let error = StanzaError::new(Condition::RemoteServerNotFound)
                    .text("This service does not carry what components send to other services.");
                self.inlet.refused(stanza.error(&error));
            }
            _ => self.inlet.receive(stanza),
        }
    }

    /// A stanza that goes no further; `answer` is for whoever sent it.
    pub fn refused(&self, answer: Option<Stanza>) {
        self.inlet.refused(answer);
    }

    /// Whether it may send on; the task is woken when it may.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.inlet.poll_room(context)
    }
}
