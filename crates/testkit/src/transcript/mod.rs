//! Transcripts: what people do and what their clients show, readable, and run against a real server
//! in this process, over real TLS, on a clock that moves only when the transcript says so.

mod actor;
mod elsewhere;
mod pattern;
mod play;
mod script;

pub use play::{Failed, play, wants_starttls};
