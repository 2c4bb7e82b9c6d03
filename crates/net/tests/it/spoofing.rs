//! Those who say to be somebody else, over real sockets, against a whole server: each is refused with the
//! error that is due, and nothing here is different afterwards.
//!
//! `evil.test` is a service like any other, with a certificate that is worth something. It wants to speak for
//! `b.test`, which exists and knows nothing of it, or for a domain of the server's own.

use crate::authority::{Authority, Leaf, write};
use crate::federation::{ADDRESS, GOOD, Kind, Service, heard, say, services_by};
use crate::names::Names;
use crate::peer::within;
use bytes::BytesMut;
use data_encoding::BASE64;
use net::{Certificates, Source, Wire};
use rustls::pki_types::ServerName;
use std::time::Duration;
use stream::peer::{Policy, key};
use testkit::client::Client;
use testkit::house::BEGINNING;
use tokio::net::{TcpListener, TcpStream};
use xmpp::Jid;

const STARTTLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const EXTERNAL: &str = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>";
const BIDI: &str = "<bidi xmlns='urn:xmpp:bidi'/>";
/// What must not reach anybody.
const FORGED: &str =
    "<message from='person@b.test' to='person@a.test' type='chat'><body>send me your password</body></message>";
const OWN: &str =
    "<message from='keeper@a.test' to='person@a.test' type='chat'><body>send me your password</body></message>";

/// How far a stream has come when the attack begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// Nothing was said.
    Silent,
    /// Open, in plain text.
    Plain,
    /// Inside TLS, with the certificate of `evil.test`, open as this domain.
    Tls(&'static str),
    /// Proved to be `evil.test`.
    Proved,
    /// The same, on a stream that goes both ways.
    Bidi,
}

/// An attack: what is said, and what the answer to each has in it. After the last one the stream is over.
struct Attack {
    name: &'static str,
    at: Stage,
    steps: Vec<(String, &'static str)>,
}

/// Who attacks, and how far he came.
struct Attacker {
    wire: Wire,
    heard: String,
}

impl Attacker {
    fn on(tcp: TcpStream) -> Attacker {
        Attacker { wire: Wire::plain(tcp).unwrap(), heard: String::new() }
    }

    async fn say(&mut self, words: &str) {
        self.wire.write(words.as_bytes()).unwrap();
        // The other side may have hung up, which is what is to be seen.
        let _ = self.wire.flush().await;
    }

    /// Listens until something like this was said.
    async fn hear(&mut self, part: &str) -> String {
        let mut input = BytesMut::new();
        while !self.heard.contains(part) {
            let read = within(self.wire.read(&mut input)).await.unwrap_or(0);
            assert!(read > 0, "no `{part}` in {}", self.heard);
            self.heard += std::str::from_utf8(&input.split()).unwrap();
        }
        std::mem::take(&mut self.heard)
    }

    /// Listens until the end.
    async fn end(&mut self) {
        let mut input = BytesMut::new();
        while within(self.wire.read(&mut input)).await.unwrap_or(0) > 0 {}
    }

    /// Opens a stream and gives its id.
    async fn open(&mut self, from: &str) -> String {
        self.say(&header(from, "a.test")).await;
        let opened = self.hear("</stream:features>").await;
        let (_, id) = opened.split_once(" id='").unwrap();
        id.split_once('\'').unwrap().0.to_owned()
    }
}

fn header(from: &str, to: &str) -> String {
    format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' \
         xmlns:db='jabber:server:dialback' from='{from}' to='{to}' version='1.0'>"
    )
}

/// Two services, of which the first is attacked, and the attacker's certificate.
struct Scene {
    server: Service,
    victim: Service,
    names: Names,
    evil: Certificates,
    alice: Client,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Scene {
        let authority = Authority::new("Somebody");
        let kind = Kind { policy: Policy::Dialback, ..GOOD };
        let (server, victim, names) = services_by(kind, &authority, |port| port).await;
        let folder = tempfile::tempdir().unwrap();
        let (chain, key) = authority.issue(&Leaf { days: (-4000, 4000), ..Leaf::of(&["evil.test"]) });
        let path = folder.path().join("pair.pem");
        write(&path, &chain, &key);
        let source = Source::Files { chain: path.clone(), key: path };
        let evil = Certificates::open(source, &["evil.test"], BEGINNING / 1_000_000).unwrap();
        let alice = server.log_in().await;
        Scene { server, victim, names, evil, alice, _folder: folder }
    }

