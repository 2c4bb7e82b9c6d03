//! The other end of a stream: raw XML out, scanned stanzas in. Tests, benchmarks and `folkmoot check` log in with
//! it. It does what it is told and keeps no opinion of its own, except that whatever it did not expect is a
//! [`Failure`].
//!
//! [`Client::login`] goes all the way to a bound resource; a measured loop then takes the bare
//! connection with [`Client::into_wire`].

mod acks;
mod component;
mod failure;
mod login;
mod resume;
mod scram;
mod seen;
mod wire;

pub use acks::Acks;
pub use failure::Failure;
pub use login::{Login, Profile};
pub use scram::{Exchange, Keychain, Proof};
pub use seen::View;
pub use wire::{Wire, any_certificate, any_certificate_speaking};

use bytes::BytesMut;
use rustls::ClientConfig;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use stream::xml::{Budget, Header, Item, Nonza, Scanner};
use xmpp::{Element, IqType, Kind, Stanza, ns};

/// Bytes of one element that a server may send us; rosters and archive pages are large.
const ELEMENT_BYTES_MAX: usize = 4 << 20;

/// Where a server is, and how TLS begins there.
#[derive(Clone)]
pub struct Target {
    /// The socket to connect to.
    pub address: SocketAddr,
    /// The domain that is served.
    pub domain: String,
    /// How TLS begins.
    pub security: Security,
    /// The client's side of TLS, see [`any_certificate`].
    pub tls: Arc<ClientConfig>,
}

/// How TLS begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// Asked for on the stream (RFC 6120 §5).
    StartTls,
    /// Before the stream (XEP-0368).
    Direct,
}

/// A client on a stream.
pub struct Client {
    wire: Wire,
    scanner: Scanner,
    input: BytesMut,
    domain: String,
    /// Stanzas that came while an answer was waited for.
    inbox: VecDeque<Stanza>,
    iqs_sent: u64,
    acks: Option<Acks>,
    /// The full address, once bound; else empty.
    jid: String,
}

impl Client {
    /// A stream with TLS under it, not logged in. The features that the server offers there come
    /// with it.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses TLS, or breaks the stream.
    pub async fn connect(target: &Target) -> Result<(Client, Nonza), Failure> {
        let mut wire = Wire::connect(target.address).await?;
        if target.security == Security::Direct {
            wire = wire.secure(&target.tls, &target.domain).await?;
        }
        let mut client = Client::on(wire, target);
        let mut features = client.open().await?;
        if target.security == Security::StartTls {
            // RFC 6120 §5.4.2.1
            client.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").await?;
            client.nonza("proceed", ns::TLS).await?;
            client.input.clear();
            client.wire = client.wire.secure(&target.tls, &target.domain).await?;
            features = client.open().await?;
        }
        Ok((client, features))
    }

    /// A client on a connection on which nothing was said.
    fn on(wire: Wire, target: &Target) -> Client {
        Client {
            wire,
            scanner: Scanner::new(Budget::member(ELEMENT_BYTES_MAX)),
            input: BytesMut::new(),
            domain: target.domain.clone(),
            inbox: VecDeque::new(),
            iqs_sent: 0,
            acks: None,
            jid: String::new(),
        }
    }

    /// Opens the stream, again after TLS and login (RFC 6120 §4.2, §4.3.3), and reads the features.
    async fn open(&mut self) -> Result<Nonza, Failure> {
        self.scanner.restart();
        let header = format!(
            "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xml:lang='en' xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams'>",
            self.domain
        );
        self.write(&header).await?;
        self.opened().await?;
        self.nonza("features", ns::STREAMS).await
    }

    /// The server's side of the stream is open.
    async fn opened(&mut self) -> Result<Header, Failure> {
        match self.item().await? {
            Item::Open(header) => Ok(header),
            other => Err(Failure::Unexpected("the stream's open tag", format!("{other:?}"))),
        }
    }

    /// What TLS negotiated, in words.
    pub fn negotiated(&self) -> Option<String> {
        self.wire.negotiated()
    }

    /// The full address that the server bound.
    pub fn jid(&self) -> &str {
        &self.jid
    }

    /// The books of stream management, where it is on.
    pub fn acks(&self) -> Option<&Acks> {
        self.acks.as_ref()
    }

