//! Which owners are in memory, by bare JID, or by the name of the way to another domain.

use crate::cell::Cell;
use features::branch::BranchKind;
use features::service::{Owner, Service};
use hashbrown::HashMap;
use parking_lot::RwLock;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use xmpp::Jid;

/// Enough that two threads seldom meet at the same lock.
const SHARDS: usize = 64;

type Shard = RwLock<HashMap<Box<str>, Arc<Cell>>>;

/// All owners that are awake or about to be.
pub struct Directory {
    shards: Box<[Shard]>,
    hasher: RandomState,
}

impl Default for Directory {
    fn default() -> Directory {
        let shards = (0..SHARDS).map(|_| Shard::default()).collect();
        Directory { shards, hasher: RandomState::new() }
    }
}

impl Directory {
    /// The owner of an address, if it is in memory.
    pub fn find(&self, jid: &Jid) -> Option<Arc<Cell>> {
        self.find_named(jid.bare_str())
    }

    /// The owner of an address; a sleeping one is given its place.
    pub fn get(&self, jid: &Jid) -> Arc<Cell> {
        self.find(jid).unwrap_or_else(|| self.make(jid.bare()))
    }

    /// The owner of the way of that name ([`features::federation::Way::name`]), if it is in memory.
    pub fn find_way(&self, name: &Jid) -> Option<Arc<Cell>> {
        self.find_named(name.as_str())
    }

    /// The owner of a way; a sleeping one is given its place.
    pub fn get_way(&self, name: &Jid) -> Arc<Cell> {
        self.find_way(name).unwrap_or_else(|| self.make(name.clone()))
    }

    fn find_named(&self, name: &str) -> Option<Arc<Cell>> {
        self.shard(name).read().get(name).cloned()
    }

    fn make(&self, name: Jid) -> Arc<Cell> {
        let mut shard = self.shard(name.as_str()).write();
        shard.entry(name.as_str().into()).or_insert_with(|| Arc::new(Cell::new(name))).clone()
    }

    /// The owners in memory of addresses that `pick` chooses.
    pub fn select(&self, pick: impl Fn(&Jid) -> bool) -> Vec<Arc<Cell>> {
        let cells = |shard: &Shard| shard.read().values().filter(|cell| pick(cell.jid())).cloned().collect::<Vec<_>>();
        self.shards.iter().flat_map(cells).collect()
    }

    /// Takes away owners that nobody refers to and that `may_sleep` lets go. Nobody can be about to
    /// leave mail there: that takes a reference, which is only had under the same lock.
    pub fn let_sleep(&self, may_sleep: impl Fn(&Cell) -> bool) -> usize {
        let mut gone = 0;
        for shard in &self.shards {
            let mut shard = shard.write();
            let before = shard.len();
            shard.retain(|_, cell| Arc::strong_count(cell) > 1 || !may_sleep(cell));
            gone += before - shard.len();
            if shard.capacity() > 4 * shard.len().max(16) {
                shard.shrink_to_fit();
            }
        }
        gone
    }

    /// The rooms in memory.
    pub fn rooms(&self, service: &Service) -> Vec<Arc<Cell>> {
        let is_room = |cell: &&Arc<Cell>| {
            cell.jid().local().is_some() && service.owner_of(cell.jid()) == Owner::Branch(BranchKind::Rooms)
        };
        self.shards
            .iter()
            .flat_map(|shard| shard.read().values().filter(is_room).cloned().collect::<Vec<_>>())
            .collect()
    }

    /// Whether `quiet` holds for all owners.
    pub fn all(&self, quiet: impl Fn(&Cell) -> bool) -> bool {
        self.shards.iter().all(|shard| shard.read().values().all(|cell| quiet(cell)))
    }

    /// How many owners have a place.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    fn shard(&self, name: &str) -> &Shard {
        &self.shards[self.hasher.hash_one(name) as usize % SHARDS]
    }
}
