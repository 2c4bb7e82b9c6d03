//! The rules in memory: one value for all who ask, which an edit replaces as a whole.

use super::{Rule, table};
use crate::Fault;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Store;
use xmpp::Jid;

/// All rules, by domain.
#[derive(Clone, Default, Debug)]
pub struct Rules(HashMap<Box<str>, Rule>);

impl Rules {
    /// The rule that holds for a domain: its own, or else that of the nearest domain above it. One past its
    /// time is as if it were not there.
    pub fn of(&self, domain: &Jid, now: i64) -> Option<&Rule> {
        if self.0.is_empty() {
            return None;
        }
        above(domain.domain()).filter_map(|name| self.0.get(name)).find(|rule| rule.holds(now))
    }

    /// The rule of exactly that domain.
    pub fn get(&self, domain: &Jid) -> Option<&Rule> {
        self.0.get(domain.domain())
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a rule in the place of the one for the same domain.
    pub fn put(&mut self, rule: Rule) {
        self.0.insert(rule.domain.domain().into(), rule);
    }

    /// Takes the rule of a domain away.
    pub fn remove(&mut self, domain: &Jid) -> Option<Rule> {
        self.0.remove(domain.domain())
    }
}

/// A domain, and those above it, the nearest first.
pub(super) fn above(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, rest)| rest))
}

/// Where the rules in force are found.
#[derive(Default, Debug)]
pub struct Book(Mutex<Arc<Rules>>);

impl Book {
    /// Reads them at the start.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(store: &Store) -> Result<Book, Fault> {
        let mut rules = Rules::default();
        table::read(store).await?.into_iter().for_each(|rule| rules.put(rule));
        Ok(Book(Mutex::new(Arc::new(rules))))
    }

    /// Those in force.
    pub fn now(&self) -> Arc<Rules> {
        self.inner().clone()
    }

    /// From now on others are.
    pub fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(Arc::make_mut(&mut self.inner()));
    }

    fn inner(&self) -> MutexGuard<'_, Arc<Rules>> {
        // Nothing panics while it is held; what a panic elsewhere left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{Action, Terms};

    fn rule(domain: &str, action: Action, expires_at: Option<i64>) -> Rule {
        let domain = Jid::parse(domain).unwrap();
        Rule { domain, action, reason: "".into(), author: "a@here".into(), made_at: 1, expires_at }
    }

    #[test]
    fn the_most_special_rule_that_still_holds_counts() {
        let mut rules = Rules::default();
        rules.put(rule("spam.example", Action::Refuse, None));
        rules.put(rule("good.spam.example", Action::Talk(Terms::default()), Some(100)));
        let action = |domain: &str, now| rules.of(&Jid::parse(domain).unwrap(), now).map(|rule| rule.action);
        let talk = Some(Action::Talk(Terms::default()));
        assert_eq!(action("spam.example", 5), Some(Action::Refuse));
        assert_eq!(action("rooms.spam.example", 5), Some(Action::Refuse));
        assert_eq!(action("good.spam.example", 5), talk);
        assert_eq!(action("a.good.spam.example", 5), talk);
        assert_eq!(action("good.spam.example", 100), Some(Action::Refuse));
        assert_eq!(action("notspam.example", 5), None);
        assert_eq!(action("example", 5), None);
    }
}
