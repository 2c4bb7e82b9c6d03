//! Accounts that were just made: each is introduced once ([`crate::order::moment`]). Who waits for
//! that is a row, written with the account, so that no crash lets it be forgotten.

use crate::Fault;
use crate::applications::{self, Application};
use crate::login::AccountId;
use crate::turn::Turn;
use store::{Erase, Expect, Export, Keep, Migration, Store, Table, Write};
use xmpp::Jid;

/// Who waits to be introduced.
pub static NEWCOMER: Table = Table {
    name: "newcomer",
    holds: "That an account was just made and that nothing was done for it yet.",
    migrations: &[Migration("CREATE TABLE newcomer (account BIGINT PRIMARY KEY)")],
    keep: Keep::Otherwise("A moment, until what is done for a new account is done."),
    export: Export::No("It says nothing about the person, and is gone in a moment."),
    erase: Erase::Sql("DELETE FROM newcomer WHERE account = ?1"),
};

/// All was done for the account of this turn.
pub(crate) fn introduced(turn: &mut Turn<'_>) {
    turn.out.run("DELETE FROM newcomer WHERE account = ?1", vec![turn.me.id.into()]);
}

/// The change that has the account `localpart` wait, which exists by then.
pub(super) fn announce(localpart: &str) -> Write {
    let sql = "INSERT INTO newcomer (account) SELECT id FROM account WHERE localpart = ?1";
    Write::Run { sql, values: vec![localpart.into()], expect: Expect::Some }
}

/// The changes that let somebody in who applied, as one who waits to be introduced.
pub fn accepted(application: &Application) -> Vec<Write> {
    let mut writes = applications::accept_writes(application);
    writes.push(announce(&application.localpart));
    writes
}

/// Who waits: after a start, those whose introduction was cut short.
///
/// # Errors
/// When the store says no.
pub async fn waiting(store: &Store, domain: &Jid) -> Result<Vec<(Jid, AccountId)>, Fault> {
    let sql = "SELECT account.localpart, account.id FROM newcomer JOIN account ON account.id = newcomer.account \
               WHERE account.state = 'active' ORDER BY account.id";
    let mut waiting = Vec::new();
    for row in store.query(sql, vec![]).await? {
        let jid = Jid::parse(&format!("{}@{domain}", row.text(0)?));
        waiting.extend(jid.ok().map(|jid| row.int(1).map(|id| (jid, id))).transpose()?);
    }
    Ok(waiting)
}
