//! A peer that means harm: it says whatever it is told over a real socket and reads what comes of it.
//!
//! [`Peer`] is the connection, [`crimes`] the list of what is wrong to say and what the answer to it
//! is, [`attacked`] a server whose memory is watched.

pub mod attacked;
pub mod crimes;
mod peer;

pub use peer::{HEADER, Peer, State};
