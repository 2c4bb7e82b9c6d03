//! External services (XEP-0215): where to find STUN and TURN for calls, and what to log in there with.
//!
//! The names and passwords expire: they are made from a secret that the TURN server has too, and nothing
//! of them is kept here ("A REST API For Access To TURN Services").

use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::turn::Turn;
use data_encoding::{BASE32_NOPAD, BASE64};
use std::fmt::{self, Formatter};
use xmpp::scram::Hash;
use xmpp::{Condition, Element, StanzaError, Writer, ns, time};

/// XEP-0215.
pub const FEATURE: Feature = Feature {
    name: "external",
    summary: "Tells clients where calls find their way through firewalls, and lets them in there for a while.",
    specs: &[Spec::xep(215, "1.0.0")],
    disco: &[(Place::Domain, ns::EXTERNAL)],
    limits: &[&CREDENTIAL_SECONDS, &CREDENTIALS],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::EXTERNAL, name: "services", verb: Verb::Get, at: At::Domain, run: services },
        IqHandler { ns: ns::EXTERNAL, name: "credentials", verb: Verb::Get, at: At::Domain, run: credentials },
    ],
};

/// How long a name and a password are good for.
pub const CREDENTIAL_SECONDS: Limit = Limit {
    name: "external-credential-seconds",
    default: 43_200,
    unit: "seconds",
    reason: "Longer than a call, and what is stolen is worthless the next day.",
    sentence: "The time for calls is over; your client asks for more by itself.",
};

/// How often an account gets them in an hour.
pub const CREDENTIALS: Limit = Limit {
    name: "external-credentials",
    default: 60,
    unit: "requests in an hour",
    reason: "A client asks once for each call; more would be for others than the person.",
    sentence: "You asked too often for what calls need. Wait a while.",
};

const HOUR_MICROS: i64 = 3_600_000_000;

/// A service outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outside {
    /// What it is.
    pub kind: Kind,
    /// A name or an address in the network.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is reached over.
    pub transport: Transport,
    /// What it shares with us; none if it lets in everybody.
    pub secret: Option<Secret>,
}

/// What a service is (§8.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the registry")]
pub enum Kind {
    Stun,
    Stuns,
    Turn,
    Turns,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Stun => "stun",
            Kind::Stuns => "stuns",
            Kind::Turn => "turn",
            Kind::Turns => "turns",
        }
    }
}

/// What a service is reached over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the protocols")]
pub enum Transport {
    Udp,
    Tcp,
}

impl Transport {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        }
    }
}

/// What a service shares with us. Not shown by `Debug`, so that it gets into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Box<[u8]>);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// How often an account asked in this hour.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Asked {
    hour: u32,
    times: u32,
}

/// What somebody logs in with.
struct Credential {
    username: String,
    password: String,
    expires: String,
}

/// §3.1, §3.2
fn services(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let wanted = request.payload.attr("type");
    let fits = |outside: &Outside| wanted.as_deref().is_none_or(|wanted| wanted == outside.kind.name());
    answer(turn, ("services", wanted.as_deref()), fits)
}

/// §3.3
fn credentials(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let bad = || StanzaError::new(Condition::BadRequest).text("Name one service, by its host and its type.");
    let service = request.payload.child("service", ns::EXTERNAL).ok_or_else(bad)?;
    let attr = |service: &Element<'_>, name| service.attr(name).map(std::borrow::Cow::into_owned);
    let (Some(host), Some(kind)) = (attr(&service, "host"), attr(&service, "type")) else { return Err(bad()) };
    let port = attr(&service, "port");
    let fits = |outside: &Outside| {
        outside.host == host
            && outside.kind.name() == kind
            && port.as_ref().is_none_or(|port| *port == outside.port.to_string())
    };
    if !turn.service.external.iter().any(fits) {
        return Err(StanzaError::new(Condition::ItemNotFound).text("There is no such service."));
    }
    answer(turn, ("credentials", None), fits)
}

fn answer(
    turn: &mut Turn<'_>,
    (name, kind): (&str, Option<&str>),
    fits: impl Fn(&Outside) -> bool,
) -> Result<Reply, StanzaError> {
    let service = turn.service;
    if service.external.iter().any(|outside| fits(outside) && outside.secret.is_some()) {
        count(turn)?;
    }
    let mut w = Writer::new();
    w.open(name, ns::EXTERNAL).attr_some("type", kind);
    for outside in service.external.iter().filter(|outside| fits(outside)) {
        w.open("service", ns::EXTERNAL).attr("type", outside.kind.name()).attr("host", &outside.host);
        w.attr("port", &outside.port.to_string()).attr("transport", outside.transport.name());
        if let Some(secret) = &outside.secret {
            let credential = credential(turn, secret);
            w.attr("restricted", "true").attr("username", &credential.username);
            w.attr("password", &credential.password).attr("expires", &credential.expires);
        }
        w.close();
    }
    Ok(Reply::Inner(w.finish()))
}

/// Counts what is given out.
fn count(turn: &mut Turn<'_>) -> Result<(), StanzaError> {
    let hour = u32::try_from(turn.now / HOUR_MICROS).unwrap_or(u32::MAX);
    let asked = &mut turn.me.seldom.get_or_insert_default().external;
    if asked.hour != hour {
        *asked = Asked { hour, times: 0 };
    }
    if u64::from(asked.times) >= turn.service.limits.of(&CREDENTIALS) {
        return Err(StanzaError::new(Condition::ResourceConstraint).text(CREDENTIALS.sentence));
    }
    asked.times += 1;
    Ok(())
}

/// The name is the end of its time and something that is the same for one account, by which the TURN
/// server can count without knowing whose it is.
fn credential(turn: &Turn<'_>, secret: &Secret) -> Credential {
    let micros =
        i64::try_from(turn.service.limits.of(&CREDENTIAL_SECONDS)).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let expires_at = turn.now.saturating_add(micros);
    let mac = Hash::Sha256.hmac(&turn.service.secrets.decoy, format!("turn\0{}", turn.me.jid).as_bytes());
    let whose = BASE32_NOPAD.encode(&mac[..10]).to_ascii_lowercase();
    let username = format!("{}:{whose}", expires_at / 1_000_000);
    let password = BASE64.encode(&Hash::Sha1.hmac(&secret.0, username.as_bytes()));
    Credential { username, password, expires: time::write(expires_at / 1_000_000 * 1_000_000) }
}
