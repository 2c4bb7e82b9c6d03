//! The block list in memory: addresses as text, sorted. Most accounts block nobody, and then nothing
//! is allocated.

use crate::Fault;
use store::Row;
use xmpp::Jid;

/// The addresses that an account blocks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Blocklist(Box<[Box<str>]>);

impl Blocklist {
    /// A list of these addresses, in any order.
    pub fn new(addresses: impl IntoIterator<Item = Box<str>>) -> Blocklist {
        let mut sorted: Vec<Box<str>> = addresses.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        Blocklist(sorted.into())
    }

    /// The list in the rows of [`super::table::BLOCKED_SQL`].
    ///
    /// # Errors
    /// When a row does not hold what the query asks for.
    pub fn read(rows: &[Row]) -> Result<Blocklist, Fault> {
        let addresses: Result<Vec<Box<str>>, Fault> = rows.iter().map(|row| Ok(row.text(0)?.into())).collect();
        Ok(Blocklist::new(addresses?))
    }

    /// Whether an entry matches the address (XEP-0191 §6): it as it is, its bare form, or its domain.
    pub fn covers(&self, peer: &Jid) -> bool {
        !self.0.is_empty() && (self.holds(peer.as_str()) || self.holds(peer.bare_str()) || self.holds(peer.domain()))
    }

    /// Whether exactly this address is an entry.
    pub fn holds(&self, address: &str) -> bool {
        self.0.binary_search_by(|known| known.as_ref().cmp(address)).is_ok()
    }

    /// The entries, by address.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is blocked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with more entries.
    pub fn with(&self, more: &Blocklist) -> Blocklist {
        Blocklist::new(self.0.iter().chain(&more.0).cloned())
    }

    /// The same without these entries.
    pub fn without(&self, fewer: &Blocklist) -> Blocklist {
        Blocklist::new(self.0.iter().filter(|known| !fewer.holds(known)).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(addresses: &[&str]) -> Blocklist {
        Blocklist::new(addresses.iter().map(|address| Box::from(*address)))
    }

    fn covers(list: &Blocklist, address: &str) -> bool {
        list.covers(&Jid::parse(address).unwrap())
    }

    #[test]
    fn entries_match_as_narrowly_as_they_are_written() {
        let full = list(&["a@x.example/phone"]);
        assert!(covers(&full, "a@x.example/phone") && !covers(&full, "a@x.example/desk"));
        assert!(!covers(&full, "a@x.example"));
        let bare = list(&["a@x.example"]);
        assert!(covers(&bare, "a@x.example") && covers(&bare, "a@x.example/phone"));
        assert!(!covers(&bare, "b@x.example") && !covers(&bare, "x.example"));
        let resource = list(&["x.example/bot"]);
        assert!(covers(&resource, "x.example/bot") && !covers(&resource, "x.example"));
        let domain = list(&["x.example"]);
        assert!(covers(&domain, "x.example/bot") && covers(&domain, "a@x.example/phone"));
        assert!(!covers(&domain, "a@sub.x.example"));
    }

    #[test]
    fn entries_come_and_go() {
        let one = list(&["b@x", "a@x", "a@x"]);
        assert_eq!(one.len(), 2);
        assert_eq!(one.with(&list(&["c@x"])).without(&list(&["a@x", "d@x"])), list(&["b@x", "c@x"]));
        assert_eq!(size_of::<Blocklist>(), 16);
    }
}