    /// Sends bytes that are counted nowhere: nonzas, or XML that is meant to be wrong.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn write(&mut self, raw: &str) -> Result<(), Failure> {
        Ok(self.wire.write(raw.as_bytes()).await?)
    }

    /// Sends one stanza, and counts it where stream management is on.
    ///
    /// # Errors
    /// When the connection breaks; the stanza is in the books all the same.
    pub async fn send(&mut self, stanza: &str) -> Result<(), Failure> {
        if let Some(acks) = &mut self.acks {
            acks.unacknowledged.push_back(stanza.to_owned());
        }
        self.write(stanza).await
    }

    /// The next stanza. Acknowledgements are answered and noted on the way.
    ///
    /// # Errors
    /// When the stream ends or breaks, or another nonza comes.
    pub async fn receive(&mut self) -> Result<Stanza, Failure> {
        match self.inbox.pop_front() {
            Some(stanza) => Ok(stanza),
            None => self.receive_fresh().await,
        }
    }

    /// A stanza that came while an answer was waited for, oldest first; none if there is none left.
    pub fn waiting(&mut self) -> Option<Stanza> {
        self.inbox.pop_front()
    }

    /// Whether a stanza came while an answer was waited for.
    pub fn is_something_waiting(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Puts back what [`Client::waiting`] gave, behind what else waits.
    pub fn put_back(&mut self, stanza: Stanza) {
        self.inbox.push_back(stanza);
    }

    async fn receive_fresh(&mut self) -> Result<Stanza, Failure> {
        loop {
            match self.item().await? {
                Item::Stanza(stanza) => {
                    if let Some(stanza) = self.take_in(stanza).await? {
                        return Ok(stanza);
                    }
                }
                Item::Nonza(nonza) if nonza.element().ns() == ns::SM => self.acknowledge(&nonza.element()).await?,
                other => return Err(Failure::Unexpected("a stanza", format!("{other:?}"))),
            }
        }
    }

    /// Counts a stanza. When the server asks for a sign of life (XEP-0199 §4.2) it gets one, as from any
    /// client, and nobody is bothered with it.
    async fn take_in(&mut self, stanza: Stanza) -> Result<Option<Stanza>, Failure> {
        if let Some(acks) = &mut self.acks {
            acks.received = acks.received.wrapping_add(1);
        }
        let from_server = stanza.from.as_ref().is_some_and(|from| from.as_str() == self.domain);
        if !from_server || stanza.kind != Kind::Iq(IqType::Get) || !stanza.has("ping", ns::PING) {
            return Ok(Some(stanza));
        }
        let id = stanza.id.as_ref().map_or("", |id| id.as_str());
        let answer = format!("<iq type='result' id='{id}' to='{}'/>", self.domain);
        self.send(&answer).await?;
        Ok(None)
    }

    /// XEP-0198 §4: `<r/>` is answered, `<a/>` noted.
    async fn acknowledge(&mut self, nonza: &Element<'_>) -> Result<(), Failure> {
        let Some(acks) = &mut self.acks else {
            return Err(Failure::Unexpected("a stream without stream management", nonza.raw().to_owned()));
        };
        match nonza.name() {
            "a" => acks.acknowledge(nonza),
            "r" => {
                let answer = format!("<a xmlns='urn:xmpp:sm:3' h='{}'/>", acks.received);
                self.write(&answer).await
            }
            _ => Err(Failure::Unexpected("an acknowledgement", nonza.raw().to_owned())),
        }
    }

    /// Sends an IQ of type `kind` around `payload` to `to` and returns its result; stanzas that
    /// come before it wait for [`Client::receive`].
    ///
    /// # Errors
    /// [`Failure::Refused`] with the stanza if it is an error; else when the stream breaks.
    pub async fn ask(&mut self, kind: &str, to: Option<&str>, payload: &str) -> Result<Stanza, Failure> {
        self.iqs_sent += 1;
        let id = format!("asked-{}", self.iqs_sent);
        let to = to.map(|to| format!(" to='{to}'")).unwrap_or_default();
        self.send(&format!("<iq type='{kind}' id='{id}'{to}>{payload}</iq>")).await?;
        loop {
            let stanza = self.receive_fresh().await?;
            if stanza.kind.name() != "iq" || stanza.id.as_ref().is_none_or(|got| got.as_str() != id) {
                self.inbox.push_back(stanza);
            } else if stanza.kind.is_error() {
                return Err(Failure::Refused(stanza.inner_str().to_owned()));
            } else {
                return Ok(stanza);
            }
        }
    }

    /// Asks the server to acknowledge, and returns once nothing of ours is unacknowledged.
    ///
    /// # Errors
    /// When the stream breaks, or the count is impossible.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        self.write("<r xmlns='urn:xmpp:sm:3'/>").await?;
        while self.acks.as_ref().is_some_and(|acks| !acks.unacknowledged.is_empty()) {
            match self.item().await? {
                Item::Stanza(stanza) => {
                    let stanza = self.take_in(stanza).await?;
                    self.inbox.extend(stanza);
                }
                Item::Nonza(nonza) => self.acknowledge(&nonza.element()).await?,
                other => return Err(Failure::Unexpected("an acknowledgement", format!("{other:?}"))),
            }
        }
        Ok(())
    }

    /// Ends the stream in order (RFC 6120 §4.4).
    ///
    /// # Errors
    /// When the connection is broken already.
    pub async fn close(mut self) -> Result<(), Failure> {
        self.write("</stream:stream>").await?;
        while !matches!(self.item().await, Ok(Item::Close) | Err(_)) {}
        Ok(self.wire.shut().await?)
    }

    /// The bare connection and what was read from it but not yet scanned, for a loop that is
    /// measured.
    pub fn into_wire(self) -> (Wire, BytesMut) {
        (self.wire, self.input)
    }

    /// The next thing at the top of the stream.
    async fn item(&mut self) -> Result<Item, Failure> {
        loop {
            if let Some(item) = self.scanner.next(&mut self.input)? {
                return Ok(item);
            }
            if self.wire.read(&mut self.input).await? == 0 {
                return Err(Failure::Closed);
            }
        }
    }

    /// The nonza that is due, by its name and namespace.
    async fn nonza(&mut self, name: &'static str, namespace: &str) -> Result<Nonza, Failure> {
        match self.item().await? {
            Item::Nonza(nonza) if nonza.element().is(name, namespace) => Ok(nonza),
            Item::Nonza(nonza) if matches!(nonza.element().name(), "failure" | "error" | "failed") => {
                Err(Failure::Refused(nonza.element().raw().to_owned()))
            }
            other => Err(Failure::Unexpected(name, format!("{other:?}"))),
        }
    }
}
