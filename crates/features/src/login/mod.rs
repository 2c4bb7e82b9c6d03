//! Accounts, and how somebody proves to be one: passwords as SCRAM keys, tokens for logging in again.
//!
//! The stream asks, this folder answers: [`keys`] and [`tokens`] before a proof, [`admit`] after it,
//! [`upgrade`] if the client computed something for us, [`load`] when the account is woken. Which clients
//! have access is recorded ([`device`]), and shown and taken away in [`clients`].
//! Accounts are made in [`crate::registration`] and nowhere else, and erased by [`erase`].

mod account;
mod admit;
mod clients;
mod credential;
mod device;
mod erase;
mod load;
mod made_up;
pub mod portable;
pub mod table;
mod token;
pub mod usage;

pub use account::{
    AccountId, AccountRow, State, count, disable, enable, find, find_in, list, list_disabled, list_in, name_of, search,
};
pub use admit::{Admitted, Denied, Login, admit};
pub use clients::{Asked, Client, Listing, Live, live, password_reset_required};
pub use credential::{
    Credentials, ITERATIONS, PASSWORD_BYTES_MAX, Unusable, Upgrade, common_hashes, keys, set_password, upgrade,
};
pub use device::Device;
pub use erase::{erase, erase_writes, finish_erasures, tombstone};
pub use load::{known_secrets, load, secrets};
pub use made_up::made_up_password;
pub use token::{Agent, NewToken, revoked_writes, tokens};

use crate::feature::{Document, Done, Feature, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use xmpp::ns;

/// RFC 6120 §6 and what stands behind it.
pub const FEATURE: Feature = Feature {
    name: "login",
    summary: "Lets people in by password without storing it, and lets their devices come back quickly.",
    specs: &[
        Spec { document: Document::Rfc(5802), version: "", done: Done::Complete },
        Spec { document: Document::Rfc(7677), version: "", done: Done::Complete },
        Spec::xep_without(438, "0.2.0", "a pepper and a list of bad passwords"),
        Spec::xep(480, "0.2.0"),
        Spec::xep_without(484, "0.2.0", "tokens in the first flight of TLS"),
        Spec::xep(494, "0.1.0"),
    ],
    disco: &[(Place::Account, ns::CLIENT_ACCESS)],
    limits: &[&token::CLIENTS, &token::DAYS, &device::DEVICES, &device::DEVICE_DAYS],
    tables: &[&table::ACCOUNT, &table::CREDENTIAL, &table::FAST_TOKEN, &table::DEVICE, &table::SECRET],
    iqs: &[
        IqHandler { ns: ns::CLIENT_ACCESS, name: "list", verb: Verb::Get, at: At::OwnAccount, run: clients::list },
        IqHandler { ns: ns::CLIENT_ACCESS, name: "revoke", verb: Verb::Set, at: At::OwnAccount, run: clients::revoke },
    ],
};
