//! Where the probes play: the server, and two people who are friends.

use super::accounts::{Account, Accounts};
use super::lack::{Lack, must};
use super::peer::{Peer, within};
use crate::arguments::Target;
use crate::config::Config;
use crate::failure::Failure;
use client::{Client, Keychain, Login, Profile, Security, any_certificate_speaking};
use rustls::ClientConfig;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use stream::xml::Nonza;
use tokio::net::lookup_host;
use xmpp::scram::Hash;
use xmpp::{Element, Kind, PresenceType, Stanza, ns};

/// Services that are looked at, of those that the domain lists.
const SERVICES_MAX: usize = 30;

/// The server and the people on it.
pub struct Stage {
    /// The domain.
    pub domain: String,
    /// Where STARTTLS is spoken.
    pub starttls: SocketAddr,
    /// Where TLS begins with the first byte, if that was said.
    pub direct: Option<SocketAddr>,
    /// Where HTTPS is spoken, if that was said.
    pub https: Option<SocketAddr>,
    /// Where components connect, if that was said.
    pub component: Option<SocketAddr>,
    /// Whoever asks.
    pub alice: Account,
    /// The other one.
    pub bob: Account,
    /// Whether the two could be made friends.
    pub friends: Result<String, Lack>,
    /// The probes' side of TLS.
    pub tls: Arc<ClientConfig>,
    /// Salted passwords that were computed already.
    pub keychain: Keychain,
}

impl Stage {
    /// Looks up where everything is, and makes the two friends.
    ///
    /// # Errors
    /// When an address is none.
    pub async fn set(config: &Config, target: &Target, accounts: &Accounts) -> Result<Stage, Failure> {
        // What is not said is as configured, unless another server is meant.
        let ours = |addresses: &[SocketAddr]| match &target.host {
            None => addresses.first().map(|address| reachable(*address)),
            Some(_) => None,
        };
        let starttls = match &target.host {
            Some(host) => look_up(host).await?,
            None => ours(&config.starttls).ok_or_else(|| {
                Failure::usage("the configuration has no address for STARTTLS; name one with --host HOST:PORT")
            })?,
        };
        let said = async |said: &Option<String>, configured: Option<SocketAddr>| match said {
            Some(said) => look_up(said).await.map(Some),
            None => Ok(configured),
        };
        let (alice, bob) = accounts.both();
        let mut stage = Stage {
            domain: alice.domain().to_owned(),
            starttls,
            direct: said(&target.tls, ours(&config.tls)).await?,
            https: said(&target.https, ours(&config.https)).await?,
            component: said(&target.component, ours(&config.components_at)).await?,
            alice,
            bob,
            friends: Err(Lack::Wrong("nobody asked yet".to_owned())),
            tls: any_certificate_speaking("xmpp-client"),
            keychain: Keychain::new(),
        };
        stage.friends = stage.befriend().await;
        Ok(stage)
    }

    /// Where and how clients connect.
    pub fn target(&self, security: Security) -> client::Target {
        let direct = self.direct.filter(|_| security == Security::Direct);
        let (address, domain) = (direct.unwrap_or(self.starttls), self.domain.clone());
        client::Target { address, domain, security, tls: self.tls.clone() }
    }

    /// How an account logs in, by the strongest of the mechanisms offered.
    pub fn login<'a>(&'a self, account: &'a Account, features: &Nonza) -> Result<Login<'a>, Lack> {
        let hash = strongest(&features.element()).ok_or_else(|| {
            Lack::Wrong("no SCRAM is offered, and a password is not sent in another way from here".to_owned())
        })?;
        let (user, password) = (account.name(), account.password.as_str());
        Ok(Login { user, password, resource: "", hash, profile: Profile::Sasl, keychain: &self.keychain })
    }

    /// A client of Alice with a resource of its own, before its first presence.
    pub async fn alice(&self) -> Result<Peer, Lack> {
        self.client_of(&self.alice).await
    }

    /// A client of Bob.
    pub async fn bob(&self) -> Result<Peer, Lack> {
        self.client_of(&self.bob).await
    }

