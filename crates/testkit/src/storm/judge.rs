//! What must hold when a storm is over.

use super::World;
use super::ledger::{Heard, Way, heard};
use std::collections::{HashMap, HashSet};
use xmpp::{Kind, PresenceType, Stanza};

/// An archive: the place of each id, and the numbers of the messages in order.
struct Archive {
    places: HashMap<String, usize>,
    numbers: Vec<usize>,
}

impl World {
    /// Judges everything.
    pub(super) async fn judge(&mut self) -> Result<(), String> {
        let counts = self.house.hub().counts();
        if counts.panics > 0 || counts.overflows > 0 {
            return Err(format!("the hub is not well: {counts:?}"));
        }
        self.tally.failed = counts.failed;
        self.presence_agrees().await?;
        let known: Vec<HashSet<usize>> = self.devices.iter().map(|device| device.known.clone()).collect();
        let mut archives: Vec<Option<Archive>> = Vec::new();
        for person in 0..self.people.len() {
            archives.push(match self.people[person] {
                Some(_) => Some(Archive::new(self.archive(person).await?)),
                None => None,
            });
        }
        self.kept(&archives)?;
        for (person, archive) in archives.iter().enumerate() {
            let Some(archive) = archive else { continue };
            self.in_order(&archive.numbers, true).map_err(|why| format!("the archive of person {person}: {why}"))?;
            for (device, known) in self.devices.iter().zip(&known) {
                if device.person == person && device.is_up_to_date() {
                    archive
                        .holds_nothing_new(known)
                        .map_err(|why| format!("{}/{}: {why}", device.own, device.resource))?;
                }
            }
        }
        let mut logs: Vec<(usize, Vec<Stanza>)> = Vec::new();
        logs.extend(self.past.drain(..).map(|(person, session)| (person, session.log)));
        logs.extend(self.devices.iter_mut().map(|device| (device.person, std::mem::take(&mut device.session.log))));
        for (person, log) in logs {
            self.live(person, &log, archives[person].as_ref()).map_err(|why| format!("person {person}: {why}"))?;
        }
        Ok(())
    }

    /// What was acknowledged and not refused is in both archives once; nothing is in one alone.
    fn kept(&mut self, archives: &[Option<Archive>]) -> Result<(), String> {
        let count = |person: usize, number: usize| {
            let archive = archives[person].as_ref()?;
            Some(archive.numbers.iter().filter(|found| **found == number).count())
        };
        for (number, note) in self.ledger.notes.iter().enumerate() {
            let sent = count(note.from, number);
            let received = note.to.and_then(|to| count(to, number));
            let times = [sent, received];
            let promised = note.kept && note.acked && !note.refused;
            let bad = times
                .iter()
                .flatten()
                .any(|times| *times > 1 || (promised && *times == 0) || (!note.kept && *times > 0));
            let halved = matches!(times, [Some(one), Some(other)] if one != other);
            if bad || halved {
                return Err(format!(
                    "m{number} from {} to {:?} is in their archives {times:?} times; kept {}, acknowledged {}, refused {}",
                    note.from, note.to, note.kept, note.acked, note.refused
                ));
            }
            self.tally.kept += usize::from(promised && note.to.is_some());
        }
        Ok(())
    }

    /// Messages of one session to one recipient are in the order they were sent.
    fn in_order(&self, numbers: &[usize], once: bool) -> Result<(), String> {
        let mut last: HashMap<(u64, Option<usize>), usize> = HashMap::new();
        for number in numbers {
            let note = &self.ledger.notes[*number];
            // Several people may be nobody.
            if note.to.is_some()
                && let Some(before) = last.insert((note.session, note.to), *number)
                && (before > *number || (once && before == *number))
            {
                return Err(format!("m{number} comes behind m{before}"));
            }
        }
        Ok(())
    }

    /// What one session heard: in order, nothing twice, with ids that are those of the archive and
    /// rise as its entries do.
    fn live(&mut self, person: usize, log: &[Stanza], archive: Option<&Archive>) -> Result<(), String> {
        let own = format!("person{person}@localhost");
        let heard: Vec<Heard> = log.iter().filter_map(|stanza| heard(stanza, &own)).collect();
        self.tally.heard += heard.len();
        // What somebody sends to themselves comes as a copy of what was sent and as received.
        let is_own = |number: usize| {
            let note = &self.ledger.notes[number];
            note.from == person && note.to == Some(person)
        };
        let all = heard.iter().filter(|heard| !is_own(heard.number));
        let (copies, others): (Vec<&Heard>, Vec<&Heard>) = all.partition(|heard| heard.way == Way::Sent);
        // What no archive keeps does not wait until what had waited is read (XEP-0160); all else is in order.
        let live: Vec<usize> = others.iter().filter(|heard| !heard.waited).map(|heard| heard.number).collect();
        let told = |why: String| format!("{why}; of what it heard: {}", around(&why, &heard));
        self.in_order(&live, true).map_err(told)?;
        let kept = others.iter().map(|heard| heard.number).filter(|number| self.ledger.notes[*number].kept);
        self.in_order(&kept.collect::<Vec<_>>(), true).map_err(|why| format!("with what had waited: {}", told(why)))?;
        // A message that bounces is on its way for longer than the next one, and so is its copy.
        let copies = copies.iter().map(|heard| heard.number).filter(|number| self.ledger.notes[*number].kept);
        self.in_order(&copies.collect::<Vec<_>>(), true).map_err(|why| format!("copies of what was sent: {why}"))?;
        let mut seen = HashSet::new();
        let mut last = None;
        for Heard { number, way, stanza_id, .. } in &heard {
            if !seen.insert((*number, *way)) {
                return Err(format!("m{number} comes twice"));
            }
            let Some(archive) = archive else { continue };
            let note = &self.ledger.notes[*number];
            let is_copy_of_own = is_own(*number) && *way == Way::Sent;
            if note.kept && stanza_id.is_none() && !is_copy_of_own {
                return Err(format!("m{number} has no id"));
            }
            let Some(id) = stanza_id else { continue };
            let place = archive.places.get(id).copied().ok_or_else(|| format!("m{number} has an id of nothing"))?;
            if archive.numbers[place] != *number {
                return Err(format!("m{number} has the id of m{}", archive.numbers[place]));
            }
            if last.is_some_and(|(before, _)| before >= place) {
                return Err(format!("m{number} is entry {place} and comes behind {last:?}"));
            }
            last = Some((place, *number));
        }
        Ok(())
    }

