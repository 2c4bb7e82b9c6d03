//! The control socket: how commands reach a running server. A Unix socket in the data folder, for
//! the server's own user alone; one JSON object a line, each request answered by one reply.

mod client;
mod coming_in;
mod socket;

pub use client::{Unanswered, ask};
pub use coming_in::{CameLine, InvitationLine};
pub use socket::{Socket, serve};

use crate::status::Family;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Formatter};
use std::path::{Path, PathBuf};

/// What is asked of a server. Names are localparts or whole addresses.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "do", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Control {
    /// Make an account.
    AddAccount {
        /// Its name.
        name: String,
        /// Its password.
        password: Password,
    },
    /// List accounts by name, [`ACCOUNTS_MAX`] at a time.
    ListAccounts {
        /// The address or name after which to start; empty for the beginning.
        after: String,
    },
    /// Set a password; ends the account's sessions and forgets its login tokens.
    SetPassword {
        /// Whose.
        name: String,
        /// The new one.
        password: Password,
    },
    /// Let nobody log in; ends the account's sessions, keeps what it has.
    DisableAccount {
        /// Which.
        name: String,
    },
    /// Undo [`Control::DisableAccount`].
    EnableAccount {
        /// Which.
        name: String,
    },
    /// Erase an account and all it keeps. The name stays taken.
    DeleteAccount {
        /// Which.
        name: String,
    },
    /// List the clients that have access to an account (XEP-0494).
    ListClients {
        /// Which account.
        name: String,
    },
    /// Take a client's access away.
    RevokeClient {
        /// Which account.
        name: String,
        /// The client's name in the list.
        id: String,
    },
    /// List the files that an account uploaded.
    ListFiles {
        /// Which account.
        name: String,
    },
    /// Delete a file.
    DeleteFile {
        /// Its address, or its id in the list.
        file: String,
    },
    /// Write to everybody who is online.
    Announce {
        /// What they are told.
        text: String,
    },
    /// Make an invitation to an account.
    Invite {
        /// The name of the account; empty if whoever comes chooses.
        name: String,
        /// How many may come by it.
        uses: u32,
        /// How many days it is good; as long as usual if nothing is said.
        days: Option<u32>,
    },
    /// List invitations by number, [`hub::invitations::LISTED_MAX`] at a time.
    ListInvitations {
        /// The number after which to start; 0 for the beginning.
        after: i64,
    },
    /// Take an invitation back.
    RevokeInvitation {
        /// Which.
        number: i64,
    },
    /// Show who came by whose invitation.
    InvitationTree {
        /// Below which account; none for those who run the service.
        name: Option<String>,
    },
    /// Say how the server is doing, in numbers.
    Status,
    /// List what administrators did lately.
    ListDeeds,
    /// Say how things stand with other services by domain, [`NEIGHBOURS_MAX`] at a time.
    ListNeighbours {
        /// The domain after which to start; empty for the beginning.
        after: String,
        /// This one alone.
        domain: Option<String>,
    },
    /// List the rules for other domains by domain, [`RULES_MAX`] at a time.
    ListRules {
        /// The domain after which to start; empty for the beginning.
        after: String,
    },
    /// Make rules, [`RULES_MAX`] at most; all of them or none.
    Decide {
        /// The rules.
        rules: Vec<RuleLine>,
    },
    /// Take the rule for a domain back.
    Forget {
        /// Which.
        domain: String,
    },
    /// Count the contacts that people have at domains, [`RULES_MAX`] at most.
    ListAffected {
        /// Which; what is below them counts.
        domains: Vec<String>,
    },
    /// List open reports by number, [`REPORTS_MAX`] at a time.
    ListReports {
        /// The number after which to start; 0 for the beginning.
        after: i64,
    },
    /// Show a report and the messages it names.
    ShowReport {
        /// Which.
        number: i64,
    },
    /// Mark a report as dealt with.
    CloseReport {
        /// Which.
        number: i64,
    },
}

/// A password on its way. Not shown by `Debug`, so that it gets into no log.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq)]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}

