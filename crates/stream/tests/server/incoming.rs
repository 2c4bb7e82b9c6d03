//! What a server that connects to us gets.

use crate::house::{CAPULET, MONTAGUE, Talk, VALID, WORTHLESS, at_montague, header, message, prove, settings};
use stream::{
    peer::{Dialback, Policy},
    server::{Acks, End, Event, Incoming},
};

const SUCCESS: &str = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";

fn auth(text: &str) -> String {
    format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>{text}</auth>")
}

/// XEP-0178 §3 and XEP-0288 §3, from the first byte on.
#[test]
fn starttls_external_and_both_directions() {
    for bytewise in [false, true] {
        let mut talk = Talk::new(Incoming::plain(settings(MONTAGUE), [7; 32]), VALID, Policy::Certificate);
        talk.bytewise = bytewise;
        let heard = talk.say(&header(CAPULET, MONTAGUE));
        assert!(heard.starts_with(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' \
             xmlns:stream='http://etherx.jabber.org/streams' id='"
        ));
        assert!(heard.contains(" from='montague.example' to='capulet.example' xml:lang='en' version='1.0'>"));
        assert!(heard.ends_with(
            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>\
             <bidi xmlns='urn:xmpp:features:bidi'/></stream:features>"
        ));
        let heard = talk.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        assert_eq!(heard, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        let heard = talk.say(&header(CAPULET, MONTAGUE));
        assert!(heard.ends_with(
            "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism>\
             </mechanisms><bidi xmlns='urn:xmpp:features:bidi'/>\
             <dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback><sm xmlns='urn:xmpp:sm:3'/>\
             <limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>100000</max-bytes>\
             <idle-seconds>600</idle-seconds></limits></stream:features>"
        ));
        let bidi = "<bidi xmlns='urn:xmpp:bidi'><limits xmlns='urn:xmpp:stream-limits:0'>\
                    <max-bytes>20000</max-bytes></limits></bidi>";
        assert_eq!(talk.say(bidi), "");
        assert_eq!(talk.say(&auth("\n  Y2FwdWxldC5leGFtcGxl\n")), SUCCESS);
        assert!(talk.ready().is_empty(), "nothing is sent before the stream begins anew");
        let heard = talk.say(&header(CAPULET, MONTAGUE));
        assert!(!heard.contains("mechanisms") && !heard.contains("bidi"), "{heard}");
        let Some(Event::Ready(ready)) = talk.events.last() else { panic!("{:?}", talk.events) };
        assert!(ready.bidi && ready.acks == Acks::None);
        assert_eq!(ready.limits.bytes, Some(20_000));
        talk.say(&message("juliet@capulet.example/balcony", "romeo@montague.example"));
        assert_eq!(talk.stanzas(), 1);
    }
}

#[test]
fn external_takes_the_name_of_the_open_tag_or_none() {
    for (text, failure) in [
        ("=", None),
        ("", None),
        ("Y2FwdWxldC5leGFtcGxl", None),
        ("Y2FwdWxldC5leGFtcGxlL3g=", Some("invalid-authzid")),
        ("bW9udGFndWUuZXhhbXBsZQ==", Some("invalid-authzid")),
        ("Y2Fwd", Some("incorrect-encoding")),
    ] {
        let mut talk = at_montague(VALID, Policy::Certificate);
        let heard = talk.say(&auth(text));
        match failure {
            None => assert_eq!(heard, SUCCESS),
            Some(failure) => {
                assert_eq!(heard, format!("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><{failure}/></failure>"));
                // XEP-0178 §3: dialback is left, and the certificate is enough for it (XEP-0344 §2.4).
                talk.say("<db:result from='capulet.example' to='montague.example'>key</db:result>");
                assert_eq!(talk.ready(), ["montague.example-capulet.example Certificate"]);
            }
        }
    }
}

#[test]
fn external_is_offered_to_whom_it_would_prove_only() {
    for (proof, policy) in [(WORTHLESS, Policy::Certificate), (WORTHLESS, Policy::Dialback)] {
        let mut talk = at_montague(proof, policy);
        assert!(talk.say(&auth("=")).contains("<invalid-mechanism/>"));
        assert!(talk.say(&auth("=")).contains("<invalid-mechanism/>"));
        talk.dies_of(&auth("="), "policy-violation");
    }
    // Without a name there is nothing to prove.
    let mut talk = Talk::new(Incoming::direct(settings(MONTAGUE), [7; 32]), VALID, Policy::Certificate);
    let heard = talk.say(&header(CAPULET, MONTAGUE).replace(" from='capulet.example'", ""));
    assert!(!heard.contains("EXTERNAL") && heard.contains("<dialback "), "{heard}");
}

/// XEP-0220 §2.2.1, examples 9 to 12.
#[test]
fn dialback_is_asked_and_answered() {
    for bytewise in [false, true] {
        for (dialback, answer, ends) in [
            (Dialback::Valid, "type='valid'></db:result>", false),
            (Dialback::Invalid, "type='invalid'></db:result></stream:stream>", true),
            (
                Dialback::Failed,
                "type='error'><error type='cancel'><remote-server-not-found \
                 xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
                false,
            ),
        ] {
            let mut talk = at_montague(WORTHLESS, Policy::Dialback);
            talk.bytewise = bytewise;
            assert_eq!(talk.say("<db:result from='capulet.example' to='montague.example'> b483 </db:result>"), "");
            let claim = talk.claims().pop().unwrap();
            assert_eq!((claim.key.as_str(), claim.id.as_str().len()), ("b483", 24));
            talk.machine.called_back(&claim, dialback);
            talk.drain();
            let heard = talk.heard();
            assert_eq!(heard, format!("<db:result from='montague.example' to='capulet.example' {answer}"));
            assert_eq!(talk.last().starts_with("Close("), ends);
            assert_eq!(talk.ready().len(), usize::from(dialback == Dialback::Valid));
            // It is told once.
            talk.machine.called_back(&claim, Dialback::Valid);
            talk.drain();
            assert_eq!(talk.heard(), "");
        }
    }
}

#[test]
fn a_wrong_key_costs_the_others_nothing() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.say("<db:result from='rooms.capulet.example' to='montague.example'>key</db:result>");
    let claim = talk.claims().pop().unwrap();
    assert_eq!(talk.say(&message("a@capulet.example", "b@montague.example")), "", "others go on meanwhile");
    talk.machine.called_back(&claim, Dialback::Invalid);
    talk.drain();
    assert!(talk.heard().contains("<forbidden "));
    talk.say(&message("a@capulet.example", "b@montague.example"));
    assert_eq!(talk.stanzas(), 2);
}

