//! Presence and subscriptions as clients see them: RFC 6121 §3, §4.

#![allow(clippy::unwrap_used, reason = "tests")]

mod world;

use features::{presence, roster};
use world::{World, jid, short};

/// Alice and Bob subscribed to each other, nobody online.
fn friends() -> World {
    let mut world = World::new(&["alice", "bob"]);
    let (alice, bob) = (world.connect("alice/setup"), world.connect("bob/setup"));
    for (session, to) in [(alice, "bob"), (bob, "alice")] {
        world.send(session, &format!("<presence type='subscribe' to='{to}@x.example'/>"));
    }
    world.send(alice, "<presence type='subscribed' to='bob@x.example'/>");
    world.send(bob, "<presence type='subscribed' to='alice@x.example'/>");
    assert_eq!((world.state("alice", "bob"), world.state("bob", "alice")), ("both".to_owned(), "both".to_owned()));
    world.cut(alice);
    world.cut(bob);
    world.clear();
    world
}

#[test]
fn two_people_become_contacts() {
    let mut world = World::new(&["alice", "bob"]);
    let (phone, desktop) = (world.online("alice/phone"), world.online("alice/desktop"));
    let bob = world.online("bob/home");
    world.send(phone, "<presence type='subscribe' id='q' to='bob@x.example/any'><status>hi</status></presence>");
    assert_eq!(short(&world.take(phone)), ["push bob@x.example subscription=none ask=subscribe"]);
    assert_eq!(short(&world.take(desktop)), ["push bob@x.example subscription=none ask=subscribe"]);
    // §3.1.3: no roster item, and the whole stanza from bare to bare.
    let request =
        "<presence from='alice@x.example' to='bob@x.example' id='q' type='subscribe'><status>hi</status></presence>";
    assert_eq!(world.take(bob), [request]);
    assert_eq!(world.state("bob", "alice"), "none+in");
    // Asked again, it is not shown again.
    world.send(phone, "<presence type='subscribe' to='bob@x.example'/>");
    assert!(world.take(bob).is_empty() && world.take(phone).is_empty());

    world.send(bob, "<presence type='subscribed' id='ok' to='alice@x.example'/>");
    assert_eq!(short(&world.take(bob)), ["push alice@x.example subscription=from"]);
    let approved = [
        "presence subscribed from bob@x.example",
        "push bob@x.example subscription=to",
        "presence available from bob@x.example/home",
    ];
    assert_eq!(short(&world.take(phone)), approved);
    assert_eq!(short(&world.take(desktop)), approved);
    assert_eq!(world.count("SELECT count(*) FROM subscription_request"), 0);

    // The other way round.
    world.send(bob, "<presence type='subscribe' to='alice@x.example'/>");
    world.send(desktop, "<presence type='subscribed' to='bob@x.example'/>");
    assert_eq!(
        short(&world.take(bob)),
        [
            "push alice@x.example subscription=from ask=subscribe",
            "presence subscribed from alice@x.example",
            "push alice@x.example subscription=both",
            "presence available from alice@x.example/phone",
            "presence available from alice@x.example/desktop",
        ]
    );
    // Who is subscribed and asks again is told so (§3.1.3 rule 2), with presence.
    world.clear();
    world.receive("<presence type='subscribe' id='again' from='bob@x.example' to='alice@x.example'/>");
    assert!(world.take(phone).is_empty());
    assert_eq!(world.take(bob).len(), 2);
}

#[test]
fn a_request_waits_until_it_is_answered() {
    let mut world = World::new(&["alice", "bob"]);
    let alice = world.online("alice/phone");
    world.send(alice, "<presence type='subscribe' id='1' to='bob@x.example'><x xmlns='ext'><y a='1'/></x></presence>");
    world.send(alice, "<presence type='subscribe' id='2' to='bob@x.example'/>");
    let request = "<presence from='alice@x.example' to='bob@x.example' id='1' type='subscribe'>\
                   <x xmlns='ext'><y a='1'/></x></presence>";
    for session in ["bob/one", "bob/two"] {
        let bob = world.connect(session);
        world.send(bob, "<presence/>");
        assert_eq!(world.take(bob).last().unwrap(), request);
        // Not with an update.
        world.send(bob, "<presence><show>away</show></presence>");
        assert!(!world.take(bob).contains(&request.to_owned()));
    }
    // Denied from a device that is not interested: nothing is seen of Bob (§3.2.2), and no more requests.
    world.clear();
    let bob = world.connect("bob/three");
    world.send(bob, "<presence type='unsubscribed' to='alice@x.example'/>");
    assert_eq!(
        short(&world.take(alice)),
        ["presence unsubscribed from bob@x.example", "push bob@x.example subscription=none"]
    );
    world.send(bob, "<presence/>");
    assert!(!short(&world.take(bob)).iter().any(|stanza| stanza.contains("subscribe")));
}