/// What a server answers.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "reply", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Reply {
    /// The account is there.
    Added {
        /// Its address.
        address: String,
    },
    /// Some accounts; fewer than [`ACCOUNTS_MAX`] are the last ones.
    Accounts {
        /// By name.
        accounts: Vec<AccountLine>,
    },
    /// The password is set.
    PasswordSet(Ended),
    /// Nobody can log in any more.
    Disabled(Ended),
    /// The account can be used again.
    Enabled {
        /// Its address.
        address: String,
    },
    /// The account is gone.
    Deleted {
        /// What it was.
        #[serde(flatten)]
        ended: Ended,
        /// What it had.
        erased: Vec<Erased>,
    },
    /// The clients that have access.
    Clients {
        /// The longest unused first.
        clients: Vec<ClientLine>,
    },
    /// The client has no access any more.
    ClientRevoked(Ended),
    /// The files of an account.
    Files {
        /// Its address.
        address: String,
        /// The newest first.
        files: Vec<FileLine>,
    },
    /// The file is gone.
    FileDeleted {
        /// What it was.
        file: FileLine,
        /// Whose it was.
        address: String,
    },
    /// It was said.
    Announced {
        /// To how many people.
        people: usize,
    },
    /// The invitation is made.
    Invited {
        /// What opens it in a client.
        link: String,
        /// Where it is shown in a browser.
        page: Option<String>,
        /// When it expires, as an XEP-0082 date.
        expires: String,
    },
    /// Some invitations.
    Invitations {
        /// By number.
        invitations: Vec<InvitationLine>,
    },
    /// The invitation is no good any more.
    InvitationRevoked {
        /// Which.
        number: i64,
    },
    /// Who came by whose invitation.
    InvitationTree {
        /// Each before those who came by it.
        came: Vec<CameLine>,
    },
    /// How the server is doing.
    Status {
        /// What is counted.
        families: Vec<Family>,
    },
    /// What administrators did.
    Deeds {
        /// The newest first.
        deeds: Vec<DeedLine>,
    },
    /// How things stand with some services; fewer than [`NEIGHBOURS_MAX`] are the last ones.
    Neighbours {
        /// By domain.
        neighbours: Vec<NeighbourLine>,
    },
    /// Some rules; fewer than [`RULES_MAX`] are the last ones.
    Rules {
        /// By domain.
        rules: Vec<RuleLine>,
    },
    /// The rules hold.
    Decided {
        /// How many.
        rules: usize,
    },
    /// The rule is gone.
    Forgotten {
        /// Whose it was.
        domain: String,
    },
    /// Who has contacts there.
    Affected {
        /// By domain and account.
        affected: Vec<AffectedLine>,
    },
    /// Some open reports; fewer than [`REPORTS_MAX`] are the last ones.
    Reports {
        /// By number.
        reports: Vec<ReportLine>,
    },
    /// One report.
    Report {
        /// What it says.
        report: ReportLine,
        /// The messages it names, oldest first.
        messages: Vec<Evidence>,
    },
    /// The report is dealt with.
    ReportClosed {
        /// Which.
        number: i64,
    },
    /// The server chose not to.
    Refused {
        /// Why, and what to do.
        sentence: String,
    },
    /// The server could not.
    Failed {
        /// Why.
        sentence: String,
    },
}

/// An account whose sessions were ended.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Ended {
    /// Its address.
    pub address: String,
    /// How many sessions it had.
    pub sessions: usize,
}

/// A line of the list of accounts.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct AccountLine {
    /// Its address.
    pub address: String,
    /// `active` or `disabled`.
    pub state: String,
    /// The day it was made, as `2026-11-25`.
    pub created: String,
    /// The day of the last login.
    pub last_login: Option<String>,
}

/// A client that has access to an account.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct ClientLine {
    /// By what name it is revoked.
    pub id: String,
    /// Whether it has a session.
    pub connected: bool,
    /// Whether it can be revoked; if not, it knows the password.
    pub revocable: bool,
    /// The software, as it calls itself.
    pub software: Option<String>,
    /// The device, as it calls itself.
    pub device: Option<String>,
    /// The first login, as an XEP-0082 date.
    pub first_seen: Option<String>,
    /// The last login.
    pub last_seen: Option<String>,
}

/// A file that somebody uploaded.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct FileLine {
    /// By what name it is deleted.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it says it is.
    pub media_type: Option<String>,
    /// How large it is.
    pub bytes: u64,
    /// When it was uploaded, as an XEP-0082 date.
    pub made: String,
    /// Until when it is kept.
    pub expires: String,
}

/// Something that an administrator did.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct DeedLine {
    /// When, as an XEP-0082 date.
    pub done: String,
    /// Who: an address, or the command line.
    pub who: String,
    /// What, in a word.
    pub what: String,
    /// To whom; empty if to nobody.
    pub whom: String,
}

/// How things stand with another service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct NeighbourLine {
    /// The service.
    pub domain: String,
    /// The streams that there are.
    pub streams: Vec<StreamLine>,
    /// Bytes that wait for a link, or for being acknowledged.
    pub waiting_bytes: usize,
    /// When a link was made last, as an XEP-0082 date.
    pub good: Option<String>,
    /// When one failed last.
    pub bad: Option<String>,
    /// How many failed since the last good one.
    pub failures: u32,
    /// How long it took lately, in milliseconds, until it had what it was sent.
    pub round_trip_ms: Option<i64>,
    /// What was decided about it, in words.
    pub rule: Option<String>,
    /// What is wrong, in sentences.
    pub wrong: Vec<String>,
}

