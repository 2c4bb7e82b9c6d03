//! Commands about other servers: on which terms ours talks with them ([`act`], [`rules`]), how things stand with them
//! ([`status`]), and the way to one ([`test`]).

mod act;
mod print;
mod rules;
mod status;
mod test;
#[cfg(test)]
mod tests;

pub use act::{affected, decide, forget, list};
pub use status::neighbours;

use crate::arguments::FederationCommand;
use crate::config::Config;
use crate::failure::Failure;
use features::terms;
use xmpp::Jid;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done, or the way to a domain ends somewhere.
pub fn run(config: &Config, command: &FederationCommand, json: bool) -> Result<(), Failure> {
    match command {
        FederationCommand::Test { domain } => test::run(config, domain, json),
        FederationCommand::Status { domain } => status::run(config, domain.as_deref(), json),
        ruling => rules::run(config, ruling, json),
    }
}

fn read_domain(text: &str) -> Result<Jid, Failure> {
    terms::read_domain(text).map_err(Failure::usage)
}
