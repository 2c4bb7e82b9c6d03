//! What people could make grow by means of nodes.
//!
//! What one person made at the service is measured like what an account has; besides, the service as a whole has
//! its measure, because all of it is in memory together.

use crate::feature::Limit;

/// How many nodes an account has at most.
pub const NODES: Limit = Limit {
    name: "pubsub-nodes",
    default: 500,
    unit: "nodes",
    reason: "An online account keeps their names in memory. Clients use some twenty; encryption adds one a device.",
    sentence: "Your account keeps as many kinds of things as it can. Let a client remove some.",
};

/// How many items a node keeps at most; what `max` means (XEP-0060 §16.4.4).
pub const ITEMS: Limit = Limit {
    name: "pubsub-items",
    default: 1000,
    unit: "items",
    reason: "An online account keeps their ids in memory, and clients fetch a node as a whole. Bookmarks are hundreds.",
    sentence: "The oldest of so many items makes room for a new one.",
};

/// How large an item may be.
pub const ITEM_BYTES: Limit = Limit {
    name: "pubsub-item-bytes",
    default: 262_144,
    unit: "bytes",
    reason: "The largest are avatars, which clients scale down to some ten thousand bytes.",
    sentence: "That is too large to be kept here. Choose a smaller picture.",
};

/// How much all items of an account hold.
pub const ACCOUNT_BYTES: Limit = Limit {
    name: "pubsub-bytes",
    default: 4_194_304,
    unit: "bytes",
    reason: "Avatars, bookmarks and the keys of ten devices take less than a tenth.",
    sentence: "Your account keeps as much as it can. Let a client remove something.",
};

/// How many items an answer holds.
pub const PAGE: Limit = Limit {
    name: "pubsub-page",
    default: 1000,
    unit: "items",
    reason: "Many clients ask for a node as a whole and do not page; the newest are sent.",
    sentence: "The rest comes page by page.",
};

/// How much the items of an answer hold.
pub const PAGE_BYTES: Limit = Limit {
    name: "pubsub-page-bytes",
    default: 524_288,
    unit: "bytes",
    reason: "An answer is one stanza, which is in memory as a whole.",
    sentence: "The rest comes page by page.",
};

/// How many subscriptions the nodes of an account have.
pub const SUBSCRIPTIONS: Limit = Limit {
    name: "pubsub-subscriptions",
    default: 1000,
    unit: "subscriptions",
    reason: "An online account keeps them in memory, and each is told of everything. Contacts are told without one.",
    sentence: "So many people ask to be told already that there is no place for one more.",
};

/// How many of them wait for the owner's answer.
pub const PENDING: Limit = Limit {
    name: "pubsub-pending",
    default: 50,
    unit: "subscriptions",
    reason: "Anybody may ask, and the owner is asked again on each device that comes.",
    sentence: "Too many people wait for an answer already. Please try again later.",
};

/// How many people may do more or less than others with the nodes of an account.
pub const AFFILIATIONS: Limit = Limit {
    name: "pubsub-affiliations",
    default: 1000,
    unit: "affiliations",
    reason: "An online account keeps them in memory. People name a handful.",
    sentence: "Your account keeps as many such names as it can. Remove some first.",
};

/// How many nodes one person makes at the service.
pub const MADE: Limit = Limit {
    name: "pubsub-service-nodes-each",
    default: 20,
    unit: "nodes",
    reason: "They are for groups and for what is published to many; programs that need hundreds are known by name.",
    sentence: "You have made as many nodes as one person may. Delete one that nobody needs any more.",
};

/// How many nodes the service has.
pub const SERVICE_NODES: Limit = Limit {
    name: "pubsub-service-nodes",
    default: 5000,
    unit: "nodes",
    reason: "The service knows all of them while anybody uses one. An empty one takes some hundred bytes.",
    sentence: "The service has as many nodes as it can. Please tell those who run it.",
};

/// How many items all nodes of the service hold.
pub const SERVICE_ITEMS: Limit = Limit {
    name: "pubsub-service-items",
    default: 200_000,
    unit: "items",
    reason: "The service has their ids in memory, some eighty bytes each.",
    sentence: "The service keeps as many items as it can. Please tell those who run it.",
};

/// How many subscriptions and affiliations all nodes of the service have.
pub const SERVICE_PEOPLE: Limit = Limit {
    name: "pubsub-service-people",
    default: 100_000,
    unit: "people",
    reason: "The service has them in memory, some hundred bytes each.",
    sentence: "So many people are named at the service that there is no place for one more.",
};
