//! What answers the requests that are not XMPP's: the pages for people, and files. It is somebody else's: this
//! crate hands it requests and sends what it says.

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::{Request, Response};
use std::error::Error;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

/// What an answer holds, piece by piece: the next piece is asked for when the one before is on its way.
pub type Body = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// A request, and who asks.
pub struct Visit {
    /// The request. Its body comes piece by piece and has no bound of its own: whoever reads it sets one.
    pub request: Request<Incoming>,
    /// The address of the client.
    pub peer: IpAddr,
}

/// Answers visits.
#[derive(Clone)]
pub struct Pages(Arc<dyn Fn(Visit) -> Answering + Send + Sync>);

impl Pages {
    /// Those that a function makes.
    pub fn new<F, B>(answer: impl Fn(Visit) -> F + Send + Sync + 'static) -> Pages
    where
        F: Future<Output = Response<B>> + Send + 'static,
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Pages(Arc::new(move |visit| {
            let answering = answer(visit);
            Box::pin(async move { answering.await.map(|body| body.map_err(Into::into).boxed_unsync()) })
        }))
    }

    /// The answer to a visit.
    pub(super) async fn answer(&self, visit: Visit) -> Response<Body> {
        (self.0)(visit).await
    }
}
