//! What the tests stand on: two houses with their secrets, and machines fed by hand.

use std::sync::Arc;
use stream::{
    peer::{Certificate, Dane, Dialback, Flaw, Policy, Proof},
    server::{Claim, Errand, Event, Incoming, Outgoing, Pair, Settings},
};
use xmpp::Jid;

pub const CAPULET: &str = "capulet.example";
pub const MONTAGUE: &str = "montague.example";

/// What a peer's certificate is worth.
pub const VALID: Proof = Proof { certificate: Certificate::Valid, dane: Dane::Unknown, dialback: Dialback::Unasked };
pub const WORTHLESS: Proof = Proof { certificate: Certificate::Invalid(Flaw::SelfSigned), ..VALID };

pub fn jid(text: &str) -> Jid {
    Jid::parse(text).unwrap()
}

pub fn pair(here: &str, there: &str) -> Pair {
    Pair { here: jid(here), there: jid(there) }
}

/// A house; its secret is that of the examples in XEP-0220 §2.
pub fn settings(domain: &str) -> Arc<Settings> {
    let secret: &[u8] = if domain == CAPULET { b"s3cr3tf0rd14lb4ck" } else { b"d14lb4ck43v3r" };
    Arc::new(Settings {
        hosts: vec![jid(domain), jid(&format!("rooms.{domain}"))],
        stanza_bytes_max: 100_000,
        idle_seconds: 600,
        attempts_max: 3,
        pairs_max: 6,
        secret: secret.into(),
        bidi: true,
        resume_seconds: Some(120),
    })
}

/// A machine and what it told.
pub struct Talk<M> {
    pub machine: M,
    /// All but what was settled on the way.
    pub events: Vec<Event>,
    /// What is found out about whoever is examined.
    pub proof: Proof,
    pub policy: Policy,
    pub bytewise: bool,
}

/// What both machines can do.
pub trait Machine {
    fn feed(&mut self, bytes: &[u8]);
    fn event(&mut self) -> Option<Event>;
    fn take(&mut self) -> Vec<u8>;
    fn know(&mut self, proof: Proof, policy: Policy);
    fn tls(&mut self);
}

macro_rules! machine {
    ($type:ty) => {
        impl Machine for $type {
            fn feed(&mut self, bytes: &[u8]) {
                self.input().extend_from_slice(bytes);
            }
            fn event(&mut self) -> Option<Event> {
                self.next()
            }
            fn take(&mut self) -> Vec<u8> {
                std::mem::take(self.output())
            }
            fn know(&mut self, proof: Proof, policy: Policy) {
                self.examined(proof, policy);
            }
            fn tls(&mut self) {
                self.secured();
            }
        }
    };
}
machine!(Incoming);
machine!(Outgoing);

impl<M: Machine> Talk<M> {
    pub fn new(machine: M, proof: Proof, policy: Policy) -> Talk<M> {
        Talk { machine, events: Vec::new(), proof, policy, bytewise: false }
    }

    /// Says `text` to the machine and returns what came back.
    pub fn say(&mut self, text: &str) -> String {
        self.drain();
        let piece = if self.bytewise { 1 } else { text.len().max(1) };
        for bytes in text.as_bytes().chunks(piece) {
            self.machine.feed(bytes);
            self.drain();
        }
        self.heard()
    }

    /// Takes the events there are. TLS is up as soon as it is asked for, and examining takes no time.
    pub fn drain(&mut self) {
        while let Some(event) = self.machine.event() {
            match event {
                Event::Examine(_) => {
                    assert!(self.machine.event().is_none(), "the machine stands still while it waits");
                    self.machine.know(self.proof, self.policy);
                }
                Event::StartTls => {
                    self.events.push(Event::StartTls);
                    self.machine.tls();
                }
                event => self.events.push(event),
            }
        }
    }

    pub fn heard(&mut self) -> String {
        String::from_utf8(self.machine.take()).unwrap()
    }

    /// What happened last, as text.
    pub fn last(&self) -> String {
        self.events.last().map(|event| format!("{event:?}")).unwrap_or_default()
    }

    /// Says `text`, which must end the stream with this error.
    pub fn dies_of(&mut self, text: &str, condition: &str) {
        let heard = self.say(text);
        let error = format!("<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text");
        assert!(heard.contains(&error), "{condition} expected of {text}, but: {heard}");
        assert!(heard.ends_with("</stream:error></stream:stream>"), "{heard}");
        assert!(self.last().starts_with("Close("), "{:?}", self.events);
        let events = self.events.len();
        assert_eq!(self.say("<presence/>"), "");
        assert_eq!(self.events.len(), events);
    }

    pub fn claims(&self) -> Vec<Claim> {
        let claim = |event: &Event| match event {
            Event::CallBack(claim) => Some(claim.clone()),
            _ => None,
        };
        self.events.iter().filter_map(claim).collect()
    }

    /// The pairs that were proved, and how.
    pub fn ready(&self) -> Vec<String> {
        let ready = |event: &Event| match event {
            Event::Ready(ready) => Some(format!("{}-{} {:?}", ready.pair.here, ready.pair.there, ready.by)),
            _ => None,
        };
        self.events.iter().filter_map(ready).collect()
    }

    pub fn stanzas(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Stanza(_))).count()
    }
}

pub fn header(from: &str, to: &str) -> String {
    format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' \
         xmlns:stream='http://etherx.jabber.org/streams' from='{from}' to='{to}' version='1.0'>"
    )
}

pub fn answer_header(from: &str, to: &str, id: &str) -> String {
    header(from, to).replace(" version='1.0'>", &format!(" id='{id}' version='1.0'>"))
}

pub fn message(from: &str, to: &str) -> String {
    format!("<message from='{from}' to='{to}'><body>x</body></message>")
}

/// Montague's end of a stream inside TLS, with the open tag of capulet.example said.
pub fn at_montague(proof: Proof, policy: Policy) -> Talk<Incoming> {
    let mut talk = Talk::new(Incoming::direct(settings(MONTAGUE), [7; 32]), proof, policy);
    let heard = talk.say(&header(CAPULET, MONTAGUE));
    assert!(heard.contains("<stream:features>"), "{heard}");
    talk
}

/// Capulet's end of a stream to montague.example inside TLS, which montague.example has opened as
/// `D60000229F`.
pub fn at_capulet(errand: Errand) -> Talk<Outgoing> {
    let machine = Outgoing::direct(settings(CAPULET), pair(CAPULET, MONTAGUE), errand);
    let mut talk = Talk::new(machine, WORTHLESS, Policy::Dialback);
    talk.say(&answer_header(MONTAGUE, CAPULET, "D60000229F"));
    talk
}

/// Proves capulet.example on `talk` by dialback.
pub fn prove(talk: &mut Talk<Incoming>) {
    talk.say("<db:result from='capulet.example' to='montague.example'>key</db:result>");
    let claim = talk.claims().pop().unwrap();
    talk.machine.called_back(&claim, Dialback::Valid);
    talk.drain();
    assert!(talk.heard().contains("type='valid'"));
}
