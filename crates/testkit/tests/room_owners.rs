//! Who owns a room when nobody asks: after an erasure that a crash cut short, and by those who run the service.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use features::branch::BranchKind;
use features::login;
use features::rooms::departed;
use features::rooms::ruled::{self, Ruling};
use testkit::house::{House, Rules};
use xmpp::Jid;

const ROOM: &str = "INSERT INTO room (id, jid, listed, persistent, name, config, subject, subject_by, subject_at, used_at) \
     VALUES (7, 'cave@rooms.localhost', 0, 1, 'cave', 'muc#roomconfig_persistentroom=1\n', '', '', 0, 0)";
const LISTED: &str = "INSERT INTO room_affiliation (room, jid, affiliation, nick, reason) VALUES \
     (7, 'alice@localhost', 'owner', 'Alice', ''), (7, 'bob@localhost', 'outcast', '', 'Spam'), \
     (7, 'nobody@localhost', 'member', '', ''), (7, 'alice@far.example', 'admin', '', '')";

#[tokio::test(flavor = "multi_thread")]
async fn a_room_learns_after_a_crash_that_its_owner_is_erased() {
    let rules = Rules { branches: vec![BranchKind::Rooms], ..Rules::default() };
    let mut house = House::start_with(5, rules).await.unwrap();
    for name in ["alice", "bob"] {
        house.add_account(name, "a good password").await.unwrap();
    }
    let store = house.hub().store().clone();
    let run = |sql| store::Write::Run { sql, values: vec![], expect: store::Expect::Any };
    store.commit(vec![run(ROOM), run(LISTED)]).await.unwrap();
    // The rows go, and nobody lives to tell the room.
    for name in ["alice", "bob"] {
        let row = login::find(&store, name).await.unwrap().unwrap();
        login::erase(&store, &row).await.unwrap();
    }
    let domain = Jid::parse("localhost").unwrap();
    assert_eq!(departed::unaware(&store, &domain).await.unwrap().len(), 2);
    house.restart().await.unwrap();
    house.quiet().await;
    assert_eq!(departed::unaware(&store, &domain).await.unwrap(), []);
    let left = store.query("SELECT jid, affiliation FROM room_affiliation ORDER BY jid", vec![]).await.unwrap();
    let left: Vec<_> = left.iter().map(|row| (row.text(0).unwrap(), row.text(1).unwrap())).collect();
    // Who has no account yet stays a member; the admin elsewhere owns the room.
    assert_eq!(left, [("alice@far.example", "owner"), ("nobody@localhost", "member")]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_run_the_service_take_a_room_and_end_it_and_it_is_written_down() {
    let rules = Rules { branches: vec![BranchKind::Rooms], ..Rules::default() };
    let house = House::start_with(6, rules).await.unwrap();
    let (hub, store) = (house.hub(), house.hub().store());
    let run = |sql| store::Write::Run { sql, values: vec![], expect: store::Expect::Any };
    store.commit(vec![run(ROOM)]).await.unwrap();
    let room = Jid::parse("cave@rooms.localhost").unwrap();
    let owner = Jid::parse("carol@far.example").unwrap();
    assert_eq!(ruled::list(store, "", 10).await.unwrap()[0].owners, 0);
    assert_eq!(hub.rule_room("a test", "cave", Ruling::Own(owner.clone())).await.unwrap(), room);
    let (listed, people) = ruled::show(store, &room).await.unwrap().unwrap();
    assert_eq!((listed.owners, &*people[0].0, &*people[0].1), (1, "carol@far.example", "owner"));
    // The room said so to everybody, and keeps it.
    let page = store::PageRequest { archive: -7, class: features::archive::ROOMS, max: 9, ..Default::default() };
    let said = store.page(page).await.unwrap().rows;
    assert!(String::from_utf8_lossy(&said[0].body).contains("made carol@far.example an owner"));
    hub.rule_room("a test", "cave@rooms.localhost", Ruling::End("Abuse".into())).await.unwrap();
    assert_eq!(ruled::show(store, &room).await.unwrap(), None);
    assert!(hub.rule_room("a test", "cave", Ruling::End("".into())).await.is_err());
    assert!(hub.rule_room("a test", "cave@far.example", Ruling::End("".into())).await.is_err());
    let deeds: Vec<_> = hub.deeds().await.unwrap().into_iter().map(|deed| deed.what.to_string()).collect();
    assert_eq!(deeds, ["end-room", "end-room", "take-room"]);
    house.stop().await;
}
