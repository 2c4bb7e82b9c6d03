//! One account comes in: whole, or not at all.

use super::report::Outcome;
use super::source::{Found, Named, Source, Spoils, Trouble};
use bytes::Bytes;
use features::arrival::{Arrival, Tally};
use features::offline::portable::Place;
use features::portable;
use features::registration::{Refusal, moving_in};
use features::service::Service;
use features::{archive, login, offline};
use hub::Clock;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use store::{Append, Fault, Store, View};
use xmpp::{Element, Jid, ns};

/// Messages written at a time, and their bytes.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Messages that waited for their recipient; no server keeps more for one.
const WAITING_MAX: usize = 10_000;

/// Where accounts come in.
pub struct Gate<'a> {
    /// The accounts that are here.
    pub view: View,
    /// Where they are written; none to look only.
    pub store: Option<&'a Store>,
    /// The service they come to.
    pub service: &'a Service,
    /// The time, and randomness for salts.
    pub clock: Clock,
}

/// The account that is coming in.
struct Coming<'a> {
    arrival: Arrival<'a>,
    store: Option<&'a Store>,
    batch: Vec<Append>,
    batch_bytes: usize,
    last_number: u64,
    /// When the messages of its archive came, so that none of those that waited is there twice.
    archived: HashMap<u64, i64>,
    waiting: Vec<Bytes>,
}

impl<'a> Gate<'a> {
    /// Takes in the account that was just named, and reads the source up to the next one.
    ///
    /// # Errors
    /// When the rest of the source cannot be read, or the store says no. Nothing of the account is
    /// kept then.
    pub fn pass(&self, source: &mut Source, named: &Named) -> Result<(Outcome, Tally), Trouble> {
        let jid = match self.admit(named) {
            Ok(jid) => jid,
            Err(outcome) => {
                skip(source)?;
                return Ok((outcome, Tally::default()));
            }
        };
        let now = self.clock.now();
        let reserved = self.store.map_or(Ok(0), |store| moving_in::reserve(store, now, &jid));
        let account = match reserved {
            Ok(account) => account,
            Err(refusal) => {
                skip(source)?;
                return Ok((Outcome::Refused(refusal.to_string()), Tally::default()));
            }
        };
        let mut coming = Coming {
            arrival: Arrival::new(account, &jid, self.service, now),
            store: self.store,
            batch: Vec::new(),
            batch_bytes: 0,
            last_number: 0,
            archived: HashMap::new(),
            waiting: Vec::new(),
        };
        coming.password(named, &self.clock);
        match coming.read(source) {
            Ok(()) => {}
            Err(Stop::Account(trouble)) => return Ok((Outcome::Broken(trouble.to_string()), Tally::default())),
            Err(Stop::Rest(trouble)) => return Err(trouble),
            Err(Stop::Store(fault)) => {
                skip(source)?;
                return Ok((Outcome::Broken(fault.to_string()), Tally::default()));
            }
        }
        Ok(match coming.settle() {
            Ok(tally) if self.store.is_some() => (Outcome::Came, tally),
            Ok(tally) => (Outcome::WouldCome, tally),
            Err(fault) => (Outcome::Broken(fault.to_string()), Tally::default()),
        })
    }

    /// The address that it gets, unless it cannot come.
    fn admit(&self, named: &Named) -> Result<Jid, Outcome> {
        let domain = Jid::parse(named.domain.trim()).ok();
        if domain.as_ref() != Some(&self.service.domain) {
            return Err(Outcome::Elsewhere);
        }
        moving_in::look(&self.view, &self.service.domain, &named.name).map_err(|refusal| match refusal {
            Refusal::NameTaken => Outcome::Here,
            Refusal::NameMalformed => Outcome::NoAddress,
            refusal => Outcome::Refused(refusal.to_string()),
        })
    }
}

/// Passes over an account.
fn skip(source: &mut Source) -> Result<(), Trouble> {
    loop {
        match source.next() {
            Ok(Some(Found::Whole) | None) => return Ok(()),
            Ok(Some(_)) => {}
            Err(trouble) if trouble.spoils == Spoils::Account => return Ok(()),
            Err(trouble) => return Err(trouble),
        }
    }
}