/// XEP-0220 §2.2.2 with the key of its example, and §2.5.
#[test]
fn keys_are_verified_for_anybody() {
    const KEY: &str = "225cc5aa6a071133249d25fef42ae516fc7a86c523aa1c6980a7f73e784c972d";
    for policy in [Policy::Certificate, Policy::Dialback] {
        let mut talk = at_montague(WORTHLESS, policy);
        let ask = |to: &str, id: &str, key: &str| {
            format!("<db:verify from='capulet.example' id='{id}' to='{to}'>\n {key}\n</db:verify>")
        };
        let start = "<db:verify from='montague.example' to='capulet.example' id='417GAF25' ";
        assert_eq!(talk.say(&ask(MONTAGUE, "417GAF25", KEY)), format!("{start}type='valid'></db:verify>"));
        assert_eq!(talk.say(&ask(MONTAGUE, "417GAF25", "x")), format!("{start}type='invalid'></db:verify>"));
        assert!(talk.say(&ask(MONTAGUE, "417GAF24", KEY)).ends_with("type='invalid'></db:verify>"));
        let heard = talk.say(&ask("elsewhere.example", "417GAF25", KEY));
        assert!(
            heard.starts_with("<db:verify from='elsewhere.example' to='capulet.example' id='417GAF25' type='error'>")
        );
        assert!(heard.contains("<error type='cancel'><item-not-found "), "{heard}");
        talk.dies_of("<db:verify from='capulet.example' to='montague.example'>x</db:verify>", "bad-format");
    }
}

