//! What must hold: what a service acknowledged arrives, once and in order, or its sender is told.

use super::World;
use super::person::Person;
use crate::storm::ledger::archived;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::sleep;
use xmpp::{Kind, Stanza, ns};

/// How long ago what is sent again was sent, at most.
const LATELY_SECONDS: i64 = 200;
/// What was heard while nothing was wrong is known to have arrived after so long: it was acknowledged, and
/// that is on the disk.
const TOLD_SECONDS: i64 = 3;
/// Pages of an archive, at most.
const PAGES: usize = 400;

/// One message.
struct Note {
    from: usize,
    to: usize,
    /// When it was sent.
    sent: i64,
    /// Its link was well then.
    was_well: bool,
    acknowledged: bool,
    bounced: bool,
    /// One of the two services was killed when it was under way, or could not be called back in time:
    /// whether it had arrived was forgotten.
    is_doubtful: bool,
    /// When it was seen by the recipient.
    heard: Option<i64>,
}

/// All messages, by number.
#[derive(Default)]
pub struct Ledger {
    notes: Vec<Note>,
}

/// The number of a message of the storm.
pub fn number(stanza: &Stanza) -> Option<usize> {
    if !matches!(stanza.kind, Kind::Message(_)) {
        return None;
    }
    crate::storm::ledger::number(stanza.id.as_ref()?.as_str())
}

impl Ledger {
    /// Somebody writes to somebody.
    pub fn enter(&mut self, from: usize, to: usize, sent: i64, was_well: bool) -> usize {
        let (acknowledged, bounced, is_doubtful, heard) = (false, false, false, None);
        self.notes.push(Note { from, to, sent, was_well, acknowledged, bounced, is_doubtful, heard });
        self.notes.len() - 1
    }

    /// Who writes to whom.
    pub fn who(&self, number: usize) -> (usize, usize) {
        (self.notes[number].from, self.notes[number].to)
    }

    /// The sender's service has these.
    pub fn acknowledged(&mut self, numbers: &[usize]) {
        numbers.iter().for_each(|number| self.notes[*number].acknowledged = true);
    }

    /// Something happens to a service, or between two, after which what was sent of late may be sent again,
    /// because nobody is left who knows that it arrived: a service that is killed forgets what it was about to
    /// acknowledge, and one that could not be called back in time forgets the stream. What had been heard, and
    /// acknowledged, before anything went wrong is no part of that. `trouble` is when something last did
    /// between two services, before this.
    pub fn doubt(
        &mut self,
        people: &[Person],
        now: i64,
        trouble: &HashMap<(usize, usize), i64>,
        are_meant: impl Fn(usize, usize) -> bool,
    ) {
        for note in self.notes.iter_mut().filter(|note| note.sent + LATELY_SECONDS > now) {
            let (from, to) = (people[note.from].place, people[note.to].place);
            let trouble = trouble.get(&super::between(from, to)).copied();
            let is_settled = note
                .heard
                .is_some_and(|heard| heard + TOLD_SECONDS < now && trouble.is_none_or(|trouble| trouble < note.sent));
            note.is_doubtful |= !is_settled && are_meant(from, to);
        }
    }

    /// Somebody hears of a message; `trouble` is when something last went wrong on its way. Whether it
    /// came at once because nothing had.
    pub fn heard(
        &mut self,
        at: usize,
        stanza: &Stanza,
        number: usize,
        (now, trouble): (i64, Option<i64>),
    ) -> Result<bool, String> {
        let note = &mut self.notes[number];
        if stanza.kind.is_error() {
            if at != note.from {
                return Err(format!("m{number} comes back to somebody who did not send it"));
            }
            note.bounced = true;
            return Ok(false);
        }
        if at != note.to {
            return Err(format!("m{number} reaches somebody else"));
        }
        if note.heard.is_some() {
            return Ok(false);
        }
        note.heard = Some(now);
        let is_expected = note.was_well && trouble.is_none_or(|trouble| trouble < note.sent);
        if is_expected && now > note.sent + 1 {
            let (from, to) = (note.from, note.to);
            return Err(format!("m{number} from {from} to {to} took {} s though nothing was wrong", now - note.sent));
        }
        Ok(is_expected)
    }
}

impl World {
    /// Judges everything.
    pub(super) async fn judge(&mut self) -> Result<(), String> {
        let mut times: HashMap<usize, usize> = HashMap::new();
        for at in 0..self.people.len() {
            let mut last: HashMap<usize, usize> = HashMap::new();
            for number in self.archive(at).await? {
                let (from, to) = self.ledger.who(number);
                if to != at {
                    continue;
                }
                let count = times.entry(number).or_default();
                *count += 1;
                if *count > 1 {
                    continue;
                }
                if let Some(before) = last.insert(from, number).filter(|before| *before > number) {
                    return Err(format!("m{before} came before m{number}"));
                }
            }
        }
        for (number, note) in self.ledger.notes.iter().enumerate() {
            let count = times.get(&number).copied().unwrap_or(0);
            let tally = &mut self.tally;
            tally.acknowledged += usize::from(note.acknowledged);
            tally.arrived += usize::from(note.acknowledged && count > 0);
            tally.bounced += usize::from(note.acknowledged && note.bounced);
            tally.both += usize::from(count > 0 && note.bounced);
            tally.doubled += usize::from(count > 1);
            let what = format!("m{number}, sent in second {} from {} to {}", note.sent, note.from, note.to);
            if count > 1 && !note.is_doubtful {
                return Err(format!("{what}, arrived {count} times"));
            }
            if note.acknowledged && count == 0 && !note.bounced {
                return Err(format!("{what}, was acknowledged and is lost"));
            }
        }
        for place in &self.places {
            let counts = place.hub().counts();
            if counts.panics > 0 {
                return Err(format!("{} is not well: {counts:?}", place.domain()));
            }
        }
        Ok(())
    }

    /// The numbers of the messages in somebody's archive, oldest first.
    async fn archive(&mut self, at: usize) -> Result<Vec<usize>, String> {
        let (mut numbers, mut after) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let id = self.people[at].ask_archive(after.as_deref());
            let mut complete = None;
            for _ in 0..PAGES {
                self.places[self.people[at].place].quiet().await;
                let found = self.people[at].look()?;
                for stanza in &found.stanzas {
                    if let Some((id, number)) = archived(stanza) {
                        numbers.push(number);
                        after = Some(id);
                    }
                    if stanza.id.as_ref().is_some_and(|got| got.as_str() == id) {
                        let fin = stanza.child("fin", ns::MAM).ok_or_else(|| format!("no archive: {stanza:?}"))?;
                        complete = Some(fin.attr("complete").is_some());
                    }
                }
                if complete.is_some() {
                    break;
                }
                sleep(Duration::from_millis(1)).await;
            }
            match complete {
                Some(true) => return Ok(numbers),
                Some(false) => {}
                None => return Err(format!("{} gets no archive", self.people[at].own)),
            }
        }
        Err(format!("the archive of {} has no end", self.people[at].own))
    }
}
