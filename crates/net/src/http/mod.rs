//! The HTTPS listener: connection documents, the upgrade to WebSocket, and BOSH. Everything else is answered by
//! the [`Pages`] it was given.

mod host_meta;
mod io;
mod pace;
mod pages;
mod route;
mod upgrade;
mod url;

pub use host_meta::Reachable;
pub use pages::{Body, Pages, Visit};
pub use url::WebUrl;

pub(crate) use host_meta::HostMeta;

use crate::bosh::Entrance;
use crate::drive::{self, Clients};
use crate::websocket::WebSocket;
use crate::{TlsStream, Wire};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::TokioTimer;
use io::Tls;
use pace::{Moved, Pace};
use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::{sleep_until, timeout};
use xmpp::Framing;

/// How long a handshake, or the head of a request, may take to come; a connection that asks nothing
/// more is closed after as long.
const HEAD_SECONDS: u64 = 10;

/// Bytes of a request's head, and of what is read ahead.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Header fields of a request.
const FIELDS_MAX: usize = 64;

/// The limits of connections that carry requests.
pub const LIMITS: &[&hub::Limit] = &[&pace::SECONDS, &pace::RATE];

/// Serves one connection until it ends, or until it is a WebSocket that ends.
pub(crate) async fn serve(clients: Arc<Clients>, tcp: TcpStream, entrance: Entrance) {
    // The requests need a large future once; it is given back before the long life of a session.
    match Box::pin(requests(&clients, tcp, &entrance)).await {
        Ok(Some(socket)) => {
            let wire = Wire::Web(Box::new(socket));
            drive::serve_framed(clients, wire, Framing::Frames, entrance.peer).await;
        }
        Ok(None) => {}
        Err(error) => tracing::debug!(error, "a web connection ended"),
    }
}

/// Answers requests. What comes of an upgrade, if one was asked for.
async fn requests(clients: &Arc<Clients>, tcp: TcpStream, entrance: &Entrance) -> Result<Option<WebSocket>, String> {
    let offer = clients.certificates.web();
    let handshake = timeout(Duration::from_secs(HEAD_SECONDS), TlsStream::accept(tcp, &offer));
    let tls = handshake.await.map_err(|_| "no handshake in time".to_owned())?.map_err(|error| error.to_string())?;
    let moved = Moved::default();
    let pace = Pace::new((entrance.now)().into(), &clients.hub().service().limits, moved.clone());
    let upgraded = Arc::new(AtomicBool::new(false));
    let answer = service_fn(|request| {
        let upgraded = upgraded.clone();
        Box::pin(async move {
            let answer = route::answer(clients, entrance, request).await;
            upgraded.store(answer.status() == hyper::StatusCode::SWITCHING_PROTOCOLS, Relaxed);
            Ok::<_, Infallible>(answer)
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(FIELDS_MAX)
        .serve_connection(Tls::new(tls, moved), answer);
    converse(&mut connection, &pace, entrance.now).await?;
    let parts = connection.into_parts();
    let (mut tls, mut ahead) = (parts.io.tls, bytes::BytesMut::from(parts.read_buf));
    ahead.extend_from_slice(&parts.io.ahead);
    if upgraded.load(Relaxed) {
        return Ok(Some(WebSocket::new(tls, ahead, clients.settings().stanza_bytes_max)));
    }
    let farewell = timeout(Duration::from_secs(HEAD_SECONDS), tls.shutdown());
    farewell.await.map_err(|_| "no farewell in time".to_owned())?.map_err(|error| error.to_string())?;
    Ok(None)
}

/// Answers the requests of a connection until it ends, is upgraded, or its time is over.
async fn converse<S>(
    connection: &mut http1::Connection<Tls, S>,
    pace: &Pace,
    now: fn() -> Instant,
) -> Result<(), String>
where
    S: HttpService<Incoming, ResBody = Body> + Unpin,
    S::Future: Unpin,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let until = |is_ending| if is_ending { pace.cut() } else { pace.last_request() };
    let mut is_ending = false;
    loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => return ended.map_err(|error| error.to_string()),
            () = sleep_until(until(is_ending)) => {}
        }
        // Bytes that were moved in the meantime give more time.
        if tokio::time::Instant::from_std(now()) < until(is_ending) {
            continue;
        }
        if is_ending {
            return Err("its time was over".to_owned());
        }
        // The request that is under way is answered.
        Pin::new(&mut *connection).graceful_shutdown();
        is_ending = true;
    }
}
