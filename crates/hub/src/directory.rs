//! Which owners are in memory, by bare JID.

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
        self.shard(jid.bare_str()).read().get(jid.bare_str()).cloned()
    }

    /// The owner of an address; a sleeping one is given its place.
    pub fn get(&self, jid: &Jid) -> Arc<Cell> {
        if let Some(cell) = self.find(jid) {
            return cell;
        }
        let mut shard = self.shard(jid.bare_str()).write();
        shard.entry(jid.bare_str().into()).or_insert_with(|| Arc::new(Cell::new(jid.bare()))).clone()
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

    fn shard(&self, bare: &str) -> &Shard {
        &self.shards[self.hasher.hash_one(bare) as usize % SHARDS]
    }
}