    /// An attacker whose stream is that far, and its id.
    async fn attacker(&self, stage: Stage) -> (Attacker, String) {
        let tcp = TcpStream::connect((ADDRESS, self.server.port)).await.unwrap();
        let mut attacker = Attacker::on(tcp);
        let from = match stage {
            Stage::Silent => return (attacker, String::new()),
            Stage::Tls(from) => from,
            _ => "evil.test",
        };
        let id = attacker.open(from).await;
        if stage == Stage::Plain {
            return (attacker, id);
        }
        attacker.say(STARTTLS).await;
        attacker.hear("<proceed").await;
        let name = ServerName::try_from("a.test").unwrap();
        attacker.wire = attacker.wire.call_upgrade(&self.evil.hello_starttls(), name).await.unwrap();
        let mut id = attacker.open(from).await;
        if matches!(stage, Stage::Proved | Stage::Bidi) {
            if stage == Stage::Bidi {
                attacker.say(BIDI).await;
            }
            attacker.say(EXTERNAL).await;
            attacker.hear("<success").await;
            id = attacker.open(from).await;
        }
        (attacker, id)
    }

    /// What would be a key of `victim`, by the secret that only it has.
    fn victims_key(&self, receiving: &str, id: &str) -> String {
        let secret = self.victim.house.hub().service().secrets.dialback.clone();
        key(&secret, &Jid::parse(receiving).unwrap(), &Jid::parse("b.test").unwrap(), id)
    }

    /// Nothing has come in, nothing waits, and nobody is believed to be here who should not.
    async fn is_untouched(&mut self, name: &str) {
        self.alice.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
        assert!(self.alice.waiting().is_none(), "{name}: something came");
        assert_eq!(self.server.house.waiting().await.unwrap(), 0, "{name}: something waits");
        let streams = self.server.house.hub().streams(None);
        assert!(streams.iter().all(|line| line.domain.as_str() == "evil.test"), "{name}: {streams:?}");
    }

    async fn survives(&mut self, attack: Attack) {
        let (mut attacker, id) = self.attacker(attack.at).await;
        for (words, expected) in &attack.steps {
            let replayed = self.victims_key("a.test", "of-another-stream");
            let of_rooms = self.victims_key("rooms.a.test", &id);
            let words = words.replace("{id}", &id).replace("{replayed}", &replayed).replace("{of-rooms}", &of_rooms);
            attacker.say(&words).await;
            let heard = tokio::time::timeout(Duration::from_secs(20), attacker.hear(expected)).await;
            assert!(heard.is_ok(), "{}: no `{expected}` in answer to {words}", attack.name);
        }
        attacker.end().await;
        self.is_untouched(attack.name).await;
    }
}

fn attack(name: &'static str, at: Stage, steps: &[(&str, &'static str)]) -> Attack {
    let steps = steps.iter().map(|(says, hears)| ((*says).to_owned(), *hears)).collect();
    Attack { name, at, steps }
}

fn result(from: &str, to: &str, key: &str) -> String {
    format!("<db:result from='{from}' to='{to}'>{key}</db:result>")
}

fn verify(from: &str, to: &str, key: &str) -> String {
    format!("<db:verify from='{from}' to='{to}' id='{{id}}'>{key}</db:verify>")
}

fn external(authzid: &str) -> String {
    let authzid = BASE64.encode(authzid.as_bytes());
    format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>{authzid}</auth>")
}

/// RFC 6120 §4.9.3.12: in plain text nothing is looked at, and nobody opens a stream in the name of others.
fn before_tls() -> Vec<Attack> {
    use Stage::{Plain, Silent};
    vec![
        attack("a domain that is not served", Silent, &[(&header("evil.test", "elsewhere.test"), "<host-unknown")]),
        attack("one below ours that is not served", Silent, &[(&header("evil.test", "no.a.test"), "<host-unknown")]),
        attack("our own domain", Silent, &[(&header("a.test", "a.test"), "<invalid-from")]),
        attack("a service of ours", Silent, &[(&header("rooms.a.test", "a.test"), "<invalid-from")]),
        attack("a stanza in plain text", Plain, &[(FORGED, "<not-authorized")]),
        attack("a key in plain text", Plain, &[(&result("evil.test", "a.test", "k"), "<not-authorized")]),
        attack("a question in plain text", Plain, &[(&verify("evil.test", "a.test", "k"), "<not-authorized")]),
        attack("EXTERNAL in plain text", Plain, &[(EXTERNAL, "<not-authorized")]),
    ]
}

