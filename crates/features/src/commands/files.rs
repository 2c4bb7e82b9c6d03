//! What people have done to the files they sent (XEP-0363 knows no word for it).

use crate::admin::Order;
use crate::command::{Answers, Command, Field, Form, Kind, Step, Then, Who};
use crate::feature::Place;
use crate::turn::Turn;

/// The commands.
pub const COMMANDS: &[Command] = &[
    Command { node: "urn:folkmoot:files#list", name: "Show my files", at: Place::Account, who: Who::Local, run: list },
    Command {
        node: "urn:folkmoot:files#delete",
        name: "Delete a file of mine",
        at: Place::Account,
        who: Who::Local,
        run: delete,
    },
];

fn list(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Files)
}

fn delete(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("file", "Its address, or its id in the list of your files", Kind::Line);
        let (title, instructions) = ("Deleting a file", "Nobody can fetch it from then on, whoever has its address.");
        return Step::Ask(Form { title, instructions, form_type: "", fields: vec![field], then: Then::Done });
    };
    Step::Do(Order::DeleteFile(given.one("file").trim().to_owned()))
}
