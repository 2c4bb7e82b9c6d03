//! Letting somebody in who proved who they are: the record of it, tokens, and the offer to upgrade.

use super::account::{AccountId, AccountRow, FIND_SQL, State, must};
use super::credential::Upgrade;
use super::device::{By, Device, KNOWN_BY_NAME_SQL, Seen};
use super::token::{Agent, HELD_SQL, Held, Issue, NewToken};
use crate::Fault;
use crate::feature::Limits;
use store::{CommitError, Store, Write};

const DAY_MICROS: i64 = 86_400_000_000;

/// A proven identity, and what it wants done about tokens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Login<'a> {
    /// The normalised localpart.
    pub localpart: &'a str,
    /// What the client says it is.
    pub agent: Agent<'a>,
    /// The row of the token that was the proof, if it was one, and the client's counter.
    pub used: Option<(i64, Option<u32>)>,
    /// A token is wanted for this mechanism (XEP-0484 §3.2).
    pub request: Option<&'a str>,
    /// The token used is to be forgotten (XEP-0484 §3.6).
    pub invalidate: bool,
}

/// Come in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// The row of the account.
    pub account: AccountId,
    /// A token that was asked for or was due.
    pub token: Option<NewToken>,
    /// What the client may compute for us, after a login with a password (XEP-0480 §3).
    pub upgrade: Option<Upgrade>,
}

/// Stay out.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// The account is disabled, or gone since the proof.
    #[error("The account is disabled.")]
    Disabled,
    /// Somebody applied for it, and nobody has decided.
    #[error("Nobody has decided about the application.")]
    Waiting,
    /// The token was used up, replaced or replayed meanwhile (XEP-0484 §3.4).
    #[error("The token is no longer good.")]
    Spent,
    /// We failed; later it may work.
    #[error(transparent)]
    Failed(#[from] Fault),
}

/// Lets somebody in who proved who they are. Records the day of the login, once a day, and the client, and does
/// what XEP-0484 §3 and §5.1 say about tokens, all of it in one commit. `fresh` is random and used
/// once: for a token, its row, and a salt.
///
/// # Errors
/// [`Denied::Spent`] also when another login has just used the same token with the same counter.
pub async fn admit(
    store: &Store,
    limits: &Limits,
    now: i64,
    fresh: [u8; 56],
    login: Login<'_>,
) -> Result<Admitted, Denied> {
    let hashes = "SELECT credential.hash FROM account JOIN credential ON credential.account = account.id \
                  WHERE account.localpart = ?1";
    let asked = [FIND_SQL, hashes, HELD_SQL, KNOWN_BY_NAME_SQL].map(|sql| (sql, vec![login.localpart.into()]));
    let found = store.query_all(asked.into()).await?;
    let account = found[0].first().map(AccountRow::read).transpose()?;
    let account = match account {
        Some(account) if account.state == State::Active => account,
        Some(account) if account.state == State::Waiting => return Err(Denied::Waiting),
        _ => return Err(Denied::Disabled),
    };
    let held = found[2].iter().map(Held::read).collect::<Result<Vec<_>, _>>()?;
    let known = found[3].iter().map(Device::read).collect::<Result<Vec<_>, _>>()?;
    let (secret_and_row, salt) = fresh.split_first_chunk().expect("56 bytes begin with 40");
    let mut writes = record_day(&account, now);
    let by = if login.used.is_some() { By::Token } else { By::Password };
    writes.extend(Seen { account: account.id, agent: login.agent, by, now }.writes(&known, limits));
    let token = renew(&mut writes, &account, &held, &login, &Making { limits, now, fresh: secret_and_row })?;
    let upgrade = if login.used.is_none() { Upgrade::missing(&found[1], salt)? } else { None };
    match if writes.is_empty() { Ok(()) } else { store.commit(writes).await.map(drop) } {
        Ok(()) => Ok(Admitted { account: account.id, token, upgrade }),
        Err(CommitError::Unmet) if login.used.is_some() => Err(Denied::Spent),
        Err(CommitError::Unmet) => Err(Denied::Disabled),
        Err(error) => Err(Denied::Failed(Fault(error.to_string()))),
    }
}

/// A day is all that anybody needs to know to find accounts that nobody uses.
fn record_day(account: &AccountRow, now: i64) -> Vec<Write> {
    let today = now.div_euclid(DAY_MICROS);
    if account.last_login_day.is_some_and(|day| day >= today) {
        return Vec::new();
    }
    let sql = "UPDATE account SET last_login_day = ?2 WHERE id = ?1 AND state = 'active'";
    vec![must(sql, vec![account.id.into(), today.into()])]
}

struct Making<'a> {
    limits: &'a Limits,
    now: i64,
    fresh: &'a [u8; 40],
}

/// Adds the changes to the client's tokens, and returns the new one, if there is one.
fn renew(
    writes: &mut Vec<Write>,
    account: &AccountRow,
    held: &[Held],
    login: &Login<'_>,
    making: &Making<'_>,
) -> Result<Option<NewToken>, Denied> {
    let now = making.now;
    let mut mechanism = login.request;
    if let Some((id, count)) = login.used {
        let used = held.iter().find(|token| token.id == id && Some(token.agent.as_ref()) == login.agent.id);
        let used = used.filter(|token| token.admits(count, now)).ok_or(Denied::Spent)?;
        if login.invalidate {
            // §3.6: and no new one, unless it was asked for.
            writes.extend(used.forget_writes(account.id));
        } else {
            writes.extend(used.use_writes(account.id, count, now));
            mechanism = mechanism.or_else(|| used.due(now));
        }
    }
    let Some(mechanism) = mechanism else { return Ok(None) };
    let issue = Issue { account: account.id, agent: login.agent, mechanism, now };
    let Some((changes, token)) = issue.writes(held, making.limits, making.fresh) else { return Ok(None) };
    writes.extend(changes);
    Ok(Some(token))
}