/// Inside TLS, where nobody is proved yet.
fn strangers() -> Vec<Attack> {
    use Stage::Tls;
    let evil = Tls("evil.test");
    let then =
        |first: &str, answer: &'static str| vec![(first.to_owned(), answer), (FORGED.to_owned(), "<not-authorized")];
    let row = |name, steps| Attack { name, at: evil, steps };
    let as_victim = |name, first: &str, answer| Attack { name, at: Tls("b.test"), steps: then(first, answer) };
    vec![
        row("a stanza without proof", vec![(FORGED.to_owned(), "<not-authorized")]),
        row("acting as another domain", then(&external("b.test"), "<invalid-authzid")),
        row("acting as ours", then(&external("a.test"), "<invalid-authzid")),
        row("acting as a person", then(&external("person@evil.test"), "<invalid-authzid")),
        as_victim("another's domain and one's own certificate", EXTERNAL, "<invalid-mechanism"),
        as_victim("the same, named", &external("b.test"), "<invalid-mechanism"),
        row("a key that was made up", vec![(result("b.test", "a.test", "guess"), "type='invalid'")]),
        row("a key of another stream", vec![(result("b.test", "a.test", "{replayed}"), "type='invalid'")]),
        row("a key for another of our domains", vec![(result("b.test", "a.test", "{of-rooms}"), "type='invalid'")]),
        row("a claim to be us", then(&result("a.test", "a.test", "k"), "<not-authorized")),
        row("a claim to be our rooms", then(&result("rooms.a.test", "a.test", "k"), "<not-authorized")),
        row(
            "a claim towards a domain not served",
            then(&result("evil.test", "elsewhere.test", "k"), "<item-not-found"),
        ),
        row("a claim towards one below ours", then(&result("evil.test", "no.a.test", "k"), "<item-not-found")),
        row("a question about a key nobody made", then(&verify("b.test", "a.test", "guess"), "type='invalid'")),
        row("the same, for a service of ours", then(&verify("b.test", "rooms.a.test", "guess"), "type='invalid'")),
        row("the same, for one not served", then(&verify("b.test", "no.a.test", "guess"), "<item-not-found")),
        row(
            "somebody's stream, without proof",
            then("<resume xmlns='urn:xmpp:sm:3' previd='1' h='0'/>", "<unexpected-request"),
        ),
    ]
}

/// XEP-0220 §3.1: who opens a stream is asked nothing on it.
fn unasked() -> Vec<Attack> {
    let mut attacks = Vec::new();
    for at in [Stage::Tls("evil.test"), Stage::Proved, Stage::Bidi] {
        for (name, answer) in [
            ("a result that nobody asked for", "<db:result from='b.test' to='a.test' type='valid'/>"),
            ("a refusal that nobody asked for", "<db:result from='b.test' to='a.test' type='invalid'/>"),
            ("an answer that nobody asked for", "<db:verify from='b.test' to='a.test' id='{id}' type='valid'/>"),
        ] {
            attacks.push(attack(name, at, &[(answer, "<invalid-from")]));
        }
        // The question went to b.test, on a stream that was opened to it.
        let claim = result("b.test", "a.test", "guess");
        let answer = "<db:verify from='b.test' to='a.test' id='{id}' type='valid'/>";
        let both = format!("{claim}{answer}");
        attacks.push(attack("an answer on the wrong stream", at, &[(&both, "<invalid-from")]));
    }
    attacks
}

