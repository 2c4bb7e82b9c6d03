//! What every turn may know of the service it runs in.

use crate::branch::{Branch, BranchKind};
use crate::feature::Limits;
use bytes::Bytes;
use std::sync::Arc;
use xmpp::Jid;

/// The facts of one virtual host. Immutable: a reload makes a new one.
#[derive(Clone)]
pub struct Service {
    /// The domain served: of the accounts.
    pub domain: Jid,
    /// What it does at other domains.
    pub branches: Vec<Branch>,
    /// What the components among them may do in people's names, by their domains.
    pub components: Vec<(Jid, crate::component::Rights)>,
    /// The limits in force.
    pub limits: Limits,
    /// Keys of our own.
    pub secrets: Secrets,
    /// Whether an account that never chose keeps its messages (XEP-0313 §6).
    pub archive_default: crate::archive::Default,
    /// How long archives are kept, in days.
    pub archive_days: u32,
    /// Whether it talks to other services.
    pub federation: Federation,
    /// Whether a retracted message makes way for a tombstone (XEP-0424 §4), or stays beside its retraction.
    pub tombstones: bool,
    /// Under which address browsers reach its pages: `https://example.org`; none if it has none.
    pub pages: Option<Arc<str>>,
    /// How people get an account.
    pub sign_up: crate::registration::Policy,
    /// The rooms that new accounts find among their bookmarks.
    pub newcomer_rooms: Vec<Jid>,
    /// Who may run the service from a client: bare JIDs.
    pub admins: Vec<Jid>,
    /// When the service was started, in microseconds since 1970.
    pub started_at: i64,
    /// How to reach those who run it.
    pub contacts: crate::contact::Contacts,
    /// What they say of it.
    pub statement: Arc<crate::statement::Statement>,
    /// Services outside that clients need for calls.
    pub external: Vec<crate::external::Outside>,
    /// Where files are reached and how long they are kept.
    pub upload: crate::upload::Keeping,
    /// What clients can do, once proved. It changes, and a reload hands it on.
    pub caps: Arc<crate::caps::Known>,
    /// What is said to everybody who comes. As above.
    pub notices: Arc<crate::announce::Notices>,
    /// On which terms it talks with single domains. As above.
    pub rules: Arc<crate::terms::Book>,
    /// What they were like. As above.
    pub records: Arc<crate::federation::Records>,
    /// What is wrong with links to them. As above.
    pub watch: Arc<crate::watch::Watch>,
}

/// Whether a service talks to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Federation {
    /// With nobody.
    Off,
    /// With every domain that can be reached and proves who it is, but for those that a rule refuses.
    Open,
    /// The same with those alone that a rule allows.
    Listed,
}

/// What kind of owner holds the memory of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A person with sessions.
    Account,
    /// The domain itself.
    Host,
    /// A branch, whatever the address at it.
    Branch(BranchKind),
    /// Another domain, whatever the address on it.
    Remote,
}

impl Service {
    /// A service of accounts alone that keeps no messages, with the limits as they are declared.
    pub fn new(domain: Jid, secrets: Secrets) -> Service {
        Service {
            domain,
            branches: Vec::new(),
            components: Vec::new(),
            limits: Limits::default(),
            secrets,
            archive_default: crate::archive::Default::Never,
            archive_days: 1,
            federation: Federation::Off,
            tombstones: true,
            pages: None,
            sign_up: crate::registration::Policy::CLOSED,
            newcomer_rooms: Vec::new(),
            admins: Vec::new(),
            started_at: 0,
            contacts: Vec::new(),
            statement: Arc::default(),
            external: Vec::new(),
            upload: crate::upload::Keeping { origin: "https://localhost".into(), days: 30, profile_days: 365 },
            caps: Arc::default(),
            notices: Arc::default(),
            rules: Arc::default(),
            records: Arc::default(),
            watch: Arc::default(),
        }
    }

    /// Who owns an address.
    pub fn owner_of(&self, jid: &Jid) -> Owner {
        match (self.is_local(jid), jid.local()) {
            (true, Some(_)) => Owner::Account,
            (true, None) => Owner::Host,
            (false, _) => self.branch_of(jid).map_or(Owner::Remote, |branch| Owner::Branch(branch.kind)),
        }
    }

    /// Whether anything that is sent to another domain could leave.
    pub fn is_reachable(&self, jid: &Jid) -> bool {
        match self.owner_of(jid) {
            Owner::Remote => self.federation != Federation::Off,
            Owner::Branch(BranchKind::Component) => true,
            Owner::Account | Owner::Host | Owner::Branch(_) => false,
        }
    }

    /// Whether `jid` is the domain of the accounts or on it.
    pub fn is_local(&self, jid: &Jid) -> bool {
        jid.domain() == self.domain.as_str()
    }

    /// Whether `jid` is of somebody who may run the service.
    pub fn is_admin(&self, jid: &Jid) -> bool {
        self.admins.iter().any(|admin| admin.as_str() == jid.bare_str())
    }

    /// Whether `jid` is the domain itself, with or without a resource.
    pub fn is_domain(&self, jid: &Jid) -> bool {
        jid.local().is_none() && self.is_local(jid)
    }
}

/// Keys of our own, made at the first start and kept in the store.
#[derive(Clone)]
pub struct Secrets {
    /// AES-128 key behind archive ids (XEP-0313 §3.1 wants them unpredictable).
    pub archive_ids: [u8; 16],
    /// Behind the keys of server dialback (XEP-0185 §3).
    pub dialback: Bytes,
    /// Makes salts for accounts that do not exist, so that asking tells nothing.
    pub decoy: Bytes,
}

impl std::fmt::Debug for Secrets {
    /// Says nothing: keys do not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secrets")
    }
}
