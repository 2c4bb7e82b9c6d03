//! One step of a storm.

use super::World;
use super::ledger::Note;
use hub::End;
use std::fmt::Write as _;

impl World {
    /// Something happens somewhere, and some devices look at their sockets.
    pub(super) async fn step(&mut self, step: usize) -> Result<(), String> {
        self.weather(step).await?;
        let at = self.dice.below(self.devices.len());
        if self.devices[at].client.is_none() {
            if self.dice.chance(60) {
                self.connect(at).await?;
            }
        } else {
            self.act(at).await?;
        }
        for _ in 0..3 {
            let at = self.dice.below(self.devices.len());
            self.devices[at].pump(&mut self.ledger).await?;
        }
        Ok(())
    }

    async fn act(&mut self, at: usize) -> Result<(), String> {
        match self.dice.below(100) {
            0..45 => self.messages(at).await,
            45..54 => self.presence(at).await,
            54..58 => self.directed(at).await,
            58..70 => self.subscription(at).await,
            70..75 => self.roster(at).await,
            75..79 => {
                let on = !self.devices[at].session.carbons;
                self.carbons(at, on).await
            }
            79..83 => self.devices[at].follow(&mut self.ledger).await,
            83..86 => self.devices[at].ping(&mut self.ledger).await,
            86..96 => {
                self.devices[at].cut(&mut self.ledger);
                Ok(())
            }
            _ => self.close(at).await,
        }
    }

    /// What nobody does: time, the disk, the people who run the service.
    async fn weather(&mut self, step: usize) -> Result<(), String> {
        if self.full_for > 0 {
            self.full_for -= 1;
            if self.full_for == 0 {
                self.house.fill_disk(false);
            }
            return Ok(());
        }
        match self.dice.below(1000) {
            0..30 => {
                let seconds = 1 + self.dice.below(60) as i64;
                self.pass(seconds).await
            }
            30..36 => self.pass(310).await,
            36..44 => {
                self.full_for = 5 + self.dice.below(20);
                self.house.fill_disk(true);
                Ok(())
            }
            44..52 => {
                let person = self.dice.below(self.people.len());
                self.throw_out(person).await
            }
            52..55 if step > 300 && self.people.iter().all(Option::is_some) => self.erase().await,
            _ => Ok(()),
        }
    }

    /// Time passes; whoever is connected gives a sign of life before.
    pub(super) async fn pass(&mut self, seconds: i64) -> Result<(), String> {
        for device in &mut self.devices {
            device.ping(&mut self.ledger).await?;
        }
        for device in self.devices.iter_mut().filter(|device| device.client.is_none()) {
            device.lost_for += seconds;
            // At 300 the server stops waiting.
            device.session.doomed |= device.lost_for >= 290;
        }
        self.house.advance(seconds);
        Ok(())
    }

    /// All sessions of a person are ended, as after a new password.
    async fn throw_out(&mut self, person: usize) -> Result<(), String> {
        let Some(own) = &self.people[person] else { return Ok(()) };
        let account = xmpp::Jid::parse(own).map_err(|error| format!("{error:?}"))?;
        for device in self.devices.iter_mut().filter(|device| device.person == person) {
            device.session.doomed = true;
        }
        self.house.hub().end_sessions(&account, End::NotAuthorized).await;
        Ok(())
    }

    /// Somebody leaves for good.
    async fn erase(&mut self) -> Result<(), String> {
        let person = self.people.len() - 1;
        let Some(own) = self.people[person].take() else { return Ok(()) };
        for device in self.devices.iter_mut().filter(|device| device.person == person) {
            device.session.doomed = true;
        }
        let account = xmpp::Jid::parse(&own).map_err(|error| format!("{error:?}"))?;
        self.house.hub().erase(&account).await.map(drop).map_err(|error| format!("{own}: not erased: {error}"))
    }

