//! The other side of the machine: a client that types, and a house with one account that answers
//! what the machine asks.

use crate::scram::Client;
use bytes::Bytes;
use std::{num::NonZeroU32, sync::Arc};
use stream::{
    Answer, Channel, Event, Machine, Settings,
    ask::{Ask, Bind, Bound, Denial, Enabled, Login, Token, Wish},
};
use xmpp::{
    Framing, Jid, StanzaError, Text,
    scram::{Hash, Keys},
};

pub const HEADER: &str = "<stream:stream xmlns='jabber:client' to='example.org' version='1.0' \
                          xmlns:stream='http://etherx.jabber.org/streams'>";
pub const AGENT: &str = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>Test</software></user-agent>";

/// What the house knows and what it was asked.
pub struct House {
    /// Of the password "pencil" of the user "juliet".
    pub hashes: Vec<Hash>,
    pub tokens: Vec<Token>,
    pub denial: Option<Denial>,
    pub new_token: Option<(Text, Text)>,
    pub upgrade: Option<(Hash, Bytes, u32)>,
    pub bind_refusal: Option<StanzaError>,
    pub managed: bool,
    pub archive: Option<((Text, Text), (Text, Text))>,
    pub logins: Vec<Login>,
    pub binds: Vec<Bind>,
    pub stored: Vec<Keys>,
    /// What was asked, by name, in order.
    pub asked: Vec<&'static str>,
}

/// A client and its machine.
pub struct Peer {
    pub machine: Machine,
    pub house: House,
    /// All that is not a question, in order.
    pub events: Vec<Event>,
    pub bytewise: bool,
}

pub fn settings() -> Arc<Settings> {
    Arc::new(Settings {
        domain: Jid::parse("example.org").unwrap(),
        stanza_bytes_max: 262_144,
        idle_seconds: 900,
        attempts_max: 3,
        hashes: xmpp::scram::Hash::ALL.to_vec(),
        decoy: Bytes::from_static(b"a secret of this house"),
        iterations: 4096,
        strangers: Bytes::new(),
        requests_max: 3,
        features: Bytes::from_static(b"<ver xmlns='urn:xmpp:features:rosterver'/>"),
    })
}

pub fn channel() -> Channel {
    Channel { exporter: Some([7; 32]), end_point: Some(Bytes::from_static(b"hash of the certificate")) }
}

pub fn salt() -> Bytes {
    Bytes::from_static(b"sixteen bytes...")
}

impl House {
    fn new() -> House {
        House {
            hashes: Hash::ALL.to_vec(),
            tokens: Vec::new(),
            denial: None,
            new_token: None,
            upgrade: None,
            bind_refusal: None,
            managed: true,
            archive: None,
            logins: Vec::new(),
            binds: Vec::new(),
            stored: Vec::new(),
            asked: Vec::new(),
        }
    }

    fn answer(&mut self, ask: Ask) -> Answer {
        match ask {
            Ask::Register(request) => {
                self.asked.push("register");
                assert!(request.from.is_none(), "a stranger has no address");
                Answer::Replied(request.result(Bytes::new()))
            }
            Ask::Keys { user, hash } => {
                self.asked.push("keys");
                let known = user.as_str() == "juliet" && self.hashes.contains(&hash);
                let iterations = NonZeroU32::new(4096).unwrap();
                Answer::Keys(known.then(|| Keys::derive(hash, "pencil", salt(), iterations)))
            }
            Ask::Tokens { agent, .. } => {
                self.asked.push("tokens");
                assert_eq!(agent.as_str(), "d4565fa7-4d72-4749-b3d3-740edbf87770");
                Answer::Tokens(self.tokens.clone())
            }
            Ask::Admit(login) => {
                self.asked.push("admit");
                self.logins.push(login);
                match self.denial {
                    Some(denial) => Answer::Denied(denial),
                    None => Answer::Admitted { token: self.new_token.clone(), upgrade: self.upgrade.take() },
                }
            }
            Ask::Upgrade(keys) => {
                self.asked.push("upgrade");
                self.stored.push(keys);
                Answer::Done
            }
            Ask::Bind(bind) => {
                self.asked.push("bind");
                let answer = self.bind(&bind);
                self.binds.push(bind);
                answer
            }
            Ask::Enable { resume } => {
                self.asked.push("enable");
                if self.managed { Answer::Enabled(enabled(resume)) } else { Answer::EnableRefused }
            }
            Ask::Resume { previous, h } => {
                self.asked.push("resume");
                match previous.as_str() {
                    "old" => Answer::Resumed { jid: Jid::parse("juliet@example.org/old").unwrap(), h: h + 1 },
                    "older" => Answer::ResumeFailed { h: Some(5) },
                    _ => Answer::ResumeFailed { h: None },
                }
            }
        }
    }

