//! Agreeing to the terms of the service ([`crate::consent`]).

use crate::admin::Order;
use crate::command::{Answers, Command, Field, Form, Kind, Report, Severity, Step, Then, Who};
use crate::consent::owed;
use crate::feature::Place;
use crate::turn::Turn;

/// The commands.
pub const COMMANDS: &[Command] = &[Command {
    node: "urn:folkmoot:consent#agree",
    name: "Agree to the terms of the service",
    at: Place::Account,
    who: Who::Local,
    run: agree,
}];

fn agree(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    let Some(terms) = owed(turn.service, turn.me.agreed) else {
        return Step::Over(Report::note(Severity::Info, "There is nothing that you have not agreed to."));
    };
    let [given] = answers else {
        return Step::Ask(Form {
            title: "The terms of the service",
            instructions: "Read them at the address below.",
            form_type: "",
            fields: vec![
                Field::showing("url", "Where they are", Kind::Fixed, vec![terms.url.to_string()]),
                Field::required("agree", "I agree to them", Kind::YesNo),
            ],
            then: Then::Done,
        });
    };
    match given.is_yes("agree") {
        true => Step::Do(Order::Agree(terms.version)),
        false => Step::Over(Report::note(Severity::Warn, "You have not agreed; nothing was noted.")),
    }
}
