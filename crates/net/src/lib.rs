//! Sockets: listening, TLS, certificates, and the loop that drives one client connection.

pub mod certificate;
mod drive;
pub mod listen;
mod server;
pub mod tls;
pub mod wire;

pub use certificate::{CertificateError, Certificates, Reload, Source};
pub use drive::{Clients, LIMITS as STREAM_LIMITS, Opening};
pub use listen::{BindError, Gate, LIMITS as LISTEN_LIMITS, Limits, Listener, Permit};
pub use server::{Ports, Server};
pub use tls::{Offer, TlsStream};
pub use wire::Wire;
