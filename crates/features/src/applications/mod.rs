//! Applying for an account: whoever wants one says why, and people who run the service decide.
//!
//! Until then the account is there and can do nothing ([`crate::login::State::Waiting`]), so that its name is taken
//! and its password known. If they agree it is one like all others; if they do not, or nobody decides in time, nothing
//! of it stays and the name is free again. Whoever applied asks for the state by logging in, or by applying again with
//! the same name and password ([`desk::standing`]).

pub mod desk;
pub mod table;

pub use desk::{Application, Standing, expired, find, list, refuse_writes, withdraw_writes};
pub(crate) use desk::{accept_writes, file, is_full, standing};

use crate::feature::{Feature, Limit};

/// Applications. No document is about them.
pub const FEATURE: Feature = Feature {
    name: "applications",
    summary: "Lets people apply for an account with a reason, and those who run the service decide.",
    specs: &[],
    disco: &[],
    limits: &[&WAITING, &DAYS, &REASON_LEAST, &REASON_MOST],
    tables: &[&table::APPLICATION],
    iqs: &[],
};

/// How many applications may wait.
pub const WAITING: Limit = Limit {
    name: "applications-waiting",
    default: 200,
    unit: "applications",
    reason: "Somebody reads each of them. More than that at once is a flood, or nobody reads.",
    sentence: "Too many applications wait for a decision already. Try again in some days.",
};

/// How long an application waits, and how long it is known what came of it.
pub const DAYS: Limit = Limit {
    name: "application-days",
    default: 14,
    unit: "days",
    reason: "Long enough for people who do this beside their work; who hears nothing in two weeks looks elsewhere.",
    sentence: "Nobody decided in time. Apply again.",
};

/// How little a reason may say.
pub const REASON_LEAST: Limit = Limit {
    name: "application-characters-least",
    default: 20,
    unit: "characters",
    reason: "A sentence. Less tells nobody anything.",
    sentence: "Say a little more about why you would like to join.",
};

/// How much a reason may say.
pub const REASON_MOST: Limit = Limit {
    name: "application-characters",
    default: 1000,
    unit: "characters",
    reason: "Half a page; whoever decides reads all of it.",
    sentence: "Say it in fewer words.",
};
