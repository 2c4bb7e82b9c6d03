//! An account on its way in: what is to be written for it, and what was counted meanwhile.

use crate::login::{AccountId, State};
use crate::service::Service;
use std::borrow::Cow;
use std::collections::BTreeMap;
use store::{Expect, Value, Write};
use xmpp::Jid;

/// An account on its way in.
pub struct Arrival<'a> {
    /// Its row, reserved for it.
    pub account: AccountId,
    /// Its address here.
    pub jid: &'a Jid,
    /// The service it comes to.
    pub service: &'a Service,
    /// Microseconds since 1970 (UTC).
    pub now: i64,
    /// When it was made, as far as that is known.
    pub created_at: i64,
    /// Active, or disabled as it was before.
    pub state: State,
    /// The day of its last login, in days since 1970.
    pub last_login_day: Option<i64>,
    /// When the oldest message came that nobody has fetched yet.
    pub waits_since: Option<i64>,
    /// Whether anything was read that lets somebody log in.
    pub has_keys: bool,
    /// What is to be written, all of it or nothing.
    pub writes: Vec<Write>,
    /// What was read and what was not.
    pub tally: Tally,
    numbered: i64,
}

/// What became of the things that were read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How many of each kind were carried over.
    pub carried: BTreeMap<Cow<'static, str>, u64>,
    /// How many of each kind were not, and why.
    pub left: BTreeMap<(Cow<'static, str>, Cow<'static, str>), u64>,
}

impl<'a> Arrival<'a> {
    /// An account of which nothing is known yet but its name.
    pub fn new(account: AccountId, jid: &'a Jid, service: &'a Service, now: i64) -> Arrival<'a> {
        Arrival {
            account,
            jid,
            service,
            now,
            created_at: now,
            state: State::Active,
            last_login_day: None,
            waits_since: None,
            has_keys: false,
            writes: Vec::new(),
            tally: Tally::default(),
            numbered: 0,
        }
    }

    /// Adds a statement whose first parameter is the account.
    pub fn run<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) {
        let values = std::iter::once(self.account.into()).chain(values).collect();
        self.writes.push(Write::Run { sql, values, expect: Expect::Any });
    }

    /// A number larger than those before, for what has an order.
    pub fn next_number(&mut self) -> i64 {
        self.numbered += 1;
        self.numbered
    }
}

impl Tally {
    /// One more thing that was carried over.
    pub fn carry(&mut self, kind: impl Into<Cow<'static, str>>) {
        *self.carried.entry(kind.into()).or_default() += 1;
    }

    /// One more thing that was not, and why; a clause without a full stop.
    pub fn leave(&mut self, kind: impl Into<Cow<'static, str>>, why: impl Into<Cow<'static, str>>) {
        *self.left.entry((kind.into(), why.into())).or_default() += 1;
    }

    /// Adds what another one counted.
    pub fn add(&mut self, other: &Tally) {
        for (kind, count) in &other.carried {
            *self.carried.entry(kind.clone()).or_default() += count;
        }
        for (left, count) in &other.left {
            *self.left.entry(left.clone()).or_default() += count;
        }
    }
}
