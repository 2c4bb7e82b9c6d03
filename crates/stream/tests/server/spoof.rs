//! Those who say to be somebody else (XEP-0220 §3.1, XEP-0288 §4).

use crate::house::{
    CAPULET, MONTAGUE, Talk, VALID, WORTHLESS, answer_header, at_capulet, at_montague, header, message, pair, prove,
    settings,
};
use stream::{
    peer::{Dialback, Policy},
    server::{Claim, Errand, Incoming, Outgoing},
};

const BIDI: &str = "<bidi xmlns='urn:xmpp:bidi'/>";
const FEATURES: &str = "<stream:features><bidi xmlns='urn:xmpp:features:bidi'/></stream:features>";
const VALID_RESULT: &str = "<db:result from='montague.example' to='capulet.example' type='valid'/>";

fn claim(id: &str) -> Claim {
    Claim { pair: pair(CAPULET, MONTAGUE), id: id.into(), key: "225c".into() }
}

#[test]
fn answers_that_nobody_asked_for_end_the_stream_of_who_called() {
    for bidi in ["", BIDI] {
        for proved in [false, true] {
            for forged in [
                "<db:result from='capulet.example' to='montague.example' type='valid'/>",
                "<db:result from='capulet.example' to='montague.example' type='invalid'/>",
                "<db:result from='other.example' to='montague.example' type='valid'/>",
                "<db:verify from='capulet.example' to='montague.example' id='1' type='valid'/>",
            ] {
                let mut talk = at_montague(WORTHLESS, Policy::Dialback);
                talk.say(bidi);
                if proved {
                    prove(&mut talk);
                }
                talk.dies_of(forged, "invalid-from");
                assert_eq!(talk.ready().len(), usize::from(proved));
            }
        }
    }
}

#[test]
fn answers_that_nobody_asked_for_end_the_stream_of_who_was_called() {
    for (errand, forged) in [
        // A result where no key was shown.
        (Errand::Ask, VALID_RESULT),
        // For other pairs than the one.
        (Errand::Send, "<db:result from='other.example' to='capulet.example' type='valid'/>"),
        (Errand::Send, "<db:result from='montague.example' to='rooms.capulet.example' type='valid'/>"),
        (Errand::Send, "<db:result from='capulet.example' to='montague.example' type='valid'/>"),
        // About keys that were not asked about here.
        (Errand::Send, "<db:verify from='montague.example' to='capulet.example' id='417GAF25' type='valid'/>"),
        (Errand::Ask, "<db:verify from='montague.example' to='capulet.example' id='other' type='valid'/>"),
        (Errand::Ask, "<db:verify from='other.example' to='capulet.example' id='417GAF25' type='valid'/>"),
        (Errand::Ask, "<db:verify from='montague.example' to='rooms.capulet.example' id='417GAF25' type='valid'/>"),
    ] {
        let mut talk = at_capulet(errand);
        if errand == Errand::Ask {
            talk.machine.ask(claim("417GAF25"));
        }
        talk.say(FEATURES);
        talk.dies_of(forged, "invalid-from");
        assert!(talk.ready().is_empty());
        assert!(!format!("{:?}", talk.events).contains(", Valid)"));
    }
}

/// What was asked on one stream is not answered on another, and not twice.
#[test]
fn a_key_is_verified_on_the_stream_on_which_that_was_asked() {
    let mut asked = at_capulet(Errand::Ask);
    asked.say(FEATURES);
    asked.machine.ask(claim("1"));
    let mut other = at_capulet(Errand::Ask);
    other.say(FEATURES);
    other.dies_of("<db:verify from='montague.example' to='capulet.example' id='1' type='valid'/>", "invalid-from");
    // An answer that is there before the question is no answer.
    let mut early = at_capulet(Errand::Ask);
    early.machine.ask(claim("1"));
    early.dies_of(
        "<db:verify from='montague.example' to='capulet.example' id='1' type='valid'/>",
        "unsupported-stanza-type",
    );
    asked.machine.ask(claim("2"));
    asked.say("<db:verify from='montague.example' to='capulet.example' id='1' type='invalid'/>");
    asked.dies_of("<db:verify from='montague.example' to='capulet.example' id='1' type='valid'/>", "invalid-from");
}

#[test]
fn a_result_comes_once() {
    let mut talk = at_capulet(Errand::Send);
    talk.say(FEATURES);
    talk.say(VALID_RESULT);
    talk.dies_of(VALID_RESULT, "invalid-from");
}

#[test]
fn a_call_back_for_another_claim_proves_nothing() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    talk.say("<db:result from='capulet.example' to='montague.example'>key</db:result>");
    let claim = talk.claims().pop().unwrap();
    for other in [
        Claim { key: "another".into(), ..claim.clone() },
        Claim { id: "another".into(), ..claim.clone() },
        Claim { pair: pair(MONTAGUE, "other.example"), ..claim.clone() },
    ] {
        talk.machine.called_back(&other, Dialback::Valid);
        talk.drain();
    }
    assert!(talk.ready().is_empty());
    talk.dies_of(&message("a@capulet.example", "b@montague.example"), "not-authorized");
}

