//! Another service on the stage: the far end of its streams, without sockets and without anybody proving who
//! they are.

use hub::{Hub, Inlet, Link, Reach, Sheet, Taken, Way};
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use xmpp::{Element, Framing, Jid, Stanza, ns};

/// More than any transcript makes a service send at a time.
const SHEET_BYTES: usize = 1 << 20;

/// A service with a stream in each direction.
pub struct Elsewhere {
    inlet: Inlet,
    link: Link,
}

impl Elsewhere {
    /// The service of that domain connects.
    pub async fn connect(hub: &Hub, domain: &str) -> Result<Elsewhere, String> {
        let there = Jid::parse(domain).map_err(|error| format!("{domain}: {error}"))?;
        let way = Way { here: hub.service().domain.clone(), there };
        let link = hub.link(&way, Reach::Unmanaged).await.ok_or("it is connected already")?;
        Ok(Elsewhere { inlet: hub.inlet(), link })
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
        let mut out = Vec::new();
        let sheet = Sheet { out: &mut out, bytes: SHEET_BYTES, framing: Framing::Stream };
        self.link.poll_write(context, sheet).map(|taken| match taken {
            Taken::Some => String::from_utf8(out).map(|text| elements(&text)).map_err(|error| error.to_string()),
            other => Err(format!("its stream ends: {other:?}")),
        })
    }
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
