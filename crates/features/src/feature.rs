//! What a feature says of itself. Disco, migrations, limits, export, erasure and the documents are
//! computed from these declarations; nothing of it is typed a second time.

use crate::branch::BranchKind;
use crate::iq::IqHandler;
use store::Table;

/// One protocol feature: a folder of this crate.
pub struct Feature {
    /// The folder, in words.
    pub name: &'static str,
    /// What it does for people, in a sentence.
    pub summary: &'static str,
    /// The documents it follows.
    pub specs: &'static [Spec],
    /// Namespaces shown in service discovery, and on whose address.
    pub disco: &'static [(Place, &'static str)],
    /// What a peer could otherwise grow without end.
    pub limits: &'static [&'static Limit],
    /// What it keeps.
    pub tables: &'static [&'static Table],
    /// The requests it answers.
    pub iqs: &'static [IqHandler],
}

/// A document and how much of it is done.
pub struct Spec {
    /// Which.
    pub document: Document,
    /// The version that was read.
    pub version: &'static str,
    /// How much of the server's part is there.
    pub done: Done,
}

/// A numbered document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names of the series")]
pub enum Document {
    Rfc(u16),
    Xep(u16),
}

/// How much of a document's server duties are done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// All that concerns a server.
    Complete,
    /// What is missing, in a few words.
    Partial(&'static str),
}

impl Spec {
    /// An XEP whose server duties are all done.
    pub const fn xep(number: u16, version: &'static str) -> Spec {
        Spec { document: Document::Xep(number), version, done: Done::Complete }
    }

    /// An XEP of which something is missing.
    pub const fn xep_without(number: u16, version: &'static str, missing: &'static str) -> Spec {
        Spec { document: Document::Xep(number), version, done: Done::Partial(missing) }
    }

    /// An RFC whose server duties are all done.
    pub const fn rfc(number: u16) -> Spec {
        Spec { document: Document::Rfc(number), version: "", done: Done::Complete }
    }
}

/// Whose disco shows a namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The domain's.
    Domain,
    /// Every account's bare JID.
    Account,
    /// The domain of every branch.
    Branches,
    /// The domain of branches of this kind.
    Branch(BranchKind),
    /// Every room.
    Room,
}

/// A bound on something a peer can grow, declared where it is enforced.
#[derive(PartialEq, Eq, Debug)]
pub struct Limit {
    /// The name in the configuration: `roster-items`.
    pub name: &'static str,
    /// Used unless the configuration says otherwise.
    pub default: u64,
    /// What is counted: `items`, `bytes`, `seconds`.
    pub unit: &'static str,
    /// Why there is a bound, and why this one.
    pub reason: &'static str,
    /// What the person is told who meets it.
    pub sentence: &'static str,
}

/// The limits in force: the declared defaults and what the configuration changed.
#[derive(Default, Clone, Debug)]
pub struct Limits {
    changed: Vec<(&'static str, u64)>,
}

impl Limits {
    /// The value in force.
    pub fn of(&self, limit: &Limit) -> u64 {
        self.changed.iter().find(|(name, _)| *name == limit.name).map_or(limit.default, |(_, value)| *value)
    }

    /// The same as a count.
    pub fn count(&self, limit: &Limit) -> usize {
        usize::try_from(self.of(limit)).unwrap_or(usize::MAX)
    }

    /// Changes a limit. Its name comes from a [`Limit`], so that no other can be set.
    pub fn set(&mut self, limit: &Limit, value: u64) {
        self.changed.retain(|(name, _)| *name != limit.name);
        self.changed.push((limit.name, value));
    }
}
