//! Signing up: the only way an account is made, whoever asks for it.

mod in_band;
pub mod moving_in;

use crate::Fault;
use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use crate::login::{AccountId, Credentials, State, Unusable, tombstone};
use store::{CommitError, Expect, Store, Write};
use xmpp::{Jid, ns};

/// XEP-0077.
pub const FEATURE: Feature = Feature {
    name: "registration",
    summary: "Lets people change their password and take their account away, whenever they want.",
    specs: &[Spec::xep_without(77, "2.4", "registering in band, which is closed")],
    disco: &[(Place::Domain, ns::REGISTER)],
    limits: &[],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Get, at: At::Domain, run: in_band::get },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Get, at: At::OwnAccount, run: in_band::get },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Set, at: At::Domain, run: in_band::set },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Set, at: At::OwnAccount, run: in_band::set },
    ],
};

/// A wish for an account. Not to be printed: it holds a password.
#[derive(Clone, Copy)]
pub struct SignUp<'a> {
    /// The domain of the service.
    pub domain: &'a Jid,
    /// The name as it was typed: the localpart.
    pub name: &'a str,
    /// The password as it was typed.
    pub password: &'a str,
}

/// Why an account was not made. The messages are for the person who asked.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Refusal {
    #[error("The name is taken. Choose another one.")]
    NameTaken,
    #[error("The name cannot be part of an address. Use letters, digits, dots and hyphens.")]
    NameMalformed,
    #[error(transparent)]
    Password(#[from] Unusable),
    #[error("The service is too busy. Try again in a while.")]
    Busy,
    #[error("The account could not be stored: {0}. Try again later, or tell the people who run the service.")]
    Failed(#[from] Fault),
}

/// Makes an account, in one transaction. Blocks, and derives keys, which is slow on purpose: call
/// it where blocking is allowed. `seed` is random and used once.
///
/// # Errors
/// See [`Refusal`]. Names of erased accounts stay taken: whoever got mail there is not replaced by
/// somebody else.
pub fn sign_up(store: &Store, now: i64, seed: [u8; 32], request: SignUp<'_>) -> Result<AccountId, Refusal> {
    let jid = address(request.domain, request.name)?;
    let localpart = jid.local().ok_or(Refusal::NameMalformed)?;
    // Before the slow part. That the name is free by then is for the store to say.
    if !find(store, localpart)?.is_empty() {
        return Err(Refusal::NameTaken);
    }
    let credentials = Credentials::derive(request.password, seed)?;
    let mut writes = vec![row(localpart, now, State::Active)];
    writes.extend(credentials.writes(localpart));
    commit(store, localpart, writes)
}

/// The change that makes the row of an account. Rows are numbered without gaps; erased ones stay, so
/// that no number comes twice.
fn row(localpart: &str, now: i64, state: State) -> Write {
    let sql = "INSERT INTO account (id, localpart, created_at, state) \
               SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM account), ?1, ?2, ?4 \
               WHERE NOT EXISTS (SELECT 1 FROM account WHERE localpart = ?3)";
    let values = vec![localpart.into(), now.into(), tombstone(localpart).into(), state.name().into()];
    Write::Run { sql, values, expect: Expect::Some }
}

fn commit(store: &Store, localpart: &str, writes: Vec<Write>) -> Result<AccountId, Refusal> {
    match store.commit_blocking(writes) {
        Ok(_) => {}
        Err(CommitError::Unmet) => return Err(Refusal::NameTaken),
        Err(CommitError::Busy) => return Err(Refusal::Busy),
        Err(error) => return Err(Refusal::Failed(Fault(error.to_string()))),
    }
    let rows = find(store, localpart)?;
    Ok(rows.first().ok_or_else(|| Fault("an account was just made".into()))?.int(0)?)
}

/// The address that a name makes on this domain, normalised.
fn address(domain: &Jid, name: &str) -> Result<Jid, Refusal> {
    // Either would move the border between the parts of the address.
    if name.is_empty() || name.contains(['@', '/']) {
        return Err(Refusal::NameMalformed);
    }
    let jid = Jid::parse(&format!("{name}@{domain}")).map_err(|_| Refusal::NameMalformed)?;
    Some(jid).filter(|jid| jid.is_bare() && jid.domain() == domain.as_str()).ok_or(Refusal::NameMalformed)
}

fn find(store: &Store, localpart: &str) -> Result<Vec<store::Row>, Fault> {
    store.query_blocking("SELECT id FROM account WHERE localpart = ?1", vec![localpart.into()])
}
