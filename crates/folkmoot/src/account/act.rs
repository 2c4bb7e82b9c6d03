//! tmp
use crate::control::{Control, End, Reply};
use store::{Fault, Store};
use xmpp::Jid;
pub async fn act(_store: &Store, _domain: &Jid, control: Control, _end: impl AsyncFn(&Jid, End) -> usize) -> Reply {
    Reply::Refused { sentence: format!("{control:?}") }
}
/// Whether there is any account.
pub async fn any(_store: &Store) -> Result<bool, Fault> {
    Ok(false)
}
