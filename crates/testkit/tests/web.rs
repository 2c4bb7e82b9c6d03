//! HTTPS as a browser uses it: where to connect, the upgrade to WebSocket, and the frames that follow.

use data_encoding::BASE64;
use std::net::SocketAddr;
use std::time::Duration;
use testkit::client::{Client, Exchange, Keychain, Login, Profile};
use testkit::house::House;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// What RFC 6455 says belongs to that key.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const OPEN: &str = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";

/// A connection to the HTTPS port.
struct Page(TlsStream<TcpStream>);

impl Page {
    async fn open(house: &House) -> Page {
        let address: SocketAddr = house.https();
        let tcp = TcpStream::connect(address).await.expect("the port is served");
        let name = "localhost".try_into().expect("a name");
        let tls = TlsConnector::from(testkit::client::any_certificate()).connect(name, tcp).await;
        Page(tls.expect("a handshake"))
    }

    /// Sends a request and returns the head and the body of the answer.
    async fn ask(&mut self, request: &str) -> (String, String) {
        self.0.write_all(request.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within(self.0.read_u8()).await.expect("an answer"));
        }
        let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
        let len = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |len| len.parse().expect("a number"));
        let mut body = vec![0; len];
        within(self.0.read_exact(&mut body)).await.expect("the body");
        (head, String::from_utf8(body).expect("text"))
    }

    async fn get(&mut self, path: &str, headers: &str) -> (String, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")).await
    }

    async fn upgrade(house: &House) -> Page {
        let mut page = Page::open(house).await;
        let (head, _) = page.get("/xmpp-websocket", &upgrade("xmpp")).await;
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        assert!(head.contains("sec-websocket-protocol: xmpp\r\n"), "{head}");
        assert!(head.contains(&format!("sec-websocket-accept: {}\r\n", ACCEPT.to_ascii_lowercase())), "{head}");
        page
    }

    /// Sends a frame, masked with zeros.
    async fn say(&mut self, first: u8, payload: &[u8]) {
        let len = u16::try_from(payload.len()).expect("no long frame").to_be_bytes();
        let len = if payload.len() < 126 { vec![0x80 | len[1]] } else { vec![0x80 | 126, len[0], len[1]] };
        self.0.write_all(&[&[first], &len[..], &[0; 4], payload].concat()).await.expect("sent");
    }

    /// The next frame: its first byte and what it holds.
    async fn hear(&mut self) -> (u8, Vec<u8>) {
        let first = within(self.0.read_u8()).await.expect("a frame");
        let len = match within(self.0.read_u8()).await.expect("a length") {
            126 => within(self.0.read_u16()).await.expect("a length").into(),
            len => usize::from(len),
        };
        let mut payload = vec![0; len];
        within(self.0.read_exact(&mut payload)).await.expect("the payload");
        (first, payload)
    }

    /// Logs in on an open stream (RFC 6120 §6), and opens the one behind it.
    async fn prove(&mut self, login: Login<'_>) {
        let sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
        let (exchange, first) = Exchange::begin(login.hash, login.user);
        let auth = format!("<auth {sasl} mechanism='SCRAM-SHA-256'>{}</auth>", BASE64.encode(first.as_bytes()));
        self.say(0x81, auth.as_bytes()).await;
        let challenge = loop {
            let heard = self.hear_text().await;
            if let Some((_, challenge)) = heard.split_once(&format!("<challenge {sasl}>")) {
                break challenge.trim_end_matches("</challenge>").to_owned();
            }
        };
        let challenge = String::from_utf8(BASE64.decode(challenge.as_bytes()).expect("Base64")).expect("text");
        let proof = exchange.answer(&challenge, login.password, login.keychain).expect("a challenge for us");
        let response = format!("<response {sasl}>{}</response>", BASE64.encode(proof.client_final.as_bytes()));
        self.say(0x81, response.as_bytes()).await;
        assert!(self.hear_text().await.starts_with("<success "));
        self.say(0x81, OPEN.as_bytes()).await;
        while !self.hear_text().await.contains("urn:xmpp:sm:3") {}
    }

    async fn hear_text(&mut self) -> String {
        let (first, payload) = self.hear().await;
        assert_eq!(first, 0x81, "a whole text message");
        String::from_utf8(payload).expect("UTF-8")
    }
}

fn upgrade(protocol: &str) -> String {
    format!(
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Protocol: {protocol}\r\n"
    )
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}

#[tokio::test]
async fn a_browser_learns_where_to_connect() {
    let house = House::start(31).await.expect("a server starts");
    let mut page = Page::open(&house).await;
    let (head, xrd) = page.get("/.well-known/host-meta", "").await;
    assert!(head.starts_with("http/1.1 200 ") && head.contains("content-type: application/xrd+xml\r\n"), "{head}");
    assert!(head.contains("access-control-allow-origin: *\r\n"), "{head}");
    let link = "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://localhost/xmpp-websocket'/>";
    assert!(xrd.contains(link), "{xrd}");
    let (head, jrd) = page.get("/.well-known/host-meta.json", "").await;
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert_eq!(
        jrd.trim_end(),
        r#"{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://localhost/xmpp-websocket"},{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://localhost/http-bind"}]}"#
    );
    for path in ["/.well-known/host-metadata", "/xmpp-websocket/", "/../etc/passwd"] {
        let (head, _) = page.get(path, "").await;
        assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
        assert!(head.contains("x-content-type-options: nosniff\r\n"), "{head}");
        assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
        assert!(!head.contains("access-control-allow-origin"), "{head}");
    }
}

