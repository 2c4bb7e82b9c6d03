//! A whole server in this process: store, owners, TLS and sockets are real, the clock is ours.

use crate::client::{Security, Target, any_certificate};
use features::announce::Notices;
use features::branch::Branch;
pub use features::branch::BranchKind;
use features::component::{Access, Rights};
use features::contact::{Contacts, Role};
use features::deed::Password;
use features::external::{Kind, Outside, Secret, Transport};
use features::feature::{Limit, Limits};
use features::federation::Records;
use features::registration::{By, Mode, Policy, Question, SignUp};
use features::service::{Federation, Service};
use features::terms::{self, Action, Book, Rule};
use features::watch::Watch;
use features::{all, archive, login};
use hub::{Clock, Hub};
use net::components;
use net::{Certificates, Clients, Components, Gates, Pages, Ports, Server, Source, WebUrl};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Options, PagesMax, Store};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::time::sleep;
use web::Site;
use xmpp::Jid;

/// When time begins in a test: a Tuesday in November 2026, in microseconds.
pub const BEGINNING: i64 = 1_795_564_800_000_000;

/// A running server, for `localhost` if nothing else is asked for.
pub struct House {
    hub: Hub,
    server: Server,
    target: Target,
    seconds: u32,
    disk: PagesMax,
    rules: Rules,
    dir: TempDir,
}

/// What a server is told, apart from where it listens.
#[derive(Clone)]
pub struct Rules {
    /// The domain.
    pub domain: String,
    /// The limits in force.
    pub limits: Limits,
    /// How strangers get an account.
    pub sign_up: Policy,
    /// The names of those who may run the service.
    pub admins: Vec<String>,
    /// The rooms that newcomers find, by the part before `@`.
    pub newcomer_rooms: Vec<String>,
    /// What is served at other domains: each has its usual name.
    pub branches: Vec<BranchKind>,
    /// Whether it talks to other services from the start.
    pub federation: Federation,
    /// The components that are known, and what they may do: each has the domain of its name before ours.
    pub components: Vec<(String, Rights)>,
}

impl Default for Rules {
    /// `localhost`, with nobody to run it.
    fn default() -> Rules {
        Rules {
            domain: "localhost".into(),
            limits: Limits::default(),
            sign_up: Policy::CLOSED,
            admins: Vec::new(),
            newcomer_rooms: Vec::new(),
            branches: Vec::new(),
            federation: Federation::Off,
            components: Vec::new(),
        }
    }
}

impl House {
    /// Starts a server whose randomness comes from `seed`.
    ///
    /// # Errors
    /// A sentence.
    pub async fn start(seed: u64) -> Result<House, String> {
        House::start_with(seed, Rules::default()).await
    }

    /// The same with other rules.
    ///
    /// # Errors
    /// A sentence.
    pub async fn start_with(seed: u64, rules: Rules) -> Result<House, String> {
        let mut rules = rules;
        let limits = &mut rules.limits;
        // The clock stands still, so a bucket would never fill again.
        if let Some(burst) = limit("session-burst-bytes").filter(|burst| limits.of(burst) == burst.default) {
            limits.set(burst, 1 << 40);
        }
        let dir = tempfile::tempdir().map_err(text)?;
        let clock = Clock::manual(BEGINNING, seed);
        let options = Options::default();
        let store = Store::open(dir.path(), &options, &all::tables()).map_err(text)?;
        let (hub, server) = serve(dir.path(), store, clock, rules.clone()).await?;
        let target = Target {
            address: server.ports().direct[0],
            domain: rules.domain.clone(),
            security: Security::Direct,
            tls: any_certificate(),
        };
        Ok(House { hub, server, target, seconds: 0, disk: options.pages_max, rules, dir })
    }

    /// Stops the server in good order and starts it again on the same store, at other ports. Nothing of it stays
    /// in memory.
    ///
    /// # Errors
    /// A sentence.
    pub async fn restart(&mut self) -> Result<(), String> {
        self.server.stop().await;
        let (store, clock) = (self.hub.store().clone(), self.hub.clock().clone());
        (self.hub, self.server) = serve(self.dir.path(), store, clock, self.rules.clone()).await?;
        self.target.address = self.server.ports().direct[0];
        Ok(())
    }

    /// Where clients with TLS from the first byte connect.
    pub fn target(&self) -> Target {
        self.target.clone()
    }

    /// Where clients connect that begin in plain text.
    pub fn starttls(&self) -> Target {
        Target { address: self.server.ports().starttls[0], security: Security::StartTls, ..self.target.clone() }
    }

