//! What can be written on the command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// An XMPP server.
///
/// Without a configuration file it serves `localhost` to this machine, from ./folkmoot-data.
/// Without a command it serves.
#[derive(Parser, Debug)]
#[command(name = "folkmoot", version, about, long_about, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Arguments {
    /// The configuration file; also from the variable FOLKMOOT_CONFIG
    #[arg(long, short, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON, one object a line, instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration.";

/// A command.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve until told to stop; the default
    ///
    /// SIGTERM and Ctrl-C end it in good order; SIGHUP reads the configuration and the certificate
    /// again, and keeps the old ones if there is something wrong with the new.
    #[command(after_help = EXIT_CODES)]
    Serve,
    /// Check the configuration and print the one in force
    ///
    /// What is wrong is listed with file, line and column. What is printed is a configuration file
    /// with every value named.
    #[command(
        after_help = "Exit codes: 0 all is well, 1 the machine is not as the configuration says, 2 the configuration is wrong."
    )]
    Check,
    /// Make, list, change and erase accounts
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Account(AccountCommand),
    /// Read what people reported when they blocked somebody, and close it
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Report(ReportCommand),
    /// Look at the way to other servers
    #[command(subcommand, after_help = EXIT_CODES)]
    Federation(FederationCommand),
}

/// A command about other servers.
#[derive(Subcommand, Debug)]
pub enum FederationCommand {
    /// Walk the way to a domain and show each step: names, addresses, connection, encryption, identity, stream
    ///
    /// Goes where messages would go and judges as they would be judged, and sends none. Needs no running
    /// server.
    Test {
        /// The domain, like example.org
        domain: String,
    },
}

/// A command about reports.
#[derive(Subcommand, Debug)]
pub enum ReportCommand {
    /// List the open reports
    List,
    /// Show a report and the messages it names
    Show {
        /// Its number in the list
        number: i64,
    },
    /// Mark a report as dealt with
    Close {
        /// Its number in the list
        number: i64,
    },
}

/// A command about accounts. NAME is the part before the @ or the whole address.
#[derive(Subcommand, Debug)]
pub enum AccountCommand {
    /// Make an account
    ///
    /// Unless told where the password comes from, makes one up and prints it once.
    Add {
        /// The part before the @, or the whole address
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all accounts
    List,
    /// Set a new password and end the account's sessions
    ///
    /// Unless told where the password comes from, makes one up and prints it once.
    Passwd {
        /// Whose
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Let nobody log in to an account, and end its sessions; what it has is kept
    Disable {
        /// Which
        name: String,
    },
    /// Let a disabled account be used again
    Enable {
        /// Which
        name: String,
    },
    /// Erase an account and all that it keeps; its name stays taken
    Delete {
        /// Which
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// Where a password comes from.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub struct PasswordSource {
    /// Read the password from the standard input, one line
    #[arg(long)]
    pub password_stdin: bool,
    /// Ask for the password at the terminal
    #[arg(long)]
    pub password_prompt: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_may_follow_the_command() {
        let arguments = Arguments::try_parse_from(["folkmoot", "account", "add", "alice", "--config", "x", "--json"]);
        let arguments = arguments.unwrap();
        assert!(arguments.json && arguments.config.is_some());
        assert!(
            Arguments::try_parse_from(["folkmoot", "account", "add", "a", "--password-stdin", "--password-prompt"])
                .is_err()
        );
        assert!(Arguments::try_parse_from(["folkmoot"]).unwrap().command.is_none());
    }
}
