//! Scripted exchanges between servers: what one says, what it gets, and who is believed.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

mod budget;
mod house;
mod incoming;
mod outgoing;
mod spoof;
mod storm;
mod two;
