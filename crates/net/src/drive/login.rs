//! From the first byte to a bound session: what the machine asks, the hub answers.

use super::{Clients, Line, Opening};
use crate::Wire;
use hub::{Admission, AgentName, Bound, FastUse, Hub, Proof, Resumed, Seat};
use std::io;
use stream::ask::{self, Answer, Ask, Denial, Enabled, Event};
use stream::{Crime, Machine};
use tokio::net::TcpStream;
use xmpp::Jid;

/// What is known of whoever is logging in.
#[derive(Default)]
struct Newcomer {
    /// Proven to be this account.
    account: Option<Jid>,
    /// The `id` of its user agent.
    agent: Option<Box<str>>,
    /// Its place, once it has one.
    seat: Option<Seat>,
}

/// Serves a connection until it has a session. None if it ends before.
pub(super) async fn log_in(clients: &Clients, tcp: TcpStream, opening: Opening) -> Option<(Line, Seat)> {
    match try_log_in(clients, tcp, opening).await {
        Ok(found) => found,
        Err(error) => {
            tracing::debug!(%error, "a connection ended before its login");
            None
        }
    }
}

async fn try_log_in(clients: &Clients, tcp: TcpStream, opening: Opening) -> io::Result<Option<(Line, Seat)>> {
    let mut line = open(clients, tcp, opening).await?;
    let mut newcomer = Newcomer::default();
    loop {
        while let Some(event) = line.machine.next() {
            match event {
                Event::StartTls => {
                    line.flush().await?;
                    line.wire = line.wire.upgrade(&clients.certificates.starttls()).await?;
                    let channel = line.wire.take_channel();
                    line.machine.secured(channel);
                }
                Event::Ask(ask) => {
                    let answer = newcomer.answer(&clients.hub, ask).await;
                    line.machine.answer(answer);
                    if let Some(seat) = newcomer.seat.take() {
                        line.take_output()?;
                        return Ok(Some((line, seat)));
                    }
                }
                Event::Close { .. } => {
                    line.farewell().await;
                    return Ok(None);
                }
                // The machine yields these of bound sessions only.
                Event::Stanza(_)
                | Event::Refused(_)
                | Event::AckRequested
                | Event::Acked(_)
                | Event::ClientState(_) => {
                    line.abort(Crime::InternalServerError).await;
                    return Ok(None);
                }
            }
        }
        line.flush().await?;
        if line.wire.read(line.machine.input()).await? == 0 {
            return Ok(None);
        }
    }
}

async fn open(clients: &Clients, tcp: TcpStream, opening: Opening) -> io::Result<Line> {
    let (settings, seed) = (clients.settings.load_full(), clients.hub.clock().random::<32>());
    match opening {
        Opening::StartTls => Ok(Line { wire: Wire::plain(tcp)?, machine: Machine::plain(settings, seed) }),
        Opening::DirectTls => {
            let mut wire = Wire::direct(tcp, &clients.certificates.direct()).await?;
            let channel = wire.take_channel();
            Ok(Line { wire, machine: Machine::direct(settings, seed, channel) })
        }
    }
}
