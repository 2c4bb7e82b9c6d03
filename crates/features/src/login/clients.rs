//! Who has access to an account, and taking it away (XEP-0494).

use super::account::AccountId;
use super::device::{self, Device, KNOWN_SQL};
use crate::Fault;
use crate::deed::Deed;
use crate::iq::{Reply, Request};
use crate::memory::{Account, Session};
use crate::query::Query;
use crate::service::{Secrets, Service};
use crate::turn::{Effect, Turn};
use bytes::Bytes;
use store::Store;
use xmpp::{Condition, Jid, Stanza, StanzaError, Writer, ns, time};

/// A client that has access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// By what name it is revoked.
    pub id: String,
    /// Whether it has a session, possibly one that waits for it.
    pub connected: bool,
    /// What is recorded of it; nothing of one that never said which it is.
    pub device: Option<Device>,
    /// Whether it has a token that is good.
    pub has_token: bool,
}

/// A session of the account, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Live {
    /// Its full JID.
    pub jid: Jid,
    /// The id of its client.
    pub agent: Option<Box<str>>,
}

impl Live {
    /// What matters of a session.
    pub fn of(session: &Session) -> Live {
        Live { jid: session.jid.clone(), agent: session.agent.clone() }
    }
}

/// The sessions that an account has.
pub fn live(me: &Account) -> Vec<Live> {
    me.sessions.iter().map(Live::of).collect()
}

/// A question about the clients of an account.
#[derive(Debug)]
pub struct Asked {
    /// The row of the account.
    pub account: AccountId,
    /// Its sessions.
    pub live: Vec<Live>,
    /// Microseconds since 1970.
    pub now: i64,
    secrets: Secrets,
}

impl Asked {
    /// A question about the account of that row, with these sessions.
    pub fn about(account: AccountId, live: Vec<Live>, service: &Service, now: i64) -> Asked {
        Asked { account, live, now, secrets: service.secrets.clone() }
    }

    /// The clients that have access, those with a record first, the longest unused of them first.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn clients(&self, store: &Store) -> Result<Vec<Client>, Fault> {
        const TOKENS: &str = "SELECT DISTINCT agent FROM fast_token WHERE account = ?1 AND expires_at > ?2";
        let asked = vec![(KNOWN_SQL, vec![self.account.into()]), (TOKENS, vec![self.account.into(), self.now.into()])];
        let rows = store.query_all(asked).await?;
        let devices = rows[0].iter().map(Device::read).collect::<Result<Vec<_>, _>>()?;
        let with_token = rows[1].iter().map(|row| row.text(0)).collect::<Result<Vec<_>, Fault>>()?;
        let is_recorded = |live: &&Live| devices.iter().any(|known| live.agent.as_deref() == Some(&*known.agent));
        let others = self.live.iter().filter(|live| !is_recorded(live)).map(|live| self.unrecorded(live));
        let others: Vec<Client> = others.collect();
        let recorded = devices.into_iter().map(|device| Client {
            id: self.name(&device.agent),
            connected: self.live.iter().any(|live| live.agent.as_deref() == Some(&*device.agent)),
            has_token: with_token.contains(&&*device.agent),
            device: Some(device),
        });
        Ok(recorded.chain(others).collect())
    }

    /// A session whose client never said which it is, or did before the password was changed.
    fn unrecorded(&self, live: &Live) -> Client {
        let session = || format!("session-{}", live.jid.resource().unwrap_or_default());
        let id = live.agent.as_ref().map_or_else(session, |agent| self.name(agent));
        Client { id, connected: true, device: None, has_token: false }
    }

    fn name(&self, agent: &str) -> String {
        device::name(&self.secrets, self.account, agent)
    }
}

/// A list that was asked for, waiting for the store.
#[derive(Debug)]
pub struct Listing {
    /// The request.
    pub request: Stanza,
    asked: Asked,
}

/// §3.1
pub(super) fn list(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let asked = Asked::about(turn.me.id, live(turn.me), turn.service, turn.now);
    Ok(Reply::Read(Query::Clients(Box::new(Listing { request: request.stanza.detached(), asked }))))
}

/// §3.2
pub(super) fn revoke(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let missing = || StanzaError::new(Condition::BadRequest).text("Say which client: its id from the list.");
    let id = request.payload.attr("id").filter(|id| !id.is_empty()).ok_or_else(missing)?.into_owned();
    let asked = Asked::about(turn.me.id, live(turn.me), turn.service, turn.now);
    let (asker, stanza) = (request.asker.clone(), request.stanza.as_ref().clone().with_inner(Bytes::new()).detached());
    let deed = Box::new(Deed::Revoke { asked, id });
    turn.out.effects.push(Effect::Do { asker, request: Box::new(stanza), deed });
    Ok(Reply::Nothing)
}

/// §3.2: what answers about a client that knows the password.
pub fn password_reset_required() -> StanzaError {
    StanzaError::new(Condition::ServiceUnavailable)
        .specific("password-reset-required", ns::CLIENT_ACCESS)
        .text("This client knows your password. Change the password, and it is out.")
}

impl Listing {
    /// Reads, and answers.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let mut w = Writer::new();
        w.open("clients", ns::CLIENT_ACCESS);
        for client in self.asked.clients(store).await? {
            write(&client, &mut w);
        }
        Ok(vec![self.request.result(w.finish())])
    }
}

fn write(client: &Client, w: &mut Writer) {
    let ns = ns::CLIENT_ACCESS;
    w.open("client", ns).attr("connected", if client.connected { "true" } else { "false" });
    w.attr("id", &client.id).attr("type", "session");
    if let Some(device) = &client.device {
        w.leaf("first-seen", ns, &time::write(device.first_seen));
        w.leaf("last-seen", ns, &time::write(device.last_seen));
    }
    w.open("auth", ns);
    if client.device.as_ref().is_none_or(|device| device.had_password) {
        w.empty("password", ns);
    }
    if client.has_token {
        w.empty("fast", ns);
    }
    // There are no clients with less than all rights.
    w.close().open("permission", ns).attr("status", "unrestricted").close();
    let software = client.device.as_ref().and_then(|device| device.software.as_deref());
    let device = client.device.as_ref().and_then(|device| device.device.as_deref());
    w.open("user-agent", ns);
    for (name, text) in [("software", software), ("device", device)] {
        if let Some(text) = text {
            w.leaf(name, ns, text);
        }
    }
    w.close().close();
}
