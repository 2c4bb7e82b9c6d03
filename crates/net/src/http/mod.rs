//! The HTTPS listener: connection documents, the upgrade to WebSocket, and BOSH. The pages for people will
//! hang on it too.

mod host_meta;
mod io;
mod route;
mod upgrade;
mod url;

pub use url::WebUrl;

pub(crate) use host_meta::HostMeta;

use crate::bosh::Entrance;
use crate::drive::{self, Clients};
use crate::websocket::WebSocket;
use crate::{TlsStream, Wire};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use io::Tls;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use xmpp::Framing;

/// How long a handshake, or the head of a request, may take to come; a connection that asks nothing
/// more is closed after as long.
const HEAD_SECONDS: u64 = 10;

/// How long one connection may ask for documents: browsers come back by themselves.
const REQUESTS_SECONDS: u64 = 120;

/// Bytes of a request's head, and of what is read ahead.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Header fields of a request.
const FIELDS_MAX: usize = 64;

/// Serves one connection until it ends, or until it is a WebSocket that ends.
pub(crate) async fn serve(clients: Arc<Clients>, tcp: TcpStream, entrance: Entrance) {
    // The requests need a large future once; it is given back before the long life of a session.
    let asking = Box::pin(timeout(Duration::from_secs(REQUESTS_SECONDS), requests(&clients, tcp, &entrance)));
    match asking.await {
        Ok(Ok(Some(socket))) => {
            let wire = Wire::Web(Box::new(socket));
            drive::serve_framed(clients, wire, Framing::Frames, entrance.peer).await;
        }
        Ok(Ok(None)) => {}
        Ok(Err(error)) => tracing::debug!(error, "a web connection ended"),
        Err(_) => tracing::debug!("a web connection was closed after its time"),
    }
}

/// Answers requests. What comes of an upgrade, if one was asked for.
async fn requests(clients: &Arc<Clients>, tcp: TcpStream, entrance: &Entrance) -> Result<Option<WebSocket>, String> {
    let offer = clients.certificates.web();
    let handshake = timeout(Duration::from_secs(HEAD_SECONDS), TlsStream::accept(tcp, &offer));
    let tls = handshake.await.map_err(|_| "no handshake in time".to_owned())?.map_err(|error| error.to_string())?;
    let upgraded = Arc::new(AtomicBool::new(false));
    let answer = service_fn(|request| {
        let upgraded = upgraded.clone();
        Box::pin(async move {
            let answer = route::answer(clients, entrance, request).await;
            upgraded.store(answer.status() == hyper::StatusCode::SWITCHING_PROTOCOLS, Relaxed);
            Ok::<_, Infallible>(answer)
        })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(FIELDS_MAX)
        .serve_connection(Tls::new(tls), answer);
    let parts = connection.without_shutdown().await.map_err(|error| error.to_string())?;
    let (mut tls, mut ahead) = (parts.io.tls, bytes::BytesMut::from(parts.read_buf));
    ahead.extend_from_slice(&parts.io.ahead);
    if upgraded.load(Relaxed) {
        return Ok(Some(WebSocket::new(tls, ahead, clients.settings().stanza_bytes_max)));
    }
    let farewell = timeout(Duration::from_secs(HEAD_SECONDS), tls.shutdown());
    farewell.await.map_err(|_| "no farewell in time".to_owned())?.map_err(|error| error.to_string())?;
    Ok(None)
}
