//! TLS of one connection, made for many idle connections.
//!
//! [`TlsStream`] drives rustls' unbuffered session: records are read into a scratch buffer of the
//! thread and decrypted there, so an idle connection owns no buffer, neither ours nor rustls' (its
//! buffered session keeps 4 KiB for as long as it lives). [`Offer`] is what a handshake shows to whoever
//! connects to us, [`Hello`] what it shows to servers that we connect to.

mod anyone;
mod binding;
mod offer;
mod outgoing;
mod session;
mod stream;

pub use offer::{Hello, Offer};
pub use stream::TlsStream;

pub(crate) use binding::end_point;
pub(crate) use offer::{Carrier, provider};
pub(crate) use outgoing::Outgoing;
pub(crate) use stream::with_scratch;

/// Bytes that wait for a slow peer's socket before a stream takes no more
/// ([`crate::Wire::set_buffer_limit`] changes it). Two full TLS records and some: enough to keep a
/// fast peer busy, little enough that 10,000 stalled peers cost less than a gigabyte.
pub const OUTGOING_BYTES_MAX: usize = 64 * 1024;
