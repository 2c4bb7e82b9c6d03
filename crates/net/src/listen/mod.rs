//! Listening for connections, within limits.

mod gate;
mod limits;

pub use gate::{Counts, Gate, Permit, Refused};
pub use limits::{LIMITS, Limits};

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tracing::warn;

/// Connections that the kernel keeps while we are busy; it may have a lower limit of its own.
const BACKLOG: u32 = 4096;
/// How long to wait when the process or the machine is out of files or memory: accepting again at
/// once would only burn the CPU that would free some.
const BACK_OFF_FIRST: Duration = Duration::from_millis(50);
const BACK_OFF_MAX: Duration = Duration::from_secs(1);

/// One address that accepts connections.
pub struct Listener {
    socket: TcpListener,
    gate: Arc<Gate>,
    address: SocketAddr,
}

/// A connection that was let in.
pub struct Accepted {
    /// The socket, with Nagle's algorithm turned off.
    pub tcp: TcpStream,
    /// Where it comes from.
    pub peer: SocketAddr,
    /// Counts it as open until it is dropped.
    pub permit: Permit,
}

/// Why an address cannot be listened on, in words for whoever runs the server.
#[derive(Debug)]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// What the system says.
    pub error: io::Error,
}

impl Listener {
    /// Listens on an address. `[::]` serves IPv4 as well. To be called within the runtime.
    ///
    /// # Errors
    /// When the address cannot be had; the message says what to do.
    pub fn bind(address: SocketAddr, gate: Arc<Gate>) -> Result<Listener, BindError> {
        let failed = |error| BindError { address, error };
        let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }.map_err(failed)?;
        // A restart does not wait for the connections of the last run to time out.
        socket.set_reuseaddr(true).map_err(failed)?;
        socket.bind(address).map_err(failed)?;
        let socket = socket.listen(BACKLOG).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Listener { socket, gate, address })
    }

    /// The address, with the port that the system chose if 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection that is within the limits; others are closed unanswered. Waits out a lack
    /// of files or memory. May be dropped. `now` reads the clock.
    pub async fn accept(&self, now: impl Fn() -> Instant) -> Accepted {
        let mut back_off = BACK_OFF_FIRST;
        loop {
            match self.socket.accept().await {
                Ok((tcp, peer)) => {
                    back_off = BACK_OFF_FIRST;
                    let Ok(permit) = self.gate.admit(peer.ip(), now()) else { continue };
                    // Fails only for a connection that is gone already; reading will tell.
                    let _ = tcp.set_nodelay(true);
                    return Accepted { tcp, peer, permit };
                }
                Err(error) if is_the_peers(&error) => {}
                Err(error) => {
                    self.gate.count_fault();
                    if back_off == BACK_OFF_FIRST {
                        warn!(address = %self.address, %error, "no connections are accepted for a moment; raise LimitNOFILE if this lasts");
                    }
                    tokio::time::sleep(back_off).await;
                    back_off = (back_off * 2).min(BACK_OFF_MAX);
                }
            }
        }
    }
}

/// The connection failed before it was accepted; the next one may be fine.
fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BindError { address, error } = self;
        write!(f, "cannot listen on {address}: ")?;
        match error.kind() {
            io::ErrorKind::AddrInUse => write!(
                f,
                "the port is in use; stop the other server (ss -tlnp 'sport = :{}' shows it) or configure another port",
                address.port()
            ),
            io::ErrorKind::PermissionDenied => write!(
                f,
                "ports below 1024 need CAP_NET_BIND_SERVICE (AmbientCapabilities= in the unit) or a higher port"
            ),
            io::ErrorKind::AddrNotAvailable => {
                write!(f, "this machine does not have the address; use one that `ip address` shows, or [::] for all")
            }
            _ => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for BindError {}
