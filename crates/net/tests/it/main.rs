//! Listening, TLS and certificates over real sockets of the loopback.
#![allow(clippy::unwrap_used, missing_docs)]

mod aborted;
mod certificate;
mod channel;
mod listen;
mod peer;
mod traffic;
mod wire;
