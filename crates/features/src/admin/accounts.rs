//! Commands about single accounts (XEP-0133 §4.1 to §4.10).

use super::{Order, What, account, accounts, command, form};
use crate::command::{Answers, Command, Field, Kind, Report, Severity, Step};
use crate::deed::Password;
use crate::turn::Turn;
use xmpp::Jid;

/// The commands.
pub const COMMANDS: &[Command] = &[
    command("http://jabber.org/protocol/admin#add-user", "Add an account", add),
    command("http://jabber.org/protocol/admin#delete-user", "Delete accounts", delete),
    command("http://jabber.org/protocol/admin#disable-user", "Disable accounts", disable),
    command("http://jabber.org/protocol/admin#reenable-user", "Enable accounts again", enable),
    command("http://jabber.org/protocol/admin#end-user-session", "End sessions", end_sessions),
    command("http://jabber.org/protocol/admin#change-user-password", "Change the password of an account", set_password),
    command("http://jabber.org/protocol/admin#get-user-roster", "Show the contacts of an account", contacts),
    command("http://jabber.org/protocol/admin#get-user-lastlogin", "Show the last login of an account", last_login),
    command("http://jabber.org/protocol/admin#user-stats", "Show how an account is used", statistics),
];

/// §4.1. Names and mail addresses of people are not asked for: nothing is done with them here.
fn add(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        return form(
            "Adding an account",
            "An erased account's name stays taken.",
            vec![
                account(),
                Field::required("password", "The password", Kind::Secret),
                Field::required("password-verify", "The password once more", Kind::Secret),
            ],
        );
    };
    if given.one("password") != given.one("password-verify") {
        return refused("The two passwords differ. Begin again.");
    }
    with_account(given, |account| Order::Add { account, password: Password(given.one("password").into()) })
}

/// §4.7
fn set_password(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        return form(
            "Changing a password",
            "All sessions of the account end, and its devices have to log in anew.",
            vec![account(), Field::required("password", "The new password", Kind::Secret)],
        );
    };
    with_account(given, |account| Order::SetPassword { account, password: Password(given.one("password").into()) })
}

/// §4.2
fn delete(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let why = "All that the accounts keep is erased: contacts, messages, everything. Nothing brings it back.";
    each(answers, What::Delete, ("Deleting accounts", why))
}

/// §4.3
fn disable(_: &Turn<'_>, answers: &[Answers]) -> Step {
    each(answers, What::Disable, ("Disabling accounts", "Nobody can use them until they are enabled again."))
}

/// §4.4
fn enable(_: &Turn<'_>, answers: &[Answers]) -> Step {
    each(answers, What::Enable, ("Enabling accounts", "They can be used again, with all they keep."))
}

/// §4.5
fn end_sessions(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let why = "All sessions of an account end, or the one whose full address is given. Clients may log in again.";
    each(answers, What::EndSessions, ("Ending sessions", why))
}

/// §4.8. One at a time: the answer has room for one roster.
fn contacts(_: &Turn<'_>, answers: &[Answers]) -> Step {
    one(answers, ("Showing contacts", "That you looked is written down."), Order::Contacts)
}

/// §4.9. One at a time, for the same reason.
fn last_login(_: &Turn<'_>, answers: &[Answers]) -> Step {
    one(answers, ("Showing the last login", "The day is known, not the hour."), Order::LastLogin)
}

/// §4.10
fn statistics(_: &Turn<'_>, answers: &[Answers]) -> Step {
    let [given] = answers else {
        return form("Showing how an account is used", "That you looked is written down.", vec![account()]);
    };
    with_account(given, Order::Statistics)
}

fn each(answers: &[Answers], what: What, (title, instructions): (&'static str, &'static str)) -> Step {
    let [given] = answers else { return form(title, instructions, vec![accounts()]) };
    Step::Do(Order::Each(what, given.addresses("accountjids")))
}

fn one(answers: &[Answers], (title, instructions): (&'static str, &'static str), order: fn(Jid) -> Order) -> Step {
    let [given] = answers else { return form(title, instructions, vec![accounts()]) };
    match <[Jid; 1]>::try_from(given.addresses("accountjids")) {
        Ok([account]) => Step::Do(order(account)),
        Err(_) => refused("Only one account can be shown at a time. Begin again."),
    }
}

fn with_account(given: &Answers, order: impl FnOnce(Jid) -> Order) -> Step {
    match Jid::parse(given.one("accountjid")) {
        Ok(account) => Step::Do(order(account)),
        Err(_) => refused("This is not an address. Begin again."),
    }
}

fn refused(why: &str) -> Step {
    Step::Over(Report::note(Severity::Error, why))
}
