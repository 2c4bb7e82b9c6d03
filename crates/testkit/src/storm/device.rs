//! One device: a client with the memory that a real one has. It follows its archive, answers
//! requests for acknowledgement, and keeps what it heard for the judges.

use super::ledger::{Ledger, archived, heard, number};
use crate::client::{Acks, Client, Failure};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::timeout;
use xmpp::{Kind, Stanza, ns};

/// How long the server may take for anything. It never takes a second, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one look takes at a socket that may have nothing.
const GLANCE: Duration = Duration::from_micros(300);

/// A device.
pub struct Device {
    /// Whose, by number.
    pub person: usize,
    /// The bare JID.
    pub own: String,
    /// What it asks to be called.
    pub resource: String,
    /// Its connection.
    pub client: Option<Client>,
    /// What it can resume.
    pub left: Option<(Acks, String)>,
    /// Its session.
    pub session: Session,
    /// Every message it ever learned of.
    pub known: HashSet<usize>,
    /// Up to where it has its archive.
    pub cursor: Option<String>,
    /// Seconds since its connection was lost.
    pub lost_for: i64,
    questions: u32,
}

/// One session of a device, over all its connections.
#[derive(Default)]
pub struct Session {
    /// Its number; no two sessions have the same.
    pub number: u64,
    /// All stanzas heard, in order.
    pub log: Vec<Stanza>,
    /// How many of them came before stream management was on.
    pub uncounted: usize,
    /// What was sent since then: the number of a message, or something else.
    pub sent: Vec<Option<usize>>,
    /// Stream management is on.
    pub managed: bool,
    /// The last presence was available.
    pub available: bool,
    /// Its priority.
    pub priority: i8,
    /// Carbons are on.
    pub carbons: bool,
    /// It is or may be over, for a reason that the storm knows.
    pub doomed: bool,
    follows: Follows,
    confirmed: usize,
}

/// Whether the device has all of its archive.
#[derive(Default, PartialEq, Eq)]
enum Follows {
    /// It does not get everything live, or has not asked yet.
    #[default]
    No,
    /// It gets everything live, and asks for what came before.
    Asking(String),
    /// What comes live is all that is missing.
    Yes,
}

impl Device {
    /// A device that was never connected.
    pub fn new(person: usize, own: String, resource: String) -> Device {
        Device {
            person,
            own,
            resource,
            client: None,
            left: None,
            session: Session::default(),
            known: HashSet::new(),
            cursor: None,
            lost_for: 0,
            questions: 0,
        }
    }

    /// Sends a stanza; `number` if it is a message of the storm.
    pub async fn send(&mut self, ledger: &mut Ledger, stanza: &str, number: Option<usize>) -> Result<(), String> {
        let Some(client) = &mut self.client else { return Ok(()) };
        if self.session.managed {
            self.session.sent.push(number);
        }
        self.known.extend(number);
        match client.send(stanza).await {
            Ok(()) => Ok(()),
            Err(failure) => self.broken(ledger, &failure),
        }
    }

    /// Sends an IQ and gives its `id`, which says how much was acknowledged when it was sent.
    pub async fn ask(&mut self, ledger: &mut Ledger, kind: &str, payload: &str) -> Result<String, String> {
        self.questions += 1;
        let acked = self.client.as_ref().and_then(Client::acks).map_or(0, |acks| acks.acknowledged);
        let id = format!("q{}-{acked}", self.questions);
        self.send(ledger, &format!("<iq type='{kind}' id='{id}'>{payload}</iq>"), None).await?;
        Ok(id)
    }

    /// Asks the own server for a sign of life and hears everything that comes before it.
    pub async fn ping(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        let id = self.ask(ledger, "get", "<ping xmlns='urn:xmpp:ping'/>").await?;
        self.hear_until(ledger, &id).await
    }

