//! Sockets: listening, TLS, certificates, HTTPS with WebSocket and BOSH, and the loop that drives one client
//! connection.

mod bosh;
pub mod certificate;
mod drive;
mod http;
pub mod listen;
mod server;
pub mod tls;
mod websocket;
pub mod wire;

pub use bosh::Carrier;
pub use certificate::{CertificateError, Certificates, Reload, Source};
pub use drive::{Clients, LIMITS as STREAM_LIMITS, Opening};
pub use http::WebUrl;
pub use listen::{BindError, Gate, LIMITS as LISTEN_LIMITS, Limits, Listener, Permit};
pub use server::{Ports, Server};
pub use tls::{Offer, TlsStream};
pub use websocket::WebSocket;
pub use wire::Wire;
