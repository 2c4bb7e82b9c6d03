//! What goes wrong, and what people say meanwhile.

use super::line::{Line, State};
use super::{World, between};

impl World {
    /// Something may go wrong.
    pub(super) async fn weather(&mut self) -> Result<(), String> {
        for number in 0..self.places.len() {
            if self.places[number].down > 0 {
                self.places[number].down -= 1;
                if self.places[number].down == 0 {
                    self.places[number].revive().await?;
                    // Whoever comes back is given what waited first, and time does not wait for the disk.
                    for other in 0..self.places.len() {
                        self.trouble.insert(between(number, other), self.now + 30);
                    }
                }
            }
        }
        self.nameless = (self.nameless - 1).max(0);
        match self.dice.below(100) {
            0..2 => self.kill(),
            2 => self.nameless = 1 + self.dice.below(90) as i64,
            3..15 if !self.lines.is_empty() => {
                let at = self.dice.below(self.lines.len());
                let line = &mut self.lines[at];
                match self.dice.below(10) {
                    // At any byte: within a stanza, before it, between it and what acknowledges it.
                    0..6 => line.fuse = Some(1 + self.dice.below(6000)),
                    6 | 7 => line.state = State::Slow(200 + self.dice.below(4000)),
                    _ => line.state = State::Hung(self.dice.below(2), self.now + 1 + self.dice.below(150) as i64),
                }
                let [one, other] = line.places;
                self.trouble.insert(between(one, other), self.now);
            }
            _ => {}
        }
        Ok(())
    }

    /// A service dies without a word.
    fn kill(&mut self) {
        let killed = self.dice.below(self.places.len());
        if self.places[killed].down > 0 {
            return;
        }
        self.tally.killed += 1;
        self.places[killed].down = 1 + self.dice.below(60) as i64;
        self.people.iter_mut().filter(|person| person.place == killed).for_each(|person| person.lose());
        self.ledger.doubt(&self.people, self.now, &self.trouble, |one, other| one == killed || other == killed);
        for line in self.lines.iter_mut().filter(|line| line.places.contains(&killed)) {
            line.state = State::Broken;
        }
        for other in 0..self.places.len() {
            self.trouble.insert(between(killed, other), self.now);
        }
    }

    /// People come, and talk to each other.
    pub(super) async fn chatter(&mut self) -> Result<(), String> {
        self.come().await?;
        for _ in 0..self.dice.below(4) {
            let from = self.dice.below(self.people.len());
            // Somebody floods now and then.
            let (count, words) = match self.dice.below(60) {
                0 => (120, 4000),
                _ => (1 + self.dice.below(3), 1 + self.dice.below(1500)),
            };
            let to = self.dice.below(self.people.len());
            for _ in 0..count {
                self.say(from, to, words);
            }
        }
        Ok(())
    }

    /// Whoever has a service and no session gets one.
    pub(super) async fn come(&mut self) -> Result<(), String> {
        for person in &mut self.people {
            let place = &self.places[person.place];
            if place.down == 0 && !person.is_there() {
                person.come(place.hub()).await?;
            }
        }
        Ok(())
    }

    fn say(&mut self, from: usize, to: usize, words: usize) {
        if from == to || !self.people[from].has_room() {
            return;
        }
        let (here, there) = (self.people[from].place, self.people[to].place);
        // Each side may have called the other: stanzas travel on either.
        let between = || self.lines.iter().filter(|line| line.joins(here, there));
        let is_well = here == there || (between().any(|line| line.sends(here)) && between().all(Line::is_well));
        let number = self.ledger.enter(from, to, self.now, is_well);
        let (to, body) = (self.people[to].own.clone(), "w".repeat(words));
        let message = format!("<message to='{to}' type='chat' id='m{number}'><body>{body}</body></message>");
        self.people[from].send(&message, Some(number));
    }
}