/// A stream between services.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct StreamLine {
    /// Which way stanzas go: `in`, `out` or `both` (XEP-0288).
    pub way: String,
    /// The version of TLS.
    pub tls: String,
    /// By what the other side proved who it is.
    pub proof: String,
    /// What is sent is acknowledged (XEP-0198).
    pub acknowledged: bool,
    /// Since when it is there.
    pub since: String,
}

/// Services in one reply.
pub const NEIGHBOURS_MAX: usize = 50;

/// A rule for another domain and all below it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct RuleLine {
    /// The domain.
    pub domain: String,
    /// What is decided, in words: `refuse`, or `talk` with terms.
    pub action: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub author: String,
    /// When, as an XEP-0082 date; where a rule is made, empty for now.
    pub made: String,
    /// Until when it holds.
    pub expires: Option<String>,
}

/// An account that has contacts at a domain.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct AffectedLine {
    /// The domain.
    pub domain: String,
    /// The account's address.
    pub account: String,
    /// How many contacts it has there.
    pub contacts: u64,
}

/// Rules in one request or reply, so that they fit whatever their reasons are.
pub const RULES_MAX: usize = 40;

/// Accounts in one reply.
pub const ACCOUNTS_MAX: u32 = 500;

/// A report (XEP-0377).
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct ReportLine {
    /// Its number.
    pub number: i64,
    /// When, as an XEP-0082 date.
    pub filed: String,
    /// `open` or `closed`.
    pub state: String,
    /// Who was reported.
    pub reported: String,
    /// Who reported.
    pub reporter: String,
    /// `spam` or `abuse`.
    pub reason: String,
    /// The reporter's words.
    pub text: String,
    /// The service of the reported may be told.
    pub origin_may_know: bool,
    /// Services that collect reports may be told.
    pub others_may_know: bool,
}

/// A message that a report names.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// When it was received, as an XEP-0082 date.
    pub received: String,
    /// The stanza.
    pub stanza: String,
}

/// Reports in one reply.
pub const REPORTS_MAX: u32 = 200;

/// What was erased with an account.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Erased {
    /// Where it was kept: a table, or the archive.
    pub name: String,
    /// What it was, in words.
    pub holds: String,
    /// How many entries, where they can be counted.
    pub entries: Option<u64>,
}

/// Where the socket of a data folder is.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    /// Requests over a real socket, several at once; what is not a request is answered, not obeyed.
    #[test]
    fn a_request_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let path = socket_path(folder.path());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
        let asked = std::sync::Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let socket = runtime.block_on(async { Socket::bind(&path).unwrap() });
        let serving = runtime.spawn(serve(socket, move |control| {
            counter.fetch_add(1, Relaxed);
            async move {
                match control {
                    Control::EnableAccount { name } => Reply::Enabled { address: name },
                    other => Reply::Refused { sentence: format!("{other:?}") },
                }
            }
        }));
        let reply = ask(&path, &Control::EnableAccount { name: "alice".into() }).unwrap();
        assert_eq!(reply, Reply::Enabled { address: "alice".into() });
        let secret = Control::AddAccount { name: "alice".into(), password: Password("secret".into()) };
        let Reply::Refused { sentence } = ask(&path, &secret).unwrap() else { panic!("not refused") };
        assert!(!sentence.contains("secret"));
        assert_eq!(asked.load(Relaxed), 2);
        assert!(client::ask_line(&path, "{\"do\":\"dance\"}").unwrap().contains("refused"));
        let long = "x".repeat(200_000);
        assert!(client::ask_line(&path, &long).is_ok_and(|reply| reply.contains("refused") || reply.is_empty()));
        assert_eq!(asked.load(Relaxed), 2);
        serving.abort();
        drop(runtime);
        assert!(matches!(ask(&path, &Control::ListAccounts { after: String::new() }), Err(Unanswered::NobodyThere)));
    }

    #[test]
    fn only_the_owner_may_use_the_socket() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = socket_path(folder.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bind = || runtime.block_on(async { Socket::bind(&path) });
        let first = bind().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(first);
        std::fs::write(&path, "left over").unwrap();
        assert!(bind().is_ok(), "what was left over is replaced");
    }

    #[test]
    fn requests_are_plain_json() {
        let text = serde_json::to_string(&Control::DeleteAccount { name: "bob".into() }).unwrap();
        assert_eq!(text, r#"{"do":"delete-account","name":"bob"}"#);
        let ended = Ended { address: "bob@localhost".into(), sessions: 2 };
        let text = serde_json::to_string(&Reply::Deleted { ended, erased: vec![] }).unwrap();
        assert_eq!(text, r#"{"reply":"deleted","address":"bob@localhost","sessions":2,"erased":[]}"#);
    }
}
