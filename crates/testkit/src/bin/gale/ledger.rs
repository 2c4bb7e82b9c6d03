//! What was sent, what became of it, and what went wrong meanwhile.

use std::time::Duration;
use tokio::time::Instant;

/// Troubles that follow each other so soon are one.
const PAUSE: Duration = Duration::from_secs(5);
/// For so long a service waits for another to go on with a stream, before it opens one of its own and sends
/// again what may have arrived.
const AWAITED: Duration = Duration::from_secs(15);
/// What is heard is acknowledged to the service that sent it, within so long, where nothing is wrong.
const TOLD: Duration = Duration::from_secs(5);

/// One message.
pub struct Note {
    /// The sender, by number.
    pub from: usize,
    /// The recipient.
    pub to: usize,
    /// When it was sent.
    pub sent: Instant,
    /// The sender's service has it.
    pub acknowledged: bool,
    /// The sender was told that it did not arrive.
    pub bounced: bool,
    /// When the recipient first saw it, live.
    pub seen: Option<Instant>,
}

/// Something that went wrong.
struct Trouble {
    place: Place,
    from: Instant,
    until: Instant,
    kind: Kind,
}

/// Where something went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At a service.
    At(usize),
    /// Between two.
    Between(usize, usize),
}

/// What went wrong, as far as it matters to a judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A process was killed, and what it had in memory is forgotten.
    Kill,
    /// Something took its time, or broke.
    Delay,
}

/// All of it.
#[derive(Default)]
pub struct Ledger {
    /// The messages, by number.
    pub notes: Vec<Note>,
    troubles: Vec<Trouble>,
}

impl Ledger {
    /// Somebody writes to somebody; gives the number of the message.
    pub fn enter(&mut self, from: usize, to: usize) -> usize {
        let sent = Instant::now();
        self.notes.push(Note { from, to, sent, acknowledged: false, bounced: false, seen: None });
        self.notes.len() - 1
    }

    /// Something goes wrong for so long.
    pub fn trouble(&mut self, place: Place, kind: Kind, time: Duration) {
        let from = Instant::now();
        self.troubles.push(Trouble { place, from, until: from + time, kind });
    }

    /// Whether a message between these services may have arrived twice, because nobody was left who knew that
    /// it had arrived: one of them was killed after it was sent and before both had noted that it had arrived,
    /// or they were out of each other's reach for so long that one gave the other's stream up.
    pub fn may_be_doubled(&self, note: &Note, services: [usize; 2]) -> bool {
        let mut troubles: Vec<&Trouble> = self.troubles.iter().filter(|trouble| trouble.concerns(services)).collect();
        troubles.sort_by_key(|trouble| trouble.from);
        // Who never saw it live was not there: it is not known when it arrived.
        let told = note.seen.map(|seen| seen + TOLD);
        let mut bouts: Vec<Bout> = Vec::new();
        for trouble in troubles {
            let killed = trouble.kind == Kind::Kill;
            match bouts.last_mut().filter(|bout| bout.until + PAUSE >= trouble.from) {
                Some(bout) => {
                    bout.until = bout.until.max(trouble.until);
                    bout.killed |= killed;
                }
                None => bouts.push(Bout { from: trouble.from, until: trouble.until, killed }),
            }
        }
        let meets = |bout: &Bout| bout.until + PAUSE >= note.sent && told.is_none_or(|told| bout.from <= told);
        bouts.iter().any(|bout| (bout.killed || bout.until - bout.from >= AWAITED) && meets(bout))
    }
}

/// Troubles that follow each other closely.
struct Bout {
    from: Instant,
    until: Instant,
    killed: bool,
}

impl Trouble {
    fn concerns(&self, services: [usize; 2]) -> bool {
        match self.place {
            Place::At(place) => services.contains(&place),
            Place::Between(one, other) => services == [one, other] || services == [other, one],
        }
    }
}