    /// Rosters agree, and each device sees who is there and nobody else.
    async fn presence_agrees(&mut self) -> Result<(), String> {
        let mut sees: HashSet<(String, String)> = HashSet::new();
        let mut shows: HashSet<(String, String)> = HashSet::new();
        for person in 0..self.people.len() {
            let Some(own) = self.people[person].clone() else { continue };
            for (contact, subscription) in self.contacts(person).await? {
                if matches!(subscription.as_str(), "to" | "both") {
                    sees.insert((own.clone(), contact.clone()));
                }
                if matches!(subscription.as_str(), "from" | "both") {
                    shows.insert((contact, own.clone()));
                }
            }
            sees.insert((own.clone(), own.clone()));
        }
        if let Some((who, whom)) = sees.iter().find(|pair| pair.0 != pair.1 && !shows.contains(*pair)) {
            return Err(format!("{who} thinks to see {whom}, who knows nothing of it"));
        }
        if let Some((who, whom)) = shows.iter().find(|pair| !sees.contains(*pair)) {
            return Err(format!("{whom} thinks to be seen by {who}, who knows nothing of it"));
        }
        let online: Vec<(&str, &str, bool)> = self
            .devices
            .iter()
            .filter_map(|device| Some((device.own.as_str(), device.client.as_ref()?.jid(), device.session.available)))
            .collect();
        for device in self.devices.iter().filter(|device| device.session.available) {
            let Some(client) = &device.client else { continue };
            let seen = seen(&device.session.log, client.jid());
            for (own, jid, available) in &online {
                let should = *available && sees.contains(&(device.own.clone(), (*own).to_owned()));
                if should && !seen.contains(*jid) {
                    let why = history(&device.session.log, &[jid, client.jid()]);
                    return Err(format!("{} does not see {jid}: {why}", client.jid()));
                }
            }
            if let Some(ghost) = seen.iter().find(|jid| !online.iter().any(|(_, online, _)| online == jid)) {
                let why = history(&device.session.log, &[ghost, client.jid()]);
                return Err(format!("{} sees {ghost}, who is gone: {why}", client.jid()));
            }
        }
        Ok(())
    }
}

impl Archive {
    fn new(entries: Vec<(String, usize)>) -> Archive {
        let numbers = entries.iter().map(|(_, number)| *number).collect();
        let places = entries.into_iter().enumerate().map(|(place, (id, _))| (id, place)).collect();
        Archive { places, numbers }
    }

    /// A device that asked for all that came after what it had, and then listened, has everything.
    fn holds_nothing_new(&self, known: &HashSet<usize>) -> Result<(), String> {
        match self.numbers.iter().find(|number| !known.contains(number)) {
            Some(number) => Err(format!("m{number} is in the archive and never reached the device")),
            None => Ok(()),
        }
    }
}

/// The full JIDs that the session `jid` sees as available.
fn seen(log: &[Stanza], jid: &str) -> HashSet<String> {
    let mut seen: HashSet<String> = HashSet::new();
    for stanza in log {
        let (Kind::Presence(presence_type), Some(from)) = (stanza.kind, &stanza.from) else { continue };
        match presence_type {
            PresenceType::Available => {
                seen.insert(from.as_str().to_owned());
            }
            PresenceType::Unavailable if from.is_bare() => seen.retain(|jid| !jid.starts_with(&format!("{from}/"))),
            PresenceType::Unavailable => {
                seen.remove(from.as_str());
                // Whoever leaves hears nothing until they are back, and is told everything then.
                if from.as_str() == jid {
                    seen.clear();
                }
            }
            _ => {}
        }
    }
    seen
}

/// The presence that a session heard from some addresses.
fn history(log: &[Stanza], from: &[&str]) -> String {
    let mut lines = String::new();
    for (place, stanza) in log.iter().enumerate() {
        let is_of_interest = stanza.from.as_ref().is_some_and(|jid| from.contains(&jid.as_str()) || jid.is_bare());
        if is_of_interest && stanza.kind.name() == "presence" {
            lines.push_str(&format!("\n{place}: {stanza:?}"));
        }
    }
    lines
}

/// What a session heard of the messages that a judgement names, and what came just before, each with its place.
fn around(why: &str, heard: &[Heard]) -> String {
    let named: Vec<usize> = why.split(' ').filter_map(super::ledger::number).collect();
    let mut out = String::new();
    for (place, one) in heard.iter().enumerate() {
        let is_near = heard.get(place + 1).is_some_and(|next| named.contains(&next.number));
        if named.contains(&one.number) || is_near {
            out.push_str(&format!("{place} of {}: {one:?}; ", heard.len()));
        }
    }
    out
}
