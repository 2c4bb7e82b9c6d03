//! Two services with their people, sockets and names, that talk with each other.

use crate::authority::{Authority, Leaf, self_signed, write};
use crate::names::Names;
use crate::peer::within;
use net::dial::{Dialler, Reach};
use net::verify::{Roots, Verifier};
use net::{Certificates, Federation, Opening, Source};
use std::sync::Arc;
use std::time::Duration;
use stream::peer::Policy;
use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::{BEGINNING, BranchKind, House, Rules};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use xmpp::Stanza;
use xmpp::scram::Hash;

pub(crate) const ADDRESS: &str = "127.0.68.1";

/// One of the two.
pub(crate) struct Service {
    pub(crate) house: House,
    /// Where it listens.
    pub(crate) port: u16,
    tasks: Vec<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// What both of them are like.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) opening: Opening,
    pub(crate) policy: Policy,
    /// Certificates of an authority that both trust; otherwise each has signed its own.
    pub(crate) trusted: bool,
    /// In days from now.
    pub(crate) until: i64,
}

pub(crate) const GOOD: Kind =
    Kind { opening: Opening::StartTls, policy: Policy::Certificate, trusted: true, until: 4000 };
pub(crate) const WORTHLESS: Kind = Kind { trusted: false, policy: Policy::Dialback, ..GOOD };

pub(crate) async fn services(kind: Kind) -> (Service, Service, Names) {
    services_through(kind, |port| port).await
}

/// The same; `way` says by which port a service is reached that listens on this one.
async fn services_through(kind: Kind, way: impl FnMut(u16) -> u16) -> (Service, Service, Names) {
    let authority = Authority::new("Somebody");
    services_by(kind, &authority, way).await
}

/// The same, with certificates of that authority.
pub(crate) async fn services_by(
    kind: Kind,
    authority: &Authority,
    mut way: impl FnMut(u16) -> u16,
) -> (Service, Service, Names) {
    let listener = || TcpListener::bind((ADDRESS, 0));
    let (a, b) = (listener().await.unwrap(), listener().await.unwrap());
    let ports = [("a.test", &a), ("b.test", &b)].map(|(name, of)| (name, way(of.local_addr().unwrap().port())));
    let names = Names::serve(|zone| {
        for (name, port) in ports {
            let service = if kind.opening == Opening::StartTls { "xmpp-server" } else { "xmpps-server" };
            let host = format!("host.{name}.");
            for name in [name.to_owned(), format!("rooms.{name}")] {
                zone.srv(&format!("_{service}._tcp.{name}."), &[(1, 1, port, &host)]);
            }
            zone.a(&host, &[ADDRESS]);
        }
    })
    .await;
    let one = service("a.test", a, kind, (authority, &names)).await;
    let other = service("b.test", b, kind, (authority, &names)).await;
    (one, other, names)
}

async fn service(domain: &str, listener: TcpListener, kind: Kind, (authority, names): (&Authority, &Names)) -> Service {
    let port = listener.local_addr().unwrap().port();
    let house = House::start_with(
        u64::from(port),
        Rules {
            domain: domain.to_owned(),
            branches: vec![BranchKind::Rooms],
            admins: vec!["keeper".to_owned()],
            ..Rules::default()
        },
    );
    let house = house.await.unwrap();
    house.federate();
    for name in ["person", "keeper"] {
        house.add_account(name, "secret").await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let rooms = format!("rooms.{domain}");
    let domains = [domain, &rooms];
    let leaf = Leaf { days: (-4000, kind.until), ..Leaf::of(&domains) };
    let (chain, key) = if kind.trusted { authority.issue(&leaf) } else { self_signed(&leaf) };
    let path = folder.path().join("pair.pem");
    write(&path, &chain, &key);
    let source = Source::Files { chain: path.clone(), key: path };
    let certificates = Arc::new(Certificates::open(source, &domains, BEGINNING / 1_000_000).unwrap());
    let mut roots = Roots::default();
    roots.add_file(&authority.write_root(folder.path())).unwrap();
    let dialler = Dialler::new(names.resolver(), certificates.clone(), Reach::Everywhere);
    let verifier = Verifier::new(roots);
    let federation = Federation::new(house.hub().clone(), certificates, dialler, verifier, kind.policy);
    let serving = federation.clone();
    let accept = async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let served = serving.clone().serve(tcp, kind.opening);
            // Ten thousand silent ones take a few megabytes, TLS and sockets not counted.
            assert!(size_of_val(&served) <= 1280, "{}", size_of_val(&served));
            tokio::spawn(served);
        }
    };
    Service { house, port, tasks: vec![tokio::spawn(accept), tokio::spawn(federation.run())], _folder: folder }
}

impl Service {
    pub(crate) async fn log_in(&self) -> Client {
        self.log_in_as("person").await
    }

    pub(crate) async fn log_in_as(&self, user: &str) -> Client {
        let keychain = Keychain::new();
        let login = Login {
            user,
            password: "secret",
            resource: "phone",
            hash: Hash::Sha256,
            profile: Profile::Sasl2,
            keychain: &keychain,
        };
        let mut client = Client::login(&self.house.target(), login).await.unwrap();
        client.send("<presence/>").await.unwrap();
        // Its own presence.
        client.receive().await.unwrap();
        client
    }
}

pub(crate) async fn say(client: &mut Client, to: &str, body: &str) {
    let message = format!("<message to='{to}' id='{body}' type='chat'><body>{body}</body></message>");
    client.send(&message).await.unwrap();
}

pub(crate) async fn heard(client: &mut Client) -> Stanza {
    within(client.receive()).await.unwrap()
}

