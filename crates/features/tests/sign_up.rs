//! How many strangers come in, from where: on a store, with addresses that a transcript has not.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use features::deed::Password;
use features::invitations::{self, Admission, Inviter, Kind, Token, Wish};
use features::login;
use features::registration::{Applicant, By, Mode, Policy, Refusal, SignUp, names, rate, sign_up};
use features::service::{Secrets, Service};
use features::{all, archive};
use std::net::IpAddr;
use store::{Options, Store};
use xmpp::Jid;

/// A Tuesday in November 2026, in microseconds.
const NOW: i64 = 1_795_564_800_000_000;
const MINUTE: i64 = 60_000_000;

struct Desk {
    store: Store,
    service: Service,
    dir: tempfile::TempDir,
}

impl Desk {
    fn open(limits: &[(&features::feature::Limit, u64)]) -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), &Options::default(), &all::tables()).unwrap();
        let secrets = Secrets { archive_ids: [0; 16], dialback: "d".into(), decoy: "k".into() };
        let mut service = Service::new(Jid::parse("example.org").unwrap(), secrets);
        service.sign_up = Policy { mode: Mode::Open, ..Policy::CLOSED };
        service.archive_default = archive::Default::Never;
        limits.iter().for_each(|(limit, value)| service.limits.set(limit, *value));
        Desk { store, service, dir }
    }

    fn sign_up(&self, now: i64, name: &str, from: &str) -> Result<(), Refusal> {
        self.sign_up_by(now, name, from, None)
    }

    fn sign_up_by(&self, now: i64, name: &str, from: &str, invitation: Option<Admission>) -> Result<(), Refusal> {
        let address: IpAddr = from.parse().unwrap();
        let by = By::Applicant(Applicant { address, invitation, answer: String::new() });
        let wish = SignUp { name: name.into(), password: Password("a good password".into()), by };
        sign_up(&self.store, &self.service, (now, [7; 32]), &wish).map(drop)
    }

    fn counted(&self) -> i64 {
        self.store.query_blocking("SELECT COUNT(*) FROM sign_up", vec![]).unwrap()[0].int(0).unwrap()
    }
}

fn is_too_many(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::TooMany { .. }))
}

#[test]
fn a_subscriber_with_many_addresses_is_one() {
    let desk = Desk::open(&[(&rate::PER_ADDRESS, 2)]);
    let made = (0..10_000).map(|n| desk.sign_up(NOW + n, &format!("name.{n}"), &format!("2001:db8:1:1::{n:x}")));
    let (made, refused): (Vec<_>, Vec<_>) = made.partition(Result::is_ok);
    assert_eq!((made.len(), desk.counted()), (2, 2));
    assert!(refused.iter().all(is_too_many));
    assert!(desk.sign_up(NOW, "neighbour", "2001:db8:1:2::1").is_ok(), "another subscriber");
    // RFC 4291 §2.5.5.2: the same address in another dress.
    assert!(desk.sign_up(NOW, "vier", "192.0.2.1").is_ok() && desk.sign_up(NOW, "quatre", "::ffff:192.0.2.1").is_ok());
    assert!(is_too_many(&desk.sign_up(NOW, "four", "192.0.2.1")));
}

#[test]
fn a_network_is_counted_as_a_whole_and_all_networks_together() {
    let desk = Desk::open(&[(&rate::PER_NETWORK, 3), (&rate::PER_HOUR, 8)]);
    let made = (1..100).filter(|n| desk.sign_up(NOW, &format!("net.{n}"), &format!("198.51.100.{n}")).is_ok());
    assert_eq!(made.count(), 3);
    let made = (0..10_000).filter(|n| desk.sign_up(NOW, &format!("all.{n}"), &format!("2001:db8:{n:x}::1")).is_ok());
    assert_eq!((made.count(), desk.counted()), (5, 8), "what is kept is bounded by what is let in");
    assert_eq!(
        desk.sign_up(NOW + 40 * MINUTE, "later", "203.0.113.1"),
        Err(Refusal::TooMany { limit: &rate::PER_HOUR, minutes: 21 })
    );
    assert!(desk.sign_up(NOW + 61 * MINUTE, "later", "203.0.113.1").is_ok());
}

/// Strangers in thousands of networks take the places of a day in a moment; what is kept of them stays small, and
/// friends come in.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_invited_comes_in_through_a_flood() {
    let desk = Desk::open(&[(&rate::PER_HOUR, 20), (&rate::PER_DAY, 20)]);
    let from = |n: u32| format!("{}.{}.{}.{}", 100 + n % 2, (n / 2) % 250, (n / 500) % 4, n % 50);
    let made = (0..50_000).filter(|n| desk.sign_up(NOW, &format!("flood.{n}"), &from(*n)).is_ok()).count();
    assert_eq!((made, desk.counted()), (20, 20));
    let token = Token::new([7; 15]);
    let wish = Wish { kind: Kind::Account, name: String::new(), uses: 1, days: None };
    let (write, _) = invitations::create(&desk.service.limits, NOW, (Inviter::Staff, true), &wish, &token);
    desk.store.commit(vec![write]).await.unwrap();
    let invitation = invitations::admission(&desk.store, NOW, &token).await.unwrap();
    assert!(is_too_many(&desk.sign_up(NOW, "friend", "203.0.113.5")));
    assert_eq!(desk.sign_up_by(NOW, "friend", "203.0.113.5", invitation.clone()), Ok(()));
    let twice = desk.sign_up_by(NOW, "another", "203.0.113.6", invitation);
    assert_eq!(twice, Err(Refusal::InvitationSpent), "of those who found it good at once, one has it");
}

#[test]
fn a_restart_forgets_nobody_and_a_day_does() {
    let desk = Desk::open(&[(&rate::PER_ADDRESS, 1)]);
    desk.sign_up(NOW, "first", "192.0.2.1").unwrap();
    let (dir, service) = (desk.dir, desk.service);
    drop(desk.store);
    let store = Store::open(dir.path(), &Options::default(), &all::tables()).unwrap();
    let desk = Desk { store, service, dir };
    assert!(is_too_many(&desk.sign_up(NOW + 23 * 60 * MINUTE, "second", "192.0.2.1")));
    let day = NOW + 24 * 60 * MINUTE + 1;
    desk.store.commit_blocking(all::expiry_writes(day)).unwrap();
    assert_eq!(desk.counted(), 0);
    assert!(desk.sign_up(day, "second", "192.0.2.1").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_came_otherwise_are_protected_too() {
    let desk = Desk::open(&[]);
    let staff = SignUp { name: "julia".into(), password: Password("x".into()), by: By::Staff };
    sign_up(&desk.store, &desk.service, (NOW, [7; 32]), &staff).unwrap();
    let forget = "DELETE FROM name_shape";
    let forget = store::Write::Run { sql: forget, values: vec![], expect: store::Expect::Some };
    desk.store.commit(vec![forget]).await.unwrap();
    names::note_missing(&desk.store).await.unwrap();
    assert_eq!(desk.sign_up(NOW, "ju1ia", "192.0.2.1"), Err(Refusal::NameLookalike));
    let row = login::find(&desk.store, "julia").await.unwrap().unwrap();
    login::erase(&desk.store, &row).await.unwrap();
    assert_eq!(desk.sign_up(NOW, "julia", "192.0.2.1"), Err(Refusal::NameTaken), "of who is gone, too");
    assert!(desk.sign_up(NOW, "ju1ia", "192.0.2.1").is_ok());
}
