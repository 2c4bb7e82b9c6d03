//! One client connection, from its first byte to its last: the machine reads what comes, the hub
//! answers what it asks, the outlet says what goes out. One task owns it all.

mod limits;
mod login;
mod rate;
mod session;

pub use limits::LIMITS;

use crate::bosh::Sessions;
use crate::http::{HostMeta, Pages, Reachable};
use crate::{Certificates, WebUrl, Wire};
use arc_swap::ArcSwap;
use hub::Hub;
use limits::Rate;
use login::Progress;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use stream::{Crime, Machine, Settings};
use tokio::time::timeout;
use xmpp::Framing;

/// How long a stranger may take to log in. Slow phones on slow networks need ten seconds; what takes
/// longer holds memory for nothing (RFC 6120 §13.12).
const LOGIN_SECONDS: u64 = 60;

/// How long somebody may take who asked for an account: to think of a name and a password, and to log in.
const FORM_SECONDS: u64 = 600;

/// How long the last bytes of a connection may take to leave.
const FAREWELL_SECONDS: u64 = 5;

/// What all client connections share.
pub struct Clients {
    hub: Hub,
    settings: ArcSwap<Settings>,
    rate: ArcSwap<Rate>,
    host_meta: ArcSwap<HostMeta>,
    pub(crate) certificates: Arc<Certificates>,
    bosh: Sessions,
    pages: Option<Pages>,
}

impl Clients {
    /// Connections whose stanzas go to `hub` and whose TLS shows `certificates`; browsers find the
    /// service under `url`.
    pub fn new(hub: Hub, certificates: Arc<Certificates>, url: &WebUrl) -> Clients {
        let settings = ArcSwap::from_pointee(limits::settings(&hub));
        let rate = ArcSwap::from_pointee(limits::rate(&hub));
        let host_meta = ArcSwap::from_pointee(HostMeta::new(url, None));
        Clients { hub, settings, rate, host_meta, certificates, bosh: Sessions::default(), pages: None }
    }

    /// Has `pages` answer the requests that are not XMPP's.
    pub fn with_pages(self, pages: Pages) -> Clients {
        Clients { pages: Some(pages), ..self }
    }

    /// Where the stanzas go.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The facts of the hub's service have changed, or the addresses: new connections follow them, and whoever asks
    /// where to connect is told.
    pub fn renew(&self, url: &WebUrl, reachable: Option<&Reachable>) {
        self.settings.store(Arc::new(limits::settings(&self.hub)));
        self.rate.store(Arc::new(limits::rate(&self.hub)));
        self.host_meta.store(Arc::new(HostMeta::new(url, reachable)));
    }

    /// What a machine of a new connection is set up with.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    /// Streams over requests.
    pub(crate) fn bosh(&self) -> &Sessions {
        &self.bosh
    }

    /// What answers everything else that browsers ask for.
    pub(crate) fn pages(&self) -> Option<&Pages> {
        self.pages.as_ref()
    }

    /// What browsers are told.
    pub(crate) fn host_meta(&self) -> Arc<HostMeta> {
        self.host_meta.load_full()
    }
}

/// How a port's connections begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// In plain text, and then STARTTLS (RFC 6120 §5).
    StartTls,
    /// With TLS (XEP-0368).
    DirectTls,
}

/// The two ends of a connection: the socket and the machine.
struct Line {
    wire: Wire,
    machine: Machine,
}

/// Serves one connection until it ends.
pub async fn serve(clients: Arc<Clients>, tcp: tokio::net::TcpStream, opening: Opening) {
    // The login needs a large future once; it is given back before the long life of the session.
    live(&clients, Box::pin(login::log_in(&clients, tcp, opening))).await;
}

/// Serves a connection that carries a stream in frames or bodies, until it ends.
pub(crate) async fn serve_framed(clients: Arc<Clients>, wire: Wire, framing: Framing, peer: IpAddr) {
    let machine = Machine::web(clients.settings(), clients.hub.clock().random::<32>(), framing);
    let line = Line { wire, machine };
    live(&clients, Box::pin(login::log_in_on(&clients, line, peer))).await;
}

/// A login, and the session that comes of it.
async fn live(clients: &Clients, login: Pin<Box<impl Future<Output = Progress>>>) {
    let mut progress = timeout(Duration::from_secs(LOGIN_SECONDS), login).await;
    if let Ok(Progress::FillsIn(filling_in)) = progress {
        let going_on = Box::pin(login::go_on(clients, *filling_in));
        progress = timeout(Duration::from_secs(FORM_SECONDS), going_on).await;
    }
    match progress {
        Ok(Progress::Session(session)) => {
            let (line, seat) = *session;
            session::run(clients, line, seat).await;
        }
        Ok(Progress::FillsIn(_) | Progress::Ended) => {}
        Err(_) => tracing::debug!("a connection did not log in in time"),
    }
}

impl Line {
    /// Sends what the machine has to say.
    async fn flush(&mut self) -> std::io::Result<()> {
        self.take_output()?;
        self.wire.flush().await
    }

    /// Hands what the machine has to say to the socket's side, without waiting.
    fn take_output(&mut self) -> std::io::Result<()> {
        let output = self.machine.output();
        if !output.is_empty() {
            self.wire.write(output)?;
            *output = Vec::new();
        }
        Ok(())
    }

    /// Sends the last words and closes.
    async fn farewell(&mut self) {
        let last = async {
            self.flush().await?;
            self.wire.shutdown().await
        };
        // The peer may be gone already, or never read: both are fine by now.
        let _ = timeout(Duration::from_secs(FAREWELL_SECONDS), last).await;
    }

    /// Ends the stream for what the peer did, or for what we must.
    async fn abort(&mut self, crime: Crime) {
        self.machine.abort(crime);
        self.farewell().await;
    }
}
