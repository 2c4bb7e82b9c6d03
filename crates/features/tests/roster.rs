//! The roster as clients see it: RFC 6121 §2.

#![allow(clippy::unwrap_used, reason = "tests")]

mod world;

use features::memory::SessionId;
use features::roster;
use world::{World, short};

const GET: &str = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>";

fn set(world: &mut World, session: SessionId, item: &str) -> Vec<String> {
    world.send(session, &format!("<iq type='set' id='s'><query xmlns='jabber:iq:roster'>{item}</query></iq>"));
    let got = world.take(session);
    short(&got)
}

fn get(world: &mut World, session: SessionId, ver: &str) -> Vec<String> {
    world.send(session, &format!("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='{ver}'/></iq>"));
    world.take(session)
}

#[test]
fn a_set_is_answered_and_pushed_to_the_interested() {
    let mut world = World::new(&["alice"]);
    let (phone, desktop, deaf) =
        (world.online("alice/phone"), world.online("alice/desktop"), world.connect("alice/deaf"));
    world.send(
        phone,
        "<iq type='set' id='s1'><query xmlns='jabber:iq:roster'><item jid='bob@x.example' name='B&lt;b' ask='subscribe' \
         approved='true' subscription='both'><group>G &amp; H</group><group>I</group></item></query></iq>",
    );
    let item = "<query xmlns='jabber:iq:roster' ver='1-1'><item jid='bob@x.example' name='B&lt;b' \
                subscription='none'><group>G &amp; H</group><group>I</group></item></query>";
    assert_eq!(
        world.take(phone),
        [
            format!("<iq from='alice@x.example' to='alice@x.example/phone' id='roster-1' type='set'>{item}</iq>"),
            "<iq to='alice@x.example/phone' id='s1' type='result'/>".to_owned(),
        ]
    );
    assert_eq!(
        world.take(desktop),
        [format!("<iq from='alice@x.example' to='alice@x.example/desktop' id='roster-1' type='set'>{item}</iq>")]
    );
    assert!(world.take(deaf).is_empty());
    world.send(desktop, GET);
    assert_eq!(world.take(desktop), [format!("<iq to='alice@x.example/desktop' id='g' type='result'>{item}</iq>")]);
}

#[test]
fn an_update_replaces_name_and_groups_and_an_empty_roster_is_a_roster() {
    let mut world = World::new(&["alice"]);
    let phone = world.connect("alice/phone");
    world.send(phone, GET);
    assert_eq!(
        world.take(phone),
        ["<iq to='alice@x.example/phone' id='g' type='result'><query xmlns='jabber:iq:roster' ver='1-0'/></iq>"]
    );
    set(&mut world, phone, "<item jid='bob@x.example' name='Bob'><group>G</group></item>");
    set(&mut world, phone, "<item jid='bob@x.example' name=''/>");
    world.send(phone, GET);
    assert!(world.take(phone)[0].contains("<item jid='bob@x.example' subscription='none'/>"));
}

#[test]
fn each_fault_has_its_error() {
    let mut world = World::new(&["alice", "bob"]);
    let phone = world.online("alice/phone");
    let long = "n".repeat(1024);
    let groups: String = (0..33).map(|n| format!("<group>{n}</group>")).collect();
    let item = "<item jid='carol@x.example'/>";
    for (sent, condition) in [
        (String::new(), "bad-request"),
        (format!("{item}{item}"), "bad-request"),
        ("<item name='x'/>".to_owned(), "bad-request"),
        ("<item jid='carol@x.example/r'/>".to_owned(), "bad-request"),
        (
            "<item jid='carol@x.example'><group>a</group><group>b</group><group>a</group></item>".to_owned(),
            "bad-request",
        ),
        ("<item jid='carol@x.example'><group/></item>".to_owned(), "not-acceptable"),
        (format!("<item jid='carol@x.example' name='{long}'/>"), "not-acceptable"),
        (format!("<item jid='carol@x.example'><group>{long}</group></item>"), "not-acceptable"),
        (format!("<item jid='carol@x.example'>{groups}</item>"), "not-acceptable"),
        ("<item jid='carol@x.example' subscription='remove'/>".to_owned(), "item-not-found"),
        ("<item jid='alice@x.example'/>".to_owned(), "not-allowed"),
    ] {
        assert_eq!(set(&mut world, phone, &sent), [format!("iq error {condition} from ")], "{sent}");
    }
    // §2.3.3: somebody else's roster.
    world.send(
        phone,
        "<iq type='set' id='s' to='bob@x.example'><query xmlns='jabber:iq:roster'><item jid='carol@x.example'/></query></iq>",
    );
    assert_eq!(short(&world.take(phone)), ["iq error forbidden from bob@x.example"]);
    world.send(phone, "<iq type='get' id='s' to='bob@x.example'><query xmlns='jabber:iq:roster'/></iq>");
    assert_eq!(short(&world.take(phone)), ["iq error service-unavailable from bob@x.example"]);
    // What is addressed to the own account is not (§2.1.5).
    world.send(
        phone,
        "<iq type='set' id='s' to='alice@x.example'><query xmlns='jabber:iq:roster'><item jid='carol@x.example'/></query></iq>",
    );
    assert_eq!(world.take(phone).len(), 2);
}

