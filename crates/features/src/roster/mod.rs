//! The contact list (RFC 6121 §2) and what it shares with each contact (§3, Appendix A).
//!
//! Each device sees the same list and learns of changes at once; one that comes back after a while
//! gets only what changed meanwhile. An online account has its roster in memory ([`Contacts`]), so
//! that a request is answered in its own turn and no push can overtake another.
//!
//! Parts: [`state`] (the subscription states), [`mod@contacts`] (the memory), [`table`] (the rows),
//! [`wire`] (the items), [`request`] (get and set), [`change`] (rows, pushes, farewells),
//! [`pending`] (requests that wait for an answer), [`portable`] (lists that move).

pub mod change;
pub mod contacts;
pub mod pending;
pub mod portable;
pub mod request;
pub mod state;
pub mod table;
pub mod wire;

pub use change::account_removed;
pub use contacts::{Contact, Contacts};
pub use pending::Requests;
pub use request::{set_for, whole};
pub use state::{Signal, State, Way};
pub use table::{CONTACTS_SQL, contacts};
pub use wire::write;

use crate::feature::{Document, Done, Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use xmpp::ns;

/// RFC 6121 §2.
pub const FEATURE: Feature = Feature {
    name: "roster",
    summary: "Keeps a person's contacts, the same on all devices.",
    specs: &[Spec { document: Document::Rfc(6121), version: "", done: Done::Complete }],
    disco: &[(Place::Domain, ns::ROSTER)],
    limits: &[&ITEMS, &BYTES, &NAME_BYTES, &GROUPS, &GROUP_BYTES, &REMOVALS, &REQUESTS, &REQUEST_BYTES],
    tables: &[&table::ITEM, &table::REMOVED, &table::VERSION, &table::REQUEST],
    iqs: &[
        IqHandler { ns: ns::ROSTER, name: "query", verb: Verb::Get, at: At::OwnAccount, run: request::get },
        // Of the account by anybody, because a set by somebody else has an error of its own.
        IqHandler { ns: ns::ROSTER, name: "query", verb: Verb::Set, at: At::Account, run: request::set },
    ],
};

/// Stream features after login (RFC 6121 §2.6.1, §3.4), canonical.
pub const STREAM_FEATURES: &str =
    "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/>";

/// How many items a roster has at most.
pub const ITEMS: Limit = Limit {
    name: "roster-items",
    default: 1000,
    unit: "items",
    reason: "Each presence goes to every subscriber. People have dozens of contacts, hardly anybody has hundreds.",
    sentence: "Your contact list is full. Remove somebody first.",
};

/// How much text a roster holds at most.
pub const BYTES: Limit = Limit {
    name: "roster-bytes",
    default: 262_144,
    unit: "bytes",
    reason: "The roster of an online account is in memory; a thousand usual contacts take 60,000 bytes.",
    sentence: "Your contact list is full. Shorten some names or remove somebody first.",
};

/// How long a contact's name may be (RFC 6121 §2.3.3).
pub const NAME_BYTES: Limit = Limit {
    name: "roster-name-bytes",
    default: 1023,
    unit: "bytes",
    reason: "As long as any part of an address may be (RFC 7622 §3).",
    sentence: "That name is too long.",
};

/// How many groups a contact may be in.
pub const GROUPS: Limit = Limit {
    name: "roster-groups",
    default: 32,
    unit: "groups",
    reason: "Clients show a contact once for each of its groups; more than a few help nobody.",
    sentence: "That contact is in too many groups.",
};

/// How long a group's name may be (RFC 6121 §2.3.3).
pub const GROUP_BYTES: Limit = Limit {
    name: "roster-group-bytes",
    default: 1023,
    unit: "bytes",
    reason: "As long as any part of an address may be (RFC 7622 §3).",
    sentence: "The name of that group is too long.",
};

/// How many removals are remembered for devices that were away (RFC 6121 §2.6.3).
pub const REMOVALS: Limit = Limit {
    name: "roster-removals",
    default: 32,
    unit: "items",
    reason: "A device that missed more gets the whole roster, which costs little more than the removals would.",
    sentence: "So many removed contacts are remembered for devices that were away.",
};

/// How many requests may wait for an answer (RFC 6121 §3.1.3, second security warning).
pub const REQUESTS: Limit = Limit {
    name: "subscription-requests",
    default: 100,
    unit: "requests",
    reason: "Strangers fill it, and every login delivers them all.",
    sentence: "This person has too many unanswered contact requests. Try again later.",
};

/// How much of a request is kept (RFC 6121 §3.1.3, second security warning).
pub const REQUEST_BYTES: Limit = Limit {
    name: "subscription-request-bytes",
    default: 4096,
    unit: "bytes",
    reason: "Strangers write it. A greeting, a nickname and an invitation's token fit many times over.",
    sentence: "A longer contact request is kept without what it says.",
};
