//! From the first byte to a bound session: what the machine asks, the hub answers.

use super::{Clients, Line, Opening};
use crate::Wire;
use hub::{Attempt, Began, Bound, Denied, Hub, Inline, Proven, Resumed, Seat, Stranger, Wish};
use std::io;
use std::net::IpAddr;
use stream::ask::{self, Answer, Ask, Denial, Enabled, Event};
use stream::{Crime, Machine};
use tokio::net::TcpStream;
use xmpp::{Condition, StanzaError};

/// What is known of whoever is logging in.
struct Newcomer {
    /// Where it comes from.
    peer: IpAddr,
    /// What it asked for before that.
    stranger: Stranger,
    /// It asked for an account, and has longer for that.
    fills_in: bool,
    /// The password it is trying.
    attempt: Option<Attempt>,
    /// When what it is checked by was asked for.
    began: Began,
    /// Who it proved to be.
    proven: Option<Proven>,
    /// The account's row.
    row: Option<i64>,
    /// Its place, once it has one.
    seat: Option<Seat>,
}

/// How far a connection has come.
pub(super) enum Progress {
    /// It has a session.
    Session(Box<(Line, Seat)>),
    /// Somebody asks how to get an account, and will take their time to fill in the form.
    FillsIn(Box<FillingIn>),
    /// It ended.
    Ended,
}

/// A connection on which a form is being filled in.
pub(super) struct FillingIn {
    line: Line,
    newcomer: Newcomer,
}

/// Serves a connection until it has a session, or somebody asks for an account.
pub(super) async fn log_in(clients: &Clients, tcp: TcpStream, opening: Opening) -> Progress {
    let peer = match tcp.peer_addr() {
        Ok(peer) => peer.ip(),
        Err(error) => return ended(&error),
    };
    match open(clients, tcp, opening).await {
        Ok(line) => log_in_on(clients, line, peer).await,
        Err(error) => ended(&error),
    }
}

/// As [`log_in`], on a connection that can carry a stream.
pub(super) async fn log_in_on(clients: &Clients, line: Line, peer: IpAddr) -> Progress {
    go_on(clients, FillingIn { line, newcomer: Newcomer::from(peer) }).await
}

/// Goes on where a form is being filled in, until there is a session.
pub(super) async fn go_on(clients: &Clients, FillingIn { line, newcomer }: FillingIn) -> Progress {
    try_log_in(clients, line, newcomer).await.unwrap_or_else(|error| ended(&error))
}

fn ended(error: &io::Error) -> Progress {
    tracing::debug!(%error, "a connection ended before its login");
    Progress::Ended
}

