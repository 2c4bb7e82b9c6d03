//! What we say to a server that we call.

use crate::house::{CAPULET, MONTAGUE, Talk, VALID, WORTHLESS, answer_header, at_capulet, message, pair, settings};
use stream::{
    Crime,
    peer::{Certificate, Dane, Doubt, Flaw, Policy, Proof},
    server::{Acks, Broken, Claim, End, Errand, Event, Outgoing},
};

const FEATURES: &str = "<stream:features/>";
const EXTERNAL: &str = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
                        <mechanism>EXTERNAL</mechanism></mechanisms></stream:features>";
const KEY: &str = "<db:result from='capulet.example' to='montague.example'>\
                   b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3</db:result>";
const VALID_RESULT: &str = "<db:result from='montague.example' to='capulet.example' type='valid'/>";

fn opened(id: &str) -> String {
    answer_header(MONTAGUE, CAPULET, id)
}

fn plain() -> Talk<Outgoing> {
    let machine = Outgoing::plain(settings(CAPULET), pair(CAPULET, MONTAGUE), Errand::Send);
    let mut talk = Talk::new(machine, VALID, Policy::Certificate);
    let heard = talk.heard();
    assert_eq!(
        heard,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' \
         xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' to='montague.example' \
         xml:lang='en' version='1.0'>"
    );
    talk
}

fn claim() -> Claim {
    Claim { pair: pair(CAPULET, MONTAGUE), id: "417GAF25".into(), key: "225c".into() }
}

