//! The listeners of a service, from binding their addresses to the last connection.

use crate::bosh::Entrance;
use crate::components::Components;
use crate::drive::{self, Clients, Opening};
use crate::federation::Federation;
use crate::http;
use crate::{BindError, Gate, Limits, Listener};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How long connections may take to say goodbye when the service stops.
const GOODBYE_MILLIS: u64 = 3_000;

/// Where clients are served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// Connections that begin in plain text (RFC 6120 §5).
    pub starttls: Vec<SocketAddr>,
    /// Connections that begin with TLS (XEP-0368).
    pub direct: Vec<SocketAddr>,
    /// HTTPS: connection documents and WebSocket.
    pub https: Vec<SocketAddr>,
    /// Other servers, in plain text at first.
    pub servers: Vec<SocketAddr>,
    /// Other servers, with TLS from the first byte.
    pub servers_direct: Vec<SocketAddr>,
    /// Components, in plain text.
    pub components: Vec<SocketAddr>,
}

/// Who may come in. Other servers and components have places of their own: nobody can take them all.
pub struct Gates {
    /// For clients.
    pub clients: Arc<Gate>,
    /// For other servers.
    pub servers: Arc<Gate>,
    /// For components.
    pub components: Arc<Gate>,
}

impl Gates {
    /// With nobody in.
    pub fn new(limits: Limits) -> Gates {
        Gates { clients: Gate::new(limits), servers: Gate::new(limits), components: Gate::new(limits) }
    }

    /// Other limits from now on.
    pub fn set_limits(&self, limits: Limits) {
        self.clients.set_limits(limits);
        self.servers.set_limits(limits);
        self.components.set_limits(limits);
    }
}

/// A running service.
pub struct Server {
    clients: Arc<Clients>,
    components: Option<Arc<Components>>,
    tasks: Vec<JoinHandle<()>>,
    bound: Ports,
}

impl Server {
    /// Binds all addresses, then serves them; those for other servers only with `federation`, those for
    /// components only with `components`. Must be called within the runtime.
    ///
    /// # Errors
    /// When an address cannot be had; none is served then.
    pub fn start(
        clients: Arc<Clients>,
        federation: Option<Arc<Federation>>,
        components: Option<Arc<Components>>,
        gates: &Gates,
        ports: &Ports,
    ) -> Result<Server, BindError> {
        let for_clients = [
            (&ports.starttls, Service::Stream(clients.clone(), Opening::StartTls)),
            (&ports.direct, Service::Stream(clients.clone(), Opening::DirectTls)),
            (&ports.https, Service::Web(clients.clone())),
        ];
        let for_servers = federation.iter().flat_map(|federation| {
            let service = |opening| Service::Servers(federation.clone(), opening);
            [(&ports.servers, service(Opening::StartTls)), (&ports.servers_direct, service(Opening::DirectTls))]
        });
        let all = for_clients.into_iter().map(|(addresses, service)| (addresses, &gates.clients, service));
        let all = all.chain(for_servers.map(|(addresses, service)| (addresses, &gates.servers, service)));
        let beside = components.clone().map(|beside| (&ports.components, &gates.components, Service::Beside(beside)));
        let all = all.chain(beside);
        let (mut bound, mut listening) = (Ports::default(), Vec::new());
        for (addresses, gate, service) in all {
            for address in addresses {
                let listener = Listener::bind(*address, gate.clone())?;
                service.list(&mut bound).push(listener.address());
                listening.push((listener, gate.clone(), service.clone()));
            }
        }
        let mut tasks = vec![tokio::spawn(tick(clients.clone()))];
        tasks.extend(federation.map(|federation| tokio::spawn(federation.run())));
        tasks.extend(
            listening.into_iter().map(|(listener, gate, service)| tokio::spawn(accept(gate, listener, service))),
        );
        Ok(Server { clients, components, tasks, bound })
    }

    /// The addresses that are served, ports chosen by the system filled in.
    pub fn ports(&self) -> &Ports {
        &self.bound
    }

    /// Stops: no new connections, everybody put out of rooms, a stream error for all that are there (RFC 6120 §4.9.3.20), and a
    /// moment for them to hear it. Then sessions that can be resumed are written down.
    pub async fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        if let Some(components) = &self.components {
            // One that does not take what it is given is not waited for any longer.
            let _ = timeout(Duration::from_millis(GOODBYE_MILLIS), components.stop()).await;
        }
        let mut waited = 0;
        let hub = self.clients.hub();
        hub.close_rooms().await;
        while hub.hang_up() + hub.hang_up_on_others() > 0 && waited < GOODBYE_MILLIS {
            sleep(Duration::from_millis(20)).await;
            waited += 20;
        }
        match hub.put_down_sessions().await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "sessions wait for their clients until the next start"),
            Err(error) => tracing::error!(%error, "sessions could not be written down; their clients log in anew"),
        }
    }
}

/// What the connections of a listener are for.
#[derive(Clone)]
enum Service {
    Stream(Arc<Clients>, Opening),
    Web(Arc<Clients>),
    Servers(Arc<Federation>, Opening),
    Beside(Arc<Components>),
}

impl Service {
    /// Where its addresses are listed.
    fn list<'a>(&self, ports: &'a mut Ports) -> &'a mut Vec<SocketAddr> {
        match self {
            Service::Stream(_, Opening::StartTls) => &mut ports.starttls,
            Service::Stream(_, Opening::DirectTls) => &mut ports.direct,
            Service::Web(_) => &mut ports.https,
            Service::Servers(_, Opening::StartTls) => &mut ports.servers,
            Service::Servers(_, Opening::DirectTls) => &mut ports.servers_direct,
            Service::Beside(_) => &mut ports.components,
        }
    }
}

async fn accept(gate: Arc<Gate>, listener: Listener, service: Service) {
    loop {
        let accepted = listener.accept(Instant::now).await;
        let (service, gate) = (service.clone(), gate.clone());
        tokio::spawn(async move {
            let _permit = accepted.permit;
            match service {
                Service::Stream(clients, opening) => drive::serve(clients, accepted.tcp, opening).await,
                Service::Servers(federation, opening) => federation.serve(accepted.tcp, opening).await,
                Service::Beside(components) => components.serve(accepted.tcp).await,
                Service::Web(clients) => {
                    let entrance = Entrance { gate, peer: accepted.peer.ip(), now: Instant::now };
                    http::serve(clients, accepted.tcp, entrance).await;
                }
            }
        });
    }
}

async fn tick(clients: Arc<Clients>) {
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for count in 1u32.. {
        second.tick().await;
        clients.hub().tick(count);
    }
}
