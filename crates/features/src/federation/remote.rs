//! The owner of another domain: whether there is a link, what waits for one, and when to give up.

use super::{PATIENCE_SECONDS, WAITING_BYTES, table};
use crate::class::classify;
use crate::terms;
use crate::turn::{Effect, Outbox, Turn};
use bytes::Bytes;
use std::num::NonZeroU64;
use std::sync::Arc;
use xmpp::{Condition, Delivery, ErrorType, Jid, Kind, PresenceType, Stanza, StanzaError};

/// Seconds until the second attempt; each further one waits twice as long.
const FIRST_PAUSE_SECONDS: i64 = 2;
/// And at most so long.
const LONGEST_PAUSE_SECONDS: i64 = 600;
/// A link that lived so long was a good one.
const GOOD_LINK_SECONDS: i64 = 30;
/// One with which we can go on is taken up soon if it lived so long.
const PROMISING_LINK_SECONDS: i64 = 5;
/// How long the other side is awaited when it can go on with a stream that broke. Its first attempts to come
/// back are within that, and nobody's message waits longer for a service that is there.
const AWAITED_SECONDS: i64 = 15;
const SECOND: i64 = 1_000_000;

/// The memory of the way to another domain.
#[derive(Debug)]
pub struct Remote {
    /// Its name ([`super::Way::name`]).
    pub name: Jid,
    made: Made,
    state: State,
    /// Attempts that failed since the last good link.
    failures: u32,
    /// When they began.
    since: i64,
    /// What the last one met.
    trouble: Option<Trouble>,
    last_row: u64,
}

/// How a link is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Made {
    /// We call the domain, or another server does that speaks for it.
    Called,
    /// A program connects to us, whenever it likes (XEP-0114).
    Attached,
}

/// What is known of the link. Times are microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// There is none and none is wanted.
    Idle,
    /// One is being made.
    Dialling,
    /// It is there, since then.
    Linked(i64),
    /// None could be had; the next attempt is not before then.
    Pausing(i64),
    /// None since then, and none that we could make.
    Away(i64),
}

/// Why a domain cannot be reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// What the sender is told: [`Condition::RemoteServerNotFound`] where there is no such service,
    /// [`Condition::RemoteServerTimeout`] where it does not answer (RFC 6120 §10.4.3).
    pub condition: Condition,
    /// The same in words, for the sender.
    pub sentence: String,
    /// Trying again soon would not help.
    pub is_lasting: bool,
}

impl Remote {
    /// A domain of which nothing is known.
    pub fn new(name: Jid) -> Remote {
        Remote { name, made: Made::Called, state: State::Idle, failures: 0, since: 0, trouble: None, last_row: 0 }
    }

    /// The domain of a component, for which no program has been there since `since`.
    pub fn of_component(name: Jid, since: i64) -> Remote {
        Remote { made: Made::Attached, state: State::Away(since), ..Remote::new(name) }
    }

    /// How a link is made.
    pub fn made(&self) -> Made {
        self.made
    }

    /// What the last attempt met, if none was good since.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// Whether nothing of it would be missed.
    pub fn is_resting(&self, now: i64) -> bool {
        match self.state {
            State::Idle => true,
            State::Pausing(until) => until <= now,
            // For how long a component has been away is known nowhere else.
            State::Dialling | State::Linked(_) | State::Away(_) => false,
        }
    }

    fn next_row(&mut self, now: i64) -> NonZeroU64 {
        // Larger than any that an earlier owner of the domain gave.
        self.last_row = (self.last_row + 1).max(u64::try_from(now).unwrap_or(0));
        NonZeroU64::new(self.last_row).expect("it was just counted up")
    }
}

/// A stanza for somebody over there; `waiting_bytes` is what waits already.
pub fn send(turn: &mut Turn<'_, Remote>, stanza: Arc<Stanza>, to: Jid, waiting_bytes: usize) {
    let error = match terms::of(turn.service, &turn.me.name, turn.now) {
        Ok(terms) => terms::judge::outgoing(terms, &stanza),
        Err(refusal) => Some(refused(&turn.me.name, refusal).error()),
    };
    if let Some(error) = error {
        return refuse(turn.out, &stanza, &to, &error);
    }
    let kept = is_kept(&stanza);
    if waiting_bytes as u64 > turn.service.limits.of(&WAITING_BYTES) {
        let error = StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait);
        return refuse(turn.out, &stanza, &to, &error.text(WAITING_BYTES.sentence));
    }
    match (turn.me.state, &turn.me.trouble) {
        // Who asks while nothing can be had is told at once.
        (State::Pausing(until), Some(trouble)) if until > turn.now && (trouble.is_lasting || !kept) => {
            return refuse(turn.out, &stanza, &to, &trouble.error());
        }
        (State::Away(since), _) if !kept || turn.now >= patient_until(turn, since) => {
            return refuse(turn.out, &stanza, &to, &away(&turn.me.name));
        }
        _ => {}
    }
    let row = kept.then(|| turn.me.next_row(turn.now));
    if let Some(row) = row {
        let mut bytes = Vec::with_capacity(stanza.inner().len() + 192);
        stanza.write_as(Some(&to), &[], None, &mut bytes);
        let name = turn.me.name.as_str();
        turn.out.run(table::ADD, vec![name.into(), (row.get() as i64).into(), Bytes::from(bytes).into()]);
    }
    let delivery = Delivery { to: Some(to), row, ..Delivery::from(stanza) };
    turn.out.effects.push(Effect::Send(delivery));
    want_link(turn);
}

