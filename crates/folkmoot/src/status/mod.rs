//! How a running server is doing, in numbers: `folkmoot status` for people, `--json` for programs, and OpenMetrics on
//! an address of this machine for what collects them ([`open_metrics`]). All three show the same ([`figures`]).

mod figures;
mod open_metrics;

pub use figures::{Family, Source};
pub use open_metrics::{bind, serve};

use crate::account::Door;
use crate::config::Config;
use crate::control::{Control, Reply};
use crate::failure::Failure;
use figures::{Figure, Kind, STARTED};
use xmpp::time;

/// Asks the running server and prints what it says.
///
/// # Errors
/// When none runs.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let reply = Door::open(config, false)?.ask(Control::Status)?;
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else if let Reply::Status { families } = &reply {
        print!("{}", families.iter().map(as_text).collect::<String>());
    }
    Ok(())
}

/// What is counted, a line for each number; what never happened is left out.
fn as_text(family: &Family) -> String {
    let is_shown = |figure: &&Figure| figure.value > 0 || family.kind == Kind::Gauge;
    let mut text = String::new();
    for (index, figure) in family.figures.iter().filter(is_shown).enumerate() {
        if index == 0 && figure.of.is_some() {
            text.push_str(&format!("{}\n", family.about));
        }
        match &figure.of {
            Some(of) => text.push_str(&format!("  {:<46} {:>12}\n", of, figure.value)),
            None if family.name == STARTED => text.push_str(&format!("Started {}\n", date(figure.value))),
            None => text.push_str(&format!("{:<48} {:>12}\n", family.about, figure.value)),
        }
    }
    text
}

/// As `2026-11-25T12:00:00Z`.
fn date(seconds: u64) -> String {
    let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    time::write(micros).replace(".000000", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_what_is_and_what_happened() {
        let figure = |of: &str, value| Figure { of: Some(of.to_owned()), value };
        let family = |kind, figures| Family {
            name: "refused".into(),
            about: "Refused, by limit".into(),
            by: "limit".into(),
            kind,
            figures,
        };
        let some = vec![figure("connections", 0), figure("password-attempts", 12)];
        let text = as_text(&family(Kind::Counter, some));
        assert_eq!(text, format!("Refused, by limit\n  {:<46} {:>12}\n", "password-attempts", 12));
        assert_eq!(as_text(&family(Kind::Counter, vec![figure("connections", 0)])), "");
        let now = vec![Figure { of: None, value: 0 }];
        assert_eq!(as_text(&family(Kind::Gauge, now)), format!("{:<48} {:>12}\n", "Refused, by limit", 0));
    }
}
