//! The pages of a service: what people see of it in a browser. `net` has the sockets and knows nothing of this;
//! `folkmoot` hands it the requests that are not XMPP's.
//!
//! To add a page: a module with `fn routes() -> Router<Arc<Site>>`, merged in `site.rs`. A page that changes
//! something takes its form as [`Sealed`], and writes [`Seal::token`] into it. Its words stand in `words/`, one file
//! for each language.

mod apps;
mod assets;
pub mod desk;
mod documents;
mod files;
mod form;
mod frame;
mod headers;
mod landing;
mod limits;
pub mod page;
pub mod promises;
pub mod providers;
mod seal;
mod signup;
mod site;
mod usage;
mod visitor;
pub mod wellknown;
mod words;

pub use form::{Rejected, Sealed};
pub use frame::Frame;
pub use limits::LIMITS;
pub use seal::Seal;
pub use site::{Site, answer, router};
pub use visitor::Visitor;
pub use words::Words;
