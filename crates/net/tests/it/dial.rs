//! From a domain to a connection: several servers, dead ones among them, and what DNS says of the living.

use crate::authority::{Authority, Leaf, write};
use crate::names::{Names, Zone};
use crate::peer::{House, now, within};
use aws_lc_rs::digest;
use hickory_resolver::proto::rr::RecordType;
use net::dial::{Call, Dialler, Reach, Unreachable};
use net::verify::{Claim, Role, Roots, Verifier};
use net::{Certificates, Opening, Source, TlsStream};
use std::sync::Arc;
use stream::peer::{Dane, Flaw};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use x509_parser::prelude::{FromDer, X509Certificate};
use xmpp::Jid;

const PLAIN: &str = "_xmpp-server._tcp.example.test.";
const DIRECT: &str = "_xmpps-server._tcp.example.test.";

struct Peer {
    port: u16,
    leaf: Vec<u8>,
    task: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Another server, which does the handshake and waits.
async fn peer(ip: &str, names: &[&str]) -> Peer {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = Authority::new("Somebody").issue(&Leaf::of(names));
    let path = folder.path().join("peer.pem");
    write(&path, &chain, &key);
    let source = Source::Files { chain: path.clone(), key: path };
    let certificates = Certificates::open(source, &["example.test"], now()).unwrap();
    let listener = TcpListener::bind((ip, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((tcp, _)) = listener.accept().await {
            open.push(TlsStream::accept(tcp, &certificates.servers_direct()).await);
        }
    });
    Peer { port, leaf: chain[0].to_vec(), task, _folder: folder }
}

async fn call_with(house: House, reach: Reach, fill: impl FnOnce(&mut Zone)) -> Result<Call, Unreachable> {
    let names = Names::serve(fill).await;
    let dialler = Dialler::new(names.resolver(), Arc::new(house.certificates), reach);
    within(dialler.call(&Jid::parse("example.test").unwrap(), || 0)).await
}

async fn call(fill: impl FnOnce(&mut Zone)) -> Result<Call, Unreachable> {
    call_with(House::new(), Reach::Everywhere, fill).await
}

#[tokio::test]
async fn dead_servers_are_passed_over_and_told() {
    let alive = peer("127.0.67.10", &["example.test"]).await;
    // Speaks first, and not TLS.
    let deaf = TcpListener::bind("127.0.67.11:0").await.unwrap();
    let deaf_port = deaf.local_addr().unwrap().port();
    let babble = tokio::spawn(async move {
        let (mut tcp, _) = deaf.accept().await.unwrap();
        tcp.write_all(b"* OK IMAP4rev1 ready\r\n").await.unwrap();
        tcp
    });
    let found = call(|zone| {
        zone.srv(PLAIN, &[(1, 0, 1, "gone.example.test."), (2, 0, 1, "nowhere.example.test.")]);
        zone.srv(DIRECT, &[(3, 0, deaf_port, "deaf.example.test."), (4, 0, alive.port, "alive.example.test.")]);
        zone.a("gone.example.test.", &["127.0.67.9"]);
        zone.a("deaf.example.test.", &["127.0.67.11"]);
        zone.aaaa("alive.example.test.", &["::1"]);
        zone.a("alive.example.test.", &["127.0.67.10"]);
    });
    let found = found.await.unwrap();
    babble.abort();
    assert_eq!(found.endpoint.address.unwrap().to_string(), format!("127.0.67.10:{}", alive.port));
    assert_eq!((found.endpoint.host.as_str(), found.endpoint.opening), ("alive.example.test", Opening::DirectTls));
    assert_eq!(found.wire.peer_chain()[0].as_ref(), alive.leaf);
    let tried: Vec<String> = found.tried.iter().map(ToString::to_string).collect();
    assert_eq!(tried.len(), 4, "{tried:?}");
    assert!(tried[0].starts_with("gone.example.test (127.0.67.9:1): no connection"), "{tried:?}");
    assert_eq!(tried[1], "nowhere.example.test: it has no address");
    assert!(tried[2].contains("no TLS"), "{tried:?}");
    assert!(tried[3].starts_with("alive.example.test ([::1]:"), "{tried:?}");
}

#[tokio::test]
async fn without_any_server_the_reason_is_told() {
    let failed = call(|_| {}).await.err().unwrap();
    assert!(failed.is_nowhere(), "DNS says so for certain");
    assert_eq!(failed.to_string(), "no server of the domain can be talked to; example.test: it has no address");
    let failed = call(|zone| zone.srv(PLAIN, &[(0, 0, 0, ".")])).await.err().unwrap();
    assert!(matches!(failed, Unreachable::Closed));
    let failed = call(|zone| zone.fails(PLAIN, RecordType::SRV)).await.err().unwrap();
    assert!(matches!(failed, Unreachable::Dns(_)) && !failed.is_nowhere());
}

#[tokio::test]
async fn a_plain_connection_waits_for_starttls() {
    let listener = TcpListener::bind("127.0.67.12:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let found = call(|zone| {
        zone.srv(PLAIN, &[(0, 0, port, "a.example.test.")]);
        zone.a("a.example.test.", &["127.0.67.12"]);
    });
    let found = found.await.unwrap();
    assert!(matches!(found.wire, net::Wire::Plain(_)) && found.tried.is_empty());
    assert_eq!(found.endpoint.assurance, net::verify::Assurance::default(), "nothing was validated");
}

