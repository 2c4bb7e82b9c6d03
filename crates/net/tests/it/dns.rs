//! Where a domain's servers are, by what name servers answer or fail to.

use crate::names::{Answer, Names, Zone};
use crate::peer::within;
use hickory_resolver::proto::rr::RecordType;
use net::Opening;
use net::dns::{DnsFault, Trust, Way};
use xmpp::Jid;

const PLAIN: &str = "_xmpp-server._tcp.example.test.";
const DIRECT: &str = "_xmpps-server._tcp.example.test.";

async fn way(fill: impl FnOnce(&mut Zone)) -> Result<Way, DnsFault> {
    let names = Names::serve(fill).await;
    within(names.resolver().services(&Jid::parse("example.test").unwrap())).await
}

/// Hosts, ports and how they open.
fn told(way: Way) -> Vec<(String, u16, Opening)> {
    let Way::Records(services) = way else { panic!("{way:?} are no records") };
    services.into_iter().map(|service| (service.host, service.port, service.opening)).collect()
}

#[tokio::test]
async fn both_kinds_of_record_are_one_list() {
    let found = way(|zone| {
        zone.srv(PLAIN, &[(10, 0, 5269, "a.example.test."), (20, 0, 5269, "B.Example.test.")]);
        zone.srv(DIRECT, &[(5, 0, 5270, "a.example.test.")]);
    });
    let expected = [
        ("a.example.test", 5269, Opening::StartTls),
        ("b.example.test", 5269, Opening::StartTls),
        ("a.example.test", 5270, Opening::DirectTls),
    ];
    let expected: Vec<_> = expected.map(|(host, port, opening)| (host.to_owned(), port, opening)).into();
    assert_eq!(told(found.await.unwrap()), expected);
}

#[tokio::test]
async fn the_domain_is_its_own_host_only_when_there_are_no_records() {
    let Way::Host(host) = way(|_| {}).await.unwrap() else { panic!("no records are no records") };
    assert_eq!((host.host.as_str(), host.port, host.opening), ("example.test", 5269, Opening::StartTls));
    assert!(matches!(way(|zone| zone.set(PLAIN, RecordType::SRV, Answer::Records(vec![]))).await, Ok(Way::Host(_))));
    let fault = way(|zone| zone.fails(PLAIN, RecordType::SRV)).await.unwrap_err();
    assert!(fault.to_string().contains("SRV _xmpp-server._tcp.example.test"), "{fault}");
    way(|zone| zone.fails(DIRECT, RecordType::SRV)).await.unwrap_err();
}

#[tokio::test]
async fn a_dot_closes_and_nothing_is_guessed() {
    assert_eq!(way(|zone| zone.srv(PLAIN, &[(0, 0, 0, ".")])).await.unwrap(), Way::Closed);
    assert_eq!(way(|zone| zone.srv(DIRECT, &[(0, 0, 0, ".")])).await.unwrap(), Way::Closed);
    let found = way(|zone| {
        zone.srv(DIRECT, &[(0, 0, 0, ".")]);
        zone.srv(PLAIN, &[(0, 0, 5269, "a.example.test.")]);
    });
    assert_eq!(told(found.await.unwrap()), [("a.example.test".to_owned(), 5269, Opening::StartTls)]);
}

#[tokio::test]
async fn a_name_server_that_fails_for_new_names_does_not_hide_the_old_ones() {
    let found = way(|zone| {
        zone.fails(DIRECT, RecordType::SRV);
        zone.srv(PLAIN, &[(0, 0, 5269, "a.example.test.")]);
    });
    assert_eq!(told(found.await.unwrap()).len(), 1);
}

#[tokio::test]
async fn the_word_of_a_resolver_on_this_machine_counts_unless_told_otherwise() {
    let names = Names::serve(|zone| {
        zone.srv(PLAIN, &[(0, 0, 5269, "a.example.test.")]);
        zone.a("a.example.test.", &["127.0.67.2"]);
        zone.authentic = true;
    })
    .await;
    let domain = Jid::parse("example.test").unwrap();
    for (trust, expected) in [(Trust::Resolver, true), (Trust::Nobody, false)] {
        let resolver = names.trusted(trust);
        let Way::Records(services) = resolver.services(&domain).await.unwrap() else { panic!("there are records") };
        assert_eq!(services[0].secure, expected);
        // The second time the answer comes from the cache.
        for _ in 0..2 {
            assert_eq!(resolver.addresses("a.example.test").await.unwrap().secure, expected);
        }
    }
    names.zone.lock().authentic = false;
    assert!(!names.resolver().addresses("a.example.test").await.unwrap().secure);
}

#[tokio::test]
async fn addresses_of_both_families_take_turns() {
    let names = Names::serve(|zone| {
        zone.a("a.example.test.", &["192.0.2.1", "192.0.2.2"]);
        zone.aaaa("a.example.test.", &["2001:db8::1"]);
        zone.fails("b.example.test.", RecordType::AAAA);
        zone.a("b.example.test.", &["192.0.2.3"]);
        zone.fails("c.example.test.", RecordType::A);
    })
    .await;
    let resolver = names.resolver();
    let found = |host: &'static str| {
        let resolver = resolver.clone();
        async move {
            resolver
                .addresses(host)
                .await
                .map(|found| found.records.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
    };
    let mut all = found("a.example.test").await.unwrap();
    assert_eq!(all[0], "2001:db8::1");
    all[1..].sort();
    assert_eq!(all[1..], ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(found("b.example.test").await.unwrap(), ["192.0.2.3"]);
    found("c.example.test").await.unwrap_err();
    assert!(found("d.example.test").await.unwrap().is_empty());
    assert_eq!(found("192.0.2.9").await.unwrap(), ["192.0.2.9"], "a literal is not looked up");
}