#[test]
fn requests_are_bounded_in_number_and_size() {
    let mut world = World::new(&["alice"]);
    world.limit(&roster::REQUESTS, 2);
    world.limit(&roster::REQUEST_BYTES, 150);
    let long = "s".repeat(200);
    for name in ["b", "c", "d"] {
        world.receive(&format!(
            "<presence type='subscribe' from='{name}@x.example' to='alice@x.example'><status>{long}</status></presence>"
        ));
    }
    assert_eq!(world.lost.len(), 1);
    assert!(world.lost[0].starts_with("to d@x.example") && world.lost[0].contains("resource-constraint"));
    let alice = world.connect("alice/phone");
    world.send(alice, "<presence/>");
    assert_eq!(
        world.take(alice)[1..],
        [
            "<presence from='b@x.example' to='alice@x.example' type='subscribe'/>",
            "<presence from='c@x.example' to='alice@x.example' type='subscribe'/>",
        ]
    );
    // Taken back (table 7), it is gone.
    world.receive("<presence type='unsubscribe' from='b@x.example' to='alice@x.example'/>");
    assert_eq!(world.state("alice", "b"), "none");
    assert_eq!(world.count("SELECT count(*) FROM subscription_request"), 1);
}

#[test]
fn what_is_pre_approved_is_granted_without_asking() {
    let mut world = World::new(&["alice", "bob"]);
    let (alice, bob) = (world.online("alice/phone"), world.online("bob/home"));
    world.send(bob, "<presence type='subscribed' to='alice@x.example'/>");
    assert_eq!(short(&world.take(bob)), ["push alice@x.example subscription=none approved=true"]);
    assert!(world.take(alice).is_empty());
    world.send(alice, "<presence type='subscribe' id='q' to='bob@x.example'/>");
    assert_eq!(short(&world.take(bob)), ["push alice@x.example subscription=from approved=true"]);
    assert_eq!(
        short(&world.take(alice)),
        [
            "push bob@x.example subscription=none ask=subscribe",
            "presence subscribed from bob@x.example",
            "push bob@x.example subscription=to",
            "presence available from bob@x.example/home",
        ]
    );
    world.send(bob, "<presence type='unsubscribed' to='alice@x.example'/>");
    assert_eq!(short(&world.take(bob)), ["push alice@x.example subscription=none"]);
}

#[test]
fn a_cancelled_subscription_ends_with_unavailable_first() {
    let mut world = friends();
    let (alice, bob) = (world.online("alice/phone"), world.online("bob/home"));
    world.clear();
    world.send(bob, "<presence type='unsubscribed' to='alice@x.example'/>");
    assert_eq!(
        short(&world.take(alice)),
        [
            "presence unavailable from bob@x.example/home",
            "presence unsubscribed from bob@x.example",
            "push bob@x.example subscription=from",
        ]
    );
    assert_eq!(short(&world.take(bob)), ["push alice@x.example subscription=to"]);
    world.send(bob, "<presence type='unsubscribe' to='alice@x.example'/>");
    assert_eq!(
        short(&world.take(alice)),
        ["presence unsubscribe from bob@x.example", "push bob@x.example subscription=none"]
    );
    assert_eq!(
        short(&world.take(bob)),
        ["push alice@x.example subscription=none", "presence unavailable from alice@x.example/phone"]
    );
}

#[test]
fn removing_a_contact_parts_both() {
    let mut world = friends();
    let (alice, bob) = (world.online("alice/phone"), world.online("bob/home"));
    world.clear();
    world.send(
        alice,
        "<iq type='set' id='s'><query xmlns='jabber:iq:roster'><item jid='bob@x.example' subscription='remove'/></query></iq>",
    );
    let unavailable = "presence unavailable from bob@x.example/home".to_owned();
    assert_eq!(
        short(&world.take(alice)),
        ["push bob@x.example subscription=remove".to_owned(), "iq result from ".to_owned(), unavailable]
    );
    assert_eq!(
        short(&world.take(bob)),
        [
            "presence unavailable from alice@x.example/phone",
            "presence unsubscribed from alice@x.example",
            "push alice@x.example subscription=from",
            "presence unsubscribe from alice@x.example",
            "push alice@x.example subscription=none",
        ]
    );
    assert_eq!((world.state("alice", "bob"), world.state("bob", "alice")), ("none".to_owned(), "none".to_owned()));
}

