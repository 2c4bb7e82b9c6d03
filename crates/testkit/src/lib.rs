//! What tests and benchmarks stand on (dev only): a client, a whole server in this process,
//! transcripts, storms; and the documents made from what the code declares.

pub mod client;
pub mod documents;
pub mod house;
pub mod storm;
pub mod transcript;
