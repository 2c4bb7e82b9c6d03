//! Coming in by a browser: in each mode, with an invitation and without.

use crate::house::{House, text};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use features::deed::Password;
use features::invitations::{Kind, Wish};
use features::registration::rate::PER_ADDRESS;
use features::registration::{By, Mode, Policy, Question, SignUp};
use xmpp::Jid;

struct Pages {
    house: House,
}

impl Pages {
    fn new(sign_up: Policy) -> Pages {
        let house = House::new("https://example.org");
        house.change(|service| {
            service.sign_up = sign_up;
            service.pages = Some("https://example.org".into());
        });
        Pages { house }
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Option<String>, String) {
        let answer = self.house.ask(request).await;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        (answer.status(), cookie, text(answer).await)
    }

    async fn get(&self, path: &str) -> (StatusCode, Option<String>, String) {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Opens the form at `path` and sends it back filled in.
    async fn fill_in(&self, path: &str, fields: &str) -> (StatusCode, String) {
        let (_, cookie, page) = self.get(path).await;
        let token = between(&page, "name=\"token\" value=\"", "\"").expect("a token");
        let request = Request::post(path).header("cookie", cookie.expect("a cookie"));
        let body = Body::from(format!("{fields}&token={token}"));
        let (status, _, page) = self.ask(request.body(body).expect("a request")).await;
        (status, page)
    }

    /// The page of a new invitation.
    async fn invite(&self, by: Option<&Jid>, kind: Kind, name: &str) -> String {
        let wish = Wish { kind, name: name.into(), uses: 1, days: None };
        let made = self.house.site.hub().invite(by, &wish).await.expect("an invitation");
        made.page.expect("a page").strip_prefix("https://example.org").expect("our own").to_owned()
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

fn filled(name: &str, password: &str) -> String {
    format!("name={name}&password={password}&password_again={password}")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_an_account_gets_one_where_all_may() {
    let question = Some(Question { text: "How many legs has a spider?".into(), answers: vec!["8".into()] });
    let pages = Pages::new(Policy { mode: Mode::Open, question, ..Policy::CLOSED });
    let (status, _, page) = pages.get("/register").await;
    assert!(status == StatusCode::OK && page.contains("How many legs has a spider?"), "{page}");
    for (fields, why) in [
        (filled("alice", "a+good+password"), "answer to the question"),
        (format!("{}&answer=8", filled("alice", "short")), "too easy to guess"),
        (format!("{}&answer=8", filled("support", "a+good+password")), "kept for those who run the service"),
        ("name=alice&password=a+good+password&password_again=another&answer=8".to_owned(), "two passwords differ"),
    ] {
        let (status, page) = pages.fill_in("/register", &fields).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains(why), "{fields}: {page}");
        assert!(!page.contains("good password") && !page.contains("good+password"));
    }
    let (status, page) = pages.fill_in("/register", &format!("{}&answer=8", filled("Alice", "a+good+password"))).await;
    assert!(status == StatusCode::OK && page.contains("alice@example.org is yours"), "{page}");
    let (status, page) = pages.fill_in("/register", &format!("{}&answer=8", filled("alice", "a+good+password"))).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("The name is taken"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_invited_comes_in_by_the_page() {
    let pages = Pages::new(Policy { mode: Mode::Invite, ..Policy::CLOSED });
    let (status, _, page) = pages.get("/register").await;
    assert!(status == StatusCode::FORBIDDEN && page.contains("You need an invitation"), "{page}");
    let staff = SignUp { name: "romeo".into(), password: Password("x".into()), by: By::Staff };
    let romeo = pages.house.site.hub().sign_up(staff).await.expect("an account");
    pages.house.site.hub().clock().advance(2 * 86_400_000_000);
    let landing = pages.invite(Some(&romeo), Kind::Contact, "").await;
    let (status, _, page) = pages.get(&landing).await;
    let token = landing.strip_prefix("/invite/").expect("a token");
    assert!(status == StatusCode::OK && page.contains("romeo invites you"), "{page}");
    let link = between(&page, "class=\"button\" href=\"", "\"").expect("a button");
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(link, format!("xmpp:romeo@example.org?roster;preauth={token};ibr=y"));
    assert!(page.contains("<svg") && !page.contains("<script"), "{page}");
    let (status, page) = pages.fill_in(&format!("/register/{token}"), &filled("juliet", "a+good+password")).await;
    assert!(status == StatusCode::OK && page.contains("juliet@example.org is yours"), "{page}");
    for gone in [landing.as_str(), &format!("/register/{token}"), "/invite/nonsense", "/register/n%20s"] {
        assert_eq!(pages.get(gone).await.0, StatusCode::NOT_FOUND, "{gone}");
    }
    let named = pages.invite(None, Kind::Account, "tybalt").await;
    let (_, _, page) = pages.get(&named.replace("/invite/", "/register/")).await;
    assert!(page.contains("value=\"tybalt\"") && page.contains("readonly"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_language_says_why_not_and_is_kept_to() {
    let pages = Pages::new(Policy { mode: Mode::Open, ..Policy::CLOSED });
    let (_, _, page) = pages.get("/register?lang=de").await;
    assert!(page.contains("<form method=\"post\" action=\"/register?lang=de\">"), "{page}");
    for (path, why) in [
        ("/register?lang=de", "Nimm mindestens 8 Zeichen"),
        ("/register?lang=fr", "Prenez au moins 8 caractères"),
        ("/register?lang=en", "Use 8 characters or more"),
    ] {
        let (status, page) = pages.fill_in(path, &filled("alice", "short")).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains(why), "{page}");
        assert!(page.contains("value=\"alice\""), "what was typed stays: {page}");
    }
    let enough = pages.house.site.hub().service().limits.of(&PER_ADDRESS);
    for n in 0..enough {
        let (status, page) = pages.fill_in("/register", &filled(&format!("person{n}"), "a+good+password")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        pages.house.site.hub().clock().advance(3_600_000_000);
    }
    let (_, page) = pages.fill_in("/register?lang=de", &filled("late", "a+good+password")).await;
    assert!(page.contains("zu viele Konten angelegt. Versuch es in 21 Stunden noch einmal."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_comes_in_the_page_says_so() {
    let pages = Pages::new(Policy::CLOSED);
    let (status, _, page) = pages.get("/register").await;
    assert!(status == StatusCode::FORBIDDEN && page.contains("made by those who run the service"), "{page}");
}
