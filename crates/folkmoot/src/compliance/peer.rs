//! A client on its own stream: what a probe asks with. It answers what servers ask of clients, and waits for what
//! a probe wants to see.

use super::lack::Lack;
use client::{Client, Failure};
use data_encoding::BASE64;
use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;
use xmpp::scram::Hash;
use xmpp::{IqType, Kind, Stanza, ns};

/// How long one answer may take.
const PATIENCE_SECONDS: u64 = 8;
/// The node of the client's capabilities (XEP-0115 §4).
const CAPS_NODE: &str = "https://folkmoot.invalid/check";

/// A client with a bound resource.
pub struct Peer {
    client: Client,
    /// What the stream offered after the login, as it came.
    pub features: String,
    /// What its capabilities say that it wants to be told of: a node of PEP.
    wants: Option<&'static str>,
    /// What came and was not waited for.
    inbox: VecDeque<Stanza>,
}

impl Peer {
    /// A client that has just bound its resource.
    pub fn new(client: Client, features: String) -> Peer {
        Peer { client, features, wants: None, inbox: VecDeque::new() }
    }

    /// The full address.
    pub fn jid(&self) -> &str {
        self.client.jid()
    }

    /// The bare address.
    pub fn bare(&self) -> &str {
        self.jid().split('/').next().unwrap_or_default()
    }

    /// The client below, for what only streams do.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The client alone; what it got and nobody waited for is lost.
    pub fn into_client(self) -> Client {
        self.client
    }

    /// Asks, and waits for the result.
    pub async fn ask(&mut self, kind: &str, to: Option<&str>, payload: &str) -> Result<Stanza, Lack> {
        within(format!("an answer to {}", short(payload)), self.client.ask(kind, to, payload)).await
    }

    /// Asks what should be refused, and returns the error's content.
    pub async fn ask_refused(&mut self, kind: &str, to: Option<&str>, payload: &str) -> Result<String, Lack> {
        let asked = timeout(Duration::from_secs(PATIENCE_SECONDS), self.client.ask(kind, to, payload)).await;
        match asked {
            Ok(Err(Failure::Refused(answer))) => Ok(answer),
            Ok(Err(failure)) => Err(failure.into()),
            Ok(Ok(_)) => Err(Lack::Wrong(format!("{} was not refused", short(payload)))),
            Err(_) => Err(Lack::Wrong(format!("no answer came to {}", short(payload)))),
        }
    }

    /// disco#info (XEP-0030 §3.1).
    pub async fn info(&mut self, of: &str) -> Result<Stanza, Lack> {
        self.ask("get", Some(of), &format!("<query xmlns='{}'/>", ns::DISCO_INFO)).await
    }

    /// Sends a stanza.
    pub async fn send(&mut self, stanza: &str) -> Result<(), Lack> {
        Ok(self.client.send(stanza).await?)
    }

    /// Fetches the roster and sends presence.
    pub async fn come_online(&mut self) -> Result<(), Lack> {
        self.come_online_with("").await
    }

    /// The same, and says that it wants to be told of a node of its contacts (XEP-0163 §4).
    pub async fn come_online_for(&mut self, node: &'static str) -> Result<(), Lack> {
        self.wants = Some(node);
        let ver = caps_ver(self.wants);
        self.come_online_with(&format!("<c xmlns='{}' hash='sha-1' node='{CAPS_NODE}' ver='{ver}'/>", ns::CAPS)).await
    }

    /// One is online when the own presence comes back (RFC 6121 §4.2.2), and not a moment before.
    async fn come_online_with(&mut self, says: &str) -> Result<(), Lack> {
        self.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await?;
        self.send(&format!("<presence>{says}</presence>")).await?;
        let own = self.jid().to_owned();
        let is_own = |stanza: &Stanza| stanza.from.as_ref().is_some_and(|from| from.as_str() == own);
        self.until("the own presence", is_own).await.map(drop)
    }

    /// The first stanza that is wanted, of those that came and those that come. `what` says what it is.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Stanza) -> bool) -> Result<Stanza, Lack> {
        if let Some(at) = self.inbox.iter().position(&wanted) {
            return Ok(self.inbox.remove(at).expect("a position is in the queue"));
        }
        within(what.to_owned(), self.receive_until(wanted)).await
    }

    async fn receive_until(&mut self, wanted: impl Fn(&Stanza) -> bool) -> Result<Stanza, Failure> {
        loop {
            let stanza = self.client.receive().await?;
            if self.is_answered(&stanza).await? {
                continue;
            }
            if wanted(&stanza) {
                return Ok(stanza);
            }
            self.inbox.push_back(stanza);
        }
    }

    /// Whether a wanted stanza came before the answer to a request that is made now.
    pub async fn came(&mut self, wanted: impl Fn(&Stanza) -> bool) -> Result<bool, Lack> {
        let domain = self.bare().rsplit('@').next().unwrap_or_default().to_owned();
        self.info(&domain).await?;
        while let Some(stanza) = self.client.waiting() {
            if !self.is_answered(&stanza).await? {
                self.inbox.push_back(stanza);
            }
        }
        Ok(self.inbox.iter().any(wanted))
    }

    /// Answers what is asked of a client's capabilities (XEP-0115 §6.2).
    async fn is_answered(&mut self, stanza: &Stanza) -> Result<bool, Failure> {
        let asked = stanza.payload().filter(|_| stanza.kind == Kind::Iq(IqType::Get));
        let (Some(query), Some(id)) = (asked.filter(|query| query.is("query", ns::DISCO_INFO)), &stanza.id) else {
            return Ok(false);
        };
        let to = stanza.from.as_ref().map_or(String::new(), |from| format!(" to='{}'", escaped(from.as_str())));
        let node = query.attr("node").map_or(String::new(), |node| format!(" node='{}'", escaped(&node)));
        let features: String = features(self.wants).iter().map(|var| format!("<feature var='{var}'/>")).collect();
        let answer = format!(
            "<iq type='result' id='{}'{to}><query xmlns='{}'{node}><identity category='client' type='bot'/>{features}\
             </query></iq>",
            escaped(id.as_str()),
            ns::DISCO_INFO
        );
        self.client.send(&answer).await?;
        Ok(true)
    }
}

/// Waits so long and no longer.
pub async fn within<T>(what: String, coming: impl Future<Output = Result<T, Failure>>) -> Result<T, Lack> {
    match timeout(Duration::from_secs(PATIENCE_SECONDS), coming).await {
        Ok(came) => Ok(came?),
        Err(_) => Err(Lack::Wrong(format!("for {PATIENCE_SECONDS} seconds there came nothing like {what}"))),
    }
}

/// Whether a message has this body.
pub fn says(stanza: &Stanza, body: &str) -> bool {
    stanza.child("body", ns::CLIENT).is_some_and(|found| found.text() == body)
}

/// For an attribute in single quotes, or a text.
pub fn escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    xmpp::writer::escape_attribute(text, &mut out);
    String::from_utf8(out).expect("what was a text is one")
}

fn features(wants: Option<&str>) -> Vec<String> {
    let mut features = vec![ns::DISCO_INFO.to_owned(), ns::CAPS.to_owned()];
    features.extend(wants.map(|node| format!("{node}+notify")));
    features.sort_unstable();
    features
}

/// XEP-0115 §5.1.
fn caps_ver(wants: Option<&str>) -> String {
    let text = format!("client/bot//<{}<", features(wants).join("<"));
    BASE64.encode(&Hash::Sha1.digest(text.as_bytes()))
}

/// The tag that a payload begins with.
fn short(payload: &str) -> &str {
    payload.split_inclusive('>').next().unwrap_or(payload)
}