#[test]
fn starttls_external_bidi_and_management() {
    for bytewise in [false, true] {
        let mut talk = plain();
        talk.bytewise = bytewise;
        talk.say(&opened("1"));
        let heard = talk.say(
            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
        );
        assert_eq!(heard, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        let heard = talk.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        assert!(heard.starts_with("<?xml version='1.0'?><stream:stream "), "{heard}");
        talk.say(&opened("2"));
        let heard = talk.say(&EXTERNAL.replace(
            "</stream:features>",
            "<bidi xmlns='urn:xmpp:features:bidi'/><limits xmlns='urn:xmpp:stream-limits:0'>\
             <max-bytes>10000</max-bytes></limits></stream:features>",
        ));
        assert_eq!(
            heard,
            "<bidi xmlns='urn:xmpp:bidi'><limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>100000</max-bytes>\
             <idle-seconds>600</idle-seconds></limits></bidi>\
             <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>Y2FwdWxldC5leGFtcGxl</auth>"
        );
        talk.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        talk.say(&opened("3"));
        let heard = talk.say(
            "<stream:features><sm xmlns='urn:xmpp:sm:3'/><limits xmlns='urn:xmpp:stream-limits:0'>\
             <max-bytes>50000</max-bytes><idle-seconds>60</idle-seconds></limits></stream:features>",
        );
        assert_eq!(heard, "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
        assert!(talk.ready().is_empty(), "what is sent is counted from the answer on");
        talk.say("<enabled xmlns='urn:xmpp:sm:3'/>");
        let Some(Event::Ready(ready)) = talk.events.last() else { panic!("{:?}", talk.events) };
        assert!(ready.bidi && ready.acks != Acks::None);
        assert_eq!((ready.limits.bytes, ready.limits.idle_seconds), (Some(50_000), Some(60)));
        talk.say(&message("romeo@montague.example", "juliet@capulet.example"));
        assert_eq!(talk.stanzas(), 1);
        talk.say("<a xmlns='urn:xmpp:sm:3' h='3'/>");
        assert_eq!(talk.last(), "Acked(3)");
    }
}

/// XEP-0198 §5
#[test]
fn we_go_on_with_a_stream_that_broke_if_we_may() {
    let features = "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>";
    let proved = || {
        let broken = Some(Broken { id: "before".into(), h: 4 });
        let machine = Outgoing::direct(settings(CAPULET), pair(CAPULET, MONTAGUE), Errand::Send).resuming(broken);
        let mut talk = Talk::new(machine, WORTHLESS, Policy::Dialback);
        talk.say(&answer_header(MONTAGUE, CAPULET, "D60000229F"));
        talk.say(features);
        assert_eq!(talk.say(VALID_RESULT), "<resume xmlns='urn:xmpp:sm:3' h='4' previd='before'/>");
        talk
    };
    let acks = |talk: &Talk<Outgoing>| match talk.events.last() {
        Some(Event::Ready(ready)) => ready.acks.clone(),
        _ => panic!("{:?}", talk.events),
    };
    let mut talk = proved();
    talk.say("<resumed xmlns='urn:xmpp:sm:3' h='9' previd='before'/>");
    assert_eq!(acks(&talk), Acks::Resumed(Broken { id: "before".into(), h: 9 }));
    proved().dies_of("<resumed xmlns='urn:xmpp:sm:3' h='9' previd='another'/>", "invalid-from");
    for (h, had) in [("", None), (" h='6'", Some(Broken { id: "before".into(), h: 6 }))] {
        let mut talk = proved();
        let failed = format!("<failed xmlns='urn:xmpp:sm:3'{h}/>");
        assert_eq!(talk.say(&failed), "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
        talk.say("<enabled xmlns='urn:xmpp:sm:3' id='after' resume='1'/>");
        assert_eq!(acks(&talk), Acks::New { again: Some("after".into()), had });
    }
}

/// XEP-0220 §2.1.1 with the key of its example.
#[test]
fn dialback_where_there_is_nothing_else() {
    for bytewise in [false, true] {
        for (answer, condition) in [
            (VALID_RESULT.to_owned(), None),
            (VALID_RESULT.replace("valid", "invalid"), Some("Close(Rejected(None))")),
            (
                VALID_RESULT.replace(
                    "type='valid'/>",
                    "type='error'><error type='cancel'><item-not-found \
                    xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
                ),
                Some("Close(Rejected(Some(\"item-not-found\")))"),
            ),
        ] {
            let mut talk = at_capulet(Errand::Send);
            talk.bytewise = bytewise;
            assert_eq!(talk.say(FEATURES), KEY);
            assert!(talk.ready().is_empty());
            let heard = talk.say(&answer);
            match condition {
                None => assert_eq!(talk.ready(), ["capulet.example-montague.example Dialback"]),
                Some(end) => assert_eq!((heard.as_str(), talk.last().as_str()), ("</stream:stream>", end)),
            }
        }
    }
}

/// XEP-0178 §3: servers that believe certificates of clients only say no to ours.
#[test]
fn dialback_where_our_certificate_is_not_believed() {
    let mut talk = at_capulet(Errand::Send);
    assert!(talk.say(EXTERNAL).starts_with("<auth "));
    let heard = talk.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
    assert_eq!(heard, KEY);
    talk.say(VALID_RESULT);
    assert_eq!(talk.ready().len(), 1);
}

#[test]
fn nothing_is_said_to_somebody_who_is_not_whom_we_called() {
    let expired = Certificate::Invalid(Flaw::Expired);
    for (proof, policy, doubt) in [
        (Proof { certificate: expired, ..VALID }, Policy::Certificate, Doubt::Certificate(expired)),
        (Proof { dane: Dane::Mismatch, ..VALID }, Policy::Dialback, Doubt::Dane),
        (VALID, Policy::Refuse, Doubt::Policy),
    ] {
        for errand in [Errand::Send, Errand::Ask] {
            let machine = Outgoing::direct(settings(CAPULET), pair(CAPULET, MONTAGUE), errand);
            let mut talk = Talk::new(machine, proof, policy);
            talk.machine.ask(claim());
            talk.drain();
            assert_eq!(talk.heard(), "");
            assert!(format!("{:?}", talk.events).contains("CalledBack(Claim(Pair"), "{:?}", talk.events);
            assert!(matches!(talk.events.last(), Some(Event::Close(End::Doubted(found))) if *found == doubt));
        }
    }
}

#[test]
fn there_is_no_talking_in_plain_text() {
    let mut talk = plain();
    talk.say(&opened("1"));
    assert_eq!(talk.say(FEATURES), "</stream:stream>");
    assert_eq!(talk.last(), "Close(NoTls)");
    let mut talk = plain();
    talk.say(&opened("1"));
    talk.dies_of(VALID_RESULT, "unsupported-stanza-type");
    let mut talk = plain();
    talk.say(&opened("1"));
    talk.say("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
    // What came in plain text behind the command is thrown away.
    talk.say(&format!("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>{}{EXTERNAL}", opened("evil")));
    assert!(talk.machine.input().is_empty());
    talk.say(&opened("good"));
    assert!(talk.say(FEATURES).starts_with("<db:result "));
}

/// XEP-0220 §2.1.2 with its example.
#[test]
fn a_key_is_asked_about_without_a_proof() {
    for bytewise in [false, true] {
        for (kind, outcome) in [("valid", "Valid"), ("invalid", "Invalid"), ("error", "Failed")] {
            let mut talk = at_capulet(Errand::Ask);
            talk.bytewise = bytewise;
            talk.machine.ask(claim());
            assert_eq!(
                talk.say(EXTERNAL),
                "<db:verify from='capulet.example' to='montague.example' id='417GAF25'>225c</db:verify>"
            );
            let heard = talk
                .say(&format!("<db:verify from='montague.example' id='417GAF25' to='capulet.example' type='{kind}'/>"));
            assert_eq!(heard, "</stream:stream>");
            assert!(talk.last().starts_with("CalledBack(") && talk.last().ends_with(&format!(", {outcome})")));
        }
    }
}

#[test]
fn what_was_asked_in_vain_is_told_at_the_end() {
    let mut talk = at_capulet(Errand::Ask);
    talk.machine.ask(claim());
    talk.say(FEATURES);
    talk.machine.abort(Crime::Timeout);
    talk.drain();
    let told: Vec<_> = talk.events.iter().map(|event| format!("{event:?}")).collect();
    assert!(told[0].starts_with("CalledBack(") && told[0].ends_with(", Failed)"), "{told:?}");
    assert_eq!(told[1], "Close(Crime(Timeout))");
    talk.machine.ask(claim());
    talk.drain();
    assert!(talk.last().ends_with(", Failed)"));
}

#[test]
fn whoever_answers_under_another_name_is_left() {
    for (header, condition) in [
        (opened("1").replace("from='montague.example'", "from='elsewhere.example'"), "invalid-from"),
        (opened("1").replace("version='1.0'>", ">"), "unsupported-version"),
        (opened("1").replace("'jabber:server'", "'jabber:client'"), "invalid-namespace"),
    ] {
        plain().dies_of(&format!("{header}{EXTERNAL}"), condition);
    }
}

/// Servers that do not have the domain say so under a name that they have.
#[test]
fn whoever_has_no_such_domain_is_heard_under_another_name() {
    for header in [
        opened("1").replace("from='montague.example'", "from='elsewhere.example'"),
        opened("1").replace("version='1.0'>", ">"),
    ] {
        let mut talk = plain();
        talk.say(&header);
        talk.say("<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
        assert_eq!(talk.last(), "Close(Error { condition: \"host-unknown\", text: None })");
    }
}
