//! Streams whose elements come each in a frame, over WebSocket (RFC 7395).

use crate::peer::{AGENT, Peer};
use crate::scram::Client;
use stream::Event;
use xmpp::framing::FRAME_END;
use xmpp::scram::Hash;

const OPEN: &str = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org' version='1.0'/>";

/// What was heard, frame by frame.
fn frames(heard: &str) -> Vec<&str> {
    assert!(heard.is_empty() || heard.ends_with(char::from(FRAME_END)), "{heard:?}");
    heard.split_terminator(char::from(FRAME_END)).collect()
}

fn bound() -> Peer {
    let mut peer = Peer::framed();
    peer.say(OPEN);
    let heard = peer.log_in(
        &Client::new(Hash::Sha256, "juliet"),
        "SCRAM-SHA-256",
        &format!("{AGENT}<bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>"),
    );
    let frames = frames(&heard);
    assert!(frames[0].starts_with("<success xmlns='urn:xmpp:sasl:2'>") && frames[0].ends_with("</success>"));
    assert!(frames[1].starts_with("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"), "{heard}");
    peer
}

#[test]
fn each_element_is_a_document() {
    let mut peer = Peer::framed();
    let heard = peer.say(OPEN);
    let frames = frames(&heard);
    assert_eq!(frames.len(), 2, "{heard}");
    assert!(frames[0].starts_with("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='"), "{heard}");
    assert!(frames[0].ends_with(" from='example.org' xml:lang='en' version='1.0'/>"), "{heard}");
    assert!(frames[1].starts_with("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"), "{heard}");
    // RFC 7395 §3.9; and a browser knows nothing of its channel.
    assert!(!frames[1].contains("starttls") && !frames[1].contains("-PLUS") && !frames[1].contains("sasl-cb"));
}

#[test]
fn a_stanza_is_taken_and_the_close_is_answered() {
    let mut peer = bound();
    assert_eq!(peer.say("<message xmlns='jabber:client' to='romeo@example.net'><body>hi</body></message>\n"), "");
    let Some(Event::Stanza(stanza)) = peer.events.last() else { panic!("{:?}", peer.events) };
    assert_eq!(stanza.inner_str(), "<body>hi</body>");
    peer.say("<r xmlns='urn:xmpp:sm:3'/>");
    assert!(matches!(peer.events.last(), Some(Event::AckRequested)));
    let heard = peer.say("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    assert_eq!(frames(&heard), ["<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"]);
    assert!(matches!(peer.events.last(), Some(Event::Close { graceful: true })));
}

#[test]
fn a_session_is_resumed_from_another_carrier() {
    let mut peer = Peer::framed();
    peer.say(OPEN);
    let resume = "<resume xmlns='urn:xmpp:sm:3' previd='old' h='3'/>";
    let heard = peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", &format!("{AGENT}{resume}"));
    assert!(heard.contains("<resumed xmlns='urn:xmpp:sm:3' h='4' previd='old'/>"), "{heard}");
}

#[test]
fn the_stream_begins_anew_after_the_older_sasl() {
    let mut peer = Peer::framed();
    peer.say(OPEN);
    let client = Client::new(Hash::Sha256, "juliet");
    let auth =
        format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>{}</auth>", client.first());
    let heard = peer.say(&auth);
    let challenge = crate::peer::within(&heard, "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>", "</challenge>");
    let (last, _) = client.last(challenge);
    let heard = peer.say(&format!("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{last}</response>"));
    assert!(heard.starts_with("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"), "{heard}");
    // RFC 7395 §3.7
    let heard = peer.say(OPEN);
    assert!(frames(&heard)[0].starts_with("<open ") && frames(&heard)[1].contains("xmpp-bind"), "{heard}");
    let bind = "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    let heard = peer.say(bind);
    assert!(frames(&heard)[0].starts_with("<iq xmlns='jabber:client' id='b' type='result'>"), "{heard}");
}

#[test]
fn what_is_not_one_whole_element_ends_the_stream() {
    let message = "<message xmlns='jabber:client'/>";
    let cases = [
        ("<message xmlns='jabber:client'>".to_owned(), "not-well-formed"),
        (format!("{message}{message}"), "not-well-formed"),
        (format!(" {message}"), "bad-format"),
        (" ".to_owned(), "bad-format"),
        ("</>".to_owned(), "not-well-formed"),
        ("<message/>".to_owned(), "unsupported-stanza-type"),
        ("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>".to_owned(), "invalid-namespace"),
        (OPEN.to_owned(), "unsupported-stanza-type"),
    ];
    for (frame, condition) in cases {
        let mut peer = bound();
        let heard = peer.say(&frame);
        let frames = frames(&heard);
        assert!(frames[0].starts_with("<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"), "{heard}");
        assert!(frames[0].contains(&format!("<{condition} ")), "{frame}: {heard}");
        assert_eq!(frames[1], "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
        assert!(matches!(peer.events.last(), Some(Event::Close { graceful: false })));
    }
}

#[test]
fn an_open_for_nobody_here_is_opened_and_then_refused() {
    let mut peer = Peer::framed();
    let heard = peer.say("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.net' version='1.0'/>");
    let frames = frames(&heard);
    // RFC 7395 §3.5
    assert!(frames[0].starts_with("<open ") && frames[1].contains("<host-unknown "), "{heard}");
}
