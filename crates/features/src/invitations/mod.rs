//! Invitations: a link that lets somebody in, makes two people contacts, or both (XEP-0379, XEP-0401,
//! XEP-0445).
//!
//! Whoever invites gets a token once; the store keeps a hash of it. Who came by whose invitation is kept as
//! row numbers, so that whoever looks after a service can follow abuse to its root ([`tree`]).
//!
//! Parts: [`token`] (the token and the link), [`table`], [`desk`] (making, finding, spending, taking back),
//! [`tree`]. The commands are in [`crate::commands`].

pub mod desk;
pub mod table;
pub mod token;
pub mod tree;

pub use desk::{Admission, Inviter, Listed, admission, create, inviter_of, is_kept, list, redeem, revoke, spend};
pub use token::{Token, link};

use crate::feature::{Feature, Limit, Spec};

/// XEP-0379, XEP-0401, XEP-0445.
pub const FEATURE: Feature = Feature {
    name: "invitations",
    summary: "Lets people bring others in, as many as the operator allows, and become their contacts at once.",
    specs: &[Spec::xep(379, "0.3.3"), Spec::xep(401, "0.6.0"), Spec::xep(445, "0.2.0")],
    disco: &[],
    limits: &[&DAYS, &PER_MONTH, &INVITER_DAYS],
    tables: &[&table::INVITATION, &table::INVITED],
    iqs: &[],
};

/// How long an invitation is good.
pub const DAYS: Limit = Limit {
    name: "invitation-days",
    default: 7,
    unit: "days",
    reason: "XEP-0379 §5.2: long enough to read a letter and to install a client, short enough that a lost link is no \
             open door.",
    sentence: "The invitation has expired. Ask for another one.",
};

/// How many invitations one person may make.
pub const PER_MONTH: Limit = Limit {
    name: "invitations-per-month",
    default: 10,
    unit: "invitations in thirty days",
    reason: "Friends and family come in; who sells places does not get far. Administrators may make any number.",
    sentence: "You have made as many invitations as one person may in a month. Ask those who run the service.",
};

/// How old an account has to be before its invitations let anybody in.
pub const INVITER_DAYS: Limit = Limit {
    name: "inviter-days",
    default: 1,
    unit: "days",
    reason: "Accounts that invite accounts that invite accounts grow no faster than one generation a day; by then \
             somebody has looked.",
    sentence: "Your account is too new for its invitations to let others in.",
};

/// What is to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// What it is for.
    pub kind: Kind,
    /// The name it is for; empty if whoever comes may choose.
    pub name: String,
    /// How often it can be used.
    pub uses: u32,
    /// How long it is good, in days; as long as usual if nothing else is said.
    pub days: Option<u32>,
}

/// What an invitation is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Becoming a contact of whoever invites, with an account here or elsewhere (XEP-0401 §5.1).
    Contact,
    /// An account here (§5.4).
    Account,
    /// An account here, and becoming a contact.
    AccountAndContact,
}

impl Kind {
    /// The word in the store.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Contact => "contact",
            Kind::Account => "account",
            Kind::AccountAndContact => "account-and-contact",
        }
    }

    /// Reads what [`Kind::name`] wrote.
    pub fn parse(name: &str) -> Option<Kind> {
        [Kind::Contact, Kind::Account, Kind::AccountAndContact].into_iter().find(|kind| kind.name() == name)
    }

    /// Whether those who come by it and the one who invites become contacts.
    pub fn befriends(self) -> bool {
        self != Kind::Account
    }
}