/// Stanzas that waited when the server stopped, oldest first.
pub fn restored(turn: &mut Turn<'_, Remote>, waiting: Vec<(NonZeroU64, Stanza)>) {
    for (row, stanza) in waiting {
        turn.me.last_row = turn.me.last_row.max(row.get());
        turn.out.effects.push(Effect::Send(Delivery { row: Some(row), ..Delivery::from(stanza) }));
    }
    want_link(turn);
}

/// There is a link.
pub fn linked(turn: &mut Turn<'_, Remote>) {
    turn.me.state = State::Linked(turn.now);
    turn.me.trouble = None;
}

/// The link is gone; `waiting` says whether something still waits for one.
pub fn unlinked(turn: &mut Turn<'_, Remote>, waiting: Waiting, spread: u32) {
    let State::Linked(since) = turn.me.state else { return };
    if turn.now - since >= GOOD_LINK_SECONDS * SECOND {
        turn.me.failures = 0;
    }
    match waiting {
        // It may just be restarting.
        waiting if turn.me.made == Made::Attached => {
            turn.me.state = State::Away(turn.now);
            if waiting == Waiting::Something {
                want_link(turn);
            }
        }
        Waiting::Nothing => turn.me.state = State::Idle,
        // The other side may just be restarting, or be taking links and losing them.
        Waiting::Something => pause(turn, spread),
    }
}

/// The connection broke, and we can go on with the stream: soon, before the other side opens another, unless
/// it does nothing but break.
pub fn breaks(turn: &mut Turn<'_, Remote>, spread: u32) {
    let State::Linked(since) = turn.me.state else { return };
    if turn.now - since >= PROMISING_LINK_SECONDS * SECOND {
        turn.me.failures = 0;
    }
    pause(turn, spread);
}

/// The connection broke, and the other side can go on with the stream: it is given the opportunity, or what
/// it may already have would be sent again on another.
pub fn awaits(turn: &mut Turn<'_, Remote>) {
    if let State::Linked(_) = turn.me.state {
        let until = turn.now + AWAITED_SECONDS * SECOND;
        turn.me.state = State::Pausing(until);
        turn.out.effects.push(Effect::Wake(until));
    }
}

/// Whether something waits for a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "they say it")]
pub enum Waiting {
    Nothing,
    Something,
}

/// No link could be had. What `waits` either goes on waiting or goes back.
pub fn unreachable(turn: &mut Turn<'_, Remote>, trouble: Trouble, waits: Vec<Delivery>, spread: u32) {
    pause(turn, spread);
    let patience = turn.service.limits.of(&PATIENCE_SECONDS) as i64 * SECOND;
    let is_over = trouble.is_lasting || turn.now - turn.me.since >= patience;
    let error = trouble.error();
    for delivery in waits {
        match delivery.row {
            Some(_) if !is_over => turn.out.effects.push(Effect::Send(delivery)),
            row => give_up(turn, &delivery, row, &error),
        }
    }
    turn.me.trouble = Some(trouble);
}

/// The domain takes stanzas of so many bytes, and these are larger (XEP-0478 §4): they go back.
pub fn too_large(turn: &mut Turn<'_, Remote>, stanzas: Vec<Delivery>, bytes: u64) {
    let sentence = format!("{} takes nothing larger than {bytes} bytes.", turn.me.name.host());
    let error = StanzaError::new(Condition::PolicyViolation).text(sentence);
    for delivery in stanzas {
        give_up(turn, &delivery, delivery.row, &error);
    }
}

/// Operators decided something about the domain. If it is not talked with any more, what waits goes back, and
/// with it what may have arrived; it is taken by `take`. If it is, nothing that was wrong before need be so
/// still.
pub fn ruled(turn: &mut Turn<'_, Remote>, waiting: Waiting, take: impl FnOnce() -> Vec<Delivery>) {
    if let Err(refusal) = terms::of(turn.service, &turn.me.name, turn.now) {
        let error = refused(&turn.me.name, refusal).error();
        for delivery in take() {
            give_up(turn, &delivery, delivery.row, &error);
        }
        return;
    }
    if matches!(turn.me.state, State::Pausing(_)) {
        (turn.me.state, turn.me.trouble) = (State::Idle, None);
    }
    if waiting == Waiting::Something {
        want_link(turn);
    }
}

