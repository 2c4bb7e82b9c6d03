//! Writing to people (XEP-0133 §4.23 to §4.28).

use super::{Order, command, form};
use crate::announce::Standing;
use crate::command::{Answers, Command, Field, Kind, Step};
use crate::turn::Turn;

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("http://jabber.org/protocol/admin#announce", "Write to everybody who is online", announce),
    command("http://jabber.org/protocol/admin#set-motd", "Set the message of the day", set_motd),
    command("http://jabber.org/protocol/admin#edit-motd", "Change the message of the day", edit_motd),
    command("http://jabber.org/protocol/admin#delete-motd", "Delete the message of the day", delete_motd),
    command("http://jabber.org/protocol/admin#set-welcome", "Set the welcome for new accounts", set_welcome),
    command("http://jabber.org/protocol/admin#delete-welcome", "Delete the welcome for new accounts", delete_welcome),
];

/// §4.23
fn announce(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("announcement", "The announcement", Kind::Lines);
        return form("Writing to everybody", "Everybody who is online gets it, now and once.", vec![field]);
    };
    Step::Do(Order::Announce(given.text("announcement")))
}

/// §4.24
fn set_motd(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("motd", "The message of the day", Kind::Lines);
        let how = "Everybody gets it once: who is online now, all others when they come.";
        return form("Setting the message of the day", how, vec![field]);
    };
    Step::Do(Order::Set(Standing::Motd, given.text("motd")))
}

/// §4.25
fn edit_motd(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let how = "Who has read it already does not get it again.";
        return form("Changing the message of the day", how, vec![filled(turn, Standing::Motd, "motd")]);
    };
    Step::Do(Order::Edit(Standing::Motd, given.text("motd")))
}

/// §4.26
fn delete_motd(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Unset(Standing::Motd))
}

/// §4.27
fn set_welcome(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let how = "Whoever gets an account from now on gets it when they first come.";
        return form("Setting the welcome", how, vec![filled(turn, Standing::Welcome, "welcome")]);
    };
    Step::Do(Order::Set(Standing::Welcome, given.text("welcome")))
}

/// §4.28
fn delete_welcome(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Unset(Standing::Welcome))
}

/// The field with what is said now.
fn filled(turn: &Turn<'_>, standing: Standing, name: &'static str) -> Field {
    let label = match standing {
        Standing::Motd => "The message of the day",
        Standing::Welcome => "The welcome",
    };
    let text = turn.service.notices.text(standing).unwrap_or_default();
    let values = text.lines().map(str::to_owned).collect();
    Field { values, ..Field::required(name, label, Kind::Lines) }
}
