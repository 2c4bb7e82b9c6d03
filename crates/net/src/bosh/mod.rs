//! Streams over requests that are answered late (XEP-0124, XEP-0206). A session is one connection of
//! the loop that all have; requests bring it bodies and take its output away.

mod carrier;
mod exchange;
mod reply;

pub use carrier::Carrier;

use crate::Wire;
use crate::drive::{self, Clients};
use crate::listen::{Gate, Permit};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use exchange::{Exchange, REQUESTS, Request, Terms};
use parking_lot::Mutex;
use reply::{Terminated, body};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stream::xml::Body;
use tokio::sync::oneshot;
use tokio::time::timeout;
use xmpp::writer::escape_attribute;
use xmpp::{Framing, ns};

/// How long a request is held at most (XEP-0124 §7.1). Proxies close what is silent for a minute.
const WAIT_SECONDS: u64 = 50;
/// How many requests are held at most.
const HOLD: u64 = 1;
/// How long a client may be away between two requests (XEP-0124 §10).
const INACTIVITY_SECONDS: u64 = 60;
/// How long it may be away if it says so.
const MAXPAUSE_SECONDS: u64 = 120;
/// Request ids are exact in a floating-point number (XEP-0124 §14.1).
const RID_MAX: u64 = 1 << 53;
/// Sessions at the same time, beside what each address may have.
const SESSIONS_MAX: usize = 10_000;

/// The sessions there are, by their secret ids.
#[derive(Default)]
pub(crate) struct Sessions {
    open: Mutex<HashMap<String, Arc<Exchange>>>,
}

/// Where a request came in, for the limits of its address.
#[derive(Clone)]
pub(crate) struct Entrance {
    pub(crate) gate: Arc<Gate>,
    pub(crate) peer: IpAddr,
    pub(crate) now: fn() -> Instant,
}

/// Answers one request with a body. It may take [`WAIT_SECONDS`].
pub(crate) async fn answer(clients: &Arc<Clients>, entrance: &Entrance, request: Bytes) -> Bytes {
    let Ok(head) = Body::read(&request) else { return body("", &[], Some(Terminated::BadRequest)) };
    let Some(rid) = head.number("rid").filter(|rid| (1..RID_MAX).contains(rid)) else {
        return body("", &[], Some(Terminated::BadRequest));
    };
    let exchange = match head.attr("sid") {
        Some(sid) => clients.bosh().open.lock().get(sid).cloned().ok_or(Terminated::ItemNotFound),
        None => create(clients, entrance, rid, &head),
    };
    let exchange = match exchange {
        Ok(exchange) => exchange,
        Err(refused) => return body("", &[], Some(refused)),
    };
    let (answer, mut answered) = oneshot::channel();
    let pause_seconds = head.number("pause");
    exchange.request(rid, Request { body: request, answer, pause_seconds });
    if let Ok(answer) = timeout(Duration::from_secs(exchange.wait_seconds()), &mut answered).await {
        // A request that came again on another connection took this one's place.
        return answer.unwrap_or_else(|_| body("", &[], Some(Terminated::ItemNotFound)));
    }
    exchange.timed_out(rid);
    answered.await.unwrap_or_else(|_| body("", &[], Some(Terminated::ItemNotFound)))
}

/// XEP-0124 §7: a new session. Its stream lives in a task of its own until it ends.
fn create(clients: &Arc<Clients>, entrance: &Entrance, rid: u64, head: &Body) -> Result<Arc<Exchange>, Terminated> {
    let permit = entrance.gate.admit(entrance.peer, (entrance.now)()).map_err(|_| Terminated::PolicyViolation)?;
    let sid = BASE64URL_NOPAD.encode(&clients.hub().clock().random::<24>());
    let exchange = Arc::new(Exchange::new(rid, terms(clients, &sid, head)));
    let mut open = clients.bosh().open.lock();
    if open.len() >= SESSIONS_MAX {
        return Err(Terminated::PolicyViolation);
    }
    open.insert(sid.clone(), exchange.clone());
    drop(open);
    tokio::spawn(live(clients.clone(), sid, Carrier::new(exchange.clone()), (permit, entrance.peer)));
    Ok(exchange)
}

async fn live(clients: Arc<Clients>, sid: String, carrier: Carrier, (permit, peer): (Permit, IpAddr)) {
    drive::serve_framed(clients.clone(), Wire::Bosh(Box::new(carrier)), Framing::Bodies, peer).await;
    clients.bosh().open.lock().remove(&sid);
    drop(permit);
}

/// XEP-0124 §7.2, XEP-0206 §4
fn terms(clients: &Clients, sid: &str, head: &Body) -> Terms {
    let wait_seconds = head.number("wait").unwrap_or(WAIT_SECONDS).clamp(1, WAIT_SECONDS);
    let hold = head.number("hold").unwrap_or(HOLD).min(HOLD);
    let mut domain = Vec::new();
    escape_attribute(clients.settings().domain.as_str(), &mut domain);
    let domain = String::from_utf8(domain).expect("what was escaped is UTF-8");
    let written = format!(
        " sid='{sid}' wait='{wait_seconds}' requests='{REQUESTS}' hold='{hold}' inactivity='{INACTIVITY_SECONDS}' \
         maxpause='{MAXPAUSE_SECONDS}' ver='1.11' from='{domain}' xmlns:xmpp='{}' xmpp:version='1.0' \
         xmpp:restartlogic='true'",
        ns::XBOSH
    );
    Terms { wait_seconds, hold: hold as usize, written }
}
