//! The listeners of a service, from binding their addresses to the last connection.

use crate::bosh::Entrance;
use crate::drive::{self, Clients, Opening};
use crate::http;
use crate::{BindError, Gate, Listener};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

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
}

/// A running service.
pub struct Server {
    clients: Arc<Clients>,
    tasks: Vec<JoinHandle<()>>,
    bound: Ports,
}

impl Server {
    /// Binds all addresses, then serves them. Must be called within the runtime.
    ///
    /// # Errors
    /// When an address cannot be had; none is served then.
    pub fn start(clients: Arc<Clients>, gate: &Arc<Gate>, ports: &Ports) -> Result<Server, BindError> {
        let bind = |addresses: &[SocketAddr]| -> Result<Vec<Listener>, BindError> {
            addresses.iter().map(|address| Listener::bind(*address, gate.clone())).collect()
        };
        let (starttls, direct, https) = (bind(&ports.starttls)?, bind(&ports.direct)?, bind(&ports.https)?);
        let addresses = |listeners: &[Listener]| listeners.iter().map(Listener::address).collect();
        let bound = Ports { starttls: addresses(&starttls), direct: addresses(&direct), https: addresses(&https) };
        let mut tasks = vec![tokio::spawn(tick(clients.clone()))];
        let served = [
            (starttls, Service::Stream(Opening::StartTls)),
            (direct, Service::Stream(Opening::DirectTls)),
            (https, Service::Web),
        ];
        for (listeners, service) in served {
            for listener in listeners {
                tasks.push(tokio::spawn(accept(clients.clone(), gate.clone(), listener, service)));
            }
        }
        Ok(Server { clients, tasks, bound })
    }

    /// The addresses that are served, ports chosen by the system filled in.
    pub fn ports(&self) -> &Ports {
        &self.bound
    }

    /// Stops: no new connections, a stream error for all that are there (RFC 6120 §4.9.3.20), and a
    /// moment for them to hear it. Then sessions that can be resumed are written down.
    pub async fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        let mut waited = 0;
        let hub = self.clients.hub();
        while hub.hang_up() > 0 && waited < GOODBYE_MILLIS {
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
#[derive(Clone, Copy)]
enum Service {
    Stream(Opening),
    Web,
}

async fn accept(clients: Arc<Clients>, gate: Arc<Gate>, listener: Listener, service: Service) {
    loop {
        let accepted = listener.accept(Instant::now).await;
        let (clients, gate) = (clients.clone(), gate.clone());
        tokio::spawn(async move {
            let _permit = accepted.permit;
            match service {
                Service::Stream(opening) => drive::serve(clients, accepted.tcp, opening).await,
                Service::Web => {
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
