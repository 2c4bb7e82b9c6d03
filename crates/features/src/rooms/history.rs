//! The last messages of a room, for those who enter it (XEP-0045 §7.2.13, §7.2.14).

use super::limits::{HISTORY, HISTORY_BYTES};
use crate::feature::Limits;
use std::collections::VecDeque;
use std::sync::Arc;
use xmpp::{Element, Jid, Stanza, Writer, ns, time};

const HOUR_MICROS: i64 = 3_600_000_000;

/// The last messages, oldest first.
#[derive(Default, Debug)]
pub struct History {
    past: VecDeque<Past>,
    bytes: usize,
    /// There were more than are remembered.
    pub(super) is_full: bool,
}

#[derive(Debug)]
struct Past {
    stanza: Arc<Stanza>,
    at: i64,
    number: Option<u64>,
}

/// What somebody who enters wants of it (§7.2.14).
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Wanted {
    chars: Option<usize>,
    stanzas: Option<usize>,
    since: Option<i64>,
}

impl Wanted {
    /// Reads `<history/>`. What is no number asks for nothing.
    pub fn read(history: &Element<'_>, now: i64) -> Wanted {
        let number = |name: &str| history.attr(name).and_then(|text| text.parse::<usize>().ok());
        let seconds = history.attr("seconds").and_then(|text| text.parse::<i64>().ok());
        let recent = seconds.map(|seconds| now.saturating_sub(seconds.saturating_mul(1_000_000)));
        let since = history.attr("since").and_then(|text| time::parse(&text));
        Wanted { chars: number("maxchars"), stanzas: number("maxstanzas"), since: recent.max(since) }
    }
}

impl History {
    /// Adds a message that was said at `at`, in microseconds since 1970, with its number in the archive.
    pub fn push(&mut self, stanza: Arc<Stanza>, (at, number): (i64, Option<u64>), limits: &Limits) {
        self.bytes += stanza.inner().len();
        self.past.push_back(Past { stanza, at, number });
        while self.past.len() > limits.count(&HISTORY) || self.bytes > limits.count(&HISTORY_BYTES) {
            let Some(oldest) = self.past.pop_front() else { return };
            self.is_full = true;
            self.bytes -= oldest.stanza.inner().len();
        }
    }

    /// Forgets the message of that number.
    pub fn forget(&mut self, number: u64) {
        self.past.retain(|past| past.number != Some(number));
        self.bytes = self.past.iter().map(|past| past.stanza.inner().len()).sum();
    }

    /// How many messages were said in an hour (XEP-0502 §4), as far back as the last day, or as we remember if that
    /// is less.
    pub fn per_hour(&self, now: i64) -> f64 {
        let day_ago = now - 24 * HOUR_MICROS;
        let recent = self.past.iter().filter(|past| past.at > day_ago);
        let counted = recent.filter(|past| past.stanza.has("body", ns::CLIENT) && !past.stanza.has_ns(ns::CORRECTION));
        let count = u32::try_from(counted.count()).unwrap_or(u32::MAX);
        let oldest = self.past.front().map_or(day_ago, |past| past.at);
        // What the last minutes were like says nothing of an hour.
        let micros = if self.is_full { now - oldest.max(day_ago) } else { 24 * HOUR_MICROS };
        let micros = i32::try_from(micros.max(HOUR_MICROS / 6) / 1_000_000).unwrap_or(i32::MAX);
        f64::from(count) * 3600.0 / f64::from(micros)
    }

    /// The newest messages that are wanted, at most `most`, oldest first, each saying when it was said. The
    /// smallest number that any bound leaves is what comes.
    pub fn pick(&self, room: &Jid, wanted: &Wanted, most: usize) -> Vec<Arc<Stanza>> {
        let most = wanted.stanzas.map_or(most, |stanzas| stanzas.min(most));
        let mut chars = wanted.chars;
        let mut picked = Vec::new();
        for past in self.past.iter().rev().take(most) {
            if wanted.since.is_some_and(|since| past.at < since) {
                break;
            }
            let late = delayed(room, past);
            if let Some(left) = chars {
                let mut bytes = Vec::new();
                late.write(None, &mut bytes);
                let Some(rest) = left.checked_sub(String::from_utf8_lossy(&bytes).chars().count()) else { break };
                chars = Some(rest);
            }
            picked.push(Arc::new(late));
        }
        picked.reverse();
        picked
    }
}

/// §7.2.13: the room itself is the one that says when.
fn delayed(room: &Jid, past: &Past) -> Stanza {
    let mut w = Writer::new();
    w.raw(past.stanza.inner());
    write_delay(&mut w, room, past.at);
    past.stanza.as_ref().clone().with_inner(w.finish())
}

/// When something was said (XEP-0203).
pub fn write_delay(w: &mut Writer, room: &Jid, at: i64) {
    w.open("delay", ns::DELAY).attr("from", room.as_str()).attr("stamp", &time::write(at)).close();
}
