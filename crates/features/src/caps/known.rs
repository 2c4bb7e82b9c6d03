//! The sets of features that were proved once, for all owners of the service.

use crate::feature::Limit;
use hashbrown::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use xmpp::{Element, ns};

/// How many sets are kept.
pub const SETS: Limit = Limit {
    name: "caps-sets",
    default: 10_000,
    unit: "sets",
    reason: "Each version of each client is one; a large service sees some thousands. The oldest is asked for again.",
    sentence: "So many kinds of clients are remembered.",
};

/// A set that names more bytes of nodes than this counts as naming none: no client does.
const BYTES_MAX: usize = 16_384;

/// The nodes that a set of features asks to be told of (XEP-0163 §4.2), and the name of the set.
#[derive(PartialEq, Eq, Debug)]
pub struct Interests {
    key: Box<str>,
    /// Sorted.
    nodes: Box<[Box<str>]>,
}

impl Interests {
    /// The features of a disco#info answer that end in `+notify`.
    pub(super) fn read(key: &str, query: &Element<'_>) -> Interests {
        let mut nodes: Vec<Box<str>> = Vec::new();
        let mut bytes = 0;
        for feature in query.children().filter(|child| child.is("feature", ns::DISCO_INFO)) {
            let Some(name) = feature.attr("var") else { continue };
            let Some(node) = name.strip_suffix("+notify") else { continue };
            bytes += node.len();
            nodes.push(node.into());
        }
        if bytes > BYTES_MAX {
            nodes.clear();
        }
        nodes.sort_unstable();
        nodes.dedup();
        Interests { key: key.into(), nodes: nodes.into() }
    }

    /// The same from the text that [`Interests::to_text`] made.
    pub fn from_text(text: &str) -> Interests {
        let mut lines = text.lines();
        let key = lines.next().unwrap_or_default().into();
        Interests { key, nodes: lines.map(Box::from).collect() }
    }

    /// The name and the nodes, a line each: no device can use one whose name holds a line break, which XML
    /// normalises away.
    pub fn to_text(&self) -> String {
        let lines = std::iter::once(&self.key).chain(&self.nodes);
        lines.map(|line| line.replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n")
    }

    /// Whether the node is among them.
    pub fn wants(&self, node: &str) -> bool {
        self.nodes.binary_search_by(|known| known.as_ref().cmp(node)).is_ok()
    }

    /// Whether this is the set of that name.
    pub(super) fn is(&self, key: &str) -> bool {
        self.key.as_ref() == key
    }
}

/// The cache. A set that is thrown out stays with the devices that have it.
#[derive(Default)]
pub struct Known(Mutex<Sets>);

#[derive(Default)]
struct Sets {
    by_key: HashMap<Box<str>, Arc<Interests>>,
    /// The keys by age.
    ages: VecDeque<Box<str>>,
}

impl Known {
    /// The set of that name.
    pub(super) fn get(&self, key: &str) -> Option<Arc<Interests>> {
        self.sets().by_key.get(key).cloned()
    }

    /// Keeps a set that was proved, and no more than `most` of them.
    pub(super) fn add(&self, interests: Arc<Interests>, most: usize) {
        let mut sets = self.sets();
        if sets.by_key.contains_key(&interests.key) {
            return;
        }
        while sets.ages.len() >= most.max(1) {
            let Some(oldest) = sets.ages.pop_front() else { break };
            sets.by_key.remove(&oldest);
        }
        sets.ages.push_back(interests.key.clone());
        sets.by_key.insert(interests.key.clone(), interests);
    }

    fn sets(&self) -> MutexGuard<'_, Sets> {
        // Nothing panics while it is held; what a panic elsewhere left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_set_goes_first() {
        let known = Known::default();
        for key in ["a", "b", "c"] {
            known.add(Arc::new(Interests { key: key.into(), nodes: Box::default() }), 2);
        }
        assert!(known.get("a").is_none());
        assert!(known.get("b").is_some() && known.get("c").is_some());
    }
}