/// XEP-0220 §2.6, and §2.5 for what is refused.
#[test]
fn several_pairs_share_a_stream() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.proof = VALID;
    for (from, to, answer) in [
        ("rooms.capulet.example", "montague.example", "type='valid'"),
        ("capulet.example", "rooms.montague.example", "type='valid'"),
        ("capulet.example", "montague.example", "type='valid'"),
        ("capulet.example", "nowhere.montague.example", "<item-not-found "),
        ("montague.example", "rooms.montague.example", "<not-authorized "),
    ] {
        let heard = talk.say(&format!("<db:result from='{from}' to='{to}'>key</db:result>"));
        assert!(heard.contains(answer), "{from} {to}: {heard}");
    }
    assert_eq!(
        talk.ready(),
        [
            "montague.example-capulet.example Dialback",
            "montague.example-rooms.capulet.example Certificate",
            "rooms.montague.example-capulet.example Certificate",
        ]
    );
    talk.say(&message("a@rooms.capulet.example", "b@montague.example"));
    talk.say(&message("a@capulet.example", "b@rooms.montague.example"));
    assert_eq!(talk.stanzas(), 2);
}

#[test]
fn a_domain_that_is_not_welcome_is_told_so() {
    let mut talk = Talk::new(Incoming::direct(settings(MONTAGUE), [7; 32]), VALID, Policy::Refuse);
    talk.dies_of(&header(CAPULET, MONTAGUE), "policy-violation");
    assert!(format!("{:?}", talk.events).contains("Doubted"));
    // On the stream of another, it is that one claim that fails.
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.policy = Policy::Refuse;
    let heard = talk.say("<db:result from='rooms.capulet.example' to='montague.example'>key</db:result>");
    assert!(heard.contains("<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"), "{heard}");
    talk.say(&message("a@capulet.example", "b@montague.example"));
    assert_eq!(talk.stanzas(), 1);
}

#[test]
fn wrong_open_tags_are_answered_before_they_are_refused() {
    let fine = header(CAPULET, MONTAGUE);
    for (header, condition) in [
        (fine.replace(" to='montague.example'", ""), "improper-addressing"),
        (fine.replace("to='montague.example'", "to='capulet.example'"), "host-unknown"),
        (fine.replace("to='montague.example'", "to='a@montague.example'"), "host-unknown"),
        (fine.replace("from='capulet.example'", "from='montague.example'"), "invalid-from"),
        (fine.replace("from='capulet.example'", "from='a@capulet.example'"), "improper-addressing"),
        (fine.replace("version='1.0'>", ">"), "unsupported-version"),
        (fine.replace("'jabber:server'", "'jabber:client'"), "invalid-namespace"),
        ("<open/>".to_owned(), "invalid-namespace"),
    ] {
        for machine in [Incoming::plain(settings(MONTAGUE), [7; 32]), Incoming::direct(settings(MONTAGUE), [7; 32])] {
            Talk::new(machine, VALID, Policy::Certificate).dies_of(&header, condition);
        }
    }
}

#[test]
fn stream_management_comes_after_the_proof_and_once() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    let enable = "<enable xmlns='urn:xmpp:sm:3'/>";
    assert!(talk.say(enable).starts_with("<failed xmlns='urn:xmpp:sm:3'><unexpected-request "));
    prove(&mut talk);
    assert_eq!(talk.say("<r xmlns='urn:xmpp:sm:3'/>"), "");
    assert!(talk.last().starts_with("Ready"));
    assert_eq!(talk.say(enable), "<enabled xmlns='urn:xmpp:sm:3'/>");
    assert_eq!(talk.last(), "Managed(None)");
    talk.say("<r xmlns='urn:xmpp:sm:3'/>");
    assert_eq!(talk.last(), "AckRequested");
    talk.say("<a xmlns='urn:xmpp:sm:3' h='7'/>");
    assert_eq!(talk.last(), "Acked(7)");
    talk.dies_of(enable, "undefined-condition");
}

