//! What the loop of a connection holds of a BOSH session: reads are bodies, writes are elements.

use super::exchange::{Arrived, Exchange};
use super::reply::Terminated;
use super::{INACTIVITY_SECONDS, MAXPAUSE_SECONDS};
use bytes::BytesMut;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The stream's end of a BOSH session.
pub struct Carrier {
    exchange: Arc<Exchange>,
    /// Since which request there is none, and until when that is borne.
    away: Option<(u64, Pin<Box<Sleep>>)>,
}

impl Carrier {
    pub(super) fn new(exchange: Arc<Exchange>) -> Carrier {
        Carrier { exchange, away: None }
    }

    /// Appends one body; 0 when the client is away for too long (XEP-0124 §10).
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        match self.exchange.arrived(cx) {
            Arrived::Body(body) => {
                into.extend_from_slice(&body);
                Poll::Ready(Ok(body.len()))
            }
            Arrived::Over => Poll::Ready(Ok(0)),
            Arrived::Nothing { is_held: true, .. } => {
                self.away = None;
                Poll::Pending
            }
            Arrived::Nothing { is_held: false, activity, pause_seconds } => {
                if self.away.as_ref().is_none_or(|(since, _)| *since != activity) {
                    let seconds = pause_seconds.map_or(INACTIVITY_SECONDS, |pause| pause.min(MAXPAUSE_SECONDS));
                    self.away = Some((activity, Box::pin(sleep(Duration::from_secs(seconds)))));
                }
                let (_, until) = self.away.as_mut().expect("the client is away");
                until.as_mut().poll(cx).map(|()| Ok(0))
            }
        }
    }

    /// Takes elements.
    pub(crate) fn write(&self, elements: &[u8]) {
        self.exchange.write(elements);
    }

    /// Ready when the client was given all.
    pub(crate) fn poll_flush(&self, cx: &Context<'_>) -> Poll<()> {
        self.exchange.poll_flush(cx)
    }

    /// Bytes that the client was not given yet.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.exchange.pending_bytes()
    }

    /// As many wait as may.
    pub(crate) fn is_full(&self) -> bool {
        self.exchange.is_full()
    }

    /// Says that nothing follows.
    pub(crate) fn shutdown(&self) {
        self.exchange.close();
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.exchange.end(Terminated::Lost);
    }
}
