//! Listening, TLS and certificates over real sockets of the loopback.
#![allow(clippy::unwrap_used, missing_docs)]

mod aborted;
mod authority;
mod certificate;
mod channel;
mod decided;
mod dial;
mod dns;
mod federation;
mod listen;
mod names;
mod peer;
mod servers;
mod traffic;
mod verify;
mod watched;
mod wire;
