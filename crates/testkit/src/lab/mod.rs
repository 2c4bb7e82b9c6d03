//! What whole servers in processes of their own need around them: names, certificates, lines that break,
//! and somebody who starts and kills them. All of it on the loopback.

pub mod archive;
pub mod authority;
pub mod line;
pub mod names;
pub mod process;
