//! A service with its pages and no sockets.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use features::service::{Secrets, Service};
use http_body_util::BodyExt;
use hub::{Clock, Hub};
use std::net::IpAddr;
use std::sync::Arc;
use store::{Options, Store};
use tempfile::TempDir;
use tokio::runtime::Handle;
use web::Site;
use xmpp::Jid;

/// A service, and its pages.
pub struct House {
    pub site: Arc<Site>,
    pub router: Router,
    _folder: TempDir,
}

impl House {
    /// For `example.org`, at an address for browsers.
    pub fn new(origin: &str) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), &Options::default(), &features::all::tables()).expect("a store");
        let secrets = Secrets { archive_ids: [0; 16], dialback: "".into(), decoy: "".into() };
        let service = Service::new(Jid::parse("example.org").expect("a domain"), secrets);
        let hub = Hub::new(store, service, Clock::manual(1_795_564_800_000_000, 1), Handle::current());
        let site = Site::new(hub, origin);
        House { router: web::router(&site), site, _folder: folder }
    }

    /// Changes what the service is.
    pub fn change(&self, change: impl FnOnce(&mut Service)) {
        let mut service = Service::clone(&self.site.hub().service());
        change(&mut service);
        self.site.hub().set_service(service);
    }

    pub async fn ask(&self, request: Request<Body>) -> Response<Body> {
        let peer: IpAddr = "192.0.2.7".parse().expect("an address");
        web::answer(self.router.clone(), request, peer).await
    }

    pub async fn get(&self, path: &str) -> Response<Body> {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// A page that is there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        text(answer).await
    }
}

pub async fn text(answer: Response<Body>) -> String {
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}