#[test]
fn a_full_roster_can_still_be_tidied() {
    let mut world = World::new(&["alice"]);
    let phone = world.online("alice/phone");
    world.limit(&roster::ITEMS, 1);
    let kept = "<item jid='bob@x.example' name='Bob'/>";
    assert_eq!(set(&mut world, phone, kept).len(), 2);
    let other = "<item jid='carol@x.example'/>";
    assert_eq!(set(&mut world, phone, other), ["iq error policy-violation from "]);
    world.send(phone, "<presence type='subscribe' to='carol@x.example'/>");
    assert_eq!(short(&world.take(phone)), ["presence error policy-violation from carol@x.example"]);
    assert!(world.lost.is_empty());
    world.limit(&roster::ITEMS, 9);
    world.limit(&roster::BYTES, 17);
    assert_eq!(set(&mut world, phone, kept).len(), 2);
    assert_eq!(set(&mut world, phone, "<item jid='bob@x.example' name='Bobby'/>"), ["iq error policy-violation from "]);
    assert_eq!(set(&mut world, phone, "<item jid='bob@x.example' subscription='remove'/>").len(), 2);
    assert_eq!(set(&mut world, phone, other).len(), 2);
}

#[test]
fn a_device_that_was_away_gets_what_changed() {
    let mut world = World::new(&["alice"]);
    let phone = world.online("alice/phone");
    for name in ["bob", "carol", "dave", "erin"] {
        set(&mut world, phone, &format!("<item jid='{name}@x.example'/>"));
    }
    let away = world.connect("alice/away");
    // Nothing changed: an empty result (§2.6.3).
    assert_eq!(get(&mut world, away, "1-4"), ["<iq to='alice@x.example/away' id='g' type='result'/>"]);
    set(&mut world, phone, "<item jid='carol@x.example' name='C'/>");
    set(&mut world, phone, "<item jid='bob@x.example' subscription='remove'/>");
    set(&mut world, phone, "<item jid='carol@x.example' name='Carol'/>");
    world.clear();
    let got = get(&mut world, away, "1-4");
    assert_eq!(
        short(&got),
        [
            "iq result from ",
            "push bob@x.example subscription=remove",
            "push carol@x.example name=Carol subscription=none",
        ]
    );
    assert!(got[0].ends_with("/>") && got[1].contains("ver='1-6'") && got[2].contains("ver='1-7'"));
    // Unknown, of another account, of the future, and the bootstrap: all of it.
    for ver in ["", "x", "2-4", "1-8", "1-zz"] {
        let got = get(&mut world, away, ver);
        assert!(got.len() == 1 && got[0].contains("<item jid='carol@x.example'"), "{ver}: {got:?}");
    }
    // More pushes than items: all of it.
    assert!(get(&mut world, away, "1-0")[0].contains("<item"));
}

#[test]
fn forgotten_removals_bring_the_whole_roster() {
    let mut world = World::new(&["alice"]);
    world.limit(&roster::REMOVALS, 2);
    let phone = world.online("alice/phone");
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        set(&mut world, phone, &format!("<item jid='{name}@x.example'/>"));
    }
    for name in ["a", "b", "c"] {
        set(&mut world, phone, &format!("<item jid='{name}@x.example' subscription='remove'/>"));
    }
    assert_eq!(world.count("SELECT count(*) FROM roster_removed"), 2);
    assert!(get(&mut world, phone, "1-7")[0].contains("<item"));
    assert_eq!(get(&mut world, phone, "1-8").len(), 3);
    // Taken back in, it is removed no more.
    set(&mut world, phone, "<item jid='c@x.example'/>");
    let got = get(&mut world, phone, "1-8");
    assert_eq!(short(&got)[1..], ["push b@x.example subscription=remove", "push c@x.example subscription=none"]);
}

#[test]
fn the_declared_statements_run() {
    let mut world = World::new(&["alice"]);
    let phone = world.online("alice/phone");
    set(&mut world, phone, "<item jid='bob@x.example' name='B'/>");
    set(&mut world, phone, "<item jid='carol@x.example'/>");
    set(&mut world, phone, "<item jid='carol@x.example' subscription='remove'/>");
    world.receive("<presence type='subscribe' from='dave@y.example' to='alice@x.example'/>");
    for table in roster::FEATURE.tables {
        let store::Erase::Sql(erase) = table.erase else { panic!("{} is not erased", table.name) };
        if let store::Export::Rows(export) = table.export {
            assert_eq!(world.store.query_blocking(export, vec![1i64.into()]).unwrap().len(), 1, "{}", table.name);
        }
        let erase = store::Write::Run { sql: erase, values: vec![1i64.into()], expect: store::Expect::Some };
        world.store.commit_blocking(vec![erase]).unwrap();
    }
    let rows = world.store.query_blocking(roster::CONTACTS_SQL, vec![1i64.into()]).unwrap();
    assert!(rows.is_empty());
}