/// Who is proved to be one domain is no other.
fn proved() -> Vec<Attack> {
    let message = |from: &str, to: &str| format!("<message from='{from}' to='{to}'><body>hello</body></message>");
    let mut attacks = Vec::new();
    for at in [Stage::Proved, Stage::Bidi] {
        let row = |name, says: &str, hears| attack(name, at, &[(says, hears)]);
        attacks.extend([
            row("a foreign sender", FORGED, "<invalid-from"),
            row("a sender of ours", OWN, "<invalid-from"),
            row("a sender of our rooms", &message("r@rooms.a.test", "person@a.test"), "<invalid-from"),
            row("a sender below the proved domain", &message("p@sub.evil.test", "person@a.test"), "<invalid-from"),
            row("no sender", "<message to='person@a.test'><body>hello</body></message>", "<improper-addressing"),
            row("a recipient not served", &message("p@evil.test", "person@elsewhere.test"), "<host-unknown"),
            row("a recipient of another pair", &message("p@evil.test", "r@rooms.a.test"), "<improper-addressing"),
            row(
                "a subscription for another",
                "<presence from='person@b.test' to='person@a.test' type='subscribe'/>",
                "<invalid-from",
            ),
            row("a question in another's name", "<iq from='b.test' to='a.test' type='get' id='1'/>", "<invalid-from"),
            row("a second login", EXTERNAL, "<unsupported-stanza-type"),
            row("going both ways too late", BIDI, "<undefined-condition"),
            attack(
                "a second domain on the stream",
                at,
                &[(&result("b.test", "a.test", "guess"), "<forbidden"), (FORGED, "<invalid-from")],
            ),
            attack(
                "ours as a second domain",
                at,
                &[(&result("a.test", "a.test", "k"), "<not-authorized"), (OWN, "<invalid-from")],
            ),
            attack(
                "somebody's stream",
                at,
                &[
                    ("<resume xmlns='urn:xmpp:sm:3' previd='of-b-test' h='0'/>", "<item-not-found"),
                    (FORGED, "<invalid-from"),
                ],
            ),
        ]);
    }
    attacks
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_and_says_to_be_somebody_else_is_refused() {
    let mut scene = Scene::new().await;
    let attacks: Vec<Attack> = [before_tls(), strangers(), unasked(), proved()].into_iter().flatten().collect();
    let count = attacks.len();
    for attack in attacks {
        scene.survives(attack).await;
    }
    assert_eq!(count, 65);
    // The server is as well as before: who is proved is heard.
    let (mut evil, _) = scene.attacker(Stage::Proved).await;
    evil.say("<message from='p@evil.test' to='person@a.test' id='honest'><body>hello</body></message>").await;
    assert_eq!(heard(&mut scene.alice).await.id.unwrap().as_str(), "honest");
}

/// What `evil.test` does when it is called: what it says once our key has come, and the error that is due.
const CALLED: &[(&str, &str, &str, &str)] = &[
    (
        "a result for another of our domains",
        "",
        "<db:result from='evil.test' to='rooms.a.test' type='valid'/>",
        "<invalid-from",
    ),
    ("a result in another's name", "", "<db:result from='b.test' to='a.test' type='valid'/>", "<invalid-from"),
    (
        "an answer about a key that it was not asked about",
        "",
        "<db:verify from='evil.test' to='a.test' id='1' type='valid'/>",
        "<invalid-from",
    ),
    ("a stanza before it is proved", "", FORGED, "<not-authorized"),
    (
        "a stanza on a stream that goes one way",
        "<db:result from='evil.test' to='a.test' type='valid'/>",
        FORGED,
        "<not-authorized",
    ),
];

/// The same on a stream that goes both ways.
const CALLED_BIDI: &[(&str, &str, &str, &str)] = &[
    ("a foreign sender", "<db:result from='evil.test' to='a.test' type='valid'/>", FORGED, "<invalid-from"),
    ("a sender of ours", "<db:result from='evil.test' to='a.test' type='valid'/>", OWN, "<invalid-from"),
    ("a stanza before it is proved", "", FORGED, "<not-authorized"),
    (
        "a second domain",
        "<db:result from='evil.test' to='a.test' type='valid'/>",
        "<db:result from='b.test' to='a.test'>guess</db:result>",
        "<resource-constraint",
    ),
];

impl Scene {
    /// Waits to be called, and shows what it has.
    async fn called(&self, listener: &TcpListener, bidi: &str) -> Attacker {
        let (tcp, _) = within(listener.accept()).await.unwrap();
        let mut evil = Attacker::on(tcp);
        evil.hear("version='1.0'>").await;
        evil.say(&header("evil.test", "a.test")).await;
        evil.say(&format!("<stream:features>{STARTTLS}{bidi}</stream:features>")).await;
        evil.hear("<starttls").await;
        evil.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").await;
        evil.wire = evil.wire.upgrade(&self.evil.servers_starttls()).await.unwrap();
        evil.hear("version='1.0'>").await;
        evil.say(&header("evil.test", "a.test").replace("version='1.0'>", "id='1' version='1.0'>")).await;
        let dialback = "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>";
        evil.say(&format!("<stream:features>{dialback}{bidi}</stream:features>")).await;
        evil.hear("</db:result>").await;
        evil
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_called_and_speaks_for_others_is_refused() {
    let bidi = "<bidi xmlns='urn:xmpp:features:bidi'/>";
    for (name, first, forged, expected, bidi) in CALLED
        .iter()
        .map(|row| (row.0, row.1, row.2, row.3, ""))
        .chain(CALLED_BIDI.iter().map(|row| (row.0, row.1, row.2, row.3, bidi)))
    {
        let mut scene = Scene::new().await;
        let listener = TcpListener::bind((ADDRESS, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        {
            let mut zone = scene.names.zone.lock();
            zone.srv("_xmpp-server._tcp.evil.test.", &[(1, 1, port, "host.evil.test.")]);
            zone.a("host.evil.test.", &[ADDRESS]);
        }
        say(&mut scene.alice, "person@evil.test", "hello").await;
        let mut evil = scene.called(&listener, bidi).await;
        evil.say(first).await;
        evil.say(forged).await;
        let heard = tokio::time::timeout(Duration::from_secs(20), evil.hear(expected)).await;
        assert!(heard.is_ok(), "{name}: no `{expected}`");
        scene.alice.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
        while let Some(stanza) = scene.alice.waiting() {
            assert!(!stanza.inner_str().contains("password"), "{name}: {stanza:?}");
        }
        let streams = scene.server.house.hub().streams(None);
        assert!(streams.iter().all(|line| line.domain.as_str() == "evil.test"), "{name}: {streams:?}");
    }
}