    /// Where browsers connect.
    pub fn https(&self) -> SocketAddr {
        self.server.ports().https[0]
    }

    /// Where the component of that name connects, and what it shares with the server.
    pub fn component(&self, name: &str) -> (Target, String) {
        let domain = format!("{name}.{}", self.rules.domain);
        (Target { address: self.server.ports().components[0], domain, ..self.target.clone() }, secret(name))
    }

    /// From now on it talks to other services.
    pub fn federate(&self) {
        self.federate_with(Federation::Open);
    }

    /// From now on it talks to those other services alone that a rule allows.
    pub fn federate_with_listed(&self) {
        self.federate_with(Federation::Listed);
    }

    fn federate_with(&self, federation: Federation) {
        self.hub.set_service(Service { federation, ..Service::clone(&self.hub.service()) });
    }

    /// Somebody decides about another service, in the words of rules.
    ///
    /// # Errors
    /// When it is no decision, or refused.
    pub async fn decide(&self, domain: &str, action: &str) -> Result<(), String> {
        let (domain, action) = (terms::read_domain(domain)?, Action::read(action)?);
        let (reason, author, made_at) = ("".into(), "a test".into(), self.hub.clock().now());
        let rule = Rule { domain, action, reason, author, made_at, expires_at: None };
        self.hub.decide("a test", vec![rule]).await.map_err(|not_done| not_done.sentence().to_owned())
    }

    /// The owners.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Makes an account.
    ///
    /// # Errors
    /// The refusal.
    pub async fn add_account(&self, name: &str, password: &str) -> Result<(), String> {
        let wish = SignUp { name: name.to_owned(), password: Password(password.into()), by: By::Staff };
        self.hub.sign_up(wish).await.map(drop).map_err(text)
    }

    /// Lets time pass, with what happens once a second happening once at the end.
    pub fn advance(&mut self, seconds: i64) {
        self.hub.clock().advance(seconds * 1_000_000);
        self.seconds += 1;
        // A number of seconds at which everything periodic is due.
        self.hub.tick(self.seconds * 600);
    }