#[test]
fn a_deleted_account_says_goodbye() {
    let mut world = friends();
    let bob = world.online("bob/home");
    world.receive("<presence type='subscribe' from='carol@y.example' to='alice@x.example'/>");
    let at = world.accounts.iter().position(|account| account.jid == jid("alice@x.example")).unwrap();
    // The rows go with the account, after this turn.
    for table in roster::FEATURE.tables {
        let store::Erase::Sql(sql) = table.erase else { unreachable!() };
        world
            .store
            .commit_blocking(vec![store::Write::Run { sql, values: vec![1i64.into()], expect: store::Expect::Any }])
            .unwrap();
    }
    world.clear();
    world.turn(at, roster::account_removed);
    assert_eq!(world.state("bob", "alice"), "none");
    assert_eq!(world.take(bob).len(), 4);
}

#[test]
fn initial_presence_is_shown_and_shows() {
    let mut world = friends();
    let bob = world.online("bob/home");
    world.send(bob, "<presence id='p'><show>dnd</show><c xmlns='caps' ver='1'/></presence>");
    let tablet = world.online("alice/tablet");
    world.clear();
    let phone = world.connect("alice/phone");
    world.send(phone, "<presence xml:lang='en'><status>here</status><priority>5</priority></presence>");
    let own = "<presence from='alice@x.example/phone' to='alice@x.example' xml:lang='en'>\
               <status>here</status><priority>5</priority></presence>";
    assert_eq!(
        world.take(phone),
        [
            own,
            "<presence from='alice@x.example/tablet' to='alice@x.example'/>",
            "<presence from='bob@x.example/home' to='alice@x.example' id='p'><show>dnd</show><c xmlns='caps' ver='1'/></presence>",
        ]
    );
    assert_eq!(world.take(tablet)[0], own);
    assert_eq!(world.take(bob), [own.replace("to='alice@", "to='bob@")]);
    assert_eq!(world.account("alice").sessions[1].priority, 5);
    // Gone without a word: everybody learns of it, once.
    world.cut(phone);
    let gone = ["presence unavailable from alice@x.example/phone"];
    assert_eq!(
        (short(&world.take(bob)), short(&world.take(tablet))),
        (gone.map(String::from).into(), gone.map(String::from).into())
    );
    // Gone with a word: all of it, to oneself as well; then nothing more at the end.
    world.send(tablet, "<presence type='unavailable'><status>bye</status></presence>");
    assert!(world.take(bob)[0].contains("<status>bye</status>"));
    assert!(world.take(tablet)[0].contains("<status>bye</status>"));
    world.cut(tablet);
    assert!(world.take(bob).is_empty());
}

#[test]
fn a_bad_priority_is_refused() {
    let mut world = World::new(&["alice"]);
    let phone = world.connect("alice/phone");
    for bad in ["128", "-129", "", "high", "1</priority><priority>2"] {
        world.send(phone, &format!("<presence><priority>{bad}</priority></presence>"));
        assert_eq!(short(&world.take(phone)), ["presence error bad-request from "], "{bad}");
        assert!(!world.account("alice").sessions[0].is_available());
    }
    world.send(phone, "<presence><priority> -128 </priority></presence>");
    assert!(!world.account("alice").sessions[0].wants_bare());
}

#[test]
fn directed_presence_ends_with_the_session() {
    let mut world = World::new(&["alice", "bob", "carol"]);
    world.limit(&presence::directed::DIRECTED, 2);
    let (alice, bob, carol) = (world.online("alice/phone"), world.online("bob/home"), world.online("carol/home"));
    for to in ["bob@x.example", "carol@x.example/home", "carol@x.example/home"] {
        world.send(alice, &format!("<presence to='{to}'><show>chat</show></presence>"));
    }
    assert_eq!(
        world.take(bob),
        ["<presence from='alice@x.example/phone' to='bob@x.example'><show>chat</show></presence>"]
    );
    assert_eq!(world.take(carol).len(), 2);
    world.send(alice, "<presence to='dave@x.example'/>");
    assert_eq!(short(&world.take(alice)), ["presence error policy-violation from dave@x.example"]);
    // Updates are not for them (§4.6.3 rule 2).
    world.send(alice, "<presence><show>away</show></presence>");
    assert!(world.take(bob).is_empty());
    // A probe learns that the session is there, and no more (§4.6.6).
    world.receive("<presence type='probe' from='bob@x.example' to='alice@x.example/phone'/>");
    assert_eq!(world.take(bob), ["<presence from='alice@x.example/phone' to='bob@x.example'/>"]);
    let phone = world.account("alice").sessions[0].id;
    assert!(presence::may_see(world.account("alice"), phone, &jid("bob@x.example/home")));
    assert!(!presence::is_subscribed(world.account("alice"), &jid("bob@x.example/home")));
    // Who was told goodbye is not told twice.
    world.send(alice, "<presence type='unavailable' to='carol@x.example/home'/>");
    assert_eq!(short(&world.take(carol)), ["presence unavailable from alice@x.example/phone"]);
    world.send(alice, "<presence type='unavailable'/>");
    assert_eq!(short(&world.take(bob)), ["presence unavailable from alice@x.example/phone"]);
    world.cut(alice);
    assert!(world.take(carol).is_empty() && world.take(bob).is_empty());
}

