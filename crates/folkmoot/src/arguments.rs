//! What can be written on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
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
    /// Check the configuration and print the one in force; with --as compliance, try a running server
    ///
    /// What is wrong is listed with file, line and column. What is printed is a configuration file
    /// with every value named.
    ///
    /// With --as compliance a running server is asked, over the wire like by clients, for every row that the
    /// Compliance Suites (XEP-0479) have for servers at the advanced level. Without --host it is the server of this
    /// configuration, on which two accounts are made and erased again; any other server needs two accounts.
    #[command(
        after_help = "Exit codes: 0 all is well, 1 the machine is not as the configuration says or a row is not there or \
                      wrong, 2 the configuration or the usage is wrong."
    )]
    Check {
        /// Try a running server instead
        #[arg(long = "as", value_name = "WHAT")]
        suite: Option<Suite>,
        #[command(flatten)]
        target: Target,
    },
    /// Make, list, change and erase accounts
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Account(AccountCommand),
    /// Invite somebody to an account, list invitations, take them back, see who came by whose
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Invite(InviteCommand),
    /// Write to everybody who is online, in the name of the service
    #[command(after_help = EXIT_CODES)]
    Announce {
        /// What they are told
        text: String,
    },
    /// Take down what people uploaded
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Files(FilesCommand),
    /// Read what people reported when they blocked somebody, and close it
    ///
    /// Works with a running server, through its control socket in the data folder, and without one.
    #[command(subcommand, after_help = EXIT_CODES)]
    Report(ReportCommand),
    /// Write accounts, with all they have, to a file of XEP-0227
    ///
    /// Another Folkmoot, and most other servers, can read it. It works beside a running server. The file
    /// holds keys to log in with and private messages: keep it like a password.
    #[command(after_help = EXIT_CODES)]
    Export(ExportCommand),
    /// Take in accounts from a file of XEP-0227 or from the data of another server
    ///
    /// Each account comes in whole or not at all, and one that is here already stays as it is; so an
    /// import that was interrupted is simply started again. Stop the server first; --dry-run works
    /// beside it.
    #[command(after_help = EXIT_CODES)]
    Import(ImportCommand),
    /// Show in numbers how the running server is doing
    ///
    /// It names nobody. With `[metrics]` in the configuration the same is read by what collects OpenMetrics.
    #[command(after_help = EXIT_CODES)]
    Status,
    /// Decide with which other servers ours talks, and look at the way to them
    #[command(subcommand, after_help = EXIT_CODES)]
    Federation(FederationCommand),
}

/// What to export.
#[derive(Args, Debug)]
pub struct ExportCommand {
    /// Whose accounts: the part before the @, or the whole address
    #[arg(value_name = "NAME", conflicts_with = "all")]
    pub names: Vec<String>,
    /// All accounts
    #[arg(long)]
    pub all: bool,
    /// The file to write, - for the standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// Leave out the keys to log in with: a copy for the person, not for another server
    #[arg(long)]
    pub without_keys: bool,
}

/// What to import.
#[derive(Args, Debug)]
pub struct ImportCommand {
    /// The file or folder to read
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Whose data it is
    #[arg(long, value_enum, default_value_t = Origin::Xep0227)]
    pub from: Origin,
    /// Change nothing; say what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Say of each account what it brings
    #[arg(long)]
    pub each: bool,
}

/// Where accounts come from.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A file of XEP-0227, also the main file of `ejabberdctl export_piefxis`
    Xep0227,
    /// The data folder (data_path) of a Prosody that uses internal storage
    Prosody,
    /// The dump of an ejabberd's SQL database, or the folder of `ejabberdctl export_piefxis`
    Ejabberd,
}

/// What a running server is tried for.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suite {
    /// The Compliance Suites of 2023, XEP-0479
    Compliance,
}

