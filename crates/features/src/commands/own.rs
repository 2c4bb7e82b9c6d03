//! What people may have done to their own account.

use crate::admin::Order;
use crate::command::{Answers, Command, Field, Form, Kind, Report, Severity, Step, Then, Who};
use crate::feature::Place;
use crate::turn::Turn;

/// The commands.
pub const COMMANDS: &[Command] = &[Command {
    node: "urn:folkmoot:account#end-sessions",
    name: "Disconnect devices",
    at: Place::Account,
    who: Who::Local,
    run: end_sessions,
}];

/// Which devices, and whether that is meant.
fn end_sessions(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    let form = |fields, instructions, then| {
        Step::Ask(Form { title: "Disconnecting devices", instructions, form_type: "", fields, then })
    };
    match answers {
        [] => {
            let devices: Vec<String> = turn.me.sessions.iter().map(|session| session.jid.to_string()).collect();
            let field = Field::required("devices", "The devices to disconnect", Kind::SomeOf(devices));
            form(vec![field], "Choose the ones you do not want to be connected now.", Then::More)
        }
        [chosen] => {
            let devices = chosen.all("devices").to_vec();
            let field = Field::showing("devices", "These will be disconnected", Kind::Fixed, devices);
            let what = "A device that knows your password can log in again: change it if that worries you.";
            form(vec![field], what, Then::Done)
        }
        [chosen, _] => Step::Do(Order::EndOwn(chosen.addresses("devices"))),
        _ => Step::Over(Report::note(Severity::Error, "There is nothing left to do. Begin again.")),
    }
}
