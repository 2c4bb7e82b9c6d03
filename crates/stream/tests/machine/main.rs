//! Scripted exchanges with the machine of a client's stream: what a client says, what it gets.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

mod bodies;
mod budget;
mod fast;
mod frames;
mod peer;
mod plain;
mod sasl1;
mod sasl2;
mod scram;
mod session;
mod storm;
mod upgrade;
