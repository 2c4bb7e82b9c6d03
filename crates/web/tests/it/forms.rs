//! Forms and headers.

use crate::house::{House, text};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use web::{Seal, Sealed, Visitor};

#[derive(serde::Deserialize)]
struct Wish {
    name: String,
}

async fn form(seal: Seal) -> impl IntoResponse {
    let token = seal.token("/wish");
    (seal, Html(format!("<form><input name=token value='{token}'></form>")))
}

async fn sent(visitor: Visitor, Sealed(wish): Sealed<Wish>) -> String {
    format!("{} of {visitor}", wish.name)
}

fn house() -> House {
    let mut house = House::new("https://example.org");
    let own = Router::new().route("/wish", get(form).post(sent)).with_state(house.site.clone());
    house.router = house.router.merge(own);
    house
}

async fn post(house: &House, body: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let mut request = Request::post("/wish");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = house.ask(request.body(Body::from(body.to_owned())).expect("a request")).await;
    (answer.status(), text(answer).await)
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_page_only() {
    let service = house();
    let page = service.get("/wish").await;
    let cookie = page.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-folkmoot="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a part").to_owned();
    let page = text(page).await;
    let token = page.split('\'').nth(1).expect("a token");
    let body = format!("name=Romeo&token={token}");

    let (status, answer) = post(&service, &body, &[("cookie", &cookie)]).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, "Romeo of 192.0.2.0/24"));
    let own = [("cookie", cookie.as_str()), ("origin", "https://example.org"), ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&service, &body, &own).await.0, StatusCode::OK);
    let forwarded = [("cookie", cookie.as_str()), ("origin", "https://localhost:8443"), ("host", "localhost:8443")];
    assert_eq!(post(&service, &body, &forwarded).await.0, StatusCode::OK);

    // Without the cookie, with another one, without the token, or from elsewhere: no.
    assert_eq!(post(&service, &body, &[]).await.0, StatusCode::FORBIDDEN);
    let other = service.get("/wish").await.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    let other = other.split(';').next().expect("a part");
    assert_eq!(post(&service, &body, &[("cookie", other)]).await.0, StatusCode::FORBIDDEN);
    assert_eq!(post(&service, "name=Romeo", &[("cookie", &cookie)]).await.0, StatusCode::FORBIDDEN);
    let crossing = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(post(&service, &body, &crossing).await.0, StatusCode::FORBIDDEN);
    let crossing = [("cookie", cookie.as_str()), ("origin", "https://evil.example"), ("host", "example.org")];
    assert_eq!(post(&service, &body, &crossing).await.0, StatusCode::FORBIDDEN);

    let long = format!("{body}&more={}", "x".repeat(70_000));
    assert_eq!(post(&service, &long, &[("cookie", &cookie)]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let nameless = format!("token={token}");
    assert_eq!(post(&service, &nameless, &[("cookie", &cookie)]).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_answer_says_what_browsers_must_not_do() {
    let service = house();
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
    let answer = House::new("https://example.org:5443").get("/").await;
    assert!(answer.headers().get(header::STRICT_TRANSPORT_SECURITY).is_none());
}
