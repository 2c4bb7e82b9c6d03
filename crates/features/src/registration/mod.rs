//! Signing up: the only way an account is made, whoever asks for it.
//!
//! Parts: [`policy`] (who may come in), [`names`] (which names strangers may have), [`rate`] (how many of
//! them come), [`form`] (how it travels), [`newcomer`] (what is done for a new account), [`moving_in`] (accounts
//! from elsewhere).

pub mod form;
mod in_band;
pub mod moving_in;
pub mod names;
pub mod newcomer;
pub mod policy;
pub mod rate;
mod refusal;

pub use policy::{Mode, Policy, Question};
pub use refusal::Refusal;

use crate::Fault;
use crate::deed::Password;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::invitations::{self, Admission};
use crate::iq::{At, IqHandler, Verb};
use crate::login::{AccountId, Credentials, State, tombstone};
use crate::service::Service;
use rate::Whence;
use std::net::IpAddr;
use store::{CommitError, Expect, Store, Write};
use xmpp::{Jid, ns};

/// XEP-0077.
pub const FEATURE: Feature = Feature {
    name: "registration",
    summary: "Lets people in as the operator wants it; lets them change their password and take their account away, \
              whenever they want.",
    specs: &[
        Spec::xep_without(77, "2.4", "other fields than name and password"),
        Spec::xep_without(158, "1.0.1", "challenges other than a question"),
    ],
    disco: &[(Place::Domain, ns::REGISTER)],
    limits: &[
        &names::CHARACTERS_LEAST,
        &names::CHARACTERS_MOST,
        &PASSWORD_CHARACTERS,
        &rate::PER_ADDRESS,
        &rate::PER_NETWORK,
        &rate::PER_HOUR,
        &rate::PER_DAY,
    ],
    tables: &[&names::SHAPE, &rate::SIGN_UP, &newcomer::NEWCOMER],
    iqs: &[
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Get, at: At::Domain, run: in_band::get },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Get, at: At::OwnAccount, run: in_band::get },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Set, at: At::Domain, run: in_band::set },
        IqHandler { ns: ns::REGISTER, name: "query", verb: Verb::Set, at: At::OwnAccount, run: in_band::set },
    ],
};

/// How short a password may be that people choose.
pub const PASSWORD_CHARACTERS: Limit = Limit {
    name: "password-characters-least",
    default: 8,
    unit: "characters",
    reason: "Shorter ones are found by trying, wherever the keys get to. Those who run the service may set any.",
    sentence: "The password is too short.",
};

/// A wish for an account.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The name as it was typed: the localpart.
    pub name: String,
    /// The password as it was typed.
    pub password: Password,
    /// Who wishes it.
    pub by: By,
}

/// Who wishes for an account.
#[derive(Clone, Debug)]
pub enum By {
    /// Those who run the service. They may give out any name that can be one, and as many as they like.
    Staff,
    /// Somebody who comes from outside.
    Applicant(Applicant),
}

/// Somebody who comes from outside.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// From where.
    pub address: IpAddr,
    /// By which invitation.
    pub invitation: Option<Admission>,
    /// What was answered to the operator's question; empty if nothing.
    pub answer: String,
}

/// An account that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Its address.
    pub jid: Jid,
    /// Its row.
    pub account: AccountId,
}

/// Makes an account, in one transaction. Blocks, and derives keys, which is slow on purpose: call
/// it where blocking is allowed. `seed` is random and used once.
///
/// # Errors
/// See [`Refusal`]. Names of erased accounts stay taken: whoever got mail there is not replaced by
/// somebody else.
pub fn sign_up(store: &Store, service: &Service, (now, seed): (i64, [u8; 32]), wish: &SignUp) -> Result<Made, Refusal> {
    let jid = address(&service.domain, &wish.name)?;
    let localpart = jid.local().ok_or(Refusal::NameMalformed)?;
    let applicant = match &wish.by {
        By::Staff => None,
        By::Applicant(applicant) => Some((applicant, Whence::of(applicant, &service.secrets.decoy))),
    };
    // What costs least comes first, and the slow part last. That the name is free by then is for the store to say.
    if let Some((applicant, whence)) = &applicant {
        service.sign_up.admits(applicant)?;
        judge_password(service, localpart, &wish.password.0)?;
        rate::look(store, &service.limits, whence, now)?;
    }
    if !find(store, localpart)?.is_empty() {
        return Err(Refusal::NameTaken);
    }
    if let Some((applicant, _)) = &applicant {
        judge_name(store, service, now, (localpart, applicant))?;
    }
    let credentials = Credentials::derive(&wish.password.0, seed)?;
    let mut writes = Vec::from(row(localpart, now, State::Active));
    writes.extend(credentials.writes(localpart));
    writes.push(newcomer::announce(localpart));
    if let Some((applicant, whence)) = &applicant {
        writes.push(rate::count(&service.limits, whence, now));
        writes
            .extend(applicant.invitation.iter().flat_map(|invitation| invitations::spend(invitation, localpart, now)));
    }
    match (commit(store, localpart, writes), applicant) {
        // Somebody else was quicker: to the last place, to the invitation, or to the name.
        (Err(Refusal::NameTaken), Some((applicant, whence))) => {
            rate::look(store, &service.limits, &whence, now)?;
            let is_free = find(store, localpart)?.is_empty();
            Err(if is_free && applicant.invitation.is_some() { Refusal::InvitationSpent } else { Refusal::NameTaken })
        }
        (made, _) => made.map(|account| Made { jid: jid.clone(), account }),
    }
}

/// Whether somebody from outside may have a name that is free. A name that they were invited by is one that
/// whoever invited them chose.
fn judge_name(
    store: &Store,
    service: &Service,
    now: i64,
    (localpart, applicant): (&str, &Applicant),
) -> Result<(), Refusal> {
    let invitation = applicant.invitation.as_ref();
    if invitations::is_kept(store, now, localpart, invitation)? {
        return Err(Refusal::NameTaken);
    }
    match invitation.map(|invitation| &*invitation.name) {
        None | Some("") => names::judge(store, service, localpart),
        Some(name) if name == localpart => Ok(()),
        Some(name) => Err(Refusal::NameOther(name.into())),
    }
}

/// Whether people may choose a password. Who runs the service gives whichever they want.
fn judge_password(service: &Service, localpart: &str, password: &str) -> Result<(), Refusal> {
    let least = service.limits.of(&PASSWORD_CHARACTERS);
    let is_easy = (password.chars().count() as u64) < least || password.eq_ignore_ascii_case(localpart);
    if is_easy { Err(Refusal::PasswordWeak(least)) } else { Ok(()) }
}

/// The changes that make the row of an account. Rows are numbered without gaps; erased ones stay, so
/// that no number comes twice.
fn row(localpart: &str, now: i64, state: State) -> [Write; 2] {
    let sql = "INSERT INTO account (id, localpart, created_at, state) \
               SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM account), ?1, ?2, ?4 \
               WHERE NOT EXISTS (SELECT 1 FROM account WHERE localpart = ?3)";
    let values = vec![localpart.into(), now.into(), tombstone(localpart).into(), state.name().into()];
    [Write::Run { sql, values, expect: Expect::Some }, names::note(localpart)]
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
