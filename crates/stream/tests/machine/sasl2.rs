//! XEP-0388 with what can be asked for in one go: Bind 2 and stream management.

use crate::{
    peer::{AGENT, HEADER, Peer},
    scram::{Client, encode},
};
use xmpp::{Condition, StanzaError, scram::Hash};

const BIND: &str = "<bind xmlns='urn:xmpp:bind:0'><tag>App</tag><enable xmlns='urn:xmpp:carbons:2'/>\
                    <enable xmlns='urn:xmpp:sm:3' resume='true'/><inactive xmlns='urn:xmpp:csi:0'/></bind>";

fn juliet() -> Client {
    Client::new(Hash::Sha256, "juliet")
}

fn failure(condition: &str) -> String {
    format!("<failure xmlns='urn:xmpp:sasl:2'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
}

/// From `<authorization-identifier>` on.
fn outcome(heard: &str) -> &str {
    assert!(heard.starts_with("<success xmlns='urn:xmpp:sasl:2'><additional-data>"), "{heard}");
    &heard[heard.find("<authorization-identifier>").unwrap()..]
}

#[test]
fn a_login_alone_goes_on_without_a_restart() {
    for bytewise in [false, true] {
        let mut peer = Peer::direct();
        peer.bytewise = bytewise;
        peer.open();
        let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", AGENT);
        assert!(outcome(&heard).starts_with(
            "<authorization-identifier>juliet@example.org</authorization-identifier></success>\
             <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><required/></bind>"
        ));
        let agent = peer.house.logins[0].agent.clone().unwrap();
        assert_eq!(agent.id.unwrap().as_str(), "d4565fa7-4d72-4749-b3d3-740edbf87770");
        assert_eq!(agent.software.unwrap().as_str(), "Test");
        let heard = peer.say("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        assert_eq!(
            heard,
            "<iq id='1' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
             <jid>juliet@example.org/made</jid></bind></iq>"
        );
    }
}

#[test]
fn one_login_binds_and_turns_on_all_that_was_asked_for() {
    let mut peer = Peer::direct();
    peer.house.archive =
        Some((("a".into(), "2026-01-01T00:00:00Z".into()), ("z".into(), "2026-11-25T00:00:00Z".into())));
    peer.open();
    let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", &format!("{BIND}{AGENT}"));
    assert_eq!(
        outcome(&heard),
        "<authorization-identifier>juliet@example.org/App/made</authorization-identifier>\
         <bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'>\
         <start id='a' timestamp='2026-01-01T00:00:00Z'/><end id='z' timestamp='2026-11-25T00:00:00Z'/></metadata>\
         <enabled xmlns='urn:xmpp:sm:3' id='sm1' resume='true' max='600'/></bound></success>\
         <stream:features><csi xmlns='urn:xmpp:csi:0'/><limits xmlns='urn:xmpp:stream-limits:0'>\
         <max-bytes>262144</max-bytes><idle-seconds>900</idle-seconds></limits>\
         <ver xmlns='urn:xmpp:features:rosterver'/></stream:features>"
    );
    let inline = peer.house.binds[0].inline;
    assert!(inline.bind2 && inline.carbons && inline.inactive);
    assert_eq!(inline.sm, Some(true));
    assert_eq!(peer.house.asked, ["keys", "admit", "bind"]);
    // Stream management is on: no second time, and the client may ask how far we are.
    peer.say("<r xmlns='urn:xmpp:sm:3'/>");
    assert!(matches!(peer.events[..], [stream::Event::AckRequested]));
    peer.dies_of("<enable xmlns='urn:xmpp:sm:3'/>", "undefined-condition");
}

#[test]
fn a_bind_without_management_and_archive() {
    let mut peer = Peer::direct();
    peer.open();
    let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", "<bind xmlns='urn:xmpp:bind:0'/>");
    assert!(
        outcome(&heard).starts_with(
            "<authorization-identifier>juliet@example.org/made</authorization-identifier>\
             <bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'/></bound></success>\
             <stream:features><sm xmlns='urn:xmpp:sm:3'/>"
        ),
        "{heard}"
    );
}

#[test]
fn a_bind_whose_management_fails_says_so() {
    let mut peer = Peer::direct();
    peer.house.managed = false;
    peer.open();
    let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", BIND);
    assert!(heard.contains(
        "<failed xmlns='urn:xmpp:sm:3'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed></bound>"
    ));
}

#[test]
fn a_bind_that_is_refused_leaves_the_client_logged_in() {
    let mut peer = Peer::direct();
    peer.house.bind_refusal = Some(StanzaError::new(Condition::ResourceConstraint));
    peer.open();
    let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", BIND);
    assert!(outcome(&heard).starts_with(
        "<authorization-identifier>juliet@example.org</authorization-identifier></success><stream:features><bind "
    ));
}

/// XEP-0198 §9.2: resumed, so nothing is bound and no features follow.
#[test]
fn a_session_is_taken_up_within_the_login() {
    let mut peer = Peer::direct();
    peer.open();
    let resume = format!("{BIND}<resume xmlns='urn:xmpp:sm:3' previd='old' h='41'/>");
    let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", &resume);
    assert_eq!(
        outcome(&heard),
        "<authorization-identifier>juliet@example.org/old</authorization-identifier>\
         <resumed xmlns='urn:xmpp:sm:3' h='42' previd='old'/></success>"
    );
    assert_eq!(peer.house.asked, ["keys", "admit", "resume"]);
    peer.say("<message from='juliet@example.org/old'/>");
    assert!(matches!(peer.events[..], [stream::Event::Stanza(_)]));
}

/// XEP-0198 §9.2.1
#[test]
fn a_session_that_is_gone_makes_way_for_a_new_one() {
    for (previous, h) in [("older", " h='5'"), ("oldest", "")] {
        let mut peer = Peer::direct();
        peer.open();
        let resume = format!("<resume xmlns='urn:xmpp:sm:3' previd='{previous}' h='41'/>{BIND}");
        let heard = peer.log_in(&juliet(), "SCRAM-SHA-256", &resume);
        assert!(outcome(&heard).starts_with(&format!(
            "<authorization-identifier>juliet@example.org/App/made</authorization-identifier>\
             <failed xmlns='urn:xmpp:sm:3'{h}><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\
             <bound xmlns='urn:xmpp:bind:0'>"
        )));
        assert_eq!(peer.house.asked, ["keys", "admit", "resume", "bind"]);
    }
}

#[test]
fn each_mistake_has_its_condition_and_nothing_inline_happens() {
    for (mechanism, message, children, condition) in [
        ("PLAIN", encode("\0juliet\0pencil"), BIND, "invalid-mechanism"),
        ("HT-SHA-256-NONE", encode("juliet\0x"), BIND, "invalid-mechanism"),
        ("SCRAM-SHA-1", "?".to_owned(), BIND, "incorrect-encoding"),
        ("SCRAM-SHA-1", " biws ".to_owned(), BIND, "incorrect-encoding"),
        ("SCRAM-SHA-1", encode("n,,n"), BIND, "malformed-request"),
        ("SCRAM-SHA-1", encode("n,,n=a,r=b"), "<resume xmlns='urn:xmpp:sm:3' h='1'/>", "malformed-request"),
        ("SCRAM-SHA-1", encode("n,a=romeo@example.org,n=juliet,r=b"), BIND, "invalid-authzid"),
    ] {
        let mut peer = Peer::direct();
        peer.open();
        let heard = peer.say(&format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='{mechanism}'>\
             <initial-response>{message}</initial-response>{children}</authenticate>"
        ));
        assert_eq!(heard, failure(condition));
        assert!(peer.house.asked.is_empty());
    }
    let mut peer = Peer::direct();
    peer.open();
    let client = Client { password: "pen", ..juliet() };
    assert_eq!(peer.log_in(&client, "SCRAM-SHA-256", BIND), failure("not-authorized"));
    assert_eq!(peer.house.asked, ["keys"]);
}

