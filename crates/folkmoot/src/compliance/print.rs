//! What came of the probes, for people and for programs.

use super::Outcome;
use super::lack::Lack;

/// One probe, as soon as it is over. `before` is the one before it.
pub fn outcome(outcome: &Outcome, before: Option<&Outcome>, json: bool) {
    let Outcome { probe, found } = outcome;
    let verdict = verdict(outcome);
    let came = found.as_ref().map_or_else(ToString::to_string, Clone::clone);
    if json {
        let line = serde_json::json!({
            "suite": probe.suite, "feature": probe.feature, "level": probe.level.name(), "document": probe.document,
            "asked": probe.asked, "verdict": verdict, "came": came,
        });
        println!("{line}");
        return;
    }
    if before.is_none_or(|before| before.probe.suite != probe.suite) {
        println!("{} (XEP-0479 §{})", probe.suite, probe.section);
    }
    let mark = match verdict {
        "passed" => "ok   ",
        "missing" => "--   ",
        _ => "WRONG",
    };
    println!("  {mark}  {:<8}  {:<9}  {}", probe.document, probe.level.name(), probe.feature);
    if found.is_err() {
        println!("{:25}asked: {}", "", plain(probe.asked));
    }
    println!("{:25}{}", "", plain(&came));
}

/// All of them.
pub fn sum(outcomes: &[Outcome], json: bool) {
    let count = |wanted: &str| outcomes.iter().filter(|outcome| verdict(outcome) == wanted).count();
    let (passed, missing, wrong) = (count("passed"), count("missing"), count("wrong"));
    if json {
        println!("{}", serde_json::json!({ "passed": passed, "missing": missing, "wrong": wrong }));
    } else {
        println!("{passed} passed, {missing} not there, {wrong} wrong");
    }
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome.found {
        Ok(_) => "passed",
        Err(Lack::Missing(_)) => "missing",
        Err(Lack::Wrong(_)) => "wrong",
    }
}

/// A server wrote some of it: nothing in it is for the terminal to obey.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
