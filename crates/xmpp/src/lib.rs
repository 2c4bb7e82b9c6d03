//! What travels: addresses, stanzas, their payloads and errors.
//!
//! No IO, no clock, no storage. A [`Stanza`] is a small head and canonical shared bytes; an
//! [`Element`] is a borrowed view of such bytes; a [`Writer`] makes them. Nobody builds a tree.

pub mod acks;
pub mod element;
pub mod error;
pub mod form;
pub mod framing;
pub mod jid;
pub mod ns;
pub mod page;
pub mod scram;
pub mod stanza;
pub mod text;
pub mod time;
mod token;
pub mod writer;

pub use element::Element;
pub use error::{Condition, ErrorType, StanzaError};
pub use framing::Framing;
pub use jid::Jid;
pub use stanza::{Delivery, IqType, Kind, MessageType, PresenceType, Stanza};
pub use text::Text;
pub use token::Token;
pub use writer::Writer;
