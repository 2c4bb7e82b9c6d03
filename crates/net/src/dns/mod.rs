//! Names of other servers, looked up: where they are, and what DNSSEC makes certain.
//!
//! What is certain is what the machine's own validating resolver says it validated (its AD bit, which counts
//! only when it cannot be changed on the way here), or what is validated here ([`Trust`]). That a name has
//! no records is an answer ([`Found::records`] is empty); that nobody could tell is a [`DnsFault`], and
//! never taken for the former: whoever can suppress an answer could redirect us otherwise.

mod fault;
mod order;
mod resolver;
mod services;

pub use fault::DnsFault;
pub use order::{Service, groups};
pub use resolver::{DnsError, Resolver, Settings, Trust};
pub use services::Way;

/// The answer to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found<T> {
    /// The records; there are none when this is empty.
    pub records: Vec<T>,
    /// DNSSEC validated all of it, aliases on the way included.
    pub secure: bool,
}