    /// Several messages at once, to one or several people.
    async fn messages(&mut self, at: usize) -> Result<(), String> {
        for _ in 0..=self.dice.below(5) {
            let (to, address) = self.address();
            let kind = *self.dice.pick(&["chat", "chat", "chat", "normal", "headline"]);
            let mut inner = String::new();
            let state = self.dice.chance(15);
            let hidden = self.dice.chance(10);
            if state {
                inner.push_str("<composing xmlns='http://jabber.org/protocol/chatstates'/>");
            } else {
                inner.push_str("<body>a few words</body>");
            }
            if hidden {
                inner.push_str("<no-store xmlns='urn:xmpp:hints'/>");
            }
            let (from, session) = (self.devices[at].person, self.devices[at].session.number);
            let kept = !state && !hidden && kind != "headline";
            let note = Note { from, session, to, kept, acked: false, refused: false };
            let number = self.ledger.enter(note);
            self.tally.messages += 1;
            let message = format!("<message to='{address}' type='{kind}' id='m{number}'>{inner}</message>");
            self.devices[at].send(&mut self.ledger, &message, Some(number)).await?;
        }
        Ok(())
    }

    /// Somebody, one of their devices, or nobody.
    fn address(&mut self) -> (Option<usize>, String) {
        if self.dice.chance(4) {
            return (None, "nobody@localhost".into());
        }
        let person = self.dice.below(self.people.len());
        let bare = format!("person{person}@localhost");
        let to = self.people[person].as_ref().map(|_| person);
        match self.dice.below(10) {
            0..6 => (to, bare),
            6 => (to, format!("{bare}/nowhere")),
            _ => (to, format!("{bare}/d{}", self.dice.below(3))),
        }
    }

    pub(super) async fn presence(&mut self, at: usize) -> Result<(), String> {
        let mut stanza = String::from("<presence");
        let session = &mut self.devices[at].session;
        if self.dice.chance(15) {
            session.available = false;
            stanza.push_str(" type='unavailable'/>");
        } else {
            session.available = true;
            session.priority = *self.dice.pick(&[0, 0, 5, -1]);
            // Writing into a string cannot fail.
            let _ = write!(stanza, "><priority>{}</priority></presence>", session.priority);
        }
        let device = &mut self.devices[at];
        device.send(&mut self.ledger, &stanza, None).await?;
        device.follow(&mut self.ledger).await
    }

    async fn directed(&mut self, at: usize) -> Result<(), String> {
        let (_, address) = self.address();
        // Who is there for all and says to one that it is not, is not there for that one.
        let hidden = !self.devices[at].session.available;
        let kind = if hidden && self.dice.chance(30) { " type='unavailable'" } else { "" };
        self.devices[at].send(&mut self.ledger, &format!("<presence to='{address}'{kind}/>"), None).await
    }

    async fn subscription(&mut self, at: usize) -> Result<(), String> {
        let kinds = ["subscribe", "subscribe", "subscribed", "subscribed", "subscribed", "unsubscribe", "unsubscribed"];
        let kind = *self.dice.pick(&kinds);
        let to = self.dice.below(self.people.len());
        let presence = format!("<presence to='person{to}@localhost' type='{kind}'/>");
        self.devices[at].send(&mut self.ledger, &presence, None).await
    }

    async fn roster(&mut self, at: usize) -> Result<(), String> {
        let contact = self.dice.below(self.people.len());
        let item = match self.dice.below(5) {
            0 => format!("<item jid='person{contact}@localhost' subscription='remove'/>"),
            other => format!("<item jid='person{contact}@localhost' name='Name {other}'><group>G</group></item>"),
        };
        let payload = format!("<query xmlns='jabber:iq:roster'>{item}</query>");
        self.devices[at].ask(&mut self.ledger, "set", &payload).await.map(drop)
    }

    pub(super) async fn carbons(&mut self, at: usize, on: bool) -> Result<(), String> {
        let name = if on { "enable" } else { "disable" };
        let device = &mut self.devices[at];
        device.ask(&mut self.ledger, "set", &format!("<{name} xmlns='urn:xmpp:carbons:2'/>")).await?;
        device.session.carbons = on;
        device.follow(&mut self.ledger).await
    }

    pub(super) async fn close(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        device.pump(&mut self.ledger).await?;
        let Some(client) = device.client.take() else { return Ok(()) };
        device.left = None;
        device.session.doomed = true;
        // The server may have ended it first.
        let _ = client.close().await;
        Ok(())
    }
}