#[test]
fn stanzas_are_of_the_pairs_that_were_proved() {
    for (stanza, condition) in [
        (message("a@other.example", "b@montague.example"), "invalid-from"),
        (message("a@rooms.capulet.example", "b@montague.example"), "invalid-from"),
        (message("a@montague.example", "b@montague.example"), "invalid-from"),
        (message("a@capulet.example.", "b@rooms.montague.example"), "improper-addressing"),
        (message("a@capulet.example", "b@rooms.montague.example"), "improper-addressing"),
        (message("a@capulet.example", "b@elsewhere.example"), "host-unknown"),
        ("<message from='a@capulet.example'/>".to_owned(), "improper-addressing"),
        ("<message to='a@montague.example'/>".to_owned(), "improper-addressing"),
        ("<iq from='a@other.example' to='b@montague.example' type='get'/>".to_owned(), "invalid-from"),
        ("<iq from='a@other.example' to='b@@montague.example' id='1' type='get'/>".to_owned(), "invalid-from"),
    ] {
        let mut talk = at_montague(WORTHLESS, Policy::Dialback);
        prove(&mut talk);
        talk.dies_of(&stanza, condition);
        assert_eq!(talk.stanzas(), 0);
        let mut talk = at_montague(WORTHLESS, Policy::Dialback);
        talk.dies_of(&stanza, "not-authorized");
    }
}

#[test]
fn a_stream_keeps_its_names_through_its_restarts() {
    for (again, condition) in [
        (header("other.example", MONTAGUE), "invalid-from"),
        (header(CAPULET, "rooms.montague.example"), "improper-addressing"),
        (header(MONTAGUE, MONTAGUE), "invalid-from"),
    ] {
        let mut talk = at_montague(VALID, Policy::Certificate);
        talk.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>");
        talk.dies_of(&again, condition);
        assert!(talk.ready().is_empty());
    }
    // And through STARTTLS.
    let mut talk = Talk::new(Incoming::plain(settings(MONTAGUE), [7; 32]), VALID, Policy::Certificate);
    talk.say(&header(CAPULET, MONTAGUE));
    talk.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    talk.dies_of(&header("other.example", MONTAGUE), "invalid-from");
}

#[test]
fn sasl_is_over_once_somebody_is_proved() {
    let mut talk = at_montague(VALID, Policy::Dialback);
    prove_by_certificate(&mut talk);
    talk.dies_of(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
        "unsupported-stanza-type",
    );
}

#[test]
fn both_directions_are_asked_for_in_time_or_not_at_all() {
    let mut talk = at_montague(VALID, Policy::Certificate);
    prove_by_certificate(&mut talk);
    talk.dies_of(BIDI, "undefined-condition");
    let mut talk = at_montague(VALID, Policy::Certificate);
    talk.say(BIDI);
    talk.dies_of(BIDI, "undefined-condition");
    let mut talk = Talk::new(Incoming::plain(settings(MONTAGUE), [7; 32]), VALID, Policy::Certificate);
    talk.say(&header(CAPULET, MONTAGUE));
    talk.dies_of(BIDI, "not-authorized");
}

#[test]
fn nothing_comes_back_on_a_stream_that_goes_one_way() {
    let mut one_way = (*settings(CAPULET)).clone();
    one_way.bidi = false;
    for proved in [false, true] {
        let machine = Outgoing::direct(one_way.clone().into(), pair(CAPULET, MONTAGUE), Errand::Send);
        let mut talk = Talk::new(machine, WORTHLESS, Policy::Dialback);
        talk.say(&answer_header(MONTAGUE, CAPULET, "1"));
        let heard = talk.say(FEATURES);
        assert!(!heard.contains("bidi"), "{heard}");
        if proved {
            talk.say(VALID_RESULT);
        }
        talk.dies_of(&message("a@montague.example", "b@capulet.example"), "not-authorized");
    }
}

#[test]
fn what_comes_back_is_of_the_one_pair_and_after_its_proof() {
    let mut talk = at_capulet(Errand::Send);
    assert!(talk.say(FEATURES).starts_with("<bidi "));
    talk.dies_of(&message("a@montague.example", "b@capulet.example"), "not-authorized");
    for (stanza, condition) in [
        (message("a@other.example", "b@capulet.example"), "invalid-from"),
        (message("a@montague.example", "b@rooms.capulet.example"), "improper-addressing"),
    ] {
        let mut talk = at_capulet(Errand::Send);
        talk.say(FEATURES);
        talk.say(VALID_RESULT);
        talk.dies_of(&stanza, condition);
    }
    // Further domains want a stream of their own.
    let mut talk = at_capulet(Errand::Send);
    talk.say(FEATURES);
    talk.say(VALID_RESULT);
    let heard = talk.say("<db:result from='rooms.montague.example' to='capulet.example'>key</db:result>");
    assert!(heard.contains("<resource-constraint "), "{heard}");
    talk.dies_of(&message("a@rooms.montague.example", "b@capulet.example"), "invalid-from");
}

fn prove_by_certificate(talk: &mut Talk<Incoming>) {
    talk.say("<db:result from='capulet.example' to='montague.example'>key</db:result>");
    assert_eq!(talk.ready(), ["montague.example-capulet.example Certificate"]);
}
