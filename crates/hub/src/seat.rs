//! A connection's place in a session: what the driver of a socket holds.

use crate::Hub;
use crate::cell::Cell;
use crate::mail::{Left, Mail};
use crate::outlet::{Outlet, Sheet, Taken};
use crate::revoked::Began;
use crate::sessions::proof;
use data_encoding::BASE64URL_NOPAD;
use features::memory::SessionId;
use features::turn::Weight;
use std::sync::Arc;
use std::task::{Context, Poll};
use xmpp::{Jid, Stanza, Text};

/// A client that proved who it is.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Its account, a bare JID.
    pub account: Jid,
    /// The `id` of its user agent (XEP-0388 §2.3).
    pub agent: Option<Box<str>>,
    /// When it asked for what it was checked by.
    pub began: Began,
}

/// How a resource is chosen.
#[derive(Debug, Clone)]
pub enum Wish {
    /// The server chooses.
    Any,
    /// RFC 6120 §7.7: this one, if it can be had.
    Resource(Text),
    /// XEP-0386 §3: this, a slash, and something that stays the same for this client.
    Tag(Option<Text>),
}

/// What to turn on while binding (XEP-0386 §3).
#[derive(Debug, Default, Clone, Copy)]
#[expect(missing_docs, reason = "the names of the XEPs")]
pub struct Inline {
    pub carbons: bool,
    pub inactive: bool,
}

/// A session that has its resource.
pub struct Bound {
    /// The connection's place.
    pub seat: Seat,
    /// The account's row, for the extent of its archive.
    pub account: i64,
}

/// What came of an attempt to resume (XEP-0198 §5).
pub enum Resumed {
    /// The session is taken up; `h` of the client's stanzas are handled.
    Seat(Seat, u32),
    /// It is gone; `h` is told if it is still known.
    Failed(Option<u32>),
}

/// A connection's place in a session. Dropping it loses the connection, not the session.
pub struct Seat {
    hub: Hub,
    cell: Arc<Cell>,
    session: SessionId,
    jid: Jid,
    outlet: Arc<Outlet>,
    epoch: u32,
    closed: bool,
}

impl Seat {
    pub(crate) fn new(hub: Hub, cell: Arc<Cell>, session: SessionId, jid: Jid, outlet: (Arc<Outlet>, u32)) -> Seat {
        Seat { hub, cell, session, jid, outlet: outlet.0, epoch: outlet.1, closed: false }
    }

    /// The full JID.
    pub fn jid(&self) -> &Jid {
        &self.jid
    }

    /// A stanza from the client.
    pub fn send(&self, stanza: Stanza) {
        if let Some(number) = self.outlet.receive(self.epoch, self.hub.seconds()) {
            self.hub.post(&self.cell, Mail::Sent { session: self.session, number, stanza });
        }
    }

    /// A stanza from the client that goes no further; `answer` is for the client.
    pub fn refused(&self, answer: Option<Stanza>) {
        if let Some(number) = self.outlet.receive(self.epoch, self.hub.seconds()) {
            if let Some(answer) = answer {
                self.outlet.push(answer.into(), Weight::Urgent);
            }
            self.outlet.handled(number);
        }
    }

    /// Whether the client may send on; the task is woken when it may.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.outlet.poll_room(context)
    }

    /// Writes what is to be sent to the client.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        self.outlet.poll_write(self.epoch, context, sheet)
    }

    /// Whether the session is over, asked while the socket takes nothing; the task is woken when it is.
    pub fn poll_end(&self, context: &Context<'_>) -> Poll<Taken> {
        self.outlet.poll_end(self.epoch, context)
    }

    /// `<r/>` (XEP-0198 §4).
    pub fn ack_requested(&self) {
        self.outlet.heard(self.hub.seconds());
        self.outlet.ack_requested();
    }

    /// `<a h=''/>` (XEP-0198 §4).
    ///
    /// # Errors
    /// When the client claims more than it was sent: that many it was (XEP-0198 §6).
    pub fn acked(&self, h: u32) -> Result<(), u32> {
        self.outlet.heard(self.hub.seconds());
        self.outlet.acked(self.epoch, h)
    }

    /// The client gave a sign of life that is no stanza.
    pub fn heard(&self) {
        self.outlet.heard(self.hub.seconds());
    }

    /// XEP-0352 §4.
    pub fn set_inactive(&self, inactive: bool) {
        self.outlet.set_inactive(inactive);
    }

    /// Turns stream management on (XEP-0198 §3). The outer none: it already was. The inner: the id
    /// to resume with, if that was asked for.
    pub fn enable(&self, resume: bool) -> Option<Option<Text>> {
        if !self.outlet.manage() {
            return None;
        }
        Some(resume.then(|| {
            let secret = self.hub.clock().random::<16>();
            self.hub.sessions().make_resumable(self.session, proof(&secret));
            resume_id(self.session, &secret)
        }))
    }

    /// The client closed its stream, which ends the session (XEP-0198 §7).
    pub fn close(mut self) {
        self.closed = true;
        if self.outlet.disconnect(self.epoch) {
            self.hub.post(&self.cell, Mail::Gone(self.left()));
        }
    }

    fn left(&self) -> Left {
        Left { session: self.session, epoch: self.epoch }
    }
}

impl Drop for Seat {
    /// A connection that is lost leaves a session that can be resumed, or none.
    fn drop(&mut self) {
        if self.closed || !self.outlet.disconnect(self.epoch) {
            return;
        }
        if self.outlet.owes() {
            self.hub.post(&self.cell, Mail::Silent(self.session));
        }
        if self.hub.sessions().is_resumable(self.session) && !self.outlet.is_ending() {
            self.hub.sessions().lost(self.session, self.hub.seconds() + self.hub.resume_seconds());
        } else {
            self.hub.post(&self.cell, Mail::Gone(self.left()));
        }
    }
}

/// The id under which a client may take its session up: its name and a secret.
fn resume_id(session: SessionId, secret: &[u8; 16]) -> Text {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&session.0.to_be_bytes());
    bytes[8..].copy_from_slice(secret);
    Text::from(BASE64URL_NOPAD.encode(&bytes))
}

/// Reads an id that [`resume_id`] made.
pub(crate) fn parse_resume_id(id: &str) -> Option<(SessionId, [u8; 16])> {
    let bytes: [u8; 24] = BASE64URL_NOPAD.decode(id.as_bytes()).ok()?.try_into().ok()?;
    let (session, secret) = bytes.split_at(8);
    Some((SessionId(u64::from_be_bytes(session.try_into().ok()?)), secret.try_into().ok()?))
}
