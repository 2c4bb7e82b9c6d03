//! Somebody at a service: a session without a socket, which counts what is acknowledged and notes what
//! comes.

use bytes::BytesMut;
use hub::{Hub, Inline, Proven, Seat, Sheet, Taken, Wish};
use std::task::{Context, Poll, Waker};
use stream::xml::{Budget, Item, Scanner};
use xmpp::{Framing, Jid, Stanza, ns};

/// Bytes that are taken at once.
const SHEET_BYTES: usize = 64 * 1024;

/// A person, and their only device.
pub struct Person {
    /// Their service, by number.
    pub place: usize,
    /// The bare JID.
    pub own: String,
    session: Option<Session>,
    asked: usize,
}

struct Session {
    seat: Seat,
    scanner: Scanner,
    /// What was sent, in order: the number of a message, or something else.
    sent: Vec<Option<usize>>,
    acknowledged: usize,
    received: u32,
}

/// What a look at a session found.
#[derive(Default)]
pub struct Found {
    /// The numbers of messages that the service acknowledged.
    pub acknowledged: Vec<usize>,
    /// Stanzas.
    pub stanzas: Vec<Stanza>,
}

impl Person {
    /// Somebody who is not there yet.
    pub fn new(place: usize, own: String) -> Person {
        Person { place, own, session: None, asked: 0 }
    }

    /// Whether they have a session.
    pub fn is_there(&self) -> bool {
        self.session.is_some()
    }

    /// They come.
    pub async fn come(&mut self, hub: &Hub) -> Result<(), String> {
        let account = Jid::parse(&self.own).map_err(|error| format!("{error:?}"))?;
        let proven = Proven { account, agent: None, began: hub.login_begins() };
        let wish = Wish::Resource("device".into());
        let bound = hub.bind(&proven, wish, Inline::default()).await.map_err(|error| format!("{error:?}"))?;
        let mut scanner = Scanner::new(Budget::member(1 << 20));
        let mut header = BytesMut::from(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
        );
        scanner.next(&mut header).map_err(|crime| format!("{crime:?}"))?;
        bound.seat.enable(false);
        let session = Session { seat: bound.seat, scanner, sent: Vec::new(), acknowledged: 0, received: 0 };
        self.session = Some(session);
        self.send("<presence/>", None);
        Ok(())
    }

    /// Their service is gone.
    pub fn lose(&mut self) {
        self.session = None;
    }

    /// Whether they may send on.
    pub fn has_room(&self) -> bool {
        let context = Context::from_waker(Waker::noop());
        self.session.as_ref().is_some_and(|session| session.seat.poll_room(&context).is_ready())
    }

    /// Sends a stanza; `number` if it is a message of the storm.
    pub fn send(&mut self, stanza: &str, number: Option<usize>) {
        let Some(session) = &mut self.session else { return };
        let stanza = Stanza::read(stanza).expect("what people say here is well-formed");
        session.sent.push(number);
        session.seat.send(stanza.with_from(Some(session.seat.jid().clone())));
    }

    /// Asks the own archive for what follows an id; gives the id of the request.
    pub fn ask_archive(&mut self, after: Option<&str>) -> String {
        self.asked += 1;
        let id = format!("a{}", self.asked);
        let after = after.map(|id| format!("<after>{id}</after>")).unwrap_or_default();
        let set = format!("<set xmlns='{}'><max>50</max>{after}</set>", ns::RSM);
        self.send(&format!("<iq type='set' id='{id}'><query xmlns='{}'>{set}</query></iq>", ns::MAM), None);
        id
    }

    /// Takes what came.
    pub fn look(&mut self) -> Result<Found, String> {
        let mut found = Found::default();
        let Some(session) = &mut self.session else { return Ok(found) };
        session.seat.ack_requested();
        loop {
            let mut out = Vec::new();
            let sheet = Sheet { out: &mut out, bytes: SHEET_BYTES, framing: Framing::Stream };
            match session.seat.poll_write(&Context::from_waker(Waker::noop()), sheet) {
                Poll::Pending => return Ok(found),
                Poll::Ready(Taken::Some) => session.take(&out, &mut found)?,
                Poll::Ready(end) => return Err(format!("the session of {} ended: {end:?}", self.own)),
            }
        }
    }
}

impl Session {
    fn take(&mut self, bytes: &[u8], found: &mut Found) -> Result<(), String> {
        let mut input = BytesMut::from(bytes);
        while let Some(item) = self.scanner.next(&mut input).map_err(|crime| format!("{crime:?}"))? {
            match item {
                Item::Stanza(stanza) => {
                    self.received += 1;
                    found.stanzas.push(stanza);
                }
                Item::Nonza(nonza) if nonza.element().is("a", ns::SM) => {
                    let h = nonza.element().attr("h").and_then(|h| h.parse().ok());
                    let h: usize = h.ok_or("an acknowledgement without a number")?;
                    let sent = self.sent.get(self.acknowledged..h).ok_or("more is acknowledged than was sent")?;
                    found.acknowledged.extend(sent.iter().flatten());
                    self.acknowledged = h;
                }
                Item::Nonza(nonza) if nonza.element().is("r", ns::SM) => {
                    self.seat.acked(self.received).map_err(|sent| format!("only {sent} were sent"))?;
                }
                other => return Err(format!("unexpected: {other:?}")),
            }
        }
        Ok(())
    }
}
