//! After login: binding a resource, and the stream of a session.

use crate::{
    peer::{HEADER, Peer},
    scram::Client,
};
use stream::{Answer, Crime, Event, ask::ClientState};
use xmpp::acks;
use xmpp::{Condition, StanzaError, scram::Hash};

fn unbound() -> Peer {
    let mut peer = Peer::direct();
    peer.open();
    peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", "");
    peer
}

/// The last event, which must be a stanza, as it would travel on.
fn stanza(peer: &Peer) -> String {
    match peer.events.last() {
        Some(Event::Stanza(stanza)) => format!("{stanza:?}"),
        other => panic!("a stanza expected: {other:?}"),
    }
}

fn bind(resource: &str) -> String {
    format!("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>{resource}</bind></iq>")
}

#[test]
fn a_resource_is_given_or_refused() {
    for (wish, jid) in [
        ("<resource>balcony</resource>", "juliet@example.org/balcony"),
        ("<resource/>", "juliet@example.org/made"),
        ("", "juliet@example.org/made"),
    ] {
        let heard = unbound().say(&bind(wish));
        assert_eq!(
            heard,
            format!(
                "<iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind></iq>"
            )
        );
    }
    let mut peer = unbound();
    peer.house.bind_refusal = Some(StanzaError::new(Condition::ResourceConstraint));
    for _ in 0..9 {
        let heard = peer.say(&bind(""));
        assert_eq!(
            heard,
            "<iq id='b' type='error'><error type='wait'>\
             <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        );
    }
    // RFC 6120 §7.7.3
    peer.dies_of(&bind(""), "policy-violation");
}

#[test]
fn stanzas_before_a_resource_end_the_stream() {
    for early in [
        "<presence/>",
        "<message to='juliet@example.org'/>",
        "<iq type='get' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        "<iq type='set' id='1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>",
    ] {
        unbound().dies_of(early, "not-authorized");
    }
}

#[test]
fn management_before_a_resource() {
    let mut peer = unbound();
    let failed = |condition: &str| {
        format!("<failed xmlns='urn:xmpp:sm:3'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
    };
    assert_eq!(peer.say("<enable xmlns='urn:xmpp:sm:3'/>"), failed("unexpected-request"));
    assert_eq!(peer.say("<resume xmlns='urn:xmpp:sm:3' previd='x' h='0'/>"), failed("item-not-found"));
    assert_eq!(peer.say("<resume xmlns='urn:xmpp:sm:3' previd='x'/>"), failed("bad-request"));
    assert_eq!(
        peer.say("<resume xmlns='urn:xmpp:sm:3' previd='older' h='0'/>"),
        "<failed xmlns='urn:xmpp:sm:3' h='5'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
    );
    // XEP-0198 §5: the client may still bind, or resume something else.
    assert_eq!(
        peer.say("<resume xmlns='urn:xmpp:sm:3' previd='old' h='8'/>"),
        "<resumed xmlns='urn:xmpp:sm:3' h='9' previd='old'/>"
    );
    peer.say("<message to='romeo@example.net'/>");
    assert_eq!(stanza(&peer), "<message from='juliet@example.org/old' to='romeo@example.net'/>");
    peer.dies_of("<enable xmlns='urn:xmpp:sm:3'/>", "undefined-condition");
}

#[test]
fn stanzas_are_stamped_with_the_sender() {
    let mut peer = Peer::bound();
    for from in ["", " from='juliet@example.org'", " from='juliet@example.org/r'"] {
        peer.say(&format!("<message to='romeo@example.net'{from}><body>hi</body></message>"));
        assert_eq!(
            stanza(&peer),
            "<message from='juliet@example.org/r' to='romeo@example.net'><body>hi</body></message>"
        );
    }
    for name in ["subscribe", "subscribed", "unsubscribe", "unsubscribed"] {
        peer.say(&format!("<presence to='romeo@example.net' type='{name}'/>"));
        assert_eq!(
            stanza(&peer),
            format!("<presence from='juliet@example.org' to='romeo@example.net' type='{name}'/>")
        );
    }
    peer.say("<presence type='unavailable'/>");
    assert_eq!(stanza(&peer), "<presence from='juliet@example.org/r' type='unavailable'/>");
    for from in ["romeo@example.net", "juliet@example.org/other", "example.org", "juliet@example.com/r"] {
        Peer::bound().dies_of(&format!("<message from='{from}'/>"), "invalid-from");
    }
}

/// RFC 6120 §4.7.4
#[test]
fn the_language_of_the_open_tag_is_that_of_stanzas_without_one() {
    let mut peer = Peer::direct();
    peer.say(&HEADER.replace("to=", "xml:lang='de-CH' to="));
    peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", "<bind xmlns='urn:xmpp:bind:0'/>");
    peer.say("<message/>");
    assert_eq!(stanza(&peer), "<message from='juliet@example.org/made' xml:lang='de-CH'/>");
    peer.say("<message xml:lang='fr'/>");
    assert_eq!(stanza(&peer), "<message from='juliet@example.org/made' xml:lang='fr'/>");
}

#[test]
fn what_cannot_be_processed_is_answered_and_counts() {
    let mut peer = Peer::bound();
    for (unfit, answer) in [
        (
            "<message to='a@b@c' id='1'><body>hi</body></message>",
            "<message to='juliet@example.org/r' id='1' type='error'><error type='modify'>\
             <jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        ),
        (
            "<presence type='nonsense' id='1'/>",
            "<presence to='juliet@example.org/r' id='1' type='error'><error type='modify'>\
             <bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>",
        ),
        (
            "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
            "<iq to='juliet@example.org/r' id='s' type='result'/>",
        ),
        (
            "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
            "<iq to='juliet@example.org/r' id='b' type='error'><error type='cancel'>\
             <not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        ),
    ] {
        assert_eq!(peer.say(unfit), "");
        match peer.events.last() {
            Some(Event::Refused(Some(stanza))) => assert_eq!(format!("{stanza:?}"), answer),
            other => panic!("an answer expected: {other:?}"),
        }
    }
    for error in ["<iq type='error'/>", "<message to='a@b@c' type='error'/>"] {
        peer.say(error);
        assert!(matches!(peer.events.last(), Some(Event::Refused(None))), "{:?}", peer.events.last());
    }
}

#[test]
fn management_is_turned_on_once() {
    let mut peer = Peer::bound();
    assert_eq!(peer.say("<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='1'/>"), "");
    assert!(peer.events.is_empty(), "nothing is counted yet");
    assert_eq!(
        peer.say("<enable xmlns='urn:xmpp:sm:3' resume='1'/><r xmlns='urn:xmpp:sm:3'/>"),
        "<enabled xmlns='urn:xmpp:sm:3' id='sm1' resume='true' max='600'/>"
    );
    peer.say("<a xmlns='urn:xmpp:sm:3' h='4294967295'/>");
    assert!(matches!(peer.events[..], [Event::AckRequested, Event::Acked(u32::MAX)]), "{:?}", peer.events);
    assert_eq!(
        peer.say("<resume xmlns='urn:xmpp:sm:3' previd='old' h='1'/>"),
        "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
    );
    peer.dies_of("<enable xmlns='urn:xmpp:sm:3'/>", "undefined-condition");

    let mut peer = Peer::bound();
    assert_eq!(peer.say("<enable xmlns='urn:xmpp:sm:3'/>"), "<enabled xmlns='urn:xmpp:sm:3'/>");

    let mut peer = Peer::bound();
    peer.house.managed = false;
    assert!(peer.say("<enable xmlns='urn:xmpp:sm:3'/>").starts_with("<failed xmlns='urn:xmpp:sm:3'>"));
    peer.dies_of("<enable xmlns='urn:xmpp:sm:3'/>", "undefined-condition");

    for broken in ["<a xmlns='urn:xmpp:sm:3'/>", "<a xmlns='urn:xmpp:sm:3' h='-1'/>"] {
        Peer::bound().dies_of(broken, "bad-format");
    }
}

#[test]
fn the_client_comes_and_goes() {
    let mut peer = Peer::bound();
    peer.say("<inactive xmlns='urn:xmpp:csi:0'/><active xmlns='urn:xmpp:csi:0'/>");
    assert!(matches!(
        peer.events[..],
        [Event::ClientState(ClientState::Inactive), Event::ClientState(ClientState::Active)]
    ));
}

#[test]
fn elements_that_have_no_place_end_the_stream() {
    for (other, condition) in [
        ("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "not-authorized"),
        ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>", "not-authorized"),
        ("<x xmlns='urn:example'/>", "unsupported-stanza-type"),
        ("<pubsub/>", "unsupported-stanza-type"),
        ("hello", "bad-format"),
        ("<!-- hello -->", "restricted-xml"),
        ("<message><body>a</message>", "not-well-formed"),
        ("<message>&lol;</message>", "restricted-xml"),
        ("<x:message/>", "bad-namespace-prefix"),
    ] {
        Peer::bound().dies_of(other, condition);
    }
}

#[test]
fn each_limit_ends_the_stream() {
    let attributes: String = (0..40).map(|n| format!(" a{n}=''")).collect();
    let namespaces: String = (0..40).map(|n| format!(" xmlns:n{n}='urn:{n}'")).collect();
    for much in [
        "<message>".to_owned() + &"<a>".repeat(40),
        format!("<message>{}", "<a/>".repeat(5000)),
        format!("<message{attributes}/>"),
        format!("<message{namespaces}/>"),
    ] {
        Peer::bound().dies_of(&much, "policy-violation");
    }
    let mut peer = Peer::bound();
    let heard = peer.say_bytes(b"<message><body>\xff</body></message>");
    peer.is_dead(&heard, "unsupported-encoding");
}

#[test]
fn budgets_rise_with_the_login() {
    let long = format!("<message><body>{}</body></message>", "a".repeat(50_000));
    let mut peer = Peer::bound();
    peer.say(&long);
    stanza(&peer);
    peer.dies_of(&format!("<message><body>{}", "a".repeat(300_000)), "policy-violation");
    let mut peer = Peer::direct();
    peer.open();
    peer.dies_of(&long, "policy-violation");
}

#[test]
fn a_session_ends_by_either_side() {
    let mut peer = Peer::bound();
    assert_eq!(peer.say("<presence type='unavailable'/></stream:stream>"), "</stream:stream>");
    assert!(matches!(peer.events[..], [Event::Stanza(_), Event::Close { graceful: true }]));

    let mut peer = Peer::bound();
    peer.machine.close();
    assert_eq!(peer.heard(), "</stream:stream>");
    // RFC 6120 §4.4: what was under way is still heard.
    assert_eq!(peer.say("<presence type='unavailable'/></stream:stream>"), "");
    assert!(matches!(peer.events[..], [Event::Stanza(_), Event::Close { graceful: true }]));
}

#[test]
fn the_house_ends_a_stream_for_a_reason() {
    let mut peer = Peer::bound();
    peer.machine.abort(Crime::AcknowledgedTooMuch { h: 10, sent: 8 });
    peer.drain();
    let heard = peer.heard();
    assert_eq!(
        heard,
        "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
         <text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>More stanzas were acknowledged than were \
         sent.</text><handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' send-count='8'/></stream:error>\
         </stream:stream>"
    );
    for crime in [Crime::Conflict, Crime::ResourceConstraint, Crime::SystemShutdown, Crime::InternalServerError] {
        let mut peer = Peer::bound();
        peer.machine.abort(crime);
        peer.machine.abort(Crime::Timeout);
        peer.drain();
        let heard = peer.heard();
        peer.is_dead(&heard, crime.condition());
    }
}

#[test]
fn an_answer_that_comes_too_late_is_passed_over() {
    let mut peer = Peer::bound();
    peer.machine.input().extend_from_slice(b"<enable xmlns='urn:xmpp:sm:3'/>");
    assert!(matches!(peer.machine.next(), Some(Event::Ask(_))));
    peer.machine.abort(Crime::Timeout);
    peer.heard();
    peer.machine.answer(Answer::EnableRefused);
    assert_eq!(peer.heard(), "");
    assert!(matches!(peer.machine.next(), Some(Event::Close { graceful: false })));
    assert!(peer.machine.next().is_none());
}

#[test]
fn acknowledgements_as_they_are_written() {
    let mut out = Vec::new();
    acks::write(7, &mut out);
    acks::write_request(&mut out);
    assert_eq!(out, b"<a xmlns='urn:xmpp:sm:3' h='7'/><r xmlns='urn:xmpp:sm:3'/>");
}