#[test]
fn presence_directed_without_being_available_ends_too() {
    let mut world = friends();
    let bob = world.online("bob/home");
    let alice = world.connect("alice/phone");
    // §4.6.3 rule 3: no broadcast will tell a subscriber, so the list does.
    world.send(alice, "<presence to='bob@x.example/home'/>");
    assert_eq!(world.take(bob).len(), 1);
    world.cut(alice);
    assert_eq!(short(&world.take(bob)), ["presence unavailable from alice@x.example/phone"]);
}

#[test]
fn a_probe_shows_what_the_asker_may_see() {
    let mut world = friends();
    let bob = world.online("bob/home");
    let stranger = "<presence type='probe' id='p1' from='eve@x.example/r' to='alice@x.example'/>";
    world.receive(stranger);
    let denied =
        "to eve@x.example/r: <presence from='alice@x.example' to='eve@x.example/r' id='p1' type='unsubscribed'/>";
    assert_eq!(world.lost, [denied]);
    // An address without an account answers the same.
    let probe = xmpp::Stanza::read(stranger).unwrap();
    let nobody = presence::answer_for_nobody(&probe, &jid("alice@x.example")).unwrap();
    assert!(denied.ends_with(&format!("{nobody:?}")));

    // Subscribed, and nobody there: from the bare JID, with the probe's id.
    world.clear();
    world.receive("<presence type='probe' id='p2' from='bob@x.example' to='alice@x.example'/>");
    assert_eq!(world.take(bob), ["<presence from='alice@x.example' to='bob@x.example' id='p2' type='unavailable'/>"]);
    // A full JID tells only that it is there.
    let alice = world.connect("alice/phone");
    world.send(alice, "<presence id='a1'><show>away</show></presence>");
    world.clear();
    world.receive("<presence type='probe' id='p3' from='bob@x.example' to='alice@x.example/phone'/>");
    world.receive("<presence type='probe' id='p4' from='bob@x.example' to='alice@x.example/other'/>");
    assert_eq!(
        world.take(bob),
        [
            "<presence from='alice@x.example/phone' to='bob@x.example'/>",
            "<presence from='alice@x.example/other' to='bob@x.example' id='p4' type='unavailable'/>",
        ]
    );
    assert!(world.take(alice).is_empty());
}

#[test]
fn strangers_change_nothing() {
    let mut world = World::new(&["alice"]);
    let alice = world.online("alice/phone");
    for signal in ["subscribed", "unsubscribed", "unsubscribe"] {
        world.receive(&format!("<presence type='{signal}' from='eve@x.example' to='alice@x.example'/>"));
        world.receive(&format!("<presence type='{signal}' from='eve@x.example' to='alice@x.example/phone'/>"));
    }
    world.receive("<presence type='error' from='eve@x.example' to='alice@x.example'/>");
    world.receive("<presence type='subscribed' from='alice@x.example' to='alice@x.example'/>");
    assert!(world.take(alice).is_empty() && world.lost.is_empty());
    for bad in ["<presence type='subscribe'/>", "<presence type='subscribe' to='alice@x.example'/>"] {
        world.send(alice, bad);
        assert!(short(&world.take(alice))[0].starts_with("presence error"));
    }
}

#[test]
fn a_failed_request_is_reported_and_a_failed_probe_is_not() {
    let mut world = World::new(&["alice"]);
    let alice = world.online("alice/phone");
    // There is no federation yet: the request cannot be routed (§3.1.2).
    world.send(alice, "<presence type='subscribe' id='q' to='bob@y.example'/>");
    assert_eq!(
        short(&world.take(alice)),
        [
            "push bob@y.example subscription=none ask=subscribe",
            "presence error remote-server-not-found from bob@y.example"
        ]
    );
    world.receive("<presence type='subscribed' from='bob@y.example' to='alice@x.example'/>");
    world.clear();
    world.receive("<presence type='error' from='bob@y.example' to='alice@x.example'/>");
    assert!(world.take(alice).is_empty());
}

#[test]
fn the_last_presence_keeps_no_foreign_buffer() {
    let mut world = World::new(&["alice"]);
    let alice = world.connect("alice/phone");
    let stanza = xmpp::Stanza::read("<presence><status>x</status></presence>").unwrap();
    world.turn(0, |turn| features::order::outgoing(turn, alice, std::sync::Arc::new(stanza.clone())));
    let kept = world.account("alice").sessions[0].presence.clone().unwrap();
    assert_eq!(kept.inner(), stanza.inner());
    assert_ne!(kept.inner().as_ptr(), stanza.inner().as_ptr());
}
