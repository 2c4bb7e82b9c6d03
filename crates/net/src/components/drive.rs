//! One component's connection, from its first byte to its last, in one task.

use super::{Components, limits};
use crate::Wire;
use bytes::BytesMut;
use hub::{Attached, Sheet, Taken};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;
use stream::Crime;
use stream::component::{Component, Event};
use tokio::sync::watch::Receiver;
use tokio::time::{sleep, timeout};
use xmpp::{Framing, Jid};

/// Bytes of stanzas that are given to the socket together.
const WRITE_BYTES: usize = 16 * 1024;
/// How long reading pauses while the committer has too much to do.
const PRESSED: Duration = Duration::from_millis(20);

/// The two ends of a connection, the socket and the machine.
struct Line {
    wire: Wire,
    machine: Component,
    /// Says when the service stops.
    stopping: Receiver<()>,
}

/// What came of doing what can be done without waiting.
enum Next {
    Moved,
    Pressed,
    Closed,
}

/// Serves a connection until it ends.
pub(super) async fn serve(components: &Components, wire: Wire, machine: Component, stopping: Receiver<()>) {
    let mut line = Line { wire, machine, stopping };
    let greeted = timeout(Duration::from_secs(limits::HANDSHAKE_SECONDS), line.greet(components)).await;
    match greeted {
        Ok(Ok(Some(attached))) => {
            let domain = attached.domain().clone();
            tracing::info!(%domain, "a component is there");
            let lived = line.live(components, attached).await;
            let why = lived.err().map_or("it closed its stream".to_owned(), |error| error.to_string());
            tracing::info!(%domain, why, "a component is gone");
        }
        Ok(Ok(None)) => line.farewell().await,
        Ok(Err(error)) => tracing::debug!(%error, "a component's connection ended in its handshake"),
        Err(_) => {
            line.machine.abort(Crime::Timeout);
            line.farewell().await;
        }
    }
}

impl Line {
    /// The handshake (XEP-0114 §3). None if it failed; the machine has said so.
    async fn greet(&mut self, components: &Components) -> io::Result<Option<Attached>> {
        let mut name: Option<Jid> = None;
        loop {
            while let Some(event) = self.machine.next() {
                match event {
                    Event::Secret(domain) => {
                        self.machine.secret(components.secret(&domain));
                        name = Some(domain);
                    }
                    Event::Ready(domain) => match components.hub.attach(&domain).await {
                        Some(attached) => {
                            self.machine.accept();
                            return Ok(Some(attached));
                        }
                        None => {
                            tracing::warn!(%domain, "a second component of the same domain was turned away");
                            self.machine.abort(Crime::Conflict);
                        }
                    },
                    Event::Close => {
                        let domain = name.as_ref().map_or("", Jid::as_str);
                        tracing::warn!(
                            domain,
                            "a component did not get in; see whether it has the domain and the secret of the configuration"
                        );
                        return Ok(None);
                    }
                    // There are none before the machine was told to go on.
                    Event::Stanza(_) | Event::Refused(_) => self.machine.abort(Crime::InternalServerError),
                }
            }
            self.take_output()?;
            self.wire.flush().await?;
            if self.wire.read(self.machine.input()).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The life of a component that is there.
    async fn live(&mut self, components: &Components, attached: Attached) -> io::Result<()> {
        let quiet = Duration::from_secs(limits::QUIET_SECONDS);
        let mut stopping = self.stopping.clone();
        loop {
            let turn = timeout(quiet, poll_fn(|context| self.turn(components, &attached, context)));
            let next = tokio::select! {
                next = turn => next,
                _ = stopping.changed() => {
                    self.machine.abort(Crime::SystemShutdown);
                    continue;
                }
            };
            match next {
                Ok(Ok(Next::Moved)) => {}
                Ok(Ok(Next::Pressed)) => sleep(PRESSED).await,
                Ok(Ok(Next::Closed)) => {
                    drop(attached);
                    self.farewell().await;
                    return Ok(());
                }
                Ok(Err(error)) => return Err(error),
                Err(_) if self.wire.pending_bytes() > 0 => return Err(io::ErrorKind::TimedOut.into()),
                Err(_) => self.wire.write(b" ")?,
            }
        }
    }

    /// Does what can be done without waiting: acts, writes, reads.
    fn turn(
        &mut self,
        components: &Components,
        attached: &Attached,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Next>> {
        while attached.poll_room(context).is_ready() {
            match self.machine.next() {
                None => break,
                Some(Event::Stanza(stanza)) => attached.receive(stanza),
                Some(Event::Refused(answer)) => attached.refused(answer),
                Some(Event::Close) => return Poll::Ready(Ok(Next::Closed)),
                // It has proved itself already.
                Some(Event::Secret(_) | Event::Ready(_)) => self.machine.abort(Crime::InternalServerError),
            }
        }
        self.take_output()?;
        let moved = self.write(attached, context)?;
        if attached.poll_room(context).is_ready() {
            if components.hub.store().is_pressed() {
                return Poll::Ready(Ok(Next::Pressed));
            }
            match self.wire.poll_read(context, self.machine.input())? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Poll::Ready(_) => return Poll::Ready(Ok(Next::Moved)),
                // An idle connection holds no buffer.
                Poll::Pending if self.machine.input().is_empty() => *self.machine.input() = BytesMut::new(),
                Poll::Pending => {}
            }
        }
        if moved { Poll::Ready(Ok(Next::Moved)) } else { Poll::Pending }
    }

    /// Gives the socket what waits, unless it does not take it. Whether anything moved.
    fn write(&mut self, attached: &Attached, context: &mut Context<'_>) -> io::Result<bool> {
        let mut moved = false;
        loop {
            let is_flushed = self.wire.poll_flush(context)?.is_ready();
            if !is_flushed && self.wire.is_full() {
                return Ok(moved);
            }
            let sheet = Sheet { out: self.machine.output(), bytes: WRITE_BYTES, framing: Framing::Stream };
            match attached.poll_write(context, sheet) {
                Poll::Ready(Taken::Some) => self.take_output()?,
                Poll::Ready(Taken::End(_) | Taken::Superseded) => {
                    self.machine.abort(Crime::SystemShutdown);
                    self.take_output()?;
                    return Ok(true);
                }
                Poll::Pending => return Ok(moved),
            }
            moved = true;
        }
    }

    /// Hands what the machine has to say to the socket's side, without waiting.
    fn take_output(&mut self) -> io::Result<()> {
        let output = self.machine.output();
        if !output.is_empty() {
            self.wire.write(output)?;
            *output = Vec::new();
        }
        Ok(())
    }

    /// Sends the last words and closes.
    async fn farewell(&mut self) {
        let last = async {
            self.take_output()?;
            self.wire.flush().await?;
            self.wire.shutdown().await
        };
        // The other end may be gone already, or never read: both are fine by now.
        let _ = timeout(Duration::from_secs(limits::FAREWELL_SECONDS), last).await;
    }
}
