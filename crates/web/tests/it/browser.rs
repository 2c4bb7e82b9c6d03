//! A browser at the desk, without a socket.

use crate::house::{House, text};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use features::deed::Password;
use features::staff::Role;

/// The password of everybody here.
pub const SECRET: &str = "a long secret";

/// A browser, which keeps cookies and follows nothing.
pub struct Browser<'a> {
    house: &'a House,
    cookies: Vec<(String, String)>,
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub to: String,
    pub text: String,
}

impl<'a> Browser<'a> {
    pub fn new(house: &'a House) -> Browser<'a> {
        Browser { house, cookies: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.ask(Request::get(path), Body::empty()).await
    }

    /// Sends the form for `action` that stands on the page `at`, filled in.
    pub async fn send(&mut self, at: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
        let page = self.get(at).await;
        assert_eq!(page.status, StatusCode::OK, "{at}: {}", page.text);
        let form = page.text.split("<form ").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("{at} has no form for {action}: {}", page.text));
        let token = form.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut fields = fields.to_vec();
        fields.push(("token", token.expect("a token")));
        self.post(action, &fields).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = serde_urlencoded::to_string(fields).expect("a form");
        self.ask(Request::post(path), Body::from(body)).await
    }

    async fn ask(&mut self, mut request: axum::http::request::Builder, body: Body) -> Seen {
        for (name, value) in &self.cookies {
            request = request.header(header::COOKIE, format!("{name}={value}"));
        }
        let answer = self.house.ask(request.body(body).expect("a request")).await;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            assert!(cookie.contains("; Path=/; Secure; HttpOnly; SameSite="), "{cookie}");
            let (name, rest) = cookie.split_once('=').expect("a value");
            let value = rest.split(';').next().expect("a value").to_owned();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value));
        }
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
        Seen { status: answer.status(), to: to.unwrap_or_default(), text: text(answer).await }
    }

    pub async fn log_in(&mut self, name: &str, password: &str) -> Seen {
        self.send("/desk/login", "/desk/login", &[("name", name), ("password", password)]).await
    }
}

/// A service with an owner, `olga`, and with `bob`, who has no role.
pub async fn house() -> House {
    let house = House::new("https://example.org");
    let hub = house.site.hub();
    for name in ["olga", "bob"] {
        hub.add_account("a test", name, Password(SECRET.into())).await.expect("an account");
    }
    hub.give_role("a test", "olga", Role::Owner).await.expect("a role");
    house
}

pub async fn logged_in<'a>(house: &'a House, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(house);
    let seen = browser.log_in(name, SECRET).await;
    assert_eq!((seen.status, seen.to.as_str()), (StatusCode::SEE_OTHER, "/desk/"), "{}", seen.text);
    browser
}

/// What was written down, the newest first.
pub async fn deeds(house: &House) -> Vec<String> {
    let deeds = house.site.hub().deeds().await.expect("deeds");
    deeds.into_iter().map(|deed| format!("{} {} {}", deed.who, deed.what, deed.whom)).collect()
}
