//! Deciding who gets an account of those who applied for one ([`crate::applications`]).

use super::{Order, command, form};
use crate::command::{Answers, Command, Field, Kind, Need, Report, Severity, Step};
use crate::turn::Turn;

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("urn:folkmoot:admin#applications", "Show who applies for an account", applications),
    command("urn:folkmoot:admin#accept-application", "Accept an application", accept),
    command("urn:folkmoot:admin#refuse-application", "Refuse an application", refuse),
];

fn applications(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Applications)
}

fn accept(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        return form("Accepting an application", "The account can be used at once.", vec![number()]);
    };
    with_number(given, Order::Accept)
}

fn refuse(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let answer = Field::required("answer", "What they are told when they ask", Kind::Lines);
        let answer = Field { need: Need::Optional, ..answer };
        return form("Refusing an application", "The name is free again at once.", vec![number(), answer]);
    };
    with_number(given, |number| Order::Refuse { number, answer: given.text("answer") })
}

fn number() -> Field {
    Field::required("number", "The number of the application", Kind::Line)
}

fn with_number(given: &Answers, order: impl FnOnce(i64) -> Order) -> Step {
    match given.one("number").trim().parse() {
        Ok(number) => Step::Do(order(number)),
        Err(_) => Step::Over(Report::note(Severity::Error, "This is not a number. Begin again.")),
    }
}