#[tokio::test]
async fn private_addresses_are_out_of_reach_where_the_operator_says_so() {
    let alive = peer("127.0.67.13", &["example.test"]).await;
    let found = call_with(House::new(), Reach::Public, |zone| {
        zone.srv(DIRECT, &[(0, 0, alive.port, "a.example.test.")]);
        zone.a("a.example.test.", &["127.0.67.13"]);
    });
    let failed = found.await.err().unwrap().to_string();
    assert!(failed.contains("a private address"), "{failed}");
}

/// What TLSA records make of a certificate that no root stands behind and that names only the host.
async fn dane(authentic: bool, fill: impl FnOnce(&mut Zone, &Peer)) -> Result<(Dane, Vec<Flaw>), Unreachable> {
    let alive = peer("127.0.67.14", &["a.hosting.test"]).await;
    let found = call(|zone| {
        zone.authentic = authentic;
        zone.srv(DIRECT, &[(0, 0, alive.port, "a.hosting.test.")]);
        zone.a("a.hosting.test.", &["127.0.67.14"]);
        fill(zone, &alive);
    });
    let found = found.await?;
    let domain = Jid::parse("example.test").unwrap();
    let claim = Claim { domain: &domain, role: Role::Answers, assurance: &found.endpoint.assurance };
    let examined = Verifier::new(Roots::default()).examine(found.wire.peer_chain(), &claim, now());
    Ok((examined.dane, examined.flaws))
}

fn tlsa_name(peer: &Peer) -> String {
    format!("_{}._tcp.a.hosting.test.", peer.port)
}

fn names_its_key(zone: &mut Zone, peer: &Peer) {
    let (_, leaf) = X509Certificate::from_der(&peer.leaf).unwrap();
    let key = digest::digest(&digest::SHA256, leaf.public_key().raw).as_ref().to_vec();
    zone.tlsa(&tlsa_name(peer), key);
}

#[tokio::test]
async fn a_tlsa_record_counts_when_all_the_way_to_it_is_validated() {
    assert_eq!(dane(true, names_its_key).await.unwrap(), (Dane::Matches, vec![Flaw::UntrustedRoot]));
    let (dane_without, flaws) = dane(false, names_its_key).await.unwrap();
    assert_eq!((dane_without, flaws), (Dane::Unknown, vec![Flaw::UntrustedRoot, Flaw::WrongName]));
    let other = |zone: &mut Zone, peer: &Peer| zone.tlsa(&tlsa_name(peer), vec![1; 32]);
    assert_eq!(dane(true, other).await.unwrap().0, Dane::Mismatch);
    assert_eq!(dane(true, |_, _| {}).await.unwrap().0, Dane::Absent);
}

#[tokio::test]
async fn a_server_whose_tlsa_records_nobody_can_tell_is_not_connected_to() {
    let failed = dane(true, |zone, peer| zone.fails(&tlsa_name(peer), RecordType::TLSA)).await.err().unwrap();
    assert!(failed.to_string().contains("TLSA _"), "{failed}");
}
