//! Commands about the rules for single domains. They go the same ways as those about accounts.

use super::{act, print, read_domain};
use crate::account::Door;
use crate::arguments::{FederationCommand, ProofWanted, Remark, RulesCommand};
use crate::config::Config;
use crate::control::{AffectedLine, Control, RULES_MAX, Reply, RuleLine};
use crate::failure::Failure;
use features::terms::list::{self, Defaults};
use features::terms::{Action, Demand, Rule, Terms};
use hub::Clock;
use std::io::{self, Read};
use std::path::Path;
use xmpp::time;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: &FederationCommand, json: bool) -> Result<(), Failure> {
    let door = Door::open(config, false)?;
    let reply = match command {
        FederationCommand::Test { .. } | FederationCommand::Status { .. } => unreachable!("they decide nothing"),
        FederationCommand::Allow { domain, proof, no_strangers, no_media, no_rooms, remark } => {
            let demand = proof.map(|proof| match proof {
                ProofWanted::Certificate => Demand::Certificate,
                ProofWanted::Dialback => Demand::Dialback,
            });
            let terms = Terms { demand, no_strangers: *no_strangers, no_media: *no_media, no_rooms: *no_rooms };
            decide(&door, vec![line(domain, Action::Talk(terms), remark)?])?
        }
        FederationCommand::Block { domain, dry_run: true, .. } => affected(&door, &[read_domain(domain)?.to_string()])?,
        FederationCommand::Block { domain, dry_run: false, remark } => {
            decide(&door, vec![line(domain, Action::Refuse, remark)?])?
        }
        FederationCommand::Rules(RulesCommand::List) => Reply::Rules { rules: all(&door)? },
        FederationCommand::Rules(RulesCommand::Remove { domain }) => {
            door.ask(Control::Forget { domain: read_domain(domain)?.to_string() })?
        }
        FederationCommand::Rules(RulesCommand::Export { output }) => return export(&door, output),
        FederationCommand::Rules(RulesCommand::Import { file, dry_run, remark }) => {
            import(&door, &read_file(file)?, (*dry_run, remark))?
        }
    };
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else {
        print!("{}", print::reply(&reply));
    }
    Ok(())
}

fn line(domain: &str, action: Action, remark: &Remark) -> Result<RuleLine, Failure> {
    Ok(RuleLine {
        domain: read_domain(domain)?.to_string(),
        action: action.words(),
        reason: remark.reason.clone(),
        author: String::new(),
        made: String::new(),
        expires: end(remark).map(time::write),
    })
}

fn end(remark: &Remark) -> Option<i64> {
    let now = Clock::System.now();
    remark.days.map(|days| now.saturating_add(i64::from(days).saturating_mul(DAY_MICROS)))
}

/// Makes rules, request by request.
fn decide(door: &Door, rules: Vec<RuleLine>) -> Result<Reply, Failure> {
    let count = rules.len();
    for (index, some) in rules.chunks(RULES_MAX).enumerate() {
        door.ask(Control::Decide { rules: some.to_vec() })
            .map_err(|why| Failure::refused(format!("{why} ({} of {count} rules hold)", index * RULES_MAX)))?;
    }
    Ok(Reply::Decided { rules: count })
}

/// All rules, reply by reply.
fn all(door: &Door) -> Result<Vec<RuleLine>, Failure> {
    let mut rules: Vec<RuleLine> = Vec::new();
    loop {
        let after = rules.last().map_or(String::new(), |last| last.domain.clone());
        let Reply::Rules { rules: mut more } = door.ask(Control::ListRules { after })? else {
            return Err(Failure::refused("the server answered something else than rules"));
        };
        let is_last = more.len() < RULES_MAX;
        rules.append(&mut more);
        if is_last {
            return Ok(rules);
        }
    }
}

/// Who would be cut off, request by request.
fn affected(door: &Door, domains: &[String]) -> Result<Reply, Failure> {
    let mut affected: Vec<AffectedLine> = Vec::new();
    for some in domains.chunks(RULES_MAX) {
        let Reply::Affected { affected: mut more } = door.ask(Control::ListAffected { domains: some.to_vec() })? else {
            return Err(Failure::refused("the server answered something else than who is affected"));
        };
        affected.append(&mut more);
    }
    Ok(Reply::Affected { affected })
}

fn export(door: &Door, output: &Path) -> Result<(), Failure> {
    let now = Clock::System.now();
    let rules = all(door)?.into_iter().map(|line| act::rule(line, ("", now))).collect::<Result<Vec<Rule>, String>>();
    let text = list::write(&rules.map_err(Failure::refused)?);
    if output == Path::new("-") {
        print!("{text}");
        return Ok(());
    }
    std::fs::write(output, text)
        .map_err(|error| Failure::refused(format!("{} cannot be written: {error}", output.display())))
}

fn import(door: &Door, text: &str, (is_dry, remark): (bool, &Remark)) -> Result<Reply, Failure> {
    let defaults = Defaults {
        action: Action::Refuse,
        reason: remark.reason.clone(),
        author: String::new(),
        now: Clock::System.now(),
        expires_at: end(remark),
    };
    let rules = list::read(text, &defaults)
        .map_err(|problems| Failure::refused(format!("nothing was changed: {}", problems.join("\n"))))?;
    if is_dry {
        let refused = rules.iter().filter(|rule| rule.action == Action::Refuse);
        return affected(door, &refused.map(|rule| rule.domain.to_string()).collect::<Vec<_>>());
    }
    decide(door, rules.iter().map(act::line).collect())
}

fn read_file(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match file == Path::new("-") {
        true => io::stdin().read_to_string(&mut text).map(|_| text),
        false => std::fs::read_to_string(file),
    };
    read.map_err(|error| Failure::refused(format!("{} cannot be read: {error}", file.display())))
}
