//! What the connection of a component holds (XEP-0114): it carries what is sent to the component's domain, and
//! takes what comes from there.

use crate::link::{Inlet, Link};
use crate::outlet::{Sheet, Taken};
use std::task::{Context, Poll};
use xmpp::{Jid, Stanza};

/// A component that is there. Dropping it loses the connection, not what waits.
pub struct Attached {
    domain: Jid,
    link: Link,
    inlet: Inlet,
}

impl Attached {
    pub(crate) fn new(domain: Jid, link: Link, inlet: Inlet) -> Attached {
        Attached { domain, link, inlet }
    }

    /// The domain that it speaks for.
    pub fn domain(&self) -> &Jid {
        &self.domain
    }

    /// Writes what is to be sent; the task is woken when there is something.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        self.link.poll_write(context, sheet)
    }

    /// A stanza from an address at the domain, which whoever holds this has verified.
    pub fn receive(&self, stanza: Stanza) {
        self.inlet.receive_own(stanza);
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
