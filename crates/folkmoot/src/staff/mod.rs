//! Commands about those who run the service. They go the same ways as those about accounts.

mod act;

pub use act::{give, link, list, take};

use crate::account::Door;
use crate::arguments::StaffCommand;
use crate::config::Config;
use crate::control::{Control, Reply, StaffLine};
use crate::failure::Failure;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: &StaffCommand, json: bool) -> Result<(), Failure> {
    let control = match command {
        StaffCommand::List => Control::ListStaff,
        StaffCommand::Give { name, role } => Control::GiveRole { name: name.clone(), role: role.clone() },
        StaffCommand::Take { name } => Control::TakeRole { name: name.clone() },
        StaffCommand::Link => Control::OwnerLink,
    };
    // A link is for a service that has nothing yet.
    let reply = Door::open(config, matches!(command, StaffCommand::Link))?.ask(control)?;
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else {
        print!("{}", as_text(&reply));
    }
    Ok(())
}

fn as_text(reply: &Reply) -> String {
    match reply {
        Reply::Staff { staff } if staff.is_empty() => {
            "Nobody has a role. `folkmoot staff link` shows a link by which the first owner comes.\n".to_owned()
        }
        Reply::Staff { staff } => staff.iter().map(line).collect(),
        Reply::RoleGiven { address, role } => format!("{address} is {role} now.\n"),
        Reply::RoleTaken { address } => format!("{address} has no role any more.\n"),
        Reply::OwnerLink { link: Some(link) } => {
            format!("Whoever opens this link in a browser owns the service. It is good once:\n{link}\n")
        }
        Reply::OwnerLink { link: None } => {
            "Somebody owns the service already. `folkmoot staff list` says who.\n".to_owned()
        }
        // Others have their own; refusals became failures.
        _ => String::new(),
    }
}

fn line(line: &StaffLine) -> String {
    let since = line.since.as_deref().map_or("by the configuration", |since| &since[.."2026-11-25".len()]);
    format!("{}  {}  {since}\n", line.address, line.role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_line_each() {
        let line = |address: &str, since: Option<&str>| StaffLine {
            address: address.into(),
            role: "owner".into(),
            since: since.map(str::to_owned),
        };
        let staff = vec![line("alice@localhost", None), line("bob@localhost", Some("2026-11-25T12:00:00.000000Z"))];
        let text = as_text(&Reply::Staff { staff });
        assert_eq!(text, "alice@localhost  owner  by the configuration\nbob@localhost  owner  2026-11-25\n");
    }
}
