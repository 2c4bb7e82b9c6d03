//! Branches: what the service does at domains of their own, beside its accounts.

use crate::service::Service;
use std::fmt::{self, Display, Formatter};
use xmpp::Jid;

/// One branch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// Its domain.
    pub domain: Jid,
    /// What it does.
    pub kind: BranchKind,
}

/// What a branch does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BranchKind {
    /// Rooms (XEP-0045).
    Rooms,
    /// Nodes of nobody in particular (XEP-0060).
    Pubsub,
    /// Slots for files (XEP-0363).
    Upload,
    /// Whatever a program beside this one does (XEP-0114).
    Component,
}

impl BranchKind {
    /// Those that this program serves itself.
    pub const OWN: [BranchKind; 3] = [BranchKind::Rooms, BranchKind::Pubsub, BranchKind::Upload];

    /// Category and type of what it says it is (XEP-0030 §3.1). A component speaks for itself.
    pub fn identity(self) -> (&'static str, &'static str) {
        match self {
            BranchKind::Rooms => ("conference", "text"),
            BranchKind::Pubsub => ("pubsub", "service"),
            BranchKind::Upload => ("store", "file"),
            BranchKind::Component => ("component", "generic"),
        }
    }

    /// Its name in the configuration, which usually stands before the domain served. A component has none
    /// of its own.
    pub fn label(self) -> &'static str {
        match self {
            BranchKind::Rooms => "rooms",
            BranchKind::Pubsub => "pubsub",
            BranchKind::Upload => "upload",
            BranchKind::Component => "component",
        }
    }

    /// What people are told it is.
    pub fn name(self) -> &'static str {
        match self {
            BranchKind::Rooms => "Rooms",
            BranchKind::Pubsub => "Publish-subscribe",
            BranchKind::Upload => "File upload",
            BranchKind::Component => "Component",
        }
    }
}

impl Display for BranchKind {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl Service {
    /// The branch that an address is at.
    pub fn branch_of(&self, jid: &Jid) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.domain.domain() == jid.domain())
    }

    /// The first branch of a kind.
    pub fn branch(&self, kind: BranchKind) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.kind == kind)
    }

    /// All domains that are ours: of the accounts, then of the branches.
    pub fn domains(&self) -> impl Iterator<Item = &Jid> {
        std::iter::once(&self.domain).chain(self.branches.iter().map(|branch| &branch.domain))
    }

    /// Whether an address is at any of them.
    pub fn is_ours(&self, jid: &Jid) -> bool {
        self.domains().any(|domain| domain.domain() == jid.domain())
    }
}