#[tokio::test]
async fn only_a_websocket_for_xmpp_is_opened() {
    let house = House::start(32).await.expect("a server starts");
    let mut page = Page::open(&house).await;
    let (head, _) = page.get("/xmpp-websocket", "").await;
    assert!(head.starts_with("http/1.1 426 ") && head.contains("sec-websocket-version: 13\r\n"), "{head}");
    let mut page = Page::open(&house).await;
    let (head, _) = page.get("/xmpp-websocket", &upgrade("chat")).await;
    assert!(head.starts_with("http/1.1 400 "), "{head}");
}

#[tokio::test]
async fn a_stream_is_framed_and_a_ping_is_answered() {
    let house = House::start(33).await.expect("a server starts");
    let mut page = Page::upgrade(&house).await;
    page.say(0x89, b"are you there?").await;
    assert_eq!(page.hear().await, (0x8a, b"are you there?".to_vec()));
    // One message, in three frames with a ping among them.
    page.say(0x01, &OPEN.as_bytes()[..10]).await;
    page.say(0x89, b"").await;
    assert_eq!(page.hear().await, (0x8a, Vec::new()));
    page.say(0x00, &OPEN.as_bytes()[10..40]).await;
    page.say(0x80, &OPEN.as_bytes()[40..]).await;
    assert!(page.hear_text().await.starts_with("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='"));
    let features = page.hear_text().await;
    assert!(features.starts_with("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"), "{features}");
    assert!(!features.contains("starttls") && !features.contains("-PLUS"), "{features}");
    page.say(0x81, b"<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>").await;
    assert_eq!(page.hear_text().await, "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    assert_eq!(page.hear().await, (0x88, 1000u16.to_be_bytes().to_vec()));
}

#[tokio::test]
async fn what_breaks_the_rules_is_told_and_closed() {
    let house = House::start(34).await.expect("a server starts");
    let mut page = Page::upgrade(&house).await;
    page.say(0x81, b"<presence/>").await;
    assert!(page.hear_text().await.starts_with("<open "));
    assert!(page.hear_text().await.contains("<not-authorized "));
    assert_eq!(page.hear_text().await, "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    assert_eq!(page.hear().await, (0x88, 1000u16.to_be_bytes().to_vec()));
    let mut page = Page::upgrade(&house).await;
    page.say(0x82, b"\0").await;
    assert_eq!(page.hear().await, (0x88, 1003u16.to_be_bytes().to_vec()));
}

/// XEP-0198 §5 says nothing of what a stream travels on: a session begun over TCP is taken up over a
/// WebSocket, and the other way round.
#[tokio::test]
async fn a_session_changes_its_carrier_and_back() {
    let house = House::start(35).await.expect("a server starts");
    for name in ["alice", "bob"] {
        house.add_account(name, "secret").await.expect("an account");
    }
    let keychain = Keychain::new();
    let login = |user| Login {
        user,
        password: "secret",
        resource: "phone",
        hash: xmpp::scram::Hash::Sha256,
        profile: Profile::Sasl,
        keychain: &keychain,
    };
    let mut bob = Client::login(&house.target(), login("bob")).await.expect("bob logs in");
    let mut alice = Client::login(&house.target(), login("alice")).await.expect("alice logs in");
    alice.enable_acks().await.expect("stream management");
    let (mut books, address) = alice.cut().expect("it can be resumed");
    let id = books.id.clone().expect("it can be resumed");
    let message = |id: &str| format!("<message to='alice@localhost/phone' id='{id}'><body>{id}</body></message>");
    bob.send(&message("one")).await.expect("sent");
    bob.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.expect("a pong");

    let mut page = Page::upgrade(&house).await;
    page.say(0x81, OPEN.as_bytes()).await;
    page.prove(login("alice")).await;
    page.say(0x81, format!("<resume xmlns='urn:xmpp:sm:3' previd='{id}' h='0'/>").as_bytes()).await;
    let resumed = page.hear_text().await;
    assert!(resumed.starts_with("<resumed ") && resumed.contains("h='0'"), "{resumed}");
    let got = page.hear_text().await;
    assert!(got.starts_with("<message xmlns='jabber:client' ") && got.contains("<body>one</body>"), "{got}");
    page.say(0x81, b"<message xmlns='jabber:client' to='bob@localhost/phone' id='w'><body>w</body></message>").await;
    let heard = bob.receive().await.expect("a message");
    assert_eq!(heard.id.as_ref().map(|id| id.as_str()), Some("w"));
    drop(page);
    bob.send(&message("two")).await.expect("sent");
    bob.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.expect("a pong");

    // The first it has, though it never said so; of its own stanzas one was handled.
    books.received = 1;
    books.unacknowledged.push_back("<never-sent/>".to_owned());
    let mut alice = Client::resume(&house.target(), login("alice"), (books, address)).await.expect("it goes on");
    let got = alice.receive().await.expect("a message");
    assert_eq!(got.id.as_ref().map(|id| id.as_str()), Some("two"));
    house.stop().await;
}

#[tokio::test]
async fn what_is_not_xmpps_is_a_page() {
    let house = House::start(11).await.expect("a house");
    let mut page = Page::open(&house).await;
    let (head, body) = page.get("/assets/style.css", "").await;
    assert!(head.starts_with("http/1.1 200 ") && head.contains("content-type: text/css"), "{head}");
    assert!(body.contains("color-scheme"), "{body}");
    // The same connection asks again.
    let (head, body) = page.get("/nowhere", "").await;
    assert!(head.starts_with("http/1.1 404 ") && head.contains("frame-ancestors 'none'"), "{head}");
    assert!(body.contains("There is nothing here."), "{body}");
}
