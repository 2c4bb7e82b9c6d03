//! Nodes and items (XEP-0060), of which every account has its own (XEP-0163): avatars, bookmarks,
//! keys of devices, what somebody listens to. The owner publishes, whoever may see a node is told.
//! The service has nodes too, at a domain of its own, which belong to whoever made them ([`host`]).
//!
//! Whoever has nodes knows in memory its nodes and which items there are ([`nodes`]), so that all is decided in
//! its turn; what the items hold is read beside it ([`fetch`]). A configuration has one meaning and
//! one way to change ([`config`]). Who may see a node is decided in one place ([`access`]).
//!
//! Some nodes have a meaning of their own, which other features say ([`known`]) and which they read and
//! write by [`read`], [`put`] and [`take_out`].
//!
//! Parts: [`request`] (which operation, by whom), [`publish`], [`manage`] (nodes), [`discover`],
//! [`notify`] (events), [`people`] (subscribers and affiliates), [`subscribe`] (what they do), [`oversee`] and
//! [`approve`] (what the owner decides of them), [`bounce`] (who is not there any more), [`table`] (rows),
//! [`portable`] (nodes that move), [`offer`] and [`limits`] (what is declared).

mod access;
mod approve;
mod bounce;
pub mod config;
mod discover;
mod fetch;
mod host;
pub mod known;
mod limits;
mod manage;
pub mod nodes;
mod notify;
mod offer;
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
pub use bounce::take_bounce;
pub use config::Access;
pub use discover::{info, items};
pub use fetch::{Fetch, Last};
pub use host::{Host, load, take_message};
pub use known::{Change, Kept, Known, Whose};
pub use limits::{
    ACCOUNT_BYTES, AFFILIATIONS, ITEM_BYTES, ITEMS, MADE, NODES, PAGE, PAGE_BYTES, PENDING, SERVICE_ITEMS,
    SERVICE_NODES, SERVICE_PEOPLE, SUBSCRIPTIONS,
};
pub use nodes::Nodes;
pub use notify::{headline, show_last};
pub use publish::{add_open_node, check_room, drop_item, keep, presupposed, put, take_out};
pub use table::{AVATAR_SQL, NODES_SQL};

use crate::branch::BranchKind;
use crate::feature::{Feature, Spec};
use crate::iq::{At, IqHandler, Verb};
use xmpp::ns;

const SERVICE: At = At::Branch(BranchKind::Pubsub);

/// XEP-0060 and XEP-0163, with what clients do by means of them.
pub const FEATURE: Feature = Feature {
    name: "pubsub",
    summary: "Keeps what a person's clients share with each other and with contacts, and tells who wants to know.",
    specs: &[
        Spec::xep_without(
            60,
            "1.30.0",
            "several or timed subscriptions of one address; commands for pending subscriptions",
        ),
        Spec::xep_without(163, "1.2.2", "last items of somebody who has no device online"),
        Spec::xep(222, "1.0"),
        Spec::xep(223, "1.1.1"),
    ],
    disco: offer::OFFER,
    limits: &[
        &NODES,
        &ITEMS,
        &ITEM_BYTES,
        &ACCOUNT_BYTES,
        &PAGE,
        &PAGE_BYTES,
        &SUBSCRIPTIONS,
        &PENDING,
        &AFFILIATIONS,
        &MADE,
        &SERVICE_NODES,
        &SERVICE_ITEMS,
        &SERVICE_PEOPLE,
    ],
    tables: &[&table::NODE, &table::ITEM, &table::SUBSCRIPTION, &table::AFFILIATION],
    iqs: &[
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Get, at: At::Anyone, run: request::get },
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Set, at: At::Anyone, run: request::set },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Get, at: At::Account, run: request::owner_get },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Set, at: At::Account, run: request::owner_set },
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Get, at: SERVICE, run: request::get },
        IqHandler { ns: ns::PUBSUB, name: "pubsub", verb: Verb::Set, at: SERVICE, run: request::set },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Get, at: SERVICE, run: request::owner_get },
        IqHandler { ns: ns::PUBSUB_OWNER, name: "pubsub", verb: Verb::Set, at: SERVICE, run: request::owner_set },
    ],
};
