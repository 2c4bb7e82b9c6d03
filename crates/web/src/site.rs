//! What all pages are made of, and the way of a request to its page.

use crate::usage::Known;
use crate::visitor::Visitor;
use crate::{assets, desk, documents, files, headers, landing, page, seal, signup, wellknown};
use arc_swap::ArcSwap;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, Response};
use axum::middleware;
use hub::Hub;
use std::convert::Infallible;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use tower_service::Service as _;

/// What all pages share. The facts of the service come from the hub, so a reload changes the pages, too.
pub struct Site {
    hub: Hub,
    origin: ArcSwap<String>,
    pub(crate) sealing: seal::Key,
    pub(crate) usage: Known,
    pub(crate) sessions: desk::Sessions,
}

impl Site {
    /// The pages of `hub`'s service. Browsers reach them under `origin`: `https://example.org`, without a path.
    pub fn new(hub: Hub, origin: &str) -> Arc<Site> {
        let sealing = seal::Key::new(&hub.clock().random());
        let origin = ArcSwap::from_pointee(origin.to_owned());
        Arc::new(Site { hub, origin, sealing, usage: Known::default(), sessions: desk::Sessions::default() })
    }

    /// Browsers reach the pages under another address from now on.
    pub fn renew(&self, origin: &str) {
        self.origin.store(Arc::new(origin.to_owned()));
    }

    /// The owners and their store.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Under which address browsers reach the pages, without a slash at the end.
    pub fn origin(&self) -> Arc<String> {
        self.origin.load_full()
    }

    /// Whether browsers may be told to use nothing but HTTPS here. It holds for all ports of a host, so it is said
    /// only where this service has the usual one, and the host is more than this machine.
    pub(crate) fn is_whole_host(&self) -> bool {
        let origin = self.origin();
        let host = origin.strip_prefix("https://").unwrap_or(&origin);
        !host.contains(':') && host != "localhost"
    }
}

/// All pages.
pub fn router(site: &Arc<Site>) -> Router {
    Router::new()
        .merge(assets::routes())
        .merge(landing::routes())
        .merge(documents::routes())
        .merge(wellknown::routes())
        .merge(files::routes())
        .merge(signup::routes())
        .merge(desk::routes(site))
        .fallback(page::nothing_here)
        .layer(middleware::from_fn_with_state(site.clone(), headers::add))
        .with_state(site.clone())
}

/// The answer to a request of a client at `peer`.
pub async fn answer<B>(mut router: Router, mut request: Request<B>, peer: IpAddr) -> Response<Body>
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    request.extensions_mut().insert(Visitor::at(peer));
    let Ok(answer): Result<_, Infallible> = router.call(request).await;
    answer
}