    /// How many stanzas are kept for other services.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn waiting(&self) -> Result<usize, String> {
        let store = self.hub.store();
        store.commit(Vec::new()).await.map_err(text)?;
        let waiting = features::federation::waiting(store).await.map_err(text)?;
        Ok(waiting.iter().map(|(_, stanzas)| stanzas.len()).sum())
    }

    /// Waits until the committer and the owners have nothing to do; not for ever, since a transcript that
    /// goes on too early fails by itself.
    pub async fn quiet(&self) {
        for _ in 0..10_000 {
            if self.hub.store().health().waiting == 0 && self.hub.is_quiet() {
                return;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Lets no file grow any more, or all of them again.
    pub fn fill_disk(&self, full: bool) {
        self.disk.set(u32::from(full));
    }

    /// Stops the server.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Starts owners and listeners over a store.
async fn serve(dir: &Path, store: Store, clock: Clock, rules: Rules) -> Result<(Hub, Server), String> {
    let secrets = login::secrets(&store, clock.random()).await.map_err(text)?;
    let admins = rules.admins.iter().map(|name| Jid::parse(&format!("{name}@{}", rules.domain)));
    let notices = Arc::new(Notices::read(&store).await.map_err(text)?);
    let records = Arc::new(Records::read(&store).await.map_err(text)?);
    let watch = Arc::new(Watch::read(&store).await.map_err(text)?);
    let book = Arc::new(Book::read(&store).await.map_err(text)?);
    let own = rules.branches.iter().map(|kind| branch(*kind, kind.label(), &rules.domain));
    let beside = rules.components.iter().map(|(name, _)| branch(BranchKind::Component, name, &rules.domain));
    let branches: Vec<Branch> = own.chain(beside).collect::<Result<_, _>>()?;
    let of_components = branches.iter().filter(|branch| branch.kind == BranchKind::Component);
    let rights = rules.components.iter().map(|(_, rights)| rights.clone());
    let components = of_components.map(|branch| branch.domain.clone()).zip(rights).collect();
    let domain = Jid::parse(&rules.domain).map_err(|error| format!("{error:?}"))?;
    let rooms = rules.newcomer_rooms.iter().map(|room| Jid::parse(&format!("{room}@rooms.{}", rules.domain)));
    let service = Service {
        newcomer_rooms: rooms.collect::<Result<_, _>>().map_err(|error| format!("{error:?}"))?,
        limits: rules.limits,
        sign_up: rules.sign_up,
        archive_default: archive::Default::Always,
        archive_days: 30,
        admins: admins.collect::<Result<_, _>>().map_err(|error| format!("{error:?}"))?,
        started_at: clock.now(),
        contacts: contacts(),
        external: external(),
        federation: rules.federation,
        notices,
        rules: book,
        records,
        watch,
        components,
        branches,
        ..Service::new(domain, secrets)
    };
    let hub = Hub::new(store, service, clock, Handle::current());
    hub.take_up_sessions().await.map_err(text)?;
    hub.introduce_newcomers().await.map_err(text)?;
    hub.restore_outbox().await.map_err(text)?;
    let certificates =
        Certificates::open(Source::SelfSigned { folder: dir.into() }, &["localhost"], BEGINNING / 1_000_000)
            .map_err(text)?;
    let url = WebUrl::of("localhost", 443).ok_or("localhost is a host")?;
    let pages = web::router(&Site::new(hub.clone(), &url.to_string()));
    let pages = Pages::new(move |visit| web::answer(pages.clone(), visit.request, visit.peer));
    let clients = Arc::new(Clients::new(hub.clone(), Arc::new(certificates), &url).with_pages(pages));
    let service = hub.service();
    let beside = service.branches.iter().filter(|branch| branch.kind == BranchKind::Component);
    let shared = rules.components.iter().map(|(name, _)| components::Secret(secret(name).into()));
    let known = beside.map(|branch| branch.domain.clone()).zip(shared);
    let components = Components::new(hub.clone(), known.collect());
    let any: SocketAddr = "127.0.0.1:0".parse().map_err(text)?;
    let ports =
        Ports { starttls: vec![any], direct: vec![any], https: vec![any], components: vec![any], ..Ports::default() };
    let gates =
        Gates::new(net::Limits { per_address: u32::MAX, rate_per_second: u32::MAX, burst: u32::MAX, total: u32::MAX });
    let server = Server::start(clients, None, Some(components), &gates, &ports).map_err(text)?;
    Ok((hub, server))
}

/// What a component may do, as transcripts say it; none if they say something else.
pub fn rights(words: &str) -> Option<Rights> {
    let mut rights = Rights::default();
    for word in words.split_whitespace() {
        match word {
            "roster" => (rights.roster, rights.push) = (Access::Both, true),
            "messages" => rights.message = true,
            "presence" => rights.presence = true,
            "nodes" => rights.iq.push((xmpp::ns::PUBSUB.to_owned(), Access::Both)),
            _ => return None,
        }
    }
    Some(rights)
}

/// What a component and the house both know.
fn secret(component: &str) -> String {
    format!("the secret of {component}")
}

/// A branch at the domain of that name.
fn branch(kind: BranchKind, name: &str, domain: &str) -> Result<Branch, String> {
    let domain = Jid::parse(&format!("{name}.{domain}")).map_err(|error| format!("{error:?}"))?;
    Ok(Branch { domain, kind })
}

/// How strangers get an account, in the words of a transcript.
pub fn sign_up(words: &str) -> Option<Policy> {
    let (mode, question) = match words.strip_suffix(" with a question") {
        Some(mode) => (mode, Some("How many legs has a spider?")),
        None => (words, None),
    };
    let mode = match mode {
        "closed" => Mode::Closed,
        "by invitation" => Mode::Invite,
        "open" => Mode::Open,
        _ => return None,
    };
    let question = question.map(|text| Question { text: text.into(), answers: vec!["8".into(), "eight".into()] });
    Some(Policy { mode, reserved: vec!["mayor*".into()], question })
}

/// How to reach those who run the houses.
fn contacts() -> Contacts {
    vec![
        (Role::Abuse, vec!["mailto:abuse@localhost".to_owned(), "xmpp:abuse@localhost".to_owned()]),
        (Role::Support, vec!["https://localhost/help".to_owned()]),
    ]
}

/// Where calls made from the houses find their way.
fn external() -> Vec<Outside> {
    let outside = |kind, port, secret: Option<&str>| Outside {
        kind,
        host: "turn.localhost".to_owned(),
        port,
        transport: Transport::Udp,
        secret: secret.map(|secret| Secret(secret.as_bytes().into())),
    };
    vec![outside(Kind::Stun, 3478, None), outside(Kind::Turn, 3479, Some("shared with the relay"))]
}

/// The limit of that name.
pub fn limit(name: &str) -> Option<&'static Limit> {
    let features = all::ALL.iter().flat_map(|feature| feature.limits);
    let mut limits = hub::limits::LIMITS
        .iter()
        .chain(net::STREAM_LIMITS)
        .chain(net::WEB_LIMITS)
        .chain(web::LIMITS)
        .chain(features)
        .copied();
    limits.find(|limit| limit.name == name)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
