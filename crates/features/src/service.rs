//! What every turn may know of the service it runs in.

use crate::feature::Limits;
use bytes::Bytes;
use xmpp::Jid;

/// The facts of one virtual host. Immutable: a reload makes a new one.
#[derive(Clone)]
pub struct Service {
    /// The domain served.
    pub domain: Jid,
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
    /// What clients can do, once proved. The one thing here that changes; a reload hands it on.
    pub caps: std::sync::Arc<crate::caps::Known>,
}

/// Whether a service talks to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Federation {
    /// With nobody.
    Off,
    /// With every domain that can be reached and proves who it is.
    Open,
}

/// What kind of owner holds the memory of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A person with sessions.
    Account,
    /// The domain itself.
    Host,
    /// Another domain, whatever the address on it.
    Remote,
}

impl Service {
    /// A service of accounts alone that keeps no messages, with the limits as they are declared.
    pub fn new(domain: Jid, secrets: Secrets) -> Service {
        Service {
            domain,
            limits: Limits::default(),
            secrets,
            archive_default: crate::archive::Default::Never,
            archive_days: 1,
            federation: Federation::Off,
            caps: std::sync::Arc::default(),
        }
    }

    /// Who owns an address.
    pub fn owner_of(&self, jid: &Jid) -> Owner {
        match (self.is_local(jid), jid.local()) {
            (true, Some(_)) => Owner::Account,
            (true, None) => Owner::Host,
            (false, _) => Owner::Remote,
        }
    }

    /// Whether `jid` is the domain or on it.
    pub fn is_local(&self, jid: &Jid) -> bool {
        jid.domain() == self.domain.as_str()
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