/// The domain is not talked with, and not because of anything it did.
fn refused(domain: &Jid, refusal: terms::Refusal) -> Trouble {
    let sentence = refusal.sentence(domain);
    Trouble { condition: Condition::PolicyViolation, sentence, is_lasting: true }
}

/// The time has come that was asked for: a pause is over, or patience with a component. What waits is taken
/// by `take` if it goes back.
pub fn wake(turn: &mut Turn<'_, Remote>, waiting: Waiting, take: impl FnOnce() -> Vec<Delivery>) {
    match (turn.me.state, waiting) {
        (State::Pausing(until), Waiting::Something) if until <= turn.now => want_link(turn),
        (State::Pausing(until), Waiting::Nothing) if until <= turn.now => turn.me.state = State::Idle,
        (State::Away(since), Waiting::Something) if turn.now >= patient_until(turn, since) => {
            let (waits, error) = (take(), away(&turn.me.name));
            if waits.is_empty() {
                // It is on its way to the disk.
                turn.out.effects.push(Effect::Wake(turn.now + SECOND));
            }
            for delivery in waits {
                give_up(turn, &delivery, delivery.row, &error);
            }
        }
        _ => {}
    }
}

/// Until when messages wait for a domain that nobody has been linked to since `since`.
fn patient_until(turn: &Turn<'_, Remote>, since: i64) -> i64 {
    since + turn.service.limits.of(&PATIENCE_SECONDS) as i64 * SECOND
}

/// What is said of a component that is not there.
fn away(domain: &Jid) -> StanzaError {
    StanzaError::new(Condition::RemoteServerTimeout)
        .text(format!("What runs {domain} is not connected to this service at the moment. Please try again later."))
}

impl Trouble {
    fn error(&self) -> StanzaError {
        StanzaError::new(self.condition).text(self.sentence.clone())
    }
}

/// What outlives a restart and waits for a link: messages that an archive would keep, and what changes
/// who is subscribed to whom.
fn is_kept(stanza: &Stanza) -> bool {
    use PresenceType::{Subscribe, Subscribed, Unsubscribe, Unsubscribed};
    match stanza.kind {
        Kind::Message(_) => classify(stanza).archive,
        Kind::Presence(kind) => matches!(kind, Subscribe | Subscribed | Unsubscribe | Unsubscribed),
        Kind::Iq(_) => false,
    }
}

/// Something waits for a link.
fn want_link(turn: &mut Turn<'_, Remote>) {
    match turn.me.state {
        State::Pausing(until) if until > turn.now => {}
        State::Idle | State::Pausing(_) => {
            turn.me.state = State::Dialling;
            turn.out.effects.push(Effect::Dial);
        }
        State::Away(since) => turn.out.effects.push(Effect::Wake(patient_until(turn, since).max(turn.now))),
        State::Dialling | State::Linked(_) => {}
    }
}

/// Waits before the next attempt, longer each time, and not as long as everybody else (`spread` is
/// random), so that a domain that comes back is not met by all at once.
fn pause(turn: &mut Turn<'_, Remote>, spread: u32) {
    if turn.me.failures == 0 {
        turn.me.since = turn.now;
    }
    let longest = FIRST_PAUSE_SECONDS.saturating_mul(1 << turn.me.failures.min(16)).min(LONGEST_PAUSE_SECONDS) * SECOND;
    let until = turn.now + longest / 2 + i64::from(spread) % (longest / 2);
    turn.me.failures = turn.me.failures.saturating_add(1);
    turn.me.state = State::Pausing(until);
    turn.out.effects.push(Effect::Wake(until));
}

fn give_up(turn: &mut Turn<'_, Remote>, delivery: &Delivery, row: Option<NonZeroU64>, error: &StanzaError) {
    if let Some(row) = row {
        turn.out.run(table::REMOVE, vec![turn.me.name.as_str().into(), (row.get() as i64).into()]);
    }
    let to = delivery.to.clone().or_else(|| delivery.stanza.to.clone());
    refuse(turn.out, &delivery.stanza, &to.unwrap_or_else(|| turn.me.name.host()), error);
}

/// Tells a local sender. Who is merely there or not is told nothing: it would be an answer to each of
/// a hundred contacts at a login.
fn refuse(out: &mut Outbox, stanza: &Stanza, to: &Jid, error: &StanzaError) {
    use PresenceType::{Available, Probe, Unavailable};
    let fleeting = matches!(stanza.kind, Kind::Presence(Available | Unavailable | Probe));
    let (Some(sender), false) = (&stanza.from, fleeting) else { return };
    if let Some(answer) = stanza.error(error) {
        let answer = answer.with_from(Some(to.clone()));
        out.effects.push(Effect::Route { stanza: Arc::new(answer), to: sender.clone() });
    }
}
