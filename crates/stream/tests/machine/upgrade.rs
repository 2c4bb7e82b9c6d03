//! XEP-0480: an account with keys for one hash gets keys for another.

use crate::{
    peer::{AGENT, Peer, salt},
    scram::Client,
};
use data_encoding::BASE64;
use std::num::NonZeroU32;
use xmpp::scram::{Hash, Keys};

const READY: &str = "<upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-256</upgrade>\
                     <bind xmlns='urn:xmpp:bind:0'/>";

fn failure(condition: &str) -> String {
    format!("<failure xmlns='urn:xmpp:sasl:2'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
}

/// Up to `<continue/>`.
fn begin() -> Peer {
    let mut peer = Peer::direct();
    peer.house.hashes = vec![Hash::Sha1];
    peer.house.upgrade = Some((Hash::Sha256, salt(), 10_000));
    peer.house.new_token = Some(("secret".into(), "2026-12-09T00:00:00Z".into()));
    peer.open();
    let heard = peer.log_in(&Client::new(Hash::Sha1, "juliet"), "SCRAM-SHA-1", &format!("{READY}{AGENT}"));
    assert!(heard.starts_with("<continue xmlns='urn:xmpp:sasl:2'><additional-data>"));
    assert!(heard.ends_with("</additional-data><tasks><task>UPGR-SCRAM-SHA-256</task></tasks></continue>"));
    assert_eq!(peer.house.logins[0].upgrades, [Hash::Sha256]);
    peer
}

const NEXT: &str = "<next xmlns='urn:xmpp:sasl:2' task='UPGR-SCRAM-SHA-256'/>";

fn data(text: &str) -> String {
    format!("<task-data xmlns='urn:xmpp:sasl:2'><hash xmlns='urn:xmpp:scram-upgrade:0'>{text}</hash></task-data>")
}

#[test]
fn the_client_makes_the_keys_and_comes_in() {
    let mut peer = begin();
    assert_eq!(
        peer.say(NEXT),
        format!(
            "<task-data xmlns='urn:xmpp:sasl:2'><salt xmlns='urn:xmpp:scram-upgrade:0' iterations='10000'>{}\
             </salt></task-data>",
            BASE64.encode(&salt())
        )
    );
    let iterations = NonZeroU32::new(10_000).unwrap();
    let salted = Hash::Sha256.salted_password("pencil", &salt(), iterations);
    let heard = peer.say(&data(&BASE64.encode(&salted)));
    // Our proof went out before; the token and the rest come only now.
    assert!(heard.starts_with(
        "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.org/made</authorization-identifier>\
         <bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'/></bound><token xmlns='urn:xmpp:fast:0' "
    ));
    assert_eq!(peer.house.asked, ["keys", "admit", "upgrade", "bind"]);
    assert!(peer.house.stored[0] == Keys::derive(Hash::Sha256, "pencil", salt(), iterations));
}

#[test]
fn a_task_that_fails_ends_the_login_for_good() {
    for (talk, condition) in [
        (vec!["<next xmlns='urn:xmpp:sasl:2' task='UPGR-SCRAM-SHA-512'/>".to_owned()], "malformed-request"),
        (vec!["<abort xmlns='urn:xmpp:sasl:2'/>".to_owned()], "aborted"),
        (vec![NEXT.to_owned(), data("")], "malformed-request"),
        (vec![NEXT.to_owned(), data("AAAA")], "malformed-request"),
        (vec![NEXT.to_owned(), data("?")], "malformed-request"),
    ] {
        let mut peer = begin();
        let heard = talk.iter().map(|text| peer.say(text)).last().unwrap();
        assert_eq!(heard, failure(condition));
        assert_eq!(peer.house.asked, ["keys", "admit"]);
        // XEP-0388 §4.8: no further login after <continue/>.
        peer.dies_of("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>", "not-authorized");
    }
}

#[test]
fn nothing_else_is_heard_during_a_task() {
    let again = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>";
    for (before, other) in [
        ("", again),
        ("", "<presence/>"),
        ("", "<task-data xmlns='urn:xmpp:sasl:2'/>"),
        (NEXT, again),
        (NEXT, NEXT),
        (NEXT, "<message/>"),
    ] {
        let mut peer = begin();
        peer.say(before);
        peer.dies_of(other, "not-authorized");
    }
}