/// Which server is tried, and as whom.
#[derive(Args, Debug)]
#[group(requires = "suite")]
pub struct Target {
    /// Where a server speaks STARTTLS
    #[arg(long, value_name = "HOST:PORT")]
    pub host: Option<String>,
    /// Where it speaks TLS from the first byte
    #[arg(long, value_name = "HOST:PORT")]
    pub tls: Option<String>,
    /// Where it speaks HTTPS, for WebSocket and BOSH
    #[arg(long, value_name = "HOST:PORT")]
    pub https: Option<String>,
    /// Where components connect to it
    #[arg(long, value_name = "HOST:PORT")]
    pub component: Option<String>,
    /// An account on it; say two. What they have there may change
    #[arg(long, value_name = "JID")]
    pub jid: Vec<String>,
    /// Read their passwords from the standard input, one a line
    #[arg(long)]
    pub password_stdin: bool,
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
    /// Show how things stand with other services: streams, what waits, what is wrong
    ///
    /// Without a running server it shows what is remembered of them.
    Status {
        /// This one alone, like example.org
        domain: Option<String>,
    },
    /// Talk with a domain and all below it, on these terms
    ///
    /// It takes the place of what was decided before. Where `with` in the configuration is `listed`, the server
    /// talks with such domains alone.
    Allow {
        /// The domain, like example.org
        domain: String,
        /// What it has to show, where that is not what all have to
        #[arg(long, value_enum)]
        proof: Option<ProofWanted>,
        /// Refuse messages to people who do not have the sender in their contact list
        #[arg(long)]
        no_strangers: bool,
        /// Refuse files and calls from there, as far as they can be seen
        #[arg(long)]
        no_media: bool,
        /// Let nobody from there enter rooms here, or the other way round
        #[arg(long)]
        no_rooms: bool,
        #[command(flatten)]
        remark: Remark,
    },
    /// Exchange nothing with a domain and all below it; what there is of streams ends at once
    Block {
        /// The domain, like example.org
        domain: String,
        /// Change nothing; say whose contacts it would cut off
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        remark: Remark,
    },
    /// List, remove, write and read what was decided about domains
    #[command(subcommand)]
    Rules(RulesCommand),
}

/// What a domain has to show.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofWanted {
    /// A valid certificate, or a TLSA record
    Certificate,
    /// Where a certificate proves nothing, encrypted dialback
    Dialback,
}

/// What is said with a decision.
#[derive(Args, Debug)]
pub struct Remark {
    /// Why, for other operators
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    /// For how many days; without it, until somebody changes it
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u32>,
}

/// A command about all that was decided.
#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// List all rules
    List,
    /// Take the rule for a domain back
    Remove {
        /// The domain
        domain: String,
    },
    /// Write all rules as CSV
    Export {
        /// The file to write, - for the standard output
        #[arg(long, short, value_name = "FILE", default_value = "-")]
        output: PathBuf,
    },
    /// Read rules from CSV as `export` writes it, or refuse the domains of a list, one a line, like JabberSPAM's
    ///
    /// Rules for domains that are not in the file stay. A file with mistakes changes nothing.
    Import {
        /// The file to read, - for the standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Change nothing; say whose contacts would be cut off
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        remark: Remark,
    },
}

/// A command about invitations.
#[derive(Subcommand, Debug)]
pub enum InviteCommand {
    /// Make an invitation to an account, and show the link, once
    Create {
        /// The name of the account, which is kept until then; without one, whoever comes chooses
        name: Option<String>,
        /// How many may come by it
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        uses: u32,
        /// How many days it is good, instead of the limit `invitation-days`
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
        /// Do not draw the link as a code to be photographed
        #[arg(long)]
        no_qr: bool,
    },
    /// List the invitations that can still be used, whoever made them
    List,
    /// Take an invitation back
    Revoke {
        /// Its number in the list
        number: i64,
    },
    /// Show who came by whose invitation
    Tree {
        /// Below which account; without one, below those who run the service
        name: Option<String>,
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
    /// List the devices that have access to an account, or take it from one
    Devices {
        /// Whose
        name: String,
        /// Take access away from the device with this id in the list
        #[arg(long, value_name = "ID")]
        revoke: Option<String>,
    },
    /// List the files that an account uploaded, and how much room they take
    Files {
        /// Whose
        name: String,
    },
    /// Show what administrators did lately, with these commands or from a client
    Deeds,
    /// Erase an account and all that it keeps; its name stays taken
    Delete {
        /// Which
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// A command about files.
#[derive(Subcommand, Debug)]
pub enum FilesCommand {
    /// Delete a file; whoever asks for it is told that it is gone
    Delete {
        /// Its address, as it was sent to somebody, or its id in the list of `account files`
        file: String,
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