    /// Hears everything up to the answer to the IQ `id`.
    pub async fn hear_until(&mut self, ledger: &mut Ledger, id: &str) -> Result<(), String> {
        loop {
            let Some(client) = &mut self.client else { return Ok(()) };
            match timeout(PATIENCE, client.receive()).await {
                Err(_) => return Err(format!("{}/{}: no answer to {id}", self.own, self.resource)),
                Ok(Err(failure)) => return self.broken(ledger, &failure),
                Ok(Ok(stanza)) => {
                    let is_it = answers(&stanza, id);
                    self.hear(ledger, stanza).await?;
                    if is_it {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Hears what is there already.
    pub async fn pump(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        loop {
            let Some(client) = &mut self.client else { return Ok(()) };
            match timeout(GLANCE, client.receive()).await {
                Err(_) => return Ok(()),
                Ok(Err(failure)) => return self.broken(ledger, &failure),
                Ok(Ok(stanza)) => self.hear(ledger, stanza).await?,
            }
        }
    }

    /// Gets everything live from now on; asks for the rest.
    pub async fn follow(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        let session = &self.session;
        let equipped = session.available && session.priority >= 0 && session.carbons;
        if !equipped {
            self.session.follows = Follows::No;
            return Ok(());
        }
        if self.session.follows != Follows::No {
            return Ok(());
        }
        self.next_page(ledger).await
    }

    /// Asks for the next page of the archive.
    async fn next_page(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        let after = self.cursor.as_ref().map(|id| format!("<after>{id}</after>")).unwrap_or_default();
        let set = format!("<set xmlns='{}'><max>20</max>{after}</set>", ns::RSM);
        let id = self.ask(ledger, "set", &format!("<query xmlns='{}'>{set}</query>", ns::MAM)).await?;
        self.session.follows = Follows::Asking(id);
        Ok(())
    }

    /// Drops the connection without a word.
    pub fn cut(&mut self, ledger: &mut Ledger) {
        let Some(mut client) = self.client.take() else { return };
        while let Some(stanza) = client.waiting() {
            self.take_in(ledger, stanza);
        }
        self.lost_for = 0;
        self.left = client.cut();
        // An answer that was cut off may have been the last page.
        if self.session.follows != Follows::Yes {
            self.session.follows = Follows::No;
        }
    }

    /// The server ended the connection.
    fn broken(&mut self, ledger: &mut Ledger, failure: &Failure) -> Result<(), String> {
        self.cut(ledger);
        if self.session.doomed {
            return Ok(());
        }
        Err(format!("{}/{}: an unexpected end: {failure}", self.own, self.resource))
    }

    async fn hear(&mut self, ledger: &mut Ledger, stanza: Stanza) -> Result<(), String> {
        if let Follows::Asking(id) = &self.session.follows
            && answers(&stanza, id)
        {
            let complete = stanza.child("fin", ns::MAM).map(|fin| fin.attr("complete").as_deref() == Some("true"));
            self.take_in(ledger, stanza);
            match complete {
                Some(true) => self.session.follows = Follows::Yes,
                Some(false) => return self.next_page(ledger).await,
                None => return Err(format!("{}: the archive refuses to go on behind {:?}", self.own, self.cursor)),
            }
            return Ok(());
        }
        self.take_in(ledger, stanza);
        Ok(())
    }

    /// Takes a stanza into the books.
    fn take_in(&mut self, ledger: &mut Ledger, stanza: Stanza) {
        if let Some(message) = heard(&stanza, &self.own) {
            self.known.insert(message.number);
            if let Some(id) = message.stanza_id
                && self.session.follows == Follows::Yes
            {
                self.cursor = Some(id);
            }
        } else if let Some((id, number)) = archived(&stanza) {
            self.known.insert(number);
            // Pages are asked for one after the other, so what lies before is known.
            if self.session.follows != Follows::Yes {
                self.cursor = Some(id);
            }
        } else if let Kind::Iq(_) = stanza.kind {
            // The server's own requests have ids with a number behind a dash, too.
            let asked = stanza.id.as_ref().and_then(|id| id.as_str().strip_prefix('q')?.split_once('-'));
            let acked = asked.map(|(_, acked)| acked.parse());
            if let Some(Ok(acked)) = acked {
                self.confirm(ledger, acked);
            }
        } else if stanza.kind.is_error()
            && let Some(number) = stanza.id.as_ref().and_then(|id| number(id.as_str()))
            && let Some(note) = ledger.notes.get_mut(number)
        {
            note.refused = true;
        }
        self.session.log.push(stanza);
    }

    /// What was acknowledged before an IQ, and not refused before its answer, is kept.
    fn confirm(&mut self, ledger: &mut Ledger, acked: usize) {
        for place in self.session.confirmed..acked.min(self.session.sent.len()) {
            if let Some(number) = self.session.sent[place] {
                ledger.notes[number].acked = true;
            }
        }
        self.session.confirmed = self.session.confirmed.max(acked);
    }

    /// Whether a page of the archive is on its way.
    pub fn is_asking(&self) -> bool {
        self.client.is_some() && matches!(self.session.follows, Follows::Asking(_))
    }

    /// Whether all of the archive must have reached it.
    pub fn is_up_to_date(&self) -> bool {
        self.client.is_some() && self.session.follows == Follows::Yes
    }

    /// A new session begins; what the old one heard is given to the judges.
    pub fn begin(&mut self, number: u64) -> Session {
        self.left = None;
        std::mem::replace(&mut self.session, Session { number, ..Session::default() })
    }

    /// The books of both ends agree on how much was received.
    pub fn check_books(&self) -> Result<(), String> {
        let Some(acks) = self.client.as_ref().and_then(Client::acks) else { return Ok(()) };
        let (log, sent) = (self.session.log.len() - self.session.uncounted, self.session.sent.len());
        if acks.received as usize == log && acks.acknowledged as usize == sent {
            return Ok(());
        }
        Err(format!(
            "{}/{}: {log} heard and {} counted, {sent} sent and {} acknowledged",
            self.own, self.resource, acks.received, acks.acknowledged
        ))
    }
}

fn answers(stanza: &Stanza, id: &str) -> bool {
    matches!(stanza.kind, Kind::Iq(_)) && stanza.id.as_ref().is_some_and(|got| got.as_str() == id)
}
