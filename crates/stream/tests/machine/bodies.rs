//! Streams whose elements come in bodies, over requests (XEP-0124, XEP-0206).

use crate::peer::Peer;
use crate::scram::Client;
use stream::Event;
use stream::xml::Body;
use xmpp::scram::Hash;

const BODY: &str = "<body xmlns='http://jabber.org/protocol/httpbind' rid='1' sid='s'";
const FIRST: &str = "<body xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh' \
                     rid='1' to='example.org' xml:lang='en' hold='1' wait='60' xmpp:version='1.0'/>";

fn body(elements: &str) -> String {
    format!("{BODY}>{elements}</body>")
}

fn bound() -> Peer {
    let mut peer = Peer::in_bodies();
    peer.say(FIRST);
    let client = Client::new(Hash::Sha256, "juliet");
    let sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
    let heard = peer.say(&body(&format!("<auth xmlns='{sasl}' mechanism='SCRAM-SHA-256'>{}</auth>", client.first())));
    let challenge = crate::peer::within(&heard, "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>", "</challenge>");
    let (last, _) = client.last(challenge);
    let heard = peer.say(&body(&format!("<response xmlns='{sasl}'>{last}</response>")));
    assert!(heard.starts_with("<success "), "{heard}");
    // A request that only asks for more opens nothing.
    assert_eq!(peer.say(&format!("{BODY}/>")), "");
    let heard = peer.say(&format!("{BODY} to='example.org' xmlns:xmpp='urn:xmpp:xbosh' xmpp:restart='true'/>"));
    assert!(heard.starts_with("<stream:features xmlns:stream=") && heard.contains("xmpp-bind"), "{heard}");
    peer.say(&body(
        "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
    ));
    peer
}

#[test]
fn a_stream_is_opened_restarted_and_ended_by_its_bodies() {
    for bytewise in [false, true] {
        let mut peer = bound();
        peer.bytewise = bytewise;
        let message = "<message xmlns='jabber:client' to='romeo@example.net'><body>hi</body></message>";
        assert_eq!(peer.say(&body(&format!("{message}{message}"))), "");
        assert_eq!(peer.events.iter().filter(|event| matches!(event, Event::Stanza(_))).count(), 2);
        assert_eq!(peer.say(&format!("{BODY} type='terminate'>{message}</body>")), "");
        assert_eq!(peer.events.iter().filter(|event| matches!(event, Event::Stanza(_))).count(), 3);
        assert!(matches!(peer.events.last(), Some(Event::Close { graceful: true })));
    }
}

#[test]
fn what_is_no_body_ends_the_stream() {
    for other in ["<body/>", "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>", "text", "<!-- -->"] {
        let mut peer = bound();
        let heard = peer.say(other);
        assert!(heard.starts_with("<stream:error "), "{other}: {heard}");
        assert!(matches!(peer.events.last(), Some(Event::Close { graceful: false })));
    }
}

#[test]
fn the_carrier_reads_the_tag() {
    let tag = Body::read(format!("<?xml version='1.0'?>\n{FIRST}").as_bytes()).unwrap();
    assert_eq!((tag.number("rid"), tag.attr("to"), tag.attr("version")), (Some(1), Some("example.org"), Some("1.0")));
    assert_eq!((tag.attr("sid"), tag.number("to")), (None, None));
    for other in ["", "<body/>", "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'", "x"] {
        assert!(Body::read(other.as_bytes()).is_err(), "{other}");
    }
}