async fn try_log_in(clients: &Clients, mut line: Line, mut newcomer: Newcomer) -> io::Result<Progress> {
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
                    let fills_in = matches!(ask, Ask::Register(_)) && !newcomer.fills_in;
                    let answer = newcomer.answer(&clients.hub, ask).await;
                    line.machine.answer(answer);
                    if let Some(seat) = newcomer.seat.take() {
                        line.take_output()?;
                        return Ok(Progress::Session(Box::new((line, seat))));
                    }
                    if fills_in {
                        newcomer.fills_in = true;
                        return Ok(Progress::FillsIn(Box::new(FillingIn { line, newcomer })));
                    }
                }
                Event::Close { .. } => {
                    line.farewell().await;
                    return Ok(Progress::Ended);
                }
                // The machine yields these of bound sessions only.
                Event::Stanza(_)
                | Event::Refused(_)
                | Event::AckRequested
                | Event::Acked(_)
                | Event::ClientState(_) => {
                    line.abort(Crime::InternalServerError).await;
                    return Ok(Progress::Ended);
                }
            }
        }
        line.flush().await?;
        if line.wire.read(line.machine.input()).await? == 0 {
            return Ok(Progress::Ended);
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

impl Newcomer {
    fn from(peer: IpAddr) -> Newcomer {
        Newcomer {
            peer,
            stranger: Stranger::from(peer),
            fills_in: false,
            attempt: None,
            began: Began::default(),
            proven: None,
            row: None,
            seat: None,
        }
    }

    /// Answers one question of the machine.
    async fn answer(&mut self, hub: &Hub, ask: Ask) -> Answer {
        if matches!(ask, Ask::Keys { .. } | Ask::Tokens { .. }) {
            self.began = hub.login_begins();
        }
        match ask {
            Ask::Register(request) => Answer::Replied(hub.hear(&mut self.stranger, &request).await),
            Ask::Keys { user, hash } => {
                self.attempt = hub.attempt(user.as_str(), self.peer);
                if self.attempt.is_none() {
                    return Answer::Denied(Denial::TooMany);
                }
                Answer::Keys(hub.keys(user.as_str(), hash).await.unwrap_or_else(|fault| {
                    tracing::error!(%fault, "the keys of an account cannot be read");
                    None
                }))
            }
            Ask::Tokens { user, agent } => {
                let found = hub.tokens(user.as_str(), agent.as_str()).await.unwrap_or_else(|fault| {
                    tracing::error!(%fault, "the tokens of an account cannot be read");
                    Vec::new()
                });
                Answer::Tokens(found)
            }
            Ask::Admit(login) => self.admit(hub, login).await,
            Ask::Upgrade(keys) => {
                // The login goes on without: the next one offers it again.
                if let Some(row) = self.row
                    && let Err(error) = hub.upgrade(row, &keys).await
                {
                    tracing::warn!(%error, "keys that a client made could not be stored");
                }
                Answer::Done
            }
            Ask::Bind(bind) => self.bind(hub, bind).await,
            Ask::Resume { previous, h } => self.resume(hub, previous.as_str(), h).await,
            // Only a bound stream asks for this alone, and a bound stream has left here.
            Ask::Enable { .. } => Answer::EnableRefused,
        }
    }

    async fn admit(&mut self, hub: &Hub, login: ask::Login) -> Answer {
        if let Some(attempt) = self.attempt.take() {
            hub.attempt_was_right(attempt);
        }
        let text = |text: &'_ Option<xmpp::Text>| text.as_ref().map(|text| text.as_str().to_owned());
        let agent = login.agent.as_ref();
        let id = agent.and_then(|agent| text(&agent.id));
        let (software, device) = (agent.and_then(|a| text(&a.software)), agent.and_then(|a| text(&a.device)));
        let proven = hub::Login {
            localpart: login.account.local().unwrap_or_default(),
            agent: hub::Agent { id: id.as_deref(), software: software.as_deref(), device: device.as_deref() },
            used: login.fast.used.as_ref().map(|used| (used.id, used.count)),
            request: login.fast.request,
            invalidate: login.fast.invalidate,
        };
        match hub.admit(&login.account, self.began, proven).await {
            Ok(admitted) => {
                let (account, agent) = (login.account.clone(), id.map(Into::into));
                self.proven = Some(Proven { account, agent, began: self.began });
                self.row = Some(admitted.account);
                let offered = admitted.upgrade.filter(|upgrade| login.upgrades.contains(&upgrade.hash));
                Answer::Admitted {
                    token: admitted.token.map(|token| (token.token, token.expiry)),
                    upgrade: offered.map(|upgrade| (upgrade.hash, upgrade.salt, upgrade.iterations.get())),
                }
            }
            Err(Denied::Disabled) => Answer::Denied(Denial::Disabled),
            Err(Denied::Waiting) => Answer::Denied(Denial::Waiting),
            Err(Denied::Spent) => Answer::Denied(Denial::Spent),
            Err(Denied::Failed(fault)) => {
                tracing::error!(%fault, "a login cannot be recorded");
                Answer::Denied(Denial::Temporary)
            }
        }
    }

    async fn bind(&mut self, hub: &Hub, bind: ask::Bind) -> Answer {
        let Some(proven) = &self.proven else {
            return Answer::BindRefused(StanzaError::new(Condition::NotAuthorized));
        };
        let wish = match bind.wish {
            ask::Wish::Any => Wish::Any,
            ask::Wish::Resource(resource) => Wish::Resource(resource),
            ask::Wish::Tag(tag) => Wish::Tag(tag),
        };
        let inline = Inline { carbons: bind.inline.carbons, inactive: bind.inline.inactive };
        let Bound { seat, account } = match hub.bind(proven, wish, inline).await {
            Ok(bound) => bound,
            Err(error) => return Answer::BindRefused(error),
        };
        // XEP-0386 §3: as of the bind. The session is there already, so whatever is archived from
        // now on reaches it live or is part of the extent, or both.
        let archive = match bind.inline.bind2 {
            true => hub.extent(account).await.unwrap_or_default(),
            false => None,
        };
        let sm = bind.inline.sm.and_then(|resume| enable(hub, &seat, resume));
        let jid = seat.jid().clone();
        self.seat = Some(seat);
        Answer::Bound(ask::Bound { jid, sm, archive })
    }

    async fn resume(&mut self, hub: &Hub, previous: &str, h: u32) -> Answer {
        let Some(proven) = &self.proven else { return Answer::ResumeFailed { h: None } };
        match hub.resume(proven, previous, h).await {
            Resumed::Seat(seat, h) => {
                let jid = seat.jid().clone();
                self.seat = Some(seat);
                Answer::Resumed { jid, h }
            }
            Resumed::Failed(h) => Answer::ResumeFailed { h },
        }
    }
}

/// Turns stream management on for a seat (XEP-0198 §3).
pub(super) fn enable(hub: &Hub, seat: &Seat, resume: bool) -> Option<Enabled> {
    seat.enable(resume).map(|id| Enabled { id, max_seconds: hub.resume_seconds() })
}
