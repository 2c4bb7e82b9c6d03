//! Connecting to several addresses with a handicap: who answers first wins (RFC 8305 §5).

use super::Tried;
use super::endpoint::{Endpoint, Failure};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How much later the next one starts (RFC 8305 §5).
const HANDICAP: Duration = Duration::from_millis(250);
/// How long one may take: two repetitions of a lost SYN.
const CONNECT: Duration = Duration::from_secs(10);

/// One that is being connected to.
struct Attempt {
    endpoint: Endpoint,
    connecting: Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>,
}

/// Connects to one of those that wait; it and those that failed are taken from them, those that lost the
/// race wait again. None when nobody is left.
pub(super) async fn connect(waiting: &mut VecDeque<Endpoint>, tried: &mut Vec<Tried>) -> Option<(TcpStream, Endpoint)> {
    let mut running: Vec<Attempt> = Vec::new();
    loop {
        running.extend(waiting.pop_front().map(Attempt::start));
        if running.is_empty() {
            return None;
        }
        let others_wait = !waiting.is_empty();
        let mut handicap = pin!(sleep(HANDICAP));
        let outcome = poll_fn(|cx| {
            let mut polled = running.iter_mut().map(|attempt| attempt.connecting.as_mut().poll(cx)).enumerate();
            let ready = polled.find_map(|(index, poll)| match poll {
                Poll::Ready(outcome) => Some((index, outcome)),
                Poll::Pending => None,
            });
            match ready {
                Some(ready) => Poll::Ready(Some(ready)),
                None if others_wait => handicap.as_mut().poll(cx).map(|()| None),
                None => Poll::Pending,
            }
        });
        let Some((index, outcome)) = outcome.await else { continue };
        let endpoint = running.remove(index).endpoint;
        match outcome {
            Ok(tcp) => {
                running.into_iter().rev().for_each(|loser| waiting.push_front(loser.endpoint));
                return Some((tcp, endpoint));
            }
            Err(error) => tried.push(Tried { endpoint, failure: Failure::Connect(error) }),
        }
    }
}

impl Attempt {
    fn start(endpoint: Endpoint) -> Attempt {
        let address = endpoint.address;
        let connecting = async move {
            let Some(address) = address else { return Err(io::ErrorKind::AddrNotAvailable.into()) };
            let connected = timeout(CONNECT, TcpStream::connect(address)).await;
            connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        };
        Attempt { endpoint, connecting: Box::pin(connecting) }
    }
}
