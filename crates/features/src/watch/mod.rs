//! The watch over links with other services: what goes wrong is told to those who run this one, once, and then
//! once a day as long as it lasts; that it is well again is told, too.
//!
//! What is known is a closed list of causes by domain ([`alarm`]), kept in the store ([`table`]) and in memory
//! ([`Watch`]). It holds names of services, certificates and numbers: no messages, no people, no addresses in
//! networks. How it is said stands in [`words`].

mod alarm;
pub mod table;
pub mod words;

pub use alarm::{Alarm, Cause, Course, Failed, Watch};

use crate::feature::{Feature, Limit};

/// The watch. No document is about it.
pub const FEATURE: Feature = Feature {
    name: "watch",
    summary: "Tells those who run the service what is wrong with links to others, and with its own certificate.",
    specs: &[],
    disco: &[],
    limits: &[&ALARMS, &DAYS, &TOLD, &STRANGERS],
    tables: &[&table::ALARM],
    iqs: &[],
};

/// How many causes are known at a time.
pub const ALARMS: Limit = Limit {
    name: "watch-causes",
    default: 1000,
    unit: "causes",
    reason: "A large service has some dozens; whoever connects under names that are not theirs must not fill the memory.",
    sentence: "So many causes of trouble are known at a time; the oldest makes way.",
};

/// How long a cause is known after it was met.
pub const DAYS: Limit = Limit {
    name: "watch-days",
    default: 30,
    unit: "days",
    reason: "Long enough to see in a monthly look what comes again and again.",
    sentence: "What was wrong longer ago is not known any more.",
};

/// How many causes are told at once in a day.
pub const TOLD: Limit = Limit {
    name: "watch-told-daily",
    default: 50,
    unit: "messages",
    reason: "When our own network is down everything is wrong at a time; the rest comes with the daily message.",
    sentence: "More went wrong today than is told at once; the daily message has the rest.",
};

/// The same of services that connect to us, and where nobody here has a contact.
pub const STRANGERS: Limit = Limit {
    name: "watch-told-strangers-daily",
    default: 5,
    unit: "messages",
    reason: "Anybody can connect under any name, as often as they like, and must not be able to fill somebody's chat.",
    sentence: "More strangers failed today than is told at once; the daily message has the rest.",
};
