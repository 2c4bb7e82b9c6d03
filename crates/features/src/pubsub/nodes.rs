//! The nodes of an account, or of the service, in memory: names, configurations, and which items there are. What the
//! items hold stays in the store.
//!
//! So everything is decided in the owner's turn, without a read: whether an item is there, which
//! one makes room, how much an account holds. An account without nodes pays for an empty list.

use super::config::{Access, Config};
use super::people::{People, State};
use super::{Host, known};
use crate::Fault;
use store::Row;

/// The nodes of one account, or of the service.
#[derive(Default, Debug)]
pub struct Nodes {
    nodes: Vec<Node>,
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// Its name, which is an address of its own only together with the account's.
    pub name: Box<str>,
    /// Its configuration.
    pub config: Config,
    /// The items, oldest first (XEP-0060 §12.1: the order of publication).
    pub items: Vec<Item>,
    /// Whom it has beside its owner.
    pub people: People,
}

/// What is known of an item beside its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Its name in the node.
    pub id: Box<str>,
    /// Its place in the order of publication, over all nodes of the account.
    pub number: i64,
    /// The size of its payload.
    pub bytes: u32,
    /// When it was published, in seconds since 1970.
    pub at_seconds: u32,
    /// Who published it, at the service: a bare address.
    pub publisher: Option<Box<str>>,
}

impl Nodes {
    /// The nodes of `host` in the rows of [`super::table::NODES_SQL`].
    ///
    /// # Errors
    /// When the rows are not of that query.
    pub fn read(host: Host, rows: &[Row]) -> Result<Nodes, Fault> {
        let mut nodes = Nodes::default();
        let (described, about): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.int(0) == Ok(0));
        for row in described {
            let (name, mut config) = (row.text(1)?, Config::decode(row.text(2)?));
            if known::is_private(host, name) {
                config.access = Access::Whitelist;
            }
            nodes.add(name, config);
        }
        for row in about {
            let Some(node) = nodes.get_mut(row.text(1)?) else {
                return Err(Fault("an item, a subscription or an affiliation is of no node".into()));
            };
            match row.int(0)? {
                1 => node.items.push(Item::read(row)?),
                2 => node.people.read_subscriber(row)?,
                _ => node.people.read_affiliate(row)?,
            }
        }
        for node in &mut nodes.nodes {
            node.items.sort_by_key(|item| item.number);
        }
        Ok(nodes)
    }

    /// The node of that name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name.as_ref() == name)
    }

    /// The node of that name, to change.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| node.name.as_ref() == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    /// How many the account of that name made, at the service.
    pub(super) fn made_by(&self, maker: &str) -> usize {
        self.nodes.iter().filter(|node| node.people.maker() == Some(maker)).count()
    }

    /// Those that are measured together with the node of that name: all that an account has, or all that its
    /// maker made at the service.
    fn beside(&self, node: &str) -> impl Iterator<Item = &Node> {
        let maker = self.get(node).and_then(|node| node.people.maker());
        self.nodes.iter().filter(move |node| node.people.maker() == maker)
    }

    /// How many subscriptions there are, measured like that.
    pub(super) fn subscriptions(&self, node: &str) -> usize {
        self.beside(node).map(|node| node.people.subscribers().len()).sum()
    }

    /// How many of them wait for the answer of an owner.
    pub(super) fn pending(&self, node: &str) -> usize {
        let all = self.beside(node).flat_map(|node| node.people.subscribers());
        all.filter(|subscriber| subscriber.state == State::Pending).count()
    }

    /// How many affiliations there are, measured like that.
    pub(super) fn affiliations(&self, node: &str) -> usize {
        self.beside(node).map(|node| node.people.affiliates().count()).sum()
    }

    /// How many bytes the items hold, measured like that.
    pub(super) fn bytes(&self, node: &str) -> u64 {
        self.beside(node).flat_map(|node| &node.items).map(|item| u64::from(item.bytes)).sum()
    }

    /// How many items there are, over all nodes.
    pub(super) fn items(&self) -> usize {
        self.nodes.iter().map(|node| node.items.len()).sum()
    }

    /// How many subscriptions and affiliations there are, over all nodes.
    pub(super) fn people(&self) -> usize {
        self.nodes.iter().map(|node| node.people.subscribers().len() + node.people.affiliates().count()).sum()
    }

    pub(super) fn add(&mut self, name: &str, config: Config) {
        self.nodes.push(Node { name: name.into(), config, items: Vec::new(), people: People::default() });
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Node> {
        let at = self.nodes.iter().position(|node| node.name.as_ref() == name)?;
        Some(self.nodes.remove(at))
    }

    /// The number of the next item.
    pub(super) fn next_number(&self) -> i64 {
        let newest = self.nodes.iter().filter_map(|node| node.items.last());
        newest.map(|item| item.number).max().unwrap_or_default() + 1
    }
}

impl Item {
    fn read(row: &Row) -> Result<Item, Fault> {
        let (id, number, bytes) = (row.text(2)?.into(), row.int(3)?, u32::try_from(row.int(4)?).unwrap_or(u32::MAX));
        Ok(Item { id, number, bytes, at_seconds: seconds(row.int(5)?), publisher: None })
    }
}

/// Microseconds since 1970 as seconds.
pub(super) fn seconds(micros: i64) -> u32 {
    u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX)
}

impl Node {
    /// The item of that id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id.as_ref() == id)
    }

    /// The item of that id, to change.
    pub(super) fn item_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id.as_ref() == id)
    }

    /// The newest item.
    pub(super) fn last(&self) -> Option<&Item> {
        self.items.last()
    }
}
