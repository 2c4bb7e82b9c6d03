//! What tests and benchmarks stand on (dev only): a whole server in this process,
//! transcripts, storms, budgets, a hostile peer; and the documents made from what the code declares.

pub mod budget;
pub mod crowd;
pub mod documents;
pub mod hostile;
pub mod house;
pub mod lab;
pub mod links;
pub mod storm;
mod supported;
pub mod transcript;

pub use ::client;
