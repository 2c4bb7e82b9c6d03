//! Reading items for other features, beside the owner.

use super::table;
use crate::Fault;
use bytes::Bytes;
use store::{Row, Store};
use xmpp::{Element, ns};

/// An item as it is kept.
#[derive(Debug)]
pub struct Item {
    /// Its name in the node.
    pub id: String,
    /// Its place in the order of publication: an item that was replaced since has another.
    pub number: i64,
    payload: Bytes,
}

impl Item {
    /// What it holds; none if it was published without.
    pub fn payload(&self) -> Option<Element<'_>> {
        Element::first(std::str::from_utf8(&self.payload).ok()?, ns::PUBSUB)
    }

    fn read(row: &Row) -> Result<Item, Fault> {
        Ok(Item { id: row.text(0)?.to_owned(), number: row.int(1)?, payload: row.blob(3)? })
    }
}

/// All items of some nodes of an account, oldest first.
///
/// # Errors
/// When the store says no.
pub async fn all<const N: usize>(store: &Store, account: i64, nodes: [&str; N]) -> Result<[Vec<Item>; N], Fault> {
    let queries =
        nodes.map(|node| (table::READ_ITEMS, vec![account.into(), node.into(), i64::MIN.into(), i64::MAX.into()]));
    let mut found = store.query_all(queries.into()).await?.into_iter();
    let mut items = nodes.map(|_| Vec::new());
    for place in &mut items {
        let rows = found.next().unwrap_or_default();
        *place = rows.iter().map(Item::read).collect::<Result<_, _>>()?;
    }
    Ok(items)
}

/// One item, if it is still there.
///
/// # Errors
/// When the store says no.
pub async fn one(store: &Store, account: i64, node: &str, number: i64) -> Result<Option<Item>, Fault> {
    let rows = store.query(table::READ_ITEMS, vec![account.into(), node.into(), number.into(), number.into()]).await?;
    rows.first().map(Item::read).transpose()
}
