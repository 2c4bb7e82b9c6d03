//! The protocol features, one folder each, and the trunk they hang on.
//!
//! The trunk: [`feature`] (what a feature declares), [`all`] (the list of them), [`turn`] (what a
//! rule sees and may want done), [`memory`] (what an online account keeps), [`order`] (which rule
//! comes when), [`command`] (what a command is), [`deed`] (what is done beside an owner), [`iq`] (who answers which
//! request), [`query`] (slow reads), [`promises`] (what the service says of itself), [`statement`] (what its operator says), [`class`] (what a message is), [`portable`] (accounts that move), [`arrival`]
//! (one on its way in). Features are leaves: they do not know one another but through the trunk and the few
//! arrows that `cargo xtask tidy` lists.

pub mod all;
pub mod arrival;
pub mod branch;
pub mod class;
pub mod command;
pub mod deed;
pub mod feature;
pub mod iq;
pub mod memory;
pub mod order;
pub mod portable;
pub mod promises;
pub mod query;
pub mod service;
pub mod statement;
pub mod turn;

pub mod admin;
pub mod announce;
pub mod archive;
pub mod avatars;
pub mod blocking;
pub mod bookmarks;
pub mod caps;
pub mod carbons;
pub mod commands;
pub mod component;
pub mod contact;
pub mod disco;
pub mod displayed;
pub mod external;
pub mod federation;
pub mod invitations;
pub mod last_activity;
pub mod login;
pub mod messages;
pub mod offline;
pub mod ping;
pub mod presence;
pub mod private;
pub mod pubsub;
pub mod push;
pub mod registration;
pub mod reports;
pub mod resume;
pub mod retraction;
pub mod rooms;
pub mod roster;
pub mod staff;
pub mod stanza_ids;
pub mod terms;
pub mod time;
pub mod upload;
pub mod vcard;
pub mod version;
pub mod watch;

pub use store::Fault;
