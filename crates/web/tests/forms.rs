//! Forms and headers, asked of the router without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use features::service::{Secrets, Service};
use http_body_util::BodyExt;
use hub::{Clock, Hub};
use std::net::IpAddr;
use std::sync::Arc;
use store::{Options, Store};
use tempfile::TempDir;
use tokio::runtime::Handle;
use web::{Seal, Sealed, Site, Visitor};
use xmpp::Jid;

#[derive(serde::Deserialize)]
struct Wish {
    name: String,
}

struct Pages {
    router: Router,
    _folder: TempDir,
}

fn site(origin: &str) -> (Arc<Site>, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path(), &Options::default(), &features::all::tables()).expect("a store");
    let secrets = Secrets { archive_ids: [0; 16], dialback: "".into(), decoy: "".into() };
    let service = Service::new(Jid::parse("example.org").expect("a domain"), secrets);
    let hub = Hub::new(store, service, Clock::manual(0, 1), Handle::current());
    (Site::new(hub, origin), folder)
}

async fn form(seal: Seal) -> impl IntoResponse {
    let token = seal.token("/wish");
    (seal, Html(format!("<form><input name=token value='{token}'></form>")))
}

async fn sent(visitor: Visitor, Sealed(wish): Sealed<Wish>) -> String {
    format!("{} of {visitor}", wish.name)
}

impl Pages {
    fn new(origin: &str) -> Pages {
        let (site, folder) = site(origin);
        let own = Router::new().route("/wish", get(form).post(sent)).with_state(site.clone());
        Pages { router: web::router(&site).merge(own), _folder: folder }
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        let peer: IpAddr = "192.0.2.7".parse().expect("an address");
        web::answer(self.router.clone(), request, peer).await
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, body: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let mut request = Request::post("/wish");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.ask(request.body(Body::from(body.to_owned())).expect("a request")).await;
        (answer.status(), text(answer).await)
    }
}

async fn text(answer: Response<Body>) -> String {
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_page_only() {
    let service = Pages::new("https://example.org");
    let page = service.get("/wish").await;
    let cookie = page.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-folkmoot="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a part").to_owned();
    let page = text(page).await;
    let token = page.split('\'').nth(1).expect("a token");
    let body = format!("name=Romeo&token={token}");

    let (status, answer) = service.post(&body, &[("cookie", &cookie)]).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, "Romeo of 192.0.2.0/24"));
    let own = [("cookie", cookie.as_str()), ("origin", "https://example.org"), ("sec-fetch-site", "same-origin")];
    assert_eq!(service.post(&body, &own).await.0, StatusCode::OK);
    let forwarded = [("cookie", cookie.as_str()), ("origin", "https://localhost:8443"), ("host", "localhost:8443")];
    assert_eq!(service.post(&body, &forwarded).await.0, StatusCode::OK);

    // Without the cookie, with another one, without the token, or from elsewhere: no.
    assert_eq!(service.post(&body, &[]).await.0, StatusCode::FORBIDDEN);
    let other = service.get("/wish").await.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    let other = other.split(';').next().expect("a part");
    assert_eq!(service.post(&body, &[("cookie", other)]).await.0, StatusCode::FORBIDDEN);
    assert_eq!(service.post("name=Romeo", &[("cookie", &cookie)]).await.0, StatusCode::FORBIDDEN);
    let crossing = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(service.post(&body, &crossing).await.0, StatusCode::FORBIDDEN);
    let crossing = [("cookie", cookie.as_str()), ("origin", "https://evil.example"), ("host", "example.org")];
    assert_eq!(service.post(&body, &crossing).await.0, StatusCode::FORBIDDEN);

    let long = format!("{body}&more={}", "x".repeat(70_000));
    assert_eq!(service.post(&long, &[("cookie", &cookie)]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let nameless = format!("token={token}");
    assert_eq!(service.post(&nameless, &[("cookie", &cookie)]).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_answer_says_what_browsers_must_not_do() {
    let service = Pages::new("https://example.org");
    for path in ["/nowhere", "/assets/style.css"] {
        let answer = service.get(path).await;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(header("content-security-policy").starts_with("default-src 'none'; "), "{path}");
        assert!(header("content-security-policy").ends_with("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("strict-transport-security"), "max-age=63072000");
        assert!(answer.headers().get(header::SET_COOKIE).is_none(), "a visitor who only reads gets no cookie");
    }
    // HSTS holds for all ports of a host, and other people may have those.
    let answer = Pages::new("https://example.org:5443").get("/").await;
    assert!(answer.headers().get(header::STRICT_TRANSPORT_SECURITY).is_none());
}
