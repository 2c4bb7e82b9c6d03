//! Bytes to stanzas and back: the machine of one stream, sans IO.
//!
//! It opens no socket, reads no clock and knows no user: what it needs it asks for ([`Ask`]), and
//! what happened it yields ([`Event`]).

pub mod ask;
pub mod component;
pub mod crime;
mod features;
pub mod machine;
mod management;
pub mod peer;
mod sasl;
pub mod server;
pub mod xml;

pub use ask::{Answer, Ask, Event};
pub use crime::Crime;
pub use machine::{Channel, Machine, Settings};
