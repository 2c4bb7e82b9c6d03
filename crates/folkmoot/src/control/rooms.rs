//! What is asked and told of rooms.

use serde::{Deserialize, Serialize};

/// What is asked. A room is named by its address, or the part before the @.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "what", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum AskedRoom {
    /// The rooms by address, [`ROOMS_MAX`] at a time.
    List {
        /// The address after which to start; empty for the beginning.
        after: String,
    },
    /// One with those who run it.
    Show {
        /// Which.
        room: String,
    },
    /// That somebody own it.
    Take {
        /// Which.
        room: String,
        /// Whose it is then, beside those who own it.
        owner: String,
    },
    /// That it end, with all that was said in it.
    Destroy {
        /// Which.
        room: String,
        /// Why, for those who are in it.
        reason: String,
    },
}

/// What is told.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "what", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ToldRoom {
    /// Some rooms; fewer than [`ROOMS_MAX`] are the last ones.
    List {
        /// By address.
        rooms: Vec<RoomLine>,
    },
    /// One room.
    Show {
        /// What it is.
        room: RoomLine,
        /// Who runs it: address and `owner` or `admin`.
        people: Vec<(String, String)>,
    },
    /// It has that owner.
    Taken {
        /// Which.
        room: String,
        /// Whose it is.
        owner: String,
    },
    /// It is no more.
    Destroyed {
        /// Which.
        room: String,
    },
}

/// A room.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct RoomLine {
    /// Its address.
    pub address: String,
    /// What it is called.
    pub name: String,
    /// Whether it is shown in the list of rooms.
    pub is_public: bool,
    /// Whether it stays when everybody has left.
    pub is_persistent: bool,
    /// The day it was used last, or the day after.
    pub used: String,
    /// How many owners it has.
    pub owners: i64,
}

/// Rooms in one reply.
pub const ROOMS_MAX: u32 = 200;
