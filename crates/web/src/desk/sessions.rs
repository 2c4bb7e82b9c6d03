//! Browsers in which somebody logged in at the desk. They live as long as the process, and no longer than a working day.

use crate::limits;
use crate::seal::cookie;
use axum::http::header::{HeaderMap, HeaderValue};
use data_encoding::BASE64URL_NOPAD;
use features::feature::Limits;
use hub::Proof;
use parking_lot::Mutex;
use std::collections::HashMap;

/// `__Host-`: only over HTTPS, only from this very host, for all paths.
const COOKIE: &str = "__Host-folkmoot-desk";
const ID_BYTES: usize = 32;

/// The name of a session, which only its browser knows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Id([u8; ID_BYTES]);

impl Id {
    /// What a browser presents.
    pub(super) fn of(headers: &HeaderMap) -> Option<Id> {
        let bytes = BASE64URL_NOPAD.decode(cookie(headers, COOKIE)?.as_bytes()).ok()?;
        bytes.try_into().ok().map(Id)
    }

    /// What a browser is told. Strict: whoever comes by a link from elsewhere is a stranger.
    pub(super) fn told(&self) -> HeaderValue {
        let id = BASE64URL_NOPAD.encode(&self.0);
        let cookie = format!("{COOKIE}={id}; Path=/; Secure; HttpOnly; SameSite=Strict");
        HeaderValue::try_from(cookie).expect("base64 is fit for a header")
    }
}

struct Session {
    proof: Proof,
    began_at: i64,
    seen_at: i64,
    /// What came of the last thing that was done, for the page that is shown next.
    said: Option<Said>,
}

/// A sentence for the next page: the key of its words, and what stands in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) key: &'static str,
    pub(super) value: String,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<Id, Session>>);

impl Sessions {
    /// Somebody logged in. None if too many have.
    pub(super) fn begin(&self, random: [u8; ID_BYTES], proof: Proof, now: i64, limits: &Limits) -> Option<Id> {
        let mut sessions = self.0.lock();
        sessions.retain(|_, session| session.is_good(now, limits));
        if sessions.len() >= limits::desk_sessions(limits) {
            return None;
        }
        let id = Id(random);
        sessions.insert(id.clone(), Session { proof, began_at: now, seen_at: now, said: None });
        Some(id)
    }

    /// Somebody is there again.
    pub(super) fn touch(&self, id: &Id, now: i64, limits: &Limits) -> Option<Proof> {
        let mut sessions = self.0.lock();
        let session = sessions.get_mut(id)?;
        if !session.is_good(now, limits) {
            sessions.remove(id);
            return None;
        }
        session.seen_at = now;
        Some(session.proof.clone())
    }

    pub(super) fn end(&self, id: &Id) {
        self.0.lock().remove(id);
    }

    /// Has something said on the next page.
    pub(super) fn say(&self, id: &Id, said: Said) {
        if let Some(session) = self.0.lock().get_mut(id) {
            session.said = Some(said);
        }
    }

    /// What is to be said now.
    pub(super) fn take_said(&self, id: &Id) -> Option<Said> {
        self.0.lock().get_mut(id)?.said.take()
    }
}

impl Session {
    fn is_good(&self, now: i64, limits: &Limits) -> bool {
        now - self.seen_at < limits::desk_idle_micros(limits) && now - self.began_at < limits::desk_day_micros(limits)
    }
}
