//! Sockets: listening, TLS, certificates, and the loop that drives one client connection.

pub mod certificate;
pub mod listen;
pub mod tls;
pub mod wire;

pub use certificate::{CertificateError, Certificates, Source};
pub use listen::{Gate, Limits, Listener, Permit};
pub use tls::{Offer, TlsStream};
pub use wire::Wire;
