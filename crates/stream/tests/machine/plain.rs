//! Before login: open tags and STARTTLS.

use crate::peer::{HEADER, Peer, channel, within};
use stream::{Crime, Event};

#[test]
fn in_plain_text_there_is_starttls_and_nothing_else() {
    let mut peer = Peer::plain();
    assert_eq!(
        peer.open(),
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
    );
    for early in [
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>",
        "<iq type='get' id='1' to='example.org'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>",
        "<message/>",
    ] {
        let mut peer = Peer::plain();
        peer.open();
        peer.dies_of(early, "not-authorized");
    }
}

#[test]
fn plain_text_behind_starttls_is_thrown_away() {
    let mut peer = Peer::plain();
    peer.open();
    let heard = peer.say(
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' \
         mechanism='SCRAM-SHA-1'>biws</auth><message",
    );
    assert_eq!(heard, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    assert!(matches!(peer.events[..], [Event::StartTls]));
    assert!(peer.machine.input().is_empty());
    peer.machine.secured(channel());
    let features = peer.open();
    assert!(features.contains("<mechanism>SCRAM-SHA-256-PLUS</mechanism>"));
    assert!(!features.contains("starttls"));
}

#[test]
fn nothing_is_written_into_a_tls_handshake() {
    for end in [|peer: &mut Peer| peer.machine.abort(Crime::Timeout), |peer: &mut Peer| peer.machine.close()] {
        let mut peer = Peer::plain();
        peer.open();
        peer.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        end(&mut peer);
        peer.drain();
        assert_eq!(peer.heard(), "");
        assert!(matches!(peer.events.last(), Some(Event::Close { graceful: false })));
    }
}

#[test]
fn open_tags_are_answered_and_ids_differ() {
    let mut peer = Peer::plain();
    let header = HEADER.replace("to=", "xml:lang='de' from='juliet@example.org' to=");
    let heard = peer.say(&header);
    assert!(heard.contains(" from='example.org' to='juliet@example.org' xml:lang='en' version='1.0'>"), "{heard}");
    let first = within(&heard, " id='", "'").to_owned();
    assert!(first.len() >= 24);
    peer.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    peer.machine.secured(channel());
    let heard = peer.say(HEADER);
    assert_ne!(within(&heard, " id='", "'"), first);
    assert!(!heard.contains(" to='"));
}

/// RFC 6120 §4.9.1.3: our open tag comes before the error, whatever was wrong with theirs.
#[test]
fn wrong_open_tags_are_answered_before_they_are_refused() {
    for (header, condition) in [
        (HEADER.replace("to='example.org' ", ""), "improper-addressing"),
        (HEADER.replace("example.org", "example.com"), "host-unknown"),
        (HEADER.replace("to='example.org'", "to=''"), "host-unknown"),
        (HEADER.replace(" version='1.0'", ""), "unsupported-version"),
        (HEADER.replace("1.0", "2.0"), "unsupported-version"),
        (HEADER.replace("1.0", "0.9"), "unsupported-version"),
        (HEADER.replace("jabber:client", "jabber:server"), "invalid-namespace"),
        (HEADER.replace("to=", "from='juliet@example.com' to="), "invalid-from"),
        (HEADER.replace("etherx", "ethery"), "invalid-namespace"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "not-well-formed"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>".to_owned(), "unsupported-encoding"),
        ("<!DOCTYPE x>".to_owned(), "restricted-xml"),
        (HEADER.replace("version=", "version"), "not-well-formed"),
        (HEADER.replace("to=", "a:to='' to="), "bad-namespace-prefix"),
    ] {
        for mut peer in [Peer::plain(), Peer::direct()] {
            let heard = peer.say(&header);
            assert_eq!(heard.matches("<stream:stream ").count(), 1, "{heard}");
            assert!(heard.contains(" from='example.org'"), "{heard}");
            peer.is_dead(&heard, condition);
        }
    }
}

#[test]
fn a_higher_minor_version_and_a_full_jid_are_fine() {
    for header in [HEADER.replace("1.0", "1.1"), HEADER.replace("to=", "from='juliet@example.org/x' to=")] {
        assert!(Peer::direct().say(&header).contains("<stream:features>"));
    }
}

#[test]
fn a_stream_that_is_closed_is_closed_back() {
    let mut peer = Peer::direct();
    peer.open();
    assert_eq!(peer.say("</stream:stream>"), "</stream:stream>");
    assert!(matches!(peer.events[..], [Event::Close { graceful: true }]));
}

#[test]
fn whoever_says_nothing_gets_an_open_tag_and_the_reason() {
    let mut peer = Peer::direct();
    peer.machine.abort(Crime::Timeout);
    peer.drain();
    let heard = peer.heard();
    assert!(heard.starts_with("<?xml version='1.0'?><stream:stream "));
    peer.is_dead(&heard, "connection-timeout");
}

/// XEP-0077 §3.1.1: a stranger may ask for an account, of this host and not without end, and then log in.
#[test]
fn a_stranger_may_ask_for_an_account_and_for_nothing_else() {
    let ask = |attributes: &str| format!("<iq {attributes} id='1'><query xmlns='jabber:iq:register'/></iq>");
    let mut peer = Peer::direct();
    peer.open();
    assert_eq!(peer.say(&ask("type='get' from='a@example.org'")), "<iq id='1' type='result'/>");
    assert_eq!(peer.say(&ask("type='set' to='example.org'")), "<iq from='example.org' id='1' type='result'/>");
    assert_eq!(peer.say(&ask("type='get'")), "<iq id='1' type='result'/>");
    peer.dies_of(&ask("type='get'"), "policy-violation");
    assert_eq!(peer.house.asked, ["register"; 3]);
    for early in [&ask("type='get' to='example.com'"), &ask("type='result'"), &ask("type='get' to='a@example.org'")] {
        let mut peer = Peer::direct();
        peer.open();
        peer.dies_of(early, "not-authorized");
        assert!(peer.house.asked.is_empty());
    }
    let mut peer = Peer::plain();
    peer.open();
    peer.dies_of(&ask("type='get'"), "not-authorized");
}

#[test]
fn before_login_there_is_only_login() {
    for early in [
        "<presence/>",
        "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        "<enable xmlns='urn:xmpp:sm:3'/>",
        "<resume xmlns='urn:xmpp:sm:3' previd='old' h='1'/>",
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<response xmlns='urn:xmpp:sasl:2'/>",
        "<inactive xmlns='urn:xmpp:csi:0'/>",
        "<iq/>",
    ] {
        let mut peer = Peer::direct();
        peer.open();
        peer.dies_of(early, "not-authorized");
        assert!(peer.house.asked.is_empty());
    }
}

/// The features of a stream inside TLS, in full.
#[test]
fn what_is_offered_inside_tls() {
    let features = Peer::direct().open();
    let list = |ns: &str| {
        let mechanisms = ["512-PLUS", "256-PLUS", "1-PLUS", "512", "256", "1"];
        let all: String = mechanisms.iter().map(|name| format!("<mechanism>SCRAM-SHA-{name}</mechanism>")).collect();
        format!(" xmlns='{ns}'>{all}")
    };
    assert_eq!(
        features,
        format!(
            "<stream:features><mechanisms{}</mechanisms><authentication{}<inline>\
             <bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/>\
             <feature var='urn:xmpp:csi:0'/><feature var='urn:xmpp:sm:3'/></inline></bind>\
             <sm xmlns='urn:xmpp:sm:3'/><fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-EXPR</mechanism>\
             <mechanism>HT-SHA-256-ENDP</mechanism><mechanism>HT-SHA-256-NONE</mechanism></fast></inline>\
             <upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-512</upgrade>\
             <upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-256</upgrade></authentication>\
             <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>\
             <channel-binding type='tls-server-end-point'/></sasl-channel-binding>\
             <limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes>\
             <idle-seconds>900</idle-seconds></limits></stream:features>",
            list("urn:ietf:params:xml:ns:xmpp-sasl"),
            list("urn:xmpp:sasl:2")
        )
    );
    let features = Peer::without_binding().open();
    assert!(!features.contains("PLUS") && !features.contains("sasl-channel-binding"));
    assert!(features.contains("<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast>"));
}
