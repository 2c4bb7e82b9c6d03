//! One second of a storm: who wants to be reached is called, bytes are carried, people look, time passes.

use super::end::End;
use super::judge::number;
use super::line::{Line, State};
use super::place::WAITING_BYTES;
use super::{World, between};
use hub::{Trouble, Way};
use stream::peer::{Certificate, Flaw};
use xmpp::{Condition, Jid};

/// How often everybody has a turn within a second, at most.
const ROUNDS: usize = 40;
/// What may wait for a domain beyond the limit: the stanza that passed it, with what an estimate adds.
const SLACK: usize = 8_000;
/// How long the calm may take: longer than the longest pause before another attempt.
const CALM_SECONDS: i64 = 4_000;

impl World {
    /// Lets a second pass, or several in which nobody does anything.
    pub(super) async fn second(&mut self, seconds: i64) -> Result<(), String> {
        self.lines.iter_mut().for_each(|line| line.begin(self.now));
        for _ in 0..ROUNDS {
            if !self.round().await? {
                break;
            }
        }
        self.now += seconds;
        for line in &mut self.lines {
            for end in 0..2 {
                if line.is_awake(end) && line.ends[end].wait(self.now).is_some() {
                    line.state = State::Broken;
                }
            }
        }
        for place in self.places.iter().filter(|place| place.down == 0) {
            place.hub().clock().advance(seconds * 1_000_000);
            place.hub().tick(u32::try_from(self.now).unwrap_or(0));
        }
        // Their clocks go on while they are down.
        for place in self.places.iter().filter(|place| place.down > 0) {
            place.hub().clock().advance(seconds * 1_000_000);
        }
        self.look_at_queues()
    }

    /// Everybody has a turn. Whether anything moved.
    async fn round(&mut self) -> Result<bool, String> {
        for place in self.places.iter().filter(|place| place.down == 0) {
            place.quiet().await;
        }
        let mut moved = self.call().await;
        moved |= self.carry().await;
        moved |= self.look()?;
        Ok(moved)
    }

    /// Calls whoever is to be reached.
    async fn call(&mut self) -> bool {
        let mut called = false;
        for here in 0..self.places.len() {
            if self.places[here].down > 0 {
                continue;
            }
            while let Ok(way) = self.places[here].dials.try_recv() {
                called = true;
                match self.places.iter().position(|place| place.domain() == way.there) {
                    Some(there) if self.nameless == 0 && self.places[there].down == 0 => {
                        self.connect((here, there), way).await;
                    }
                    _ => self.in_vain(here, &way),
                }
            }
        }
        called
    }

    async fn connect(&mut self, (here, there): (usize, usize), way: Way) {
        // Some have certificates that prove nothing: then dialback has to.
        let certificate =
            if self.dice.chance(70) { Certificate::Valid } else { Certificate::Invalid(Flaw::SelfSigned) };
        let outgoing = End::outgoing(&self.places[here], way, certificate, self.now).await;
        let incoming = End::incoming(&self.places[there], certificate, self.now);
        self.lines.push(Line::new([here, there], [outgoing, incoming]));
        self.tally.links += 1;
    }

    fn in_vain(&mut self, here: usize, way: &Way) {
        self.tally.in_vain += 1;
        let there = self.places.iter().position(|place| place.domain() == way.there);
        self.ledger.doubt(&self.people, self.now, &self.trouble, |one, other| {
            there.is_some_and(|there| between(one, other) == between(here, there))
        });
        let sentence = format!("{} does not answer.", way.there);
        let trouble = Trouble { condition: Condition::RemoteServerTimeout, sentence, is_lasting: false };
        self.places[here].hub().unreachable(way, trouble);
    }

    /// Carries bytes, and clears away what is over.
    async fn carry(&mut self) -> bool {
        let mut moved = false;
        let mut failed = Vec::new();
        for line in &mut self.lines {
            for end in 0..2 {
                if !line.is_awake(end) {
                    continue;
                }
                let (input, room) = (line.arrives(end), line.room(end));
                let turn = line.ends[end].turn(&input, room, self.now).await;
                moved |= turn.moved;
                line.bytes[1 - end].extend(turn.bytes);
                if turn.end.is_some() {
                    // The other end reads what is left, and then that there is no more.
                    if line.bytes[1 - end].is_empty() || line.state == State::Broken {
                        line.state = State::Broken;
                    } else {
                        line.fuse = Some(line.bytes[1 - end].len());
                    }
                }
            }
            if line.state == State::Broken {
                let [one, other] = line.places;
                self.trouble.insert(between(one, other), self.now);
                if line.ends[0].was_in_vain() {
                    let (here, there) = (self.places[one].domain(), self.places[other].domain());
                    failed.push((one, Way { here, there }));
                }
                moved = true;
                self.tally.broken += 1;
                self.tally.resumed += usize::from(line.ends[0].is_resumed);
            }
        }
        self.lines.retain(|line| line.state != State::Broken);
        for (here, way) in failed {
            if self.places[here].down == 0 {
                self.in_vain(here, &way);
            }
        }
        moved
    }

    /// People look at what came.
    fn look(&mut self) -> Result<bool, String> {
        let mut moved = false;
        for at in 0..self.people.len() {
            let found = self.people[at].look()?;
            moved |= !found.stanzas.is_empty() || !found.acknowledged.is_empty();
            self.ledger.acknowledged(&found.acknowledged);
            for stanza in &found.stanzas {
                if let Some(number) = number(stanza) {
                    let (from, to) = self.ledger.who(number);
                    let pair = between(self.people[from].place, self.people[to].place);
                    let trouble = self.trouble.get(&pair).copied();
                    self.tally.at_once += usize::from(self.ledger.heard(at, stanza, number, (self.now, trouble))?);
                }
            }
        }
        Ok(moved)
    }

    /// What waits for a domain is bounded.
    fn look_at_queues(&mut self) -> Result<(), String> {
        let domains: Vec<Jid> = self.places.iter().map(|place| place.domain()).collect();
        for place in self.places.iter().filter(|place| place.down == 0) {
            for domain in &domains {
                let way = Way { here: place.domain(), there: domain.clone() };
                let waiting = place.hub().waiting_bytes(&way);
                self.tally.most_waiting = self.tally.most_waiting.max(waiting);
                if waiting > WAITING_BYTES as usize + SLACK {
                    return Err(format!("{waiting} bytes wait at {} for {domain}", place.domain()));
                }
            }
        }
        Ok(())
    }

    /// Nothing goes wrong any more, until nothing waits.
    pub(super) async fn calm(&mut self) -> Result<(), String> {
        self.nameless = 0;
        for place in self.places.iter_mut().filter(|place| place.down > 0) {
            place.revive().await?;
            place.down = 0;
        }
        for line in &mut self.lines {
            (line.state, line.fuse) = (State::Well, None);
        }
        self.come().await?;
        let end = self.now + CALM_SECONDS;
        while self.now < end {
            self.second(5).await?;
            let mut kept = 0;
            for place in &self.places {
                kept += place.kept().await?;
            }
            if kept == 0 && self.lines.iter().all(Line::is_well) {
                return Ok(());
            }
        }
        Err("something waits for ever".to_owned())
    }
}

impl Line {
    /// Whether it leads from one of these to the other.
    pub(super) fn joins(&self, one: usize, other: usize) -> bool {
        between(self.places[0], self.places[1]) == between(one, other)
    }
}
