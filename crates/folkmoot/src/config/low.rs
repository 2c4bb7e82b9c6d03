//! The configuration as it is written. Nothing here is checked beyond its shape; places in the file
//! are kept so that what is wrong can be pointed at.

use super::metrics::LowMetrics;
use super::statement::LowService;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// The file. What is missing has a default.
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowConfig {
    /// The domain served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Spanned<String>>,
    /// Who may run the service from a client.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admins: Vec<Spanned<String>>,
    /// What the operator says of the service.
    pub service: LowService,
    /// How people get an account.
    pub sign_up: LowSignUp,
    /// The data folder; relative to the folder of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Where clients connect.
    pub listen: LowListen,
    /// How browsers find the service.
    pub web: LowWeb,
    /// Where everybody finds it who asks nowhere else.
    pub host_meta: LowHostMeta,
    /// The certificate; without it the server makes its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<LowCertificate>,
    /// How to reach those who run the service.
    #[serde(skip_serializing_if = "LowContact::is_empty")]
    pub contact: LowContact,
    /// Services outside that clients need for calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<LowExternal>,
    /// What is served at other domains.
    pub services: LowServices,
    /// What the operator wants of rooms.
    pub rooms: LowRooms,
    /// How long files are kept, and where they are.
    pub upload: LowUpload,
    /// Programs beside the server that speak for domains.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub component: Vec<LowComponent>,
    /// How names of other servers are looked up.
    pub dns: LowDns,
    /// Whom of them to believe.
    pub federation: LowFederation,
    /// What is archived and for how long.
    pub archive: LowArchive,
    /// Where the numbers of the service are read.
    pub metrics: LowMetrics,
    /// What is logged and how.
    pub log: LowLog,
    /// Limits by the names that features declare.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<Spanned<String>, Spanned<u64>>,
}

/// `[sign-up]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowSignUp {
    /// How strangers get an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<LowMode>,
    /// Names that are for nobody, besides the usual ones; with `*` at the end, all that begin so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Spanned<String>>,
    /// What strangers have to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Spanned<String>>,
    /// What is right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Spanned<String>>,
}

/// How strangers get an account.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowMode {
    /// Not at all.
    Closed,
    /// By an invitation.
    Invite,
    /// Whoever wants to.
    Open,
}

/// `[listen]`: addresses with ports. An empty list listens nowhere.
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowListen {
    /// Plain at first, then TLS (RFC 6120 §5). The usual port is 5222.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starttls: Option<Vec<Spanned<String>>>,
    /// TLS from the first byte (XEP-0368). The usual port is 5223.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Vec<Spanned<String>>>,
    /// HTTPS, with WebSocket (RFC 7395). The usual port is 5443, behind which 443 can be forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https: Option<Vec<Spanned<String>>>,
    /// Other servers, plain at first, then TLS. The usual port is 5269.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers: Option<Vec<Spanned<String>>>,
    /// Other servers, TLS from the first byte (XEP-0368). The usual port is 5270.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers_tls: Option<Vec<Spanned<String>>>,
    /// Components, in plain text and therefore on this machine. The usual port is 5347.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<Spanned<String>>>,
}

/// `[web]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowWeb {
    /// Under which address browsers reach `listen.https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Spanned<String>>,
}

/// `[host-meta]`: where the world reaches the server (XEP-0487). Ports are those of `[listen]` unless named.
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowHostMeta {
    /// The public addresses of the machine; without any, only browsers are told where to connect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Spanned<String>>,
    /// The port for clients, TLS from the first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Spanned<u16>>,
    /// The port for other servers, TLS from the first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers_tls: Option<Spanned<u16>>,
}

/// `[certificate]`: PEM files; relative to the folder of the configuration.
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowCertificate {
    /// The certificate and the ones between it and its root.
    pub chain: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// `[contact]`: URIs for each purpose (XEP-0157).
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowContact {
    /// To tell of abuse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub abuse: Vec<Spanned<String>>,
    /// To reach who runs the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admin: Vec<Spanned<String>>,
    /// To say what could be better.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feedback: Vec<Spanned<String>>,
    /// To buy something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sales: Vec<Spanned<String>>,
    /// To tell of a hole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<Spanned<String>>,
    /// To see whether the service runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Spanned<String>>,
    /// To get help.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Spanned<String>>,
}

/// `[services]`: the domain of each; `false` for none. The usual one is the name before the domain served.
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowServices {
    /// Rooms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rooms: Option<Spanned<LowBranch>>,
    /// Nodes that belong to nobody in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pubsub: Option<Spanned<LowBranch>>,
    /// Files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<Spanned<LowBranch>>,
}

/// Where a service is.
#[derive(Deserialize, Serialize, Clone, Debug)]
#[serde(untagged)]
pub enum LowBranch {
    /// At the usual domain, or nowhere.
    Usual(bool),
    /// At this one.
    At(String),
}

/// `[rooms]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowRooms {
    /// Rooms that new accounts find among their bookmarks.
    pub newcomers: Vec<Spanned<String>>,
}

