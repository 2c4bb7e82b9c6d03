//! Running the service from a client (XEP-0133): the commands of administrators, who are named in the
//! configuration. Here is what they ask; what they order ([`Order`]) is carried out by the hub, and
//! written down ([`table`]).
//!
//! Parts: [`accounts`], [`applications`], [`domains`], [`lists`], [`notices`] (the commands), [`order`], [`table`].

pub mod accounts;
pub mod applications;
pub mod domains;
pub mod lists;
pub mod notices;
mod order;
pub mod table;

pub use order::{Order, What, Which};

use crate::command::{Command, Field, Form, Kind, Step, Then, Who};
use crate::feature::{Feature, Place, Spec};
use crate::turn::Turn;

/// XEP-0133.
pub const FEATURE: Feature = Feature {
    name: "admin",
    summary: "Lets those who run the service look after accounts and write to people from their own client.",
    specs: &[Spec::xep_without(
        133,
        "1.3.1",
        "lists of allowed and refused addresses, and the list of administrators, restarts and shutdowns, which are \
         for whoever can change the configuration",
    )],
    disco: &[],
    limits: &[&table::DAYS, &lists::LISTED],
    tables: &[&table::DEED],
    iqs: &[],
};

/// The purpose of all its forms (§8.2).
pub const FORM: &str = "http://jabber.org/protocol/admin";

/// A command of XEP-0133.
const fn command(
    node: &'static str,
    name: &'static str,
    run: fn(&Turn<'_>, &[crate::command::Answers]) -> Step,
) -> Command {
    Command { node, name, at: Place::Domain, who: Who::Admin, run }
}

/// A form of XEP-0133, the only one of its command.
fn form(title: &'static str, instructions: &'static str, fields: Vec<Field>) -> Step {
    Step::Ask(Form { title, instructions, form_type: FORM, fields, then: Then::Done })
}

/// §8.2: the field for one account.
fn account() -> Field {
    Field::required("accountjid", "The address of the account", Kind::Address)
}

/// §8.2: the field for some accounts.
fn accounts() -> Field {
    Field::required("accountjids", "The addresses of the accounts", Kind::Addresses)
}
