//! Bytes to stanzas and back: a machine without hands.
//!
//! It opens no socket, reads no clock and knows no user. Whoever drives it feeds bytes, takes
//! [`Event`]s, answers [`Ask`]s, and sends the output.

pub mod ask;

pub use ask::{Answer, Ask, Event};
