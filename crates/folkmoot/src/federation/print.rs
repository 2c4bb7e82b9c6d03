//! The steps of a walk and what came of a command, for people and for programs.

use crate::control::{AffectedLine, Reply, RuleLine};
use net::probe::{About, Mark, Step};
use std::io::IsTerminal;

/// Whether the output understands colours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A terminal.
    Colour,
    /// A file, a pipe, or somebody who does not want them (<https://no-color.org>).
    Plain,
}

impl Style {
    /// That of the standard output.
    pub fn of_output() -> Style {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !is_unwanted { Style::Colour } else { Style::Plain }
    }
}

/// A mark, what it is about, and what was seen, a line each.
pub fn as_text(step: &Step, style: Style) -> String {
    let (word, colour) = match step.mark {
        Mark::Good => ("ok  ", 32),
        Mark::Doubtful => ("look", 33),
        Mark::Bad => ("BAD ", 31),
    };
    let word = match style {
        Style::Colour => format!("\u{1b}[1;{colour}m{word}\u{1b}[0m"),
        Style::Plain => word.to_owned(),
    };
    let mut text = String::new();
    for (index, line) in step.lines.iter().enumerate() {
        if index == 0 {
            text.push_str(&format!("{word}  {:<11} {line}\n", about(step.about)));
        } else {
            text.push_str(&format!("{:18}{line}\n", ""));
        }
    }
    text
}

/// One object.
pub fn as_json(step: &Step) -> String {
    let mark = match step.mark {
        Mark::Good => "good",
        Mark::Doubtful => "doubtful",
        Mark::Bad => "bad",
    };
    serde_json::json!({ "step": about(step.about), "mark": mark, "lines": step.lines }).to_string()
}

/// What is written to the standard output.
pub fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Rules { rules } if rules.is_empty() => "There are no rules: all domains are treated alike.\n".to_owned(),
        Reply::Rules { rules } => rules.iter().map(rule).collect(),
        Reply::Decided { rules: 1 } => "It holds from now on.\n".to_owned(),
        Reply::Decided { rules } => format!("{rules} rules hold from now on.\n"),
        Reply::Forgotten { domain } => format!("There is no rule for {domain} any more.\n"),
        Reply::Affected { affected } if affected.is_empty() => "Nobody here has a contact there.\n".to_owned(),
        Reply::Affected { affected } => affected.iter().map(cut_off).collect(),
        // Others have their own; refusals became failures.
        _ => String::new(),
    }
}

fn rule(rule: &RuleLine) -> String {
    let until = rule.expires.as_deref().map(|end| format!(", until {}", day(end))).unwrap_or_default();
    let said = format!("{}  {}  ({}, {}{until})", rule.domain, rule.action, rule.author, day(&rule.made));
    // What other operators wrote is nothing for the terminal to obey.
    let reason: String = rule.reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{said}  {reason}").trim_end().to_owned() + "\n"
}

fn cut_off(line: &AffectedLine) -> String {
    let AffectedLine { domain, account, contacts } = line;
    let contacts = if *contacts == 1 { "1 contact".to_owned() } else { format!("{contacts} contacts") };
    format!("{domain}  {account}  {contacts}\n")
}

/// As `2026-11-25`.
fn day(date: &str) -> &str {
    date.get(.."2026-11-25".len()).unwrap_or(date)
}

fn about(about: About) -> &'static str {
    match about {
        About::Names => "names",
        About::Addresses => "addresses",
        About::Connection => "connection",
        About::Encryption => "encryption",
        About::Identity => "identity",
        About::Stream => "stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_mark_and_lines_below_each_other() {
        let lines = vec!["a.example".to_owned(), "b.example".to_owned()];
        let step = Step { about: About::Names, mark: Mark::Doubtful, lines };
        let text = as_text(&step, Style::Plain);
        assert_eq!(text, "look  names       a.example\n                  b.example\n");
        assert!(as_text(&step, Style::Colour).starts_with("\u{1b}[1;33mlook\u{1b}[0m  names"));
        assert_eq!(as_json(&step), r#"{"lines":["a.example","b.example"],"mark":"doubtful","step":"names"}"#);
    }
}
