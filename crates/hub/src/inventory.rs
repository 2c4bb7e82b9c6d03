//! What an account has, for whoever is about to erase it.

use crate::Hub;
use crate::accounts::NotDone;
use features::{all, archive};
use store::{Erase, Export};
use xmpp::time;

/// What is kept of an account in one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holding {
    /// Where: a table, or the archive.
    pub name: &'static str,
    /// What, in words.
    pub holds: String,
    /// How many entries, where they can be counted.
    pub entries: Option<u64>,
}

impl Hub {
    /// What goes with an account, by its row: table by table, and its archive.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn inventory(&self, account: i64) -> Result<Vec<Holding>, NotDone> {
        let mut inventory = Vec::new();
        for table in all::tables() {
            let entries = match (table.erase, table.export) {
                (Erase::No(_), _) => continue,
                (Erase::Sql(_), Export::Rows(sql)) => {
                    Some(self.store().query(sql, vec![account.into()]).await?.len() as u64)
                }
                (Erase::Sql(_), Export::Moving { .. } | Export::No(_)) => None,
            };
            if entries != Some(0) {
                inventory.push(Holding { name: table.name, holds: table.holds.to_owned(), entries });
            }
        }
        if let Some((first, last)) = self.store().archive_edges(archive::CLASS, account, i64::MIN).await? {
            let day = |micros: i64| time::write(micros).chars().take("2026-11-25".len()).collect::<String>();
            let holds = format!("Messages from {} to {}.", day(first.at_micros), day(last.at_micros));
            inventory.push(Holding { name: "archive", holds, entries: None });
        }
        Ok(inventory)
    }
}
