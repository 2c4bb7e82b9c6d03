//! The protocol features, one folder each, and the trunk they hang on.
//!
//! The trunk: [`feature`] (what a feature declares), [`all`] (the list of them), [`turn`] (what a
//! rule sees and may want done), [`memory`] (what an online account keeps), [`order`] (which rule
//! comes when), [`deed`] (what is done to a whole account), [`iq`] (who answers which request), [`query`] (slow reads), [`class`] (what a
//! message is). Features are leaves: they do not know one another but through the trunk and the few
//! arrows that `cargo xtask tidy` lists.

pub mod all;
pub mod class;
pub mod deed;
pub mod feature;
pub mod iq;
pub mod memory;
pub mod order;
pub mod query;
pub mod service;
pub mod turn;

pub mod archive;
pub mod blocking;
pub mod caps;
pub mod carbons;
pub mod disco;
pub mod federation;
pub mod login;
pub mod messages;
pub mod offline;
pub mod ping;
pub mod presence;
pub mod pubsub;
pub mod push;
pub mod registration;
pub mod reports;
pub mod roster;
pub mod stanza_ids;
pub mod vcard;
pub mod version;

pub use store::Fault;
