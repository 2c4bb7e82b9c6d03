//! A client's end of the server without a socket: the machine of its stream and its seat in the hub,
//! so that what they cost can be counted apart from TLS.

use crate::client::{Exchange, Keychain};
use data_encoding::BASE64;
use hub::{Hub, Inline, Proven, Seat, Taken, Wish};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use stream::ask::{Answer, Ask, Bound, Event};
use stream::{Channel, Machine, Settings};
use xmpp::scram::Hash;

/// Bytes written in one go, as the driver of a socket does.
const WRITE_BYTES: usize = 16 * 1024;

const HEADER: &str = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' \
                      xmlns:stream='http://etherx.jabber.org/streams'>";

/// A stream that is bound to a session.
pub struct End {
    machine: Machine,
    seat: Seat,
    /// What goes to the client.
    pub written: Vec<u8>,
}

impl End {
    /// Logs `user` in and binds the resource `budget`.
    ///
    /// # Errors
    /// A sentence.
    pub async fn arrive(hub: &Hub, settings: &Arc<Settings>, user: &str, password: &str) -> Result<End, String> {
        let mut machine = Machine::direct(settings.clone(), hub.clock().random(), Channel::default());
        let (exchange, first) = Exchange::begin(Hash::Sha1, user);
        machine.input().extend_from_slice(HEADER.as_bytes());
        let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>";
        machine.input().extend_from_slice(format!("{auth}{}</auth>", BASE64.encode(first.as_bytes())).as_bytes());
        answer(&mut machine, hub).await?;
        let challenge = challenge(machine.output()).ok_or("no challenge")?;
        let proof = exchange.answer(&challenge, password, &Keychain::new()).ok_or("no challenge to us")?;
        let response = BASE64.encode(proof.client_final.as_bytes());
        let response = format!("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{response}</response>{HEADER}");
        machine.input().extend_from_slice(response.as_bytes());
        let bind = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
                    <resource>budget</resource></bind></iq>";
        machine.input().extend_from_slice(bind.as_bytes());
        let seat = answer(&mut machine, hub).await?.ok_or("no resource was bound")?;
        *machine.output() = Vec::new();
        *machine.input() = bytes::BytesMut::new();
        Ok(End { machine, seat, written: Vec::new() })
    }

    /// The client sends stanzas.
    pub fn say(&mut self, stanzas: &str) {
        self.machine.input().extend_from_slice(stanzas.as_bytes());
        while let Some(event) = self.machine.next() {
            if let Event::Stanza(stanza) = event {
                self.seat.send(stanza);
            }
        }
    }

    /// Writes what there is for the client; true if there was something.
    pub fn hear(&mut self) -> bool {
        let context = Context::from_waker(Waker::noop());
        matches!(self.seat.poll_write(&context, &mut self.written, WRITE_BYTES), Poll::Ready(Taken::Some))
    }

    /// Gives the buffers back, as the driver of an idle socket does.
    pub fn rest(&mut self) {
        while self.hear() {}
        self.written = Vec::new();
        *self.machine.input() = bytes::BytesMut::new();
        *self.machine.output() = Vec::new();
    }
}

/// Answers what the machine asks until it has nothing to ask.
async fn answer(machine: &mut Machine, hub: &Hub) -> Result<Option<Seat>, String> {
    let (mut seated, mut account) = (None, None);
    while let Some(event) = machine.next() {
        let Event::Ask(ask) = event else { return Err(format!("a login was expected: {event:?}")) };
        let answer = match ask {
            Ask::Keys { user, hash } => {
                Answer::Keys(hub.keys(user.as_str(), hash).await.map_err(|fault| fault.to_string())?)
            }
            Ask::Admit(login) => {
                account = Some(login.account);
                Answer::Admitted { token: None, upgrade: None }
            }
            Ask::Bind(_) => {
                let account = account.take().ok_or("a resource before a login")?;
                let proven = Proven { account, agent: None, began: hub.login_begins() };
                let bound = hub.bind(&proven, Wish::Resource("budget".into()), Inline::default()).await;
                let seat = bound.map_err(|error| format!("{error:?}"))?.seat;
                let jid = seat.jid().clone();
                seated = Some(seat);
                Answer::Bound(Bound { jid, sm: None, archive: None })
            }
            other => return Err(format!("unexpected: {other:?}")),
        };
        machine.answer(answer);
    }
    Ok(seated)
}

/// The text of the challenge in what the machine wrote.
fn challenge(output: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(output).ok()?;
    let (_, rest) = text.split_once("<challenge")?;
    let base64 = rest.split_once('>')?.1.split_once('<')?.0;
    String::from_utf8(BASE64.decode(base64.as_bytes()).ok()?).ok()
}