    async fn client_of(&self, account: &Account) -> Result<Peer, Lack> {
        let target = self.target(Security::StartTls);
        let (mut client, features) = within("a stream".to_owned(), Client::connect(&target)).await?;
        let login = self.login(account, &features)?;
        let features = within("a login".to_owned(), client.authenticate(login)).await?;
        within("a resource".to_owned(), client.bind(&unique("check"))).await?;
        Ok(Peer::new(client, features.element().raw().to_owned()))
    }

    /// What the domain lists that says to be of this category and has this feature; its address and its answer
    /// to disco#info.
    pub async fn service(&self, peer: &mut Peer, category: &str, feature: &str) -> Result<(String, Stanza), Lack> {
        let items = peer.ask("get", Some(&self.domain), &format!("<query xmlns='{}'/>", ns::DISCO_ITEMS)).await?;
        let jids: Vec<String> = items
            .payload()
            .iter()
            .flat_map(Element::children)
            .filter_map(|item| item.attr("jid").map(|jid| jid.into_owned()))
            .take(SERVICES_MAX)
            .collect();
        for jid in &jids {
            // One that does not answer is not the one.
            let Ok(info) = peer.info(jid).await else { continue };
            let is_category = |child: Element<'_>| child.attr("category").is_some_and(|found| found == category);
            let identified = info.payload().is_some_and(|query| query.children().any(is_category));
            if identified && super::lack::has_feature(&info, feature) {
                return Ok((jid.clone(), info));
            }
        }
        let what = format!("none of the {} services that {} lists has `{feature}`", jids.len(), self.domain);
        Err(Lack::Missing(what))
    }

    /// Alice asks to see Bob's presence, Bob agrees and asks in turn (RFC 6121 §3.1).
    async fn befriend(&self) -> Result<String, Lack> {
        let (mut alice, mut bob) = (self.alice().await?, self.bob().await?);
        alice.come_online().await?;
        bob.come_online().await?;
        let roster = alice.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await?;
        if roster.inner_str().contains("subscription='both'") {
            return Ok("the two were friends before".to_owned());
        }
        subscribe(&mut alice, &mut bob).await?;
        subscribe(&mut bob, &mut alice).await?;
        let roster = bob.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await?;
        must(roster.inner_str().contains("subscription='both'"), "the roster does not say `both` after both agreed")?;
        Ok("each asked, the other agreed; both rosters say `both`, presence came".to_owned())
    }
}

/// RFC 6121 §3.1, from the request to the presence.
async fn subscribe(asking: &mut Peer, asked: &mut Peer) -> Result<(), Lack> {
    let (from, to) = (asking.bare().to_owned(), asked.bare().to_owned());
    let is = |stanza: &Stanza, kind: PresenceType, sender: &str| {
        stanza.kind == Kind::Presence(kind) && stanza.from.as_ref().is_some_and(|jid| jid.bare_str() == sender)
    };
    asking.send(&format!("<presence type='subscribe' to='{to}'/>")).await?;
    asked.until("a subscription request", |stanza| is(stanza, PresenceType::Subscribe, &from)).await?;
    asked.send(&format!("<presence type='subscribed' to='{from}'/>")).await?;
    asking.until("the approval", |stanza| is(stanza, PresenceType::Subscribed, &to)).await?;
    asking.until("the friend's presence", |stanza| is(stanza, PresenceType::Available, &to)).await.map(drop)
}

/// Something that nothing else is called.
pub fn unique(what: &str) -> String {
    let random: [u8; 5] = hub::Clock::System.random();
    format!("{what}-{}", data_encoding::BASE32_NOPAD.encode(&random).to_lowercase())
}

/// An address that a connection can be made to, of one that was listened on.
fn reachable(listened: SocketAddr) -> SocketAddr {
    let ip = match listened.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listened.port())
}

async fn look_up(host: &str) -> Result<SocketAddr, Failure> {
    let unknown = |why: String| Failure::usage(format!("`{host}` cannot be found: {why}. Write HOST:PORT"));
    let mut found = lookup_host(host).await.map_err(|error| unknown(error.to_string()))?;
    found.next().ok_or_else(|| unknown("it has no address".to_owned()))
}

fn strongest(features: &Element<'_>) -> Option<Hash> {
    let mechanisms = features.child("mechanisms", ns::SASL)?;
    let offered = |hash: &Hash| mechanisms.children().any(|mechanism| mechanism.text() == hash.mechanism());
    Hash::ALL.into_iter().rfind(offered)
}
