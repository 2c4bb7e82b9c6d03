//! Scripted exchanges with the machine of a client's stream: what a client says, what it gets.

mod budget;
mod fast;
mod peer;
mod plain;
mod sasl1;
mod sasl2;
mod scram;
mod session;
mod upgrade;
