//! Listening, TLS and certificates over real sockets of the loopback.
#![allow(clippy::unwrap_used, missing_docs)]

mod aborted;
mod certificate;
mod channel;
mod decided;
mod dial;
mod dns;
mod federation;
mod listen;
mod peer;
mod servers;
mod spoofing;
mod traffic;
mod verify;
mod watched;
mod wire;

use testkit::lab::{authority, names};
