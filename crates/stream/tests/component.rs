//! Scripted exchanges with the stream of a component (XEP-0114 §3).

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use stream::{
    Crime,
    component::{Component, Event},
};

const HEADER: &str = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' \
                      to='plays.shakespeare.lit'>";

struct Peer {
    machine: Component,
    /// All but what was settled on the way.
    events: Vec<String>,
    bytewise: bool,
    is_taken: bool,
}

impl Peer {
    fn new(bytewise: bool) -> Peer {
        Peer { machine: Component::new(20_000, [1; 32]), events: Vec::new(), bytewise, is_taken: false }
    }

    fn say(&mut self, text: &str) -> String {
        for bytes in text.as_bytes().chunks(if self.bytewise { 1 } else { text.len().max(1) }) {
            self.machine.input().extend_from_slice(bytes);
            while let Some(event) = self.machine.next() {
                match event {
                    Event::Secret(name) => {
                        let secret = (name.as_str() == "plays.shakespeare.lit").then_some("s3cr3t");
                        self.machine.secret(secret);
                    }
                    Event::Ready(_) if self.is_taken => self.machine.abort(Crime::Conflict),
                    Event::Ready(name) => {
                        self.events.push(format!("Ready({name})"));
                        self.machine.accept();
                    }
                    event => self.events.push(format!("{event:?}")),
                }
            }
        }
        String::from_utf8(std::mem::take(self.machine.output())).unwrap()
    }

    /// Opens the stream; returns the right handshake.
    fn open(&mut self) -> String {
        let heard = self.say(HEADER);
        let id = heard.split(" id='").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert_eq!(
            heard,
            format!(
                "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' \
                 xmlns:stream='http://etherx.jabber.org/streams' from='plays.shakespeare.lit' id='{id}'>"
            )
        );
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{id}s3cr3t").as_bytes());
        HEXLOWER.encode(hash.as_ref())
    }

    fn opened(bytewise: bool) -> Peer {
        let mut peer = Peer::new(bytewise);
        let handshake = peer.open();
        assert_eq!(peer.say(&format!("<handshake>{handshake}</handshake>")), "<handshake/>");
        assert_eq!(peer.events, ["Ready(plays.shakespeare.lit)"]);
        peer
    }

    fn dies_of(&mut self, text: &str, condition: &str) {
        let heard = self.say(text);
        assert!(heard.contains(&format!("<stream:error><{condition} ")), "{condition} expected of {text}: {heard}");
        assert!(heard.ends_with("</stream:error></stream:stream>"), "{heard}");
        assert_eq!(self.events.last().unwrap(), "Close");
        assert_eq!(self.say("<presence/>"), "");
    }
}

#[test]
fn a_handshake_and_stanzas() {
    for bytewise in [false, true] {
        let mut peer = Peer::opened(bytewise);
        let message = "<message from='hamlet@plays.shakespeare.lit' to='juliet@capulet.lit'><body>x</body></message>";
        assert_eq!(peer.say(message), "");
        assert_eq!(peer.events[1], format!("Stanza({message})"));
        assert_eq!(peer.say("</stream:stream>"), "</stream:stream>");
        assert_eq!(peer.events.last().unwrap(), "Close");
    }
}

#[test]
fn a_wrong_handshake_ends_the_stream() {
    let mut peer = Peer::new(false);
    let right = peer.open();
    for wrong in [
        "<handshake/>".to_owned(),
        format!("<handshake>{}</handshake>", right.to_uppercase()),
        format!("<handshake>{}</handshake>", &right[1..]),
        format!("<handshake xmlns='other'>{right}</handshake>"),
        "<message from='a@plays.shakespeare.lit' to='b@c'/>".to_owned(),
    ] {
        let mut peer = Peer::new(false);
        peer.open();
        peer.dies_of(&wrong, "not-authorized");
    }
}

#[test]
fn wrong_open_tags_are_answered_before_they_are_refused() {
    for (header, condition) in [
        (HEADER.replace("plays.", "other."), "host-unknown"),
        (HEADER.replace("plays.", "a@plays."), "host-unknown"),
        (HEADER.replace(" to='plays.shakespeare.lit'", ""), "improper-addressing"),
        (HEADER.replace("component:accept", "component:connect"), "invalid-namespace"),
        ("<handshake>x</handshake>".to_owned(), "invalid-namespace"),
    ] {
        let mut peer = Peer::new(false);
        peer.dies_of(&header, condition);
    }
}

#[test]
fn a_component_speaks_for_its_domain_only_and_says_to_whom() {
    for (stanza, condition) in [
        ("<message from='a@shakespeare.lit' to='b@c'/>", "invalid-from"),
        ("<message from='a@other.shakespeare.lit' to='b@c'/>", "invalid-from"),
        ("<iq from='a@other.shakespeare.lit' to='b@@c' type='get' id='1'/>", "invalid-from"),
        ("<message to='b@c'/>", "improper-addressing"),
        ("<message from='a@plays.shakespeare.lit'/>", "improper-addressing"),
        ("<handshake/>", "unsupported-stanza-type"),
    ] {
        Peer::opened(false).dies_of(stanza, condition);
    }
    let mut peer = Peer::opened(false);
    peer.say("<iq from='a@plays.shakespeare.lit' to='b@@c' type='get' id='1'/>");
    assert!(peer.events[1].contains("<jid-malformed "), "{:?}", peer.events);
}

#[test]
fn there_is_one_connection_for_a_component() {
    let mut peer = Peer::new(false);
    peer.is_taken = true;
    let handshake = peer.open();
    peer.dies_of(&format!("<handshake>{handshake}</handshake>"), "conflict");
}
