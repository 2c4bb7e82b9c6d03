//! Another service on the stage: the far end of its streams, without sockets and without anybody proving who
//! they are.

use hub::{Hub, Inlet, Link, Reach, Sheet, Taken, Trouble, Way};
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use xmpp::{Condition, Element, Framing, Jid, Stanza, ns};

/// More than any transcript makes a service send at a time.
const SHEET_BYTES: usize = 1 << 20;

/// A service with a stream in each direction to each domain of ours.
pub struct Elsewhere {
    inlet: Inlet,
    links: Vec<Link>,
}

impl Elsewhere {
    /// The service of that domain connects.
    pub async fn connect(hub: &Hub, domain: &str) -> Result<Elsewhere, String> {
        let there = Jid::parse(domain).map_err(|error| format!("{domain}: {error}"))?;
        let mut links = Vec::new();
        for way in ways(hub, &there) {
            links.push(hub.link(&way, Reach::Unmanaged).await.ok_or("it is connected already")?);
        }
        Ok(Elsewhere { inlet: hub.inlet(), links })
    }

    /// Its streams are lost, and nobody finds it any more.
    pub fn vanish(self, hub: &Hub, domain: &str) -> Result<(), String> {
        drop(self);
        let there = Jid::parse(domain).map_err(|error| format!("{domain}: {error}"))?;
        for way in ways(hub, &there) {
            let sentence = format!("There is no {domain} any more.");
            let condition = Condition::RemoteServerNotFound;
            hub.unreachable(&way, Trouble { condition, sentence, is_lasting: true });
        }
        Ok(())
    }

    /// It sends a stanza.
    pub fn send(&self, canonical: &str) -> Result<(), String> {
        self.inlet.receive(Stanza::read(canonical).ok_or("only stanzas come from other services")?);
        Ok(())
    }

    /// What has come to it.
    pub fn take(&self) -> Result<Vec<String>, String> {
        match self.poll(&Context::from_waker(Waker::noop())) {
            Poll::Ready(taken) => taken,
            Poll::Pending => Ok(Vec::new()),
        }
    }

    /// What comes to it, once something does.
    pub async fn wait(&self) -> Result<Vec<String>, String> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Result<Vec<String>, String>> {
        let mut came = Vec::new();
        for link in &self.links {
            let mut out = Vec::new();
            let sheet = Sheet { out: &mut out, bytes: SHEET_BYTES, framing: Framing::Stream };
            match link.poll_write(context, sheet) {
                Poll::Ready(Taken::Some) => {
                    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
                    came.extend(elements(&text));
                }
                Poll::Ready(other) => return Poll::Ready(Err(format!("its stream ends: {other:?}"))),
                Poll::Pending => {}
            }
        }
        if came.is_empty() { Poll::Pending } else { Poll::Ready(Ok(came)) }
    }
}

/// From each domain of ours to it.
fn ways(hub: &Hub, there: &Jid) -> Vec<Way> {
    hub.service().domains().map(|here| Way { here: here.clone(), there: there.clone() }).collect()
}

fn elements(text: &str) -> Vec<String> {
    let mut rest = text;
    let next = || {
        let element = Element::first(rest, ns::CLIENT)?.raw();
        rest = &rest[element.len()..];
        Some(element.to_owned())
    };
    std::iter::from_fn(next).collect()
}
