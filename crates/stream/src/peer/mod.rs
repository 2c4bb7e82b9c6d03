//! Who the server at the other end is: what is learned of it, and the one function that decides.
//!
//! Whoever drives a stream between servers finds out what there is to know ([`Proof`]) and which
//! [`Policy`] holds for the domain; [`who`] says what follows. Nothing else lets a domain in.

mod key;
mod proof;
mod who;

pub use key::{is_key, key};
pub use proof::{Certificate, Dane, Dialback, Flaw, Proof};
pub use who::{By, Doubt, Peer, Policy, who};
