//! The control socket: how commands reach a running server. A Unix socket in the data folder, for
//! the server's own user alone; one JSON object a line, each request answered by one reply.

mod client;
mod coming_in;
mod lines;
mod rooms;
mod socket;
#[cfg(test)]
mod tests;

pub use client::{Unanswered, ask};
pub use coming_in::{ApplicationLine, CameLine, InvitationLine};
pub use lines::{
    ACCOUNTS_MAX, AccountLine, AffectedLine, ClientLine, DeedLine, Ended, Erased, Evidence, FileLine, LackLine,
    NEIGHBOURS_MAX, NeighbourLine, OutageLine, PromiseLine, REPORTS_MAX, RULES_MAX, ReportLine, RuleLine, StaffLine,
    StreamLine,
};
pub use rooms::{AskedRoom, ROOMS_MAX, RoomLine, ToldRoom};
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
    /// List applications that wait by number, [`hub::applications::LISTED_MAX`] at a time.
    ListApplications {
        /// The number after which to start; 0 for the beginning.
        after: i64,
    },
    /// Show an application that waits.
    ShowApplication {
        /// Which.
        number: i64,
    },
    /// Let somebody in who applied.
    AcceptApplication {
        /// Which.
        number: i64,
    },
    /// Do not let them in.
    RefuseApplication {
        /// Which.
        number: i64,
        /// What they are told when they ask; empty for nothing.
        answer: String,
    },
    /// Say how the server is doing, in numbers.
    Status,
    /// List what administrators did lately.
    ListDeeds,
    /// List who runs the service.
    ListStaff,
    /// Give an account a role, in the place of any other.
    GiveRole {
        /// Which account.
        name: String,
        /// The role.
        role: String,
    },
    /// Take the role of an account.
    TakeRole {
        /// Which account.
        name: String,
    },
    /// Make a link by which the first owner comes.
    OwnerLink,
    /// Say what is promised, and what a directory of services would make of it.
    Promises,
    /// Show what is said of an outage (XEP-0455).
    ShowOutage,
    /// Say that there is an outage, or will be, in the place of what was said before; or that it is over.
    SayOutage {
        /// What is said; none when it is over.
        outage: Option<OutageLine>,
    },
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
    /// Something about rooms.
    Room {
        /// What.
        ask: AskedRoom,
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
    /// Some applications; fewer than [`hub::applications::LISTED_MAX`] are the last ones.
    Applications {
        /// By number.
        applications: Vec<ApplicationLine>,
    },
    /// The account can be used.
    ApplicationAccepted {
        /// Its address.
        address: String,
    },
    /// The name is free again.
    ApplicationRefused {
        /// The address that was asked for.
        address: String,
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
    /// Something of rooms.
    Room {
        /// What.
        told: ToldRoom,
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
    /// Who runs the service.
    Staff {
        /// By name; the administrators of the configuration come first.
        staff: Vec<StaffLine>,
    },
    /// The account has the role.
    RoleGiven {
        /// Its address.
        address: String,
        /// Which.
        role: String,
    },
    /// The account has no role any more.
    RoleTaken {
        /// Its address.
        address: String,
    },
    /// A link by which the first owner comes.
    OwnerLink {
        /// The link; none if somebody owns the service.
        link: Option<String>,
    },
    /// What is promised.
    Promises {
        /// In the order of the pages.
        promises: Vec<PromiseLine>,
        /// The category of XMPP Providers.
        category: String,
        /// What is missing for the best one.
        lacks: Vec<LackLine>,
        /// What only others can measure.
        unmeasured: Vec<String>,
    },
    /// What is said of an outage.
    Outage {
        /// The file that clients fetch.
        file: String,
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

/// Where the socket of a data folder is.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("control.sock")
}
