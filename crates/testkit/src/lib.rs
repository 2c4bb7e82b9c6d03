//! What tests and benchmarks stand on (dev only).

pub mod client;
