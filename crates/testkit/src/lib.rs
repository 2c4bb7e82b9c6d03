//! What tests and benchmarks stand on (dev only): a client, a whole server in this process,
//! transcripts, a hostile peer.

pub mod client;
pub mod hostile;
pub mod house;
pub mod transcript;