    fn bind(&self, bind: &Bind) -> Answer {
        if let Some(error) = &self.bind_refusal {
            return Answer::BindRefused(error.clone());
        }
        let resource = match &bind.wish {
            Wish::Any | Wish::Tag(None) => "made".to_owned(),
            Wish::Resource(wish) => wish.as_str().to_owned(),
            Wish::Tag(Some(tag)) => format!("{tag}/made"),
        };
        let jid = Jid::parse(&format!("juliet@example.org/{resource}")).unwrap();
        let sm = bind.inline.sm.filter(|_| self.managed).map(enabled);
        Answer::Bound(Bound { jid, sm, archive: self.archive.clone() })
    }
}

fn enabled(resume: bool) -> Enabled {
    Enabled { id: resume.then(|| "sm1".into()), max_seconds: 600 }
}

impl Peer {
    /// A client whose connection began inside TLS.
    pub fn direct() -> Peer {
        Peer::with(Machine::direct(settings(), [9; 32], channel()))
    }

    /// The same on a connection that nothing can be bound to.
    pub fn without_binding() -> Peer {
        Peer::with(Machine::direct(settings(), [9; 32], Channel::default()))
    }

    pub fn plain() -> Peer {
        Peer::with(Machine::plain(settings(), [9; 32]))
    }

    /// A client over WebSocket: each thing it says is a frame.
    pub fn framed() -> Peer {
        Peer::with(Machine::web(settings(), [9; 32], Framing::Frames))
    }

    /// A client over requests: what it says are bodies.
    pub fn in_bodies() -> Peer {
        Peer::with(Machine::web(settings(), [9; 32], Framing::Bodies))
    }

    fn with(machine: Machine) -> Peer {
        Peer { machine, house: House::new(), events: Vec::new(), bytewise: false }
    }

    /// Sends `text` and returns what came back.
    pub fn say(&mut self, text: &str) -> String {
        self.say_bytes(text.as_bytes())
    }

    /// The same for what is no text.
    pub fn say_bytes(&mut self, all: &[u8]) -> String {
        let piece = if self.bytewise { 1 } else { all.len().max(1) };
        for bytes in all.chunks(piece) {
            self.machine.input().extend_from_slice(bytes);
            self.drain();
        }
        self.heard()
    }

    /// Acts on the events there are.
    pub fn drain(&mut self) {
        while let Some(event) = self.machine.next() {
            match event {
                Event::Ask(ask) => {
                    assert!(self.machine.next().is_none(), "the machine stands still while it waits");
                    let answer = self.house.answer(ask);
                    self.machine.answer(answer);
                }
                event => self.events.push(event),
            }
        }
    }

    /// What was sent since the last time.
    pub fn heard(&mut self) -> String {
        String::from_utf8(std::mem::take(self.machine.output())).unwrap()
    }

    /// Opens the stream; returns the features.
    pub fn open(&mut self) -> String {
        let heard = self.say(HEADER);
        assert!(heard.starts_with("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "), "{heard}");
        heard[heard.find("<stream:features>").unwrap_or_else(|| panic!("no features: {heard}"))..].to_owned()
    }

    /// Sends the first message of SCRAM by SASL2 with `children` beside it; returns what came back.
    pub fn authenticate(&mut self, client: &Client, mechanism: &str, children: &str) -> String {
        self.say(&format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='{mechanism}'>\
             <initial-response>{}</initial-response>{children}</authenticate>",
            client.first()
        ))
    }

    /// A whole SCRAM login by SASL2; returns what came after the proof.
    pub fn log_in(&mut self, client: &Client, mechanism: &str, children: &str) -> String {
        let heard = self.authenticate(client, mechanism, children);
        let challenge = within(&heard, "<challenge xmlns='urn:xmpp:sasl:2'>", "</challenge>");
        let (last, ours) = client.last(challenge);
        let heard = self.say(&format!("<response xmlns='urn:xmpp:sasl:2'>{last}</response>"));
        if heard.contains("<additional-data>") {
            assert_eq!(within(&heard, "<additional-data>", "</additional-data>"), ours, "the server proves itself");
        }
        heard
    }

    /// A peer that is bound as `juliet@example.org/r`, without stream management.
    pub fn bound() -> Peer {
        let mut peer = Peer::direct();
        peer.open();
        peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", "");
        let heard = peer.say(
            "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>",
        );
        assert!(heard.contains("<jid>juliet@example.org/r</jid>"), "{heard}");
        peer
    }

    /// Says `text`, which must end the stream with this error.
    pub fn dies_of(&mut self, text: &str, condition: &str) {
        let heard = self.say(text);
        self.is_dead(&heard, condition);
    }

    /// The stream ended with this error, and says so once.
    pub fn is_dead(&mut self, heard: &str, condition: &str) {
        let error = format!("<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text");
        assert!(heard.contains(&error), "{condition} expected, but: {heard}");
        assert!(heard.ends_with("</stream:error></stream:stream>"), "{heard}");
        assert!(matches!(self.events.last(), Some(Event::Close { graceful: false })), "{:?}", self.events);
        let events = self.events.len();
        assert_eq!(self.say("<presence/>"), "");
        assert_eq!(self.events.len(), events);
    }
}

/// What stands between two marks.
pub fn within<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    let to = text[from..].find(end).unwrap_or_else(|| panic!("no {end} in {text}"));
    &text[from..from + to]
}
