//! Deciding about other services: rules for single domains, and what is said of them.

use super::{Order, command, form};
use crate::command::{Answers, Command, Field, Kind, Need, Report, Severity, Shown, Step};
use crate::terms::{Action, Rule, read_domain};
use crate::turn::Turn;
use xmpp::time;

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("urn:folkmoot:admin#decide", "Decide about another service", decide),
    command("urn:folkmoot:admin#forget", "Take back what was decided about another service", forget),
    command("urn:folkmoot:admin#decided", "Show what was decided about other services", decided),
    command("urn:folkmoot:admin#services", "Show how things stand with other services", standing),
];

/// Rules that are shown in one answer; the command line shows all.
const SHOWN: usize = 500;

fn decide(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let words = Action::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect();
        let optional = |field| Field { need: Need::Optional, ..field };
        return form(
            "Deciding about another service",
            "It holds for the domain and all below it, and at once. `refuse` alone ends all exchange; everything else \
             is on which terms the service talks with it.",
            vec![
                Field::required("domain", "The domain", Kind::Line),
                Field::required("action", "What is decided", Kind::SomeOf(words)),
                optional(Field::required("reason", "Why, for other operators", Kind::Lines)),
                optional(Field::required("days", "For how many days; empty for always", Kind::Line)),
            ],
        );
    };
    let order = read_domain(given.one("domain")).and_then(|domain| {
        let action = Action::read(&given.all("action").join(" "))?;
        let days = match given.one("days") {
            "" => None,
            text => Some(text.parse().map_err(|_| format!("`{text}` is not a number of days."))?),
        };
        Ok(Order::Decide { domain, action, reason: given.text("reason"), days })
    });
    order.map_or_else(refused, Step::Do)
}

fn forget(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("domain", "The domain", Kind::Line);
        let how = "The service talks with it as with everybody again, or as a rule for a domain above it says.";
        return form("Taking a decision back", how, vec![field]);
    };
    read_domain(given.one("domain")).map_or_else(refused, |domain| Step::Do(Order::Forget(domain)))
}

fn decided(turn: &Turn<'_>, _: &[Answers]) -> Step {
    let rules = turn.service.rules.now();
    let mut lines: Vec<String> = rules.iter().filter(|rule| rule.holds(turn.now)).map(line).collect();
    lines.sort_unstable();
    let mut report = Report::default();
    if lines.len() > SHOWN {
        let why = "There are more than these. `folkmoot federation rules list` shows all.";
        report.notes.push((Severity::Warn, why.to_owned()));
        lines.truncate(SHOWN);
    }
    let field = Field::showing("rules", "What was decided about other services", Kind::Lines, lines);
    report.shown = Some(Shown { form_type: super::FORM, fields: vec![field], contacts: None });
    Step::Over(report)
}

fn standing(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("domain", "The domain; empty for all that are known", Kind::Line);
        let field = Field { need: Need::Optional, ..field };
        let how = "Streams with their encryption and proof, what waits, what was decided, and what is wrong.";
        return form("How things stand with another service", how, vec![field]);
    };
    match given.one("domain") {
        "" => Step::Do(Order::Standing(None)),
        domain => read_domain(domain).map_or_else(refused, |domain| Step::Do(Order::Standing(Some(domain)))),
    }
}

fn line(rule: &Rule) -> String {
    let until = rule.expires_at.map(|end| format!(", until {}", time::write(end))).unwrap_or_default();
    let Rule { domain, action, author, reason, .. } = rule;
    let reason = reason.replace('\n', " ");
    format!("{domain}: {} ({author}{until}) {reason}", action.words()).trim_end().to_owned()
}

fn refused(why: String) -> Step {
    Step::Over(Report::note(Severity::Error, why))
}