async fn people_talk(kind: Kind) {
    let (one, other, _names) = services(kind).await;
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    for number in 0..20 {
        say(&mut alice, "person@b.test", &format!("m{number}")).await;
    }
    for number in 0..20 {
        let message = heard(&mut bob).await;
        assert_eq!(message.id.as_ref().unwrap().as_str(), format!("m{number}"));
        assert_eq!(message.from.as_ref().unwrap().bare_str(), "person@a.test");
    }
    say(&mut bob, "person@a.test/phone", "back").await;
    assert!(heard(&mut alice).await.inner_str().contains("<body>back</body>"));
    let query = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    let answer = within(alice.ask("get", Some("b.test"), query)).await.unwrap();
    assert!(answer.inner_str().contains("category='server'"), "{answer:?}");
    // Each domain proves itself on streams of its own.
    let answer = within(alice.ask("get", Some("rooms.b.test"), query)).await.unwrap();
    assert!(answer.inner_str().contains("category='conference'"), "{answer:?}");
    // What the other side has is not kept.
    for _ in 0..200 {
        if kept(&one).await + kept(&other).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} and {} are kept", kept(&one).await, kept(&other).await);
}

async fn kept(service: &Service) -> usize {
    service.house.waiting().await.unwrap()
}

/// What is under way when a server stops is acknowledged, and not sent twice.
#[tokio::test(flavor = "multi_thread")]
async fn streams_are_closed_in_order_when_a_server_stops() {
    let (one, other, _names) = services(GOOD).await;
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    say(&mut alice, "person@b.test", "before").await;
    heard(&mut bob).await;
    assert!(other.house.hub().hang_up_on_others() > 0);
    let gone = async {
        while other.house.hub().hang_up_on_others() + one.house.hub().streams(None).len() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(gone).await;
    say(&mut alice, "person@b.test", "after").await;
    assert_eq!(heard(&mut bob).await.id.unwrap().as_str(), "after");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_talk_by_certificate() {
    people_talk(GOOD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_talk_by_certificate_with_tls_from_the_first_byte() {
    people_talk(Kind { opening: Opening::DirectTls, ..GOOD }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_talk_by_dialback() {
    people_talk(WORTHLESS).await;
    people_talk(Kind { opening: Opening::DirectTls, ..WORTHLESS }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_to_a_service_that_is_not_believed_learns_why() {
    for (kind, sentence) in [
        (Kind { policy: Policy::Certificate, ..WORTHLESS }, "The certificate of b.test cannot be trusted"),
        (Kind { until: -100, ..GOOD }, "The certificate of b.test has expired"),
        (Kind { policy: Policy::Refuse, ..GOOD }, "This service does not talk with b.test"),
    ] {
        let (one, _other, _names) = services(kind).await;
        let mut alice = one.log_in().await;
        say(&mut alice, "person@b.test", "hello").await;
        let error = heard(&mut alice).await;
        assert!(error.kind.is_error() && error.inner_str().contains(sentence), "{error:?}");
        assert_eq!(error.from.as_ref().unwrap().as_str(), "person@b.test");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_to_nowhere_learns_that() {
    let (one, _other, names) = services(GOOD).await;
    names.zone.lock().srv("_xmpp-server._tcp.c.test.", &[(0, 0, 0, ".")]);
    let mut alice = one.log_in().await;
    say(&mut alice, "person@c.test", "hello").await;
    let error = heard(&mut alice).await;
    assert!(error.inner_str().contains("<remote-server-not-found "), "{error:?}");
}

/// Passes connections on until somebody cuts all there are.
fn scissors(to: u16, cut: &Arc<Notify>) -> u16 {
    let listener = std::net::TcpListener::bind((ADDRESS, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let cut = cut.clone();
    tokio::spawn(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        while let Ok((mut near, _)) = listener.accept().await {
            let cut = cut.clone();
            tokio::spawn(async move {
                let mut far = TcpStream::connect((ADDRESS, to)).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                    () = cut.notified() => {}
                }
            });
        }
    });
    port
}

/// Links break again and again: nothing is lost and nothing overtakes. What was not acknowledged comes
/// again, together with what follows it.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_cut_and_nothing_is_lost_or_reordered() {
    for kind in [GOOD, WORTHLESS] {
        let cut = Arc::new(Notify::new());
        let (mut one, mut other, _names) = services_through(kind, |port| scissors(port, &cut)).await;
        let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
        let (mut next, mut again) = (0, 0);
        for round in 0..8 {
            let mut patience = 40;
            for number in 0..25 {
                say(&mut alice, "person@b.test", &(25 * round + number).to_string()).await;
                if number == 3 * round {
                    cut.notify_waiters();
                }
            }
            while next < 25 * (round + 1) {
                let Ok(message) = tokio::time::timeout(Duration::from_millis(300), bob.receive()).await else {
                    // Whoever could not be reached is tried again after a while.
                    for (house, client) in [(&mut one.house, &mut alice), (&mut other.house, &mut bob)] {
                        house.advance(20);
                        client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
                    }
                    patience -= 1;
                    assert!(patience > 0, "{next} of {}, {} kept", 25 * (round + 1), kept(&one).await);
                    continue;
                };
                let message = message.unwrap();
                if message.kind.name() != "message" {
                    continue;
                }
                let number: u32 = message.id.as_ref().unwrap().as_str().parse().unwrap();
                assert!(number <= next, "{number} came before {next}");
                again += u32::from(number < next);
                next = next.max(number + 1);
            }
        }
        assert!(again < 200, "{again} of 200 came twice");
    }
}
