//! Counting and listing accounts (XEP-0133 §4.13 to §4.22), and what administrators did.

use super::{Order, Which, command, form};
use crate::command::{Answers, Choice, Command, Field, Kind, Need, Step};
use crate::feature::Limit;
use crate::turn::Turn;

/// How many accounts a list may show.
pub const LISTED: Limit = Limit {
    name: "listed-accounts",
    default: 1000,
    unit: "accounts",
    reason: "A list comes as one stanza, which a client has to hold and to draw.",
    sentence: "There are more than can be shown here. `folkmoot account list` shows all.",
};

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("http://jabber.org/protocol/admin#get-registered-users-num", "Count all accounts", registered),
    command("http://jabber.org/protocol/admin#get-disabled-users-num", "Count disabled accounts", disabled),
    command("http://jabber.org/protocol/admin#get-online-users-num", "Count who is online", online),
    command("http://jabber.org/protocol/admin#get-active-users-num", "Count who is active", active),
    command("http://jabber.org/protocol/admin#get-idle-users-num", "Count who is idle", idle),
    command("http://jabber.org/protocol/admin#get-registered-users-list", "List all accounts", list_registered),
    command("http://jabber.org/protocol/admin#get-disabled-users-list", "List disabled accounts", list_disabled),
    command("http://jabber.org/protocol/admin#get-online-users-list", "List who is online", list_online),
    command("http://jabber.org/protocol/admin#get-active-users", "List who is active", list_active),
    command("http://jabber.org/protocol/admin#get-idle-users", "List who is idle", list_idle),
    command("urn:folkmoot:admin#deeds", "Show what administrators did", deeds),
];

fn registered(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Count(Which::Registered))
}

fn disabled(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Count(Which::Disabled))
}

fn online(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Count(Which::Online))
}

fn active(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Count(Which::Active))
}

fn idle(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Count(Which::Idle))
}

fn list_registered(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    list(turn, answers, Which::Registered)
}

fn list_disabled(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    list(turn, answers, Which::Disabled)
}

fn list_online(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    list(turn, answers, Which::Online)
}

fn list_active(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    list(turn, answers, Which::Active)
}

fn list_idle(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    list(turn, answers, Which::Idle)
}

fn deeds(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Deeds)
}

/// §4.18: how many are to be shown is asked first.
fn list(turn: &Turn<'_>, answers: &[Answers], which: Which) -> Step {
    let most = u32::try_from(turn.service.limits.of(&LISTED)).unwrap_or(u32::MAX);
    let [given] = answers else {
        let options = ["25", "50", "75", "100", "150", "200", "none"].map(Choice::word);
        let kind = Kind::OneOf(options.into());
        let field = Field { need: Need::Optional, ..Field::required("max_items", "How many to show at most", kind) };
        return form("Listing accounts", "`none` shows all of them, as far as a list can be long.", vec![field]);
    };
    Step::Do(Order::List(which, given.one("max_items").parse().unwrap_or(most).min(most)))
}

impl Which {
    /// §8.2: the field that shows how many there are.
    pub fn count_field(self, count: u64) -> Field {
        let (name, label) = match self {
            Which::Registered => ("registeredusersnum", "The number of accounts"),
            Which::Disabled => ("disabledusersnum", "The number of disabled accounts"),
            Which::Online => ("onlineusersnum", "The number of people online"),
            Which::Active => ("activeusersnum", "The number of people active"),
            Which::Idle => ("idleusersnum", "The number of people idle"),
        };
        Field::showing(name, label, Kind::Line, vec![count.to_string()])
    }

    /// §8.2: the field that shows which they are.
    pub fn list_field(self, addresses: Vec<String>) -> Field {
        let (name, label) = match self {
            Which::Registered => ("registereduserjids", "The accounts"),
            Which::Disabled => ("disableduserjids", "The disabled accounts"),
            Which::Online => ("onlineuserjids", "The people online"),
            Which::Active => ("activeuserjids", "The people active"),
            Which::Idle => ("idleuserjids", "The people idle"),
        };
        Field::showing(name, label, Kind::Addresses, addresses)
    }
}
