//! Who came by whose invitation, as a tree: for those who run the service, who follow abuse to its root.

use crate::Fault;
use hashbrown::HashMap;
use store::{Row, Store};

/// One who came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// How many invitations away from where the tree begins.
    pub depth: u32,
    /// The account's row.
    pub account: i64,
    /// Its name; none if it was erased.
    pub name: Option<Box<str>>,
    /// Whether it is shut out.
    pub is_disabled: bool,
    /// When it came, in microseconds since 1970; nought if nobody knows any more.
    pub came_at: i64,
}

/// How deep is looked: a chain of so many invitations takes months.
const DEPTH_MAX: u32 = 64;

/// Those who came by invitations of an account, and by theirs: each before those who came by it. Nought is
/// those who run the service.
///
/// # Errors
/// When the store says no.
pub async fn tree(store: &Store, root: i64) -> Result<Vec<Node>, Fault> {
    let sql = "SELECT invited.inviter, invited.account, account.localpart, account.state, invited.came_at \
               FROM invited JOIN account ON account.id = invited.account ORDER BY invited.account DESC";
    let mut came: HashMap<i64, Vec<Node>> = HashMap::new();
    for row in store.query(sql, vec![]).await? {
        came.entry(row.int(0)?).or_default().push(read(&row)?);
    }
    // Whoever came by somebody is only taken once, so that this ends whatever the rows say.
    let mut waiting = came.remove(&root).unwrap_or_default();
    let mut nodes = Vec::new();
    while let Some(node) = waiting.pop() {
        let invited = came.remove(&node.account).unwrap_or_default();
        if node.depth < DEPTH_MAX {
            waiting.extend(invited.into_iter().map(|next| Node { depth: node.depth + 1, ..next }));
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn read(row: &Row) -> Result<Node, Fault> {
    let state = row.text(3)?;
    Ok(Node {
        depth: 0,
        account: row.int(1)?,
        name: if matches!(state, "active" | "disabled") { Some(row.text(2)?.into()) } else { None },
        is_disabled: state == "disabled",
        came_at: row.int(4)?,
    })
}
