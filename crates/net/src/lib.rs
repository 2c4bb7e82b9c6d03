//! Sockets: listening, TLS, certificates, HTTPS with WebSocket and BOSH, the loop that drives one client
//! connection; and the way to other servers: DNS, dialling, and the judgement of their certificates.

mod bosh;
pub mod certificate;
pub mod components;
pub mod dial;
pub mod dns;
mod drive;
pub mod federation;
mod http;
pub mod listen;
pub mod probe;
mod server;
pub mod tls;
pub mod verify;
mod websocket;
pub mod wire;

pub use bosh::Carrier;
pub use certificate::{CertificateError, Certificates, Reload, Source};
pub use components::Components;
pub use drive::{Clients, LIMITS as STREAM_LIMITS, Opening};
pub use federation::Federation;
pub use http::{Body, LIMITS as WEB_LIMITS, Pages, Reachable, Visit, WebUrl};
pub use listen::{BindError, Counts as GateCounts, Gate, LIMITS as LISTEN_LIMITS, Limits, Listener, Permit};
pub use server::{Gates, Ports, Server};
pub use tls::{Hello, Offer, TlsStream};
pub use websocket::WebSocket;
pub use wire::Wire;
