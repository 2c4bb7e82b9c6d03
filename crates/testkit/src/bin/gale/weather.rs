//! What goes wrong, by a seed.

use crate::Sky;
use crate::ledger::{Kind, Place::At, Place::Between};
use crate::place::{COUNT, Lab, UNTOUCHED};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use testkit::storm::dice::Dice;
use tokio::time::{Instant, sleep};

/// Messages of a flood, from each person of the flooding service.
const FLOOD_MESSAGES: usize = 200;

/// What is to be done later.
enum Later {
    Start(usize),
    GoOn(usize),
    Names(usize),
}

/// The weather.
pub struct Weather {
    dice: Dice,
    sky: Arc<Sky>,
    /// People at each service.
    people: usize,
    later: Vec<(Instant, Later)>,
    /// What happened how often.
    happened: BTreeMap<&'static str, usize>,
}

impl Weather {
    /// By a seed.
    pub fn new(seed: u64, sky: Arc<Sky>, people: usize) -> Weather {
        Weather { dice: Dice::new(seed), sky, people, later: Vec::new(), happened: BTreeMap::new() }
    }

    /// Something may go wrong, and something be over; then a moment passes.
    pub async fn turn(&mut self, lab: &mut Lab) -> Result<(), String> {
        self.catch_up(lab, Instant::now())?;
        match self.dice.below(100) {
            0..8 => self.kill(lab).await?,
            8..16 => self.stop(lab)?,
            16..20 => self.hide_names(lab),
            20..26 => self.flood(),
            26..70 => self.trouble_a_line(lab),
            _ => {}
        }
        sleep(Duration::from_millis(200 + self.dice.below(800) as u64)).await;
        Ok(())
    }

    /// Everything is well again.
    pub async fn calm(&mut self, lab: &mut Lab) -> Result<(), String> {
        lab.lines.iter().for_each(|(_, line)| line.mend());
        let latest = self.later.iter().map(|(when, _)| *when).max();
        self.catch_up(lab, latest.unwrap_or_else(Instant::now))?;
        for place in &lab.places {
            place.process.answers().await?;
        }
        Ok(())
    }

    /// What happened, in words.
    pub fn tally(&self) -> String {
        let words: Vec<String> = self.happened.iter().map(|(what, times)| format!("{what} {times} times")).collect();
        words.join(", ")
    }

    fn count(&mut self, what: &'static str) {
        *self.happened.entry(what).or_default() += 1;
    }

    /// Does what was to be done by then.
    fn catch_up(&mut self, lab: &mut Lab, now: Instant) -> Result<(), String> {
        let due: Vec<(Instant, Later)> = self.later.extract_if(.., |(when, _)| *when <= now).collect();
        for (_, later) in due {
            match later {
                Later::Start(place) => lab.places[place].launch()?,
                // It may have been killed meanwhile.
                Later::GoOn(place) if lab.places[place].process.is_up()? => lab.places[place].process.go_on()?,
                Later::GoOn(_) => {}
                Later::Names(place) => lab.places[place].hide_names(false),
            }
        }
        Ok(())
    }

    /// A service that may be touched, if it is up.
    fn victim(&mut self, lab: &mut Lab) -> Result<Option<usize>, String> {
        let victim = UNTOUCHED + self.dice.below(COUNT - UNTOUCHED);
        Ok(lab.places[victim].process.is_up()?.then_some(victim))
    }

    /// A time in seconds, mostly short.
    fn time(&mut self, most: usize) -> Duration {
        let most = if self.dice.chance(80) { most / 4 } else { most };
        Duration::from_millis(300 + self.dice.below(most * 1000) as u64)
    }

    async fn kill(&mut self, lab: &mut Lab) -> Result<(), String> {
        let Some(victim) = self.victim(lab)? else { return Ok(()) };
        let time = self.time(16);
        lab.places[victim].look()?;
        lab.places[victim].process.kill().await?;
        self.sky.ledger.lock().trouble(At(victim), Kind::Kill, time);
        self.later.push((Instant::now() + time, Later::Start(victim)));
        self.count("killed");
        Ok(())
    }

    fn stop(&mut self, lab: &mut Lab) -> Result<(), String> {
        let Some(victim) = self.victim(lab)? else { return Ok(()) };
        let time = self.time(24);
        lab.places[victim].process.stop()?;
        self.sky.ledger.lock().trouble(At(victim), Kind::Delay, time);
        self.later.push((Instant::now() + time, Later::GoOn(victim)));
        self.count("stopped");
        Ok(())
    }

    /// Of anybody: those who are linked do not need it.
    fn hide_names(&mut self, lab: &Lab) {
        let (place, time) = (self.dice.below(COUNT), self.time(30));
        lab.places[place].hide_names(true);
        self.sky.ledger.lock().trouble(At(place), Kind::Delay, time);
        self.later.push((Instant::now() + time, Later::Names(place)));
        self.count("nameless");
    }

    /// All people of a service pour out what they have.
    fn flood(&mut self) {
        let victim = UNTOUCHED + self.dice.below(COUNT - UNTOUCHED);
        for person in victim * self.people..(victim + 1) * self.people {
            self.sky.floods[person].store(FLOOD_MESSAGES as u32, Relaxed);
        }
        self.count("flooding");
    }

    fn trouble_a_line(&mut self, lab: &Lab) {
        let ([from, to], line) = &lab.lines[self.dice.below(lab.lines.len())];
        let (what, time) = match self.dice.below(10) {
            // At any byte: within a stanza, before it, between it and what acknowledges it.
            0..5 => {
                line.cut_after(1 + self.dice.below(6000));
                ("cut", Duration::ZERO)
            }
            5 => {
                line.cut();
                ("cut", Duration::ZERO)
            }
            6 | 7 => {
                let time = self.time(30);
                line.stall(time);
                ("stalled", time)
            }
            _ => {
                let (bytes, time) = (300 + self.dice.below(8000), self.time(30));
                line.slow(bytes, time);
                ("slow", time)
            }
        };
        self.sky.ledger.lock().trouble(Between(*from, *to), Kind::Delay, time);
        self.count(what);
    }
}
