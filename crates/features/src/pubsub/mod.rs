//! Nodes and items (XEP-0060), of which every account has its own (XEP-0163): avatars, bookmarks,
//! keys of devices, what somebody listens to. The owner publishes, whoever may see a node is told.
//!
//! An online account knows its nodes and which items there are ([`nodes`]), so that all is decided in
//! its turn; what the items hold is read beside it ([`fetch`]). A configuration has one meaning and
//! one way to change ([`config`]). Who may see a node is decided in one place ([`access`]).
//!
//! Some nodes have a meaning of their own, which other features say ([`known`]) and which they read and
//! write by [`read`], [`put`] and [`take_out`].
//!
//! Parts: [`request`] (which operation, by whom), [`publish`], [`manage`] (nodes), [`discover`],
//! [`notify`] (events), [`people`] (subscribers and affiliates), [`subscribe`] (what they do), [`oversee`] and
//! [`approve`] (what the owner decides of them), [`table`] (rows), [`portable`] (nodes
//! that move).

mod access;
mod approve;
pub mod config;
mod discover;
mod fetch;
pub mod known;
mod manage;
pub mod nodes;
mod notify;
mod oversee;
pub mod people;
pub mod portable;
mod publish;
pub mod read;
mod request;
mod subscribe;
pub mod table;

pub use access::{check_own, is_own, sees};
pub use approve::{ask_again, take_answer};
pub use config::Access;
pub use discover::{info, items};
pub use fetch::{Fetch, Last};
pub use known::{Change, Kept, Known, Whose};
pub use nodes::Nodes;
pub use notify::{headline, show_last};
pub use publish::{add_open_node, check_room, drop_item, keep, presupposed, put, take_out};
pub use table::{AVATAR_SQL, NODES_SQL};

use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use xmpp::ns;

/// XEP-0060 and XEP-0163, with what clients do by means of them.
pub const FEATURE: Feature = Feature {
    name: "pubsub",
    summary: "Keeps what a person's clients share with each other and with contacts, and tells who wants to know.",
    specs: &[
        Spec::xep_without(
            60,
            "1.30.0",
            "services of their own; publishing by everybody or all subscribers, who published; several or timed \
             subscriptions of one address, ending those that bounce",
        ),
        Spec::xep_without(163, "1.2.2", "last items of somebody who has no device online"),
        Spec::xep(222, "1.0"),
        Spec::xep(223, "1.1.1"),
    ],
    disco: &[
        (Place::Account, ns::PUBSUB),
        (Place::Account, "http://jabber.org/protocol/pubsub#access-authorize"),
        (Place::Account, "http://jabber.org/protocol/pubsub#access-open"),
        (Place::Account, "http://jabber.org/protocol/pubsub#access-presence"),
        (Place::Account, "http://jabber.org/protocol/pubsub#access-roster"),
        (Place::Account, "http://jabber.org/protocol/pubsub#access-whitelist"),
        (Place::Account, "http://jabber.org/protocol/pubsub#auto-create"),
        (Place::Account, "http://jabber.org/protocol/pubsub#auto-subscribe"),
        (Place::Account, "http://jabber.org/protocol/pubsub#config-node"),
        (Place::Account, "http://jabber.org/protocol/pubsub#config-node-max"),
        (Place::Account, "http://jabber.org/protocol/pubsub#create-and-configure"),
        (Place::Account, "http://jabber.org/protocol/pubsub#create-nodes"),
        (Place::Account, "http://jabber.org/protocol/pubsub#delete-items"),
        (Place::Account, "http://jabber.org/protocol/pubsub#delete-nodes"),
        (Place::Account, "http://jabber.org/protocol/pubsub#filtered-notifications"),
        (Place::Account, "http://jabber.org/protocol/pubsub#instant-nodes"),
        (Place::Account, "http://jabber.org/protocol/pubsub#item-ids"),
        (Place::Account, "http://jabber.org/protocol/pubsub#last-published"),
        (Place::Account, "http://jabber.org/protocol/pubsub#manage-subscriptions"),
        (Place::Account, "http://jabber.org/protocol/pubsub#member-affiliation"),
        (Place::Account, "http://jabber.org/protocol/pubsub#meta-data"),
        (Place::Account, "http://jabber.org/protocol/pubsub#modify-affiliations"),
        (Place::Account, "http://jabber.org/protocol/pubsub#multi-items"),
        (Place::Account, "http://jabber.org/protocol/pubsub#outcast-affiliation"),
        (Place::Account, "http://jabber.org/protocol/pubsub#persistent-items"),
        (Place::Account, "http://jabber.org/protocol/pubsub#presence-subscribe"),
        (Place::Account, "http://jabber.org/protocol/pubsub#publish"),
        (Place::Account, "http://jabber.org/protocol/pubsub#publish-node-full"),
        (Place::Account, ns::PUBSUB_OPTIONS),
        (Place::Account, "http://jabber.org/protocol/pubsub#publisher-affiliation"),
        (Place::Account, "http://jabber.org/protocol/pubsub#purge-nodes"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retract-items"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retrieve-affiliations"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retrieve-default"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retrieve-default-sub"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retrieve-items"),
        (Place::Account, "http://jabber.org/protocol/pubsub#retrieve-subscriptions"),
        (Place::Account, "http://jabber.org/protocol/pubsub#rsm"),
        (Place::Account, "http://jabber.org/protocol/pubsub#subscribe"),
        (Place::Account, "http://jabber.org/protocol/pubsub#subscription-notifications"),
        (Place::Account, "http://jabber.org/protocol/pubsub#subscription-options"),
    ],
    limits: &[&NODES, &ITEMS, &ITEM_BYTES, &ACCOUNT_BYTES, &PAGE, &PAGE_BYTES, &SUBSCRIPTIONS, &PENDING, &AFFILIATIONS],
    tables: &[&table::NODE, &table::ITEM, &table::SUBSCRIPTION, &table::AFFILIATION],
    iqs: &[
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Get, at: At::Anyone, run: request::get },
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Set, at: At::Anyone, run: request::set },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Get, at: At::Account, run: request::owner_get },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Set, at: At::Account, run: request::owner_set },
    ],
};

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