/// XEP-0198 §5: who broke off is asked for by its name, and by nobody who has not proved who it is.
#[test]
fn a_stream_that_broke_goes_on() {
    let resume = "<resume xmlns='urn:xmpp:sm:3' h='4' previd='before'/>";
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    assert!(talk.say(resume).starts_with("<failed xmlns='urn:xmpp:sm:3'><unexpected-request "));
    prove(&mut talk);
    assert_eq!(talk.say(&format!("{resume}<r xmlns='urn:xmpp:sm:3'/>")), "");
    let asked = "Resume(Broken { id: \"before\", h: 4 })";
    assert_eq!(talk.last(), asked, "the machine stands still while it waits");
    talk.machine.not_resumed(Some(3));
    talk.drain();
    let heard = talk.heard();
    assert!(heard.starts_with("<failed xmlns='urn:xmpp:sm:3' h='3'><item-not-found "), "{heard}");
    assert_eq!(talk.last(), asked, "nothing is acknowledged yet");
    let heard = talk.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    let name = talk.last().replace("Managed(Some(\"", "").replace("\"))", "");
    assert_eq!(heard, format!("<enabled xmlns='urn:xmpp:sm:3' id='{name}' resume='true' max='120'/>"));
    talk.dies_of(resume, "undefined-condition");

    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.say(resume);
    talk.machine.resumed(7);
    talk.drain();
    assert_eq!(talk.heard(), "<resumed xmlns='urn:xmpp:sm:3' h='7' previd='before'/>");
    talk.say("<a xmlns='urn:xmpp:sm:3' h='5'/>");
    assert_eq!(talk.last(), "Acked(5)");
    talk.dies_of("<enable xmlns='urn:xmpp:sm:3'/>", "undefined-condition");
    for nonsense in ["previd='' h='1'", "h='1'", "previd='x'", "previd='x' h='-1'"] {
        let mut talk = at_montague(WORTHLESS, Policy::Dialback);
        prove(&mut talk);
        talk.dies_of(&format!("<resume xmlns='urn:xmpp:sm:3' {nonsense}/>"), "bad-format");
    }
}

#[test]
fn a_stanza_that_cannot_be_processed_is_answered_where_that_is_possible() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.say("<iq from='a@capulet.example' to='b@@montague.example' id='1' type='get'/>");
    assert!(
        talk.last().contains("from='montague.example' to='a@capulet.example' id='1' type='error'"),
        "{}",
        talk.last()
    );
    talk.say("<iq from='a@capulet.example' to='b@montague.example' type='get'/>");
    assert!(talk.last().contains("<bad-request "), "{}", talk.last());
    talk.say("<message from='@capulet.example' to='b@montague.example'/>");
    assert_eq!(talk.last(), "Refused(None)");
}

#[test]
fn the_peer_says_why_it_goes() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    let heard = talk.say(
        "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
         <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Your certificate is old.</text></stream:error></stream:stream>",
    );
    assert_eq!(heard, "</stream:stream>");
    let Some(Event::Close(End::Error { condition, text })) = talk.events.last() else { panic!("{:?}", talk.events) };
    assert_eq!((condition.as_str(), text.as_ref().unwrap().as_str()), ("not-authorized", "Your certificate is old."));
}

#[test]
fn a_closed_stream_says_nothing_more_but_hears() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.machine.close();
    talk.drain();
    assert_eq!(talk.heard(), "</stream:stream>");
    talk.say(&message("a@capulet.example", "b@montague.example"));
    assert_eq!(talk.stanzas(), 1);
    assert_eq!(talk.say("<db:result from='rooms.capulet.example' to='montague.example'>key</db:result>"), "");
    assert_eq!(talk.say("</stream:stream>"), "");
    assert_eq!(talk.last(), "Close(Closed)");
}