/// XEP-0388 §2.4: neither a second login nor anything else.
#[test]
fn other_elements_within_an_exchange_end_the_stream() {
    for other in [
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>",
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>",
        "<message/>",
        "<next xmlns='urn:xmpp:sasl:2' task='UPGR-SCRAM-SHA-256'/>",
    ] {
        let mut peer = Peer::direct();
        peer.open();
        peer.authenticate(&juliet(), "SCRAM-SHA-256", "");
        peer.dies_of(other, "not-authorized");
    }
}

#[test]
fn a_client_may_give_up_and_try_again() {
    let mut peer = Peer::direct();
    peer.open();
    peer.authenticate(&juliet(), "SCRAM-SHA-256", "");
    assert_eq!(peer.say("<abort xmlns='urn:xmpp:sasl:2'><text>Bored.</text></abort>"), failure("aborted"));
    peer.log_in(&juliet(), "SCRAM-SHA-256", BIND);
    assert_eq!(peer.house.binds.len(), 1);
}

/// XEP-0388 §4.8
#[test]
fn there_is_one_login_on_a_stream() {
    for children in ["", BIND] {
        let mut peer = Peer::direct();
        peer.open();
        peer.log_in(&juliet(), "SCRAM-SHA-256", children);
        peer.dies_of("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>", "not-authorized");
    }
}

/// XEP-0388 §2.3
#[test]
fn the_name_in_the_open_tag_must_be_the_one_that_logs_in() {
    let mut peer = Peer::direct();
    peer.say(&HEADER.replace("to=", "from='romeo@example.org' to="));
    assert_eq!(peer.authenticate(&juliet(), "SCRAM-SHA-256", BIND), failure("not-authorized"));
    let mut peer = Peer::direct();
    peer.say(&HEADER.replace("to=", "from='juliet@example.org' to="));
    assert!(peer.log_in(&juliet(), "SCRAM-SHA-256", BIND).contains("<success "));
}

#[test]
fn a_first_message_may_come_later() {
    let mut peer = Peer::direct();
    peer.open();
    let heard = peer.say("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-256'/>");
    assert_eq!(heard, "<challenge xmlns='urn:xmpp:sasl:2'/>");
    let heard = peer.say(&format!("<response xmlns='urn:xmpp:sasl:2'>{}</response>", juliet().first()));
    assert!(heard.starts_with("<challenge xmlns='urn:xmpp:sasl:2'>"));
}
