//! The calm behind a storm: what is under way arrives, who is lost is given up, and at the very end
//! everybody leaves and nothing may be left of them.

use super::World;
use super::ledger::archived;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use xmpp::{Stanza, ns};

/// Looks until everything has to be over.
const LOOKS: u32 = 400;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// How long the books may take to agree.
const PATIENCE: Duration = Duration::from_secs(20);

impl World {
    /// Waits until nothing moves: lost sessions are over, everybody has heard everything and has all
    /// of their archive, and both ends of each session agree on their books.
    pub(super) async fn settle(&mut self) -> Result<(), String> {
        self.house.fill_disk(false);
        self.full_for = 0;
        // Whoever was thrown out may not know it yet.
        for device in &mut self.devices {
            device.ping(&mut self.ledger).await?;
        }
        for at in 0..self.devices.len() {
            if self.devices[at].client.is_none() && self.dice.chance(50) {
                self.connect(at).await?;
            }
        }
        // Somebody has to be there to ask for each archive.
        for person in 0..self.people.len() {
            let at = self.devices.iter().position(|device| device.person == person).unwrap_or_default();
            let is_there = |device: &super::Device| device.person == person && device.client.is_some();
            for _ in 0..3 {
                if self.people[person].is_some() && !self.devices.iter().any(is_there) {
                    self.begin(at).await?;
                }
            }
        }
        self.give_up_the_lost().await?;
        for _ in 0..2 {
            self.house.quiet().await;
            for device in &mut self.devices {
                device.ping(&mut self.ledger).await?;
            }
        }
        for at in 0..self.devices.len() {
            self.catch_up(at).await?;
            self.balance(at).await?;
        }
        Ok(())
    }

    /// Lets so much time pass that whoever is lost is given up. On a busy machine the server notices late who that is,
    /// and waits from then on.
    async fn give_up_the_lost(&mut self) -> Result<(), String> {
        for _ in 0..LOOKS {
            self.house.quiet().await;
            sleep(5 * PAUSE).await;
            self.pass(310).await?;
            sleep(5 * PAUSE).await;
            let connected = self.devices.iter().filter(|device| device.client.is_some()).count();
            if self.house.hub().counts().sessions <= connected {
                return Ok(());
            }
        }
        Err(format!("sessions stay of those who are lost: {:?}", self.house.hub().counts()))
    }

    /// Waits until a device that follows its archive has all of it.
    async fn catch_up(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        device.follow(&mut self.ledger).await?;
        for _ in 0..LOOKS {
            if !device.is_asking() {
                return Ok(());
            }
            device.ping(&mut self.ledger).await?;
        }
        Err(format!("{}: the archive has no end", device.own))
    }

    /// Waits until all is acknowledged, and compares the books.
    async fn balance(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        let Some(client) = &mut device.client else { return Ok(()) };
        match timeout(PATIENCE, client.settle()).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => return Err(format!("{}: {failure}", device.own)),
            Err(_) => return Err(format!("{}: h never reaches what was sent: {:?}", device.own, client.acks())),
        }
        // What came meanwhile.
        device.pump(&mut self.ledger).await?;
        device.ping(&mut self.ledger).await?;
        if let Some(client) = &mut device.client {
            let _ = timeout(PATIENCE, client.settle()).await;
        }
        device.pump(&mut self.ledger).await?;
        device.check_books()
    }

    /// A connected device of a person.
    fn witness(&self, person: usize) -> Result<usize, String> {
        let found = self.devices.iter().position(|device| device.person == person && device.client.is_some());
        found.ok_or_else(|| format!("person {person} has no device left"))
    }

    /// All of a person's archive: ids and numbers, oldest first.
    pub(super) async fn archive(&mut self, person: usize) -> Result<Vec<(String, usize)>, String> {
        let at = self.witness(person)?;
        let mut found: Vec<(String, usize)> = Vec::new();
        for _ in 0..LOOKS {
            let after = found.last().map(|(id, _)| format!("<after>{id}</after>")).unwrap_or_default();
            let query = format!("<query xmlns='{}'><set xmlns='{}'>{after}</set></query>", ns::MAM, ns::RSM);
            let (page, answer) = self.question(at, "set", &query).await?;
            found.extend(page.iter().filter_map(archived));
            if answer.child("fin", ns::MAM).is_some_and(|fin| fin.attr("complete").is_some()) {
                return Ok(found);
            }
        }
        Err(format!("person {person}: the archive has no end"))
    }

    /// A person's contacts: bare JID and subscription.
    pub(super) async fn contacts(&mut self, person: usize) -> Result<Vec<(String, String)>, String> {
        let at = self.witness(person)?;
        let (_, answer) = self.question(at, "get", "<query xmlns='jabber:iq:roster'/>").await?;
        let query = answer.child("query", "jabber:iq:roster").ok_or("a roster is no roster")?;
        let item =
            |item: xmpp::Element<'_>| Some((item.attr("jid")?.into_owned(), item.attr("subscription")?.into_owned()));
        Ok(query.children().filter_map(item).collect())
    }

    /// Asks, and returns what came up to the answer, and the answer.
    async fn question(&mut self, at: usize, kind: &str, payload: &str) -> Result<(Vec<Stanza>, Stanza), String> {
        let device = &mut self.devices[at];
        let from = device.session.log.len();
        let id = device.ask(&mut self.ledger, kind, payload).await?;
        device.hear_until(&mut self.ledger, &id).await?;
        let mut heard = device.session.log[from..].to_vec();
        let answer = heard.pop().ok_or_else(|| format!("{}: no answer to {payload}", device.own))?;
        Ok((heard, answer))
    }

    /// Everybody leaves, in order or without a word; then nothing of them may be left.
    pub(super) async fn end(mut self) -> Result<(), String> {
        for at in 0..self.devices.len() {
            if self.dice.chance(50) {
                self.close(at).await?;
            } else {
                self.devices[at].cut(&mut self.ledger);
            }
        }
        for _ in 0..LOOKS {
            let counts = self.house.hub().counts();
            if counts.sessions == 0 && counts.owners == 0 {
                self.house.stop().await;
                return Ok(());
            }
            sleep(PAUSE).await;
            self.house.advance(20);
        }
        Err(format!("something stays when everybody is gone: {:?}", self.house.hub().counts()))
    }
}