/// `[upload]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowUpload {
    /// How long files are kept, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Spanned<u32>>,
    /// How long files for profiles are kept, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_days: Option<Spanned<u32>>,
    /// Under which address browsers reach files; without it, the one of `[web]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Spanned<String>>,
}

/// `[[component]]`: a program that speaks for a domain (XEP-0114).
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowComponent {
    /// The domain.
    pub domain: Spanned<String>,
    /// A file with what it shares with us; relative to the folder of the configuration.
    pub secret_file: Spanned<PathBuf>,
    /// What it may do in the name of people here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileges: Option<LowPrivileges>,
}

/// `privileges` of a component (XEP-0356), in the words of the XEP.
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowPrivileges {
    /// With contact lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roster: Option<LowAccess>,
    /// Whether it is told of changes to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push: Option<Spanned<bool>>,
    /// Whether it sends messages in people's names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<LowMessage>,
    /// Whether it sees people come and go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<LowPresence>,
    /// Requests that it makes in people's names, by the namespace of what they hold.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub iq: BTreeMap<String, LowAccess>,
}

/// Which requests are allowed.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowAccess {
    None,
    Get,
    Set,
    Both,
}

/// Which presence is seen.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum LowPresence {
    None,
    ManagedEntity,
}

/// Which messages are allowed.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowMessage {
    None,
    Outgoing,
}

/// `[[external]]`: a STUN or TURN server (XEP-0215).
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowExternal {
    /// What it is.
    pub r#type: LowKind,
    /// A name or an address.
    pub host: Spanned<String>,
    /// Its port; 3478, or 5349 with TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<Spanned<u16>>,
    /// What it is reached over; UDP, or TCP with TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<LowTransport>,
    /// A file with what it shares with us; relative to the folder of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<Spanned<PathBuf>>,
}

/// What a service outside is.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowKind {
    Stun,
    Stuns,
    Turn,
    Turns,
}

/// What it is reached over.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowTransport {
    Udp,
    Tcp,
}

/// `[dns]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowDns {
    /// The resolvers to ask; without it those of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers: Option<Vec<Spanned<String>>>,
    /// Whose word counts for DNSSEC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dnssec: Option<Dnssec>,
    /// A file of DNSKEY records to validate from, instead of the keys of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_anchors: Option<Spanned<PathBuf>>,
}

/// Whose word counts for DNSSEC.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Dnssec {
    /// That of a resolver on this machine.
    Resolver,
    /// Our own.
    Own,
    /// Nobody's.
    Off,
}

/// `[federation]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowFederation {
    /// With whom the service talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<With>,
    /// How they prove who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofDemanded>,
    /// A PEM file of authorities, or of single servers' certificates, to trust beside the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<PathBuf>,
    /// Whether other servers may have private addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_addresses: Option<bool>,
}

/// With whom a service talks.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum With {
    /// With every domain that proves who it is, but for those that a rule refuses.
    Everybody,
    /// With those alone that a rule allows.
    Listed,
    /// With none.
    Nobody,
}

/// What other servers have to show.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ProofDemanded {
    /// A certificate, or a TLSA record.
    Certificate,
    /// Where a certificate proves nothing, dialback is enough (XEP-0220).
    Dialback,
}

/// `[archive]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowArchive {
    /// How long messages are kept, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Spanned<u32>>,
    /// What is kept of an account that never chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ArchiveDefault>,
    /// Whether a message that its sender retracts is taken out of the archives (XEP-0424 §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tombstones: Option<bool>,
}

/// The values of XEP-0441.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveDefault {
    Always,
    Never,
    Roster,
}

/// `[log]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowLog {
    /// The least serious kind of line that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LogLevel>,
    /// For whom the lines are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<LogFormat>,
}

/// How much is logged.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// What a line of the log looks like.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl LowContact {
    fn is_empty(&self) -> bool {
        let LowContact { abuse, admin, feedback, sales, security, status, support } = self;
        [abuse, admin, feedback, sales, security, status, support].iter().all(|one| one.is_empty())
    }
}
