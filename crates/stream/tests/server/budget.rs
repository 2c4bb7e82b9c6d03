//! What a server may cost us, before it has proved who it is and after.

use crate::house::{WORTHLESS, at_montague, message, prove};
use stream::peer::{Dialback, Policy};

fn claim(number: usize) -> String {
    format!("<db:result from='d{number}.example' to='montague.example'>key</db:result>")
}

#[test]
fn a_stranger_has_few_domains_asked_and_a_member_more() {
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    for number in 0..4 {
        assert_eq!(talk.say(&claim(number)), "");
    }
    assert!(talk.say(&claim(4)).contains("<resource-constraint "));
    assert!(talk.say(&claim(0)).contains("<resource-constraint "), "once for each pair");
    assert_eq!(talk.claims().len(), 4);
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    for number in 0..5 {
        assert_eq!(talk.say(&claim(number)), "");
    }
    assert!(talk.say(&claim(5)).contains("<resource-constraint "));
}

#[test]
fn a_stranger_has_few_attempts() {
    let mut talk = at_montague(WORTHLESS, Policy::Certificate);
    assert!(talk.say(&claim(0)).contains("<not-authorized "));
    assert!(talk.say(&claim(1)).contains("<not-authorized "));
    let heard = talk.say(&claim(2));
    assert!(heard.contains("<not-authorized ") && heard.contains("<policy-violation "), "{heard}");
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    for number in 0..3 {
        talk.say(&claim(number));
        let claim = talk.claims().pop().unwrap();
        talk.machine.called_back(&claim, Dialback::Failed);
        talk.drain();
    }
    assert!(talk.heard().contains("<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"));
}

#[test]
fn the_size_of_an_element_is_bounded_before_the_proof_and_after() {
    let key = "k".repeat(9_000);
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    assert_eq!(talk.say(&format!("<db:result from='capulet.example' to='montague.example'>{key}</db:result>")), "");
    talk.dies_of(&format!("<db:result from='x.example' to='montague.example'>{key}{key}"), "policy-violation");
    let large = |bytes: usize| message("a@capulet.example", &format!("b@montague.example' id='{}", "i".repeat(bytes)));
    let mut talk = at_montague(WORTHLESS, Policy::Dialback);
    prove(&mut talk);
    talk.say(&large(90_000));
    assert_eq!(talk.stanzas(), 1);
    talk.dies_of(&large(100_000), "policy-violation");
}

#[test]
fn an_idle_stream_is_small() {
    // Ten thousand of them fit into a few megabytes, buffers of sockets and TLS not counted.
    assert!(size_of::<stream::server::Incoming>() <= 512, "{}", size_of::<stream::server::Incoming>());
    assert!(size_of::<stream::server::Outgoing>() <= 512, "{}", size_of::<stream::server::Outgoing>());
}
