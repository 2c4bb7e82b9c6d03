//! The pages of a service: what people see of it in a browser. `net` has the sockets and knows nothing of this;
//! `folkmoot` hands it the requests that are not XMPP's.
//!
//! To add a page: a module with `fn routes() -> Router<Arc<Site>>`, merged in `site.rs`. A page that changes
//! something takes its form as [`Sealed`], and writes [`Seal::token`] into it.

mod assets;
mod files;
mod form;
mod headers;
mod limits;
mod page;
mod seal;
mod signup;
mod site;
mod visitor;

pub use form::{Rejected, Sealed};
pub use limits::LIMITS;
pub use page::Page;
pub use seal::Seal;
pub use site::{Site, answer, router};
pub use visitor::Visitor;
