//! Inviting others (XEP-0401 §5), and taking invitations back.

use crate::admin::Order;
use crate::command::{Answers, Command, Field, Form, Kind, Need, Report, Severity, Step, Then, Who};
use crate::feature::Place;
use crate::invitations::{self, Wish};
use crate::turn::Turn;
use xmpp::Jid;

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("urn:xmpp:invite#invite", "Invite somebody", Place::Domain, Who::Local, invite),
    command("urn:xmpp:invite#create-account", "Invite somebody to an account", Place::Domain, Who::Admin, create),
    command("urn:folkmoot:invitations#list", "Show my invitations", Place::Account, Who::Local, list),
    command("urn:folkmoot:invitations#revoke", "Take an invitation back", Place::Account, Who::Local, revoke),
];

const fn command(
    node: &'static str,
    name: &'static str,
    at: Place,
    who: Who,
    run: fn(&Turn<'_>, &[Answers]) -> Step,
) -> Command {
    Command { node, name, at, who, run }
}

/// §5.1: in one step.
fn invite(_: &Turn<'_>, _: &[Answers]) -> Step {
    let (kind, name) = (invitations::Kind::Contact, String::new());
    Step::Do(Order::Invite(Wish { kind, name, uses: 1, days: None }))
}

/// §5.4
fn create(turn: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let optional = |name, label, kind| Field { need: Need::Optional, ..Field::required(name, label, kind) };
        return Step::Ask(Form {
            title: "Inviting somebody to an account",
            instructions: "Without a name, whoever comes chooses one. A name is kept until the invitation expires.",
            form_type: "",
            fields: vec![
                optional("username", "The name", Kind::Line),
                optional("roster-subscription", "You become contacts of each other", Kind::YesNo),
            ],
            then: Then::Done,
        });
    };
    let kind = match given.is_yes("roster-subscription") {
        true => invitations::Kind::AccountAndContact,
        false => invitations::Kind::Account,
    };
    match prepared(turn, given.one("username")) {
        Some(name) => Step::Do(Order::Invite(Wish { kind, name, uses: 1, days: None })),
        None => Step::Over(Report::note(Severity::Error, "This cannot be the name of an account. Begin again.")),
    }
}

/// The name as addresses have it; empty if there is none.
fn prepared(turn: &Turn<'_>, name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(String::new());
    }
    // Some clients take the whole address for the name.
    let address = if name.contains('@') { name.to_owned() } else { format!("{name}@{}", turn.service.domain) };
    let jid = Jid::parse(&address).ok().filter(|jid| jid.is_bare() && turn.service.is_local(jid))?;
    jid.local().map(str::to_owned)
}

fn list(_: &Turn<'_>, _: &[Answers]) -> Step {
    Step::Do(Order::Invitations)
}

fn revoke(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        let field = Field::required("number", "Its number in the list of your invitations", Kind::Line);
        let (title, instructions) = ("Taking an invitation back", "Nobody can use it from then on.");
        return Step::Ask(Form { title, instructions, form_type: "", fields: vec![field], then: Then::Done });
    };
    match given.one("number").trim().parse() {
        Ok(number) => Step::Do(Order::Revoke(number)),
        Err(_) => Step::Over(Report::note(Severity::Error, "This is not a number. Begin again.")),
    }
}
