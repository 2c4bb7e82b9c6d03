//! A storm in a room: people come, go, talk, change nicknames, and are kicked, banned and promoted, in an order
//! drawn from a seed, against a whole server. Afterwards everybody has to have seen the same room, and each
//! message in the order of the archive, with none missing while they were there; nobody may hear anything of a
//! room they were put out of.
//!
//! Parts: [`visitor`] (a client and what it sees of the room).

mod visitor;

use crate::client::Keychain;
use crate::house::{House, Rules};
use crate::storm::dice::Dice;
use features::branch::BranchKind;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use visitor::{ROOM, Visitor};
use xmpp::ns;

/// How large a storm is.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// Repeats it, as far as threads allow.
    pub seed: u64,
    /// People; the first makes the room, and owns it.
    pub people: usize,
    /// Steps at most.
    pub steps: usize,
    /// Time at most.
    pub time: Duration,
}

/// What happened, so that a test can tell that something did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Steps taken.
    pub steps: usize,
    /// Messages in the archive.
    pub kept: usize,
    /// Messages heard live, by all together.
    pub heard: usize,
    /// How often somebody entered.
    pub entered: usize,
    /// How often somebody was put out.
    pub put_out: usize,
}

/// Lets a crowd loose, and judges what it saw.
///
/// # Errors
/// The first promise that was broken, in a sentence.
pub async fn rage(crowd: Crowd) -> Result<Tally, String> {
    let mut rules = Rules { branches: vec![BranchKind::Rooms], ..Rules::default() };
    // The clock stands still: nobody would be let speak again.
    if let Some(burst) = crate::house::limit("room-burst") {
        rules.limits.set(burst, 1_000_000);
    }
    let house = House::start_with(crowd.seed, rules).await?;
    let keychain = Keychain::new();
    let mut visitors = Vec::new();
    for number in 0..crowd.people {
        house.add_account(&format!("person{number}"), visitor::PASSWORD).await?;
        visitors.push(Visitor::arrive(&house, number, &keychain).await?);
    }
    visitors[0].make_room().await?;
    let mut dice = Dice::new(crowd.seed);
    let mut tally = Tally::default();
    let began = Instant::now();
    while tally.steps < crowd.steps && began.elapsed() < crowd.time {
        tally.steps += 1;
        step(&house, &mut visitors, &mut dice, &keychain)
            .await
            .map_err(|why| format!("step {}: {why}", tally.steps))?;
    }
    for _ in 0..2 {
        house.quiet().await;
        for visitor in &mut visitors {
            visitor.look().await?;
        }
    }
    judge(&house, &mut visitors, &mut tally).await?;
    for visitor in visitors {
        visitor.leave().await;
    }
    house.stop().await;
    Ok(tally)
}

async fn step(house: &House, all: &mut [Visitor], dice: &mut Dice, keychain: &Keychain) -> Result<(), String> {
    let (one, other) = (dice.below(all.len()), 1 + dice.below(all.len() - 1));
    let nick = format!("n{}", dice.below(all.len() + 2));
    // Some of what they do is done while they know nothing of the latest.
    if dice.chance(60) {
        all[one].look().await?;
    }
    match dice.below(100) {
        0..=19 => all[one].enter(&nick).await?,
        20..=24 if one > 0 => all[one].go().await?,
        25..=59 => all[one].speak().await?,
        60..=67 => all[one].rename(&nick).await?,
        68..=73 => all[one].say_status().await?,
        74..=77 => all[0].admin(&format!("<item nick='{nick}' role='none'/>")).await?,
        78..=81 => {
            let affiliation = dice.pick(&["outcast", "none", "member", "admin"]);
            let who = format!("person{other}@localhost");
            all[0].admin(&format!("<item jid='{who}' affiliation='{affiliation}'/>")).await?;
        }
        82..=84 => {
            let role = dice.pick(&["visitor", "participant", "moderator"]);
            all[0].admin(&format!("<item nick='{nick}' role='{role}'/>")).await?;
        }
        85..=88 => {
            let field = dice.pick(&["moderatedroom", "membersonly"]);
            let value = usize::from(dice.chance(40)).to_string();
            all[0].configure(&[(field, &value)]).await?;
        }
        89..=90 => {
            let whois = dice.pick(&["moderators", "anyone"]);
            all[0].configure(&[("whois", whois)]).await?;
        }
        91..=93 => all[0].change_subject().await?,
        94..=96 if one > 0 => all[one].lose_connection(house, keychain).await?,
        _ => tokio::time::sleep(Duration::from_millis(2)).await,
    }
    Ok(())
}

/// What must hold in the calm behind the storm.
async fn judge(house: &House, visitors: &mut [Visitor], tally: &mut Tally) -> Result<(), String> {
    let archive = visitors[0].archive().await?;
    let places: HashMap<&str, usize> = archive.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    tally.kept = archive.len();
    for visitor in visitors.iter() {
        tally.heard += visitor.heard();
        tally.entered += visitor.entered;
        tally.put_out += visitor.put_out;
        visitor.heard_in_order(&places)?;
    }
    // Whoever asks to be shown everything again is shown what they knew.
    for visitor in visitors.iter_mut().filter(|visitor| visitor.is_inside()) {
        let known = visitor.view();
        visitor.enter_again().await?;
        house.quiet().await;
        visitor.look().await?;
        let shown = visitor.view();
        if known != shown {
            return Err(format!("{} saw {known:?}, and is shown {shown:?}", visitor.name()));
        }
        visitor.sees_no_more_than_allowed()?;
    }
    let views: Vec<_> = visitors.iter().filter(|visitor| visitor.is_inside()).map(Visitor::view).collect();
    match views.windows(2).all(|pair| pair[0] == pair[1]) {
        true => Ok(()),
        false => Err(format!("people see different rooms at {ROOM} ({}): {views:?}", ns::MUC)),
    }
}