/// Why reading stopped.
enum Stop {
    /// The next account may be read.
    Account(Trouble),
    /// Nothing more can be read.
    Rest(Trouble),
    /// The account was not read to its end.
    Store(Fault),
}

impl Coming<'_> {
    fn password(&mut self, named: &Named, clock: &Clock) {
        let Some(password) = &named.password else { return };
        if self.store.is_none() {
            // To look only, the slow part is spared.
            self.arrival.has_keys = true;
            return self.arrival.tally.carry("passwords");
        }
        match login::portable::take_password(&mut self.arrival, &password.0, clock.random()) {
            Ok(()) => self.arrival.tally.carry("passwords"),
            Err(unusable) => self.arrival.tally.leave("password", clause(&unusable.to_string())),
        }
    }

    fn read(&mut self, source: &mut Source) -> Result<(), Stop> {
        loop {
            let found = source.next().map_err(|trouble| match trouble.spoils {
                Spoils::Account => Stop::Account(trouble),
                Spoils::Rest => Stop::Rest(trouble),
            })?;
            match found {
                Some(Found::Child(bytes)) => {
                    if let Some(child) = element(&bytes) {
                        portable::read(&mut self.arrival, &child);
                    }
                }
                Some(Found::Archived(bytes)) => {
                    self.archive(&bytes).map_err(Stop::Store)?;
                }
                Some(Found::Waiting(bytes)) if self.waiting.len() < WAITING_MAX => self.waiting.push(bytes),
                Some(Found::Waiting(_)) => self.arrival.tally.leave("messages", "too many waited to be fetched"),
                Some(Found::Left(what, why)) => self.arrival.tally.leave(what, why),
                // A source names an account and ends it before it names another.
                Some(Found::Account(_) | Found::Whole) | None => return Ok(()),
            }
        }
    }

    fn archive(&mut self, bytes: &Bytes) -> Result<(), Fault> {
        let Some(result) = element(bytes) else { return Ok(()) };
        let Some(row) = archive::portable::read(&mut self.arrival, &result) else { return Ok(()) };
        let forwarded = result.child("forwarded", ns::FORWARD);
        if let Some(message) = forwarded.and_then(|forwarded| forwarded.child("message", ns::CLIENT)) {
            self.archived.insert(fingerprint(&message), row.at_micros);
        }
        self.batch_bytes += row.body.len();
        self.batch.push(row);
        if self.batch.len() >= BATCH || self.batch_bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let rows = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        if let Some(store) = self.store {
            let last = store.restore_blocking(rows, self.last_number);
            self.last_number = last.map_err(|error| Fault(error.to_string()))?;
        }
        Ok(())
    }

    fn settle(mut self) -> Result<Tally, Fault> {
        self.flush()?;
        for bytes in std::mem::take(&mut self.waiting) {
            let Some(message) = element(&bytes) else { continue };
            // Servers with an archive keep what waits twice.
            let archived = self.archived.get(&fingerprint(&message));
            let place = archived.map_or(Place::Nowhere, |at| Place::Archive(*at));
            offline::portable::read(&mut self.arrival, &message, place);
        }
        offline::portable::reach(&mut self.arrival);
        if !self.arrival.has_keys {
            self.arrival.tally.leave("password", "none is there; set one with `folkmoot account passwd`");
        }
        if let Some(store) = self.store {
            moving_in::settle(store, &mut self.arrival)?;
        }
        Ok(self.arrival.tally)
    }
}

/// What is the same when a message was kept in two places.
fn fingerprint(message: &Element<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in ["from", "id"] {
        message.attr(name).hash(&mut hasher);
    }
    message.child("body", ns::CLIENT).map(|body| body.text()).hash(&mut hasher);
    hasher.finish()
}

fn element(bytes: &Bytes) -> Option<Element<'_>> {
    Element::first(std::str::from_utf8(bytes).ok()?, ns::CLIENT)
}

/// A sentence as part of another.
fn clause(sentence: &str) -> String {
    let mut clause = sentence.trim_end_matches('.').to_owned();
    if let Some(first) = clause.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    clause
}
