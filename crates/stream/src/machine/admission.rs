//! Somebody proved who they are: may they come in?

use super::{
    Ground, Wire, inline,
    login::{Attempt, Profile},
    step::{Moved, Next, Step},
    upgrade::Task,
    wants::Wants,
};
use crate::{
    ask::{Ask, Denial, Fast, Login, UsedToken},
    sasl::{Failure, Mechanism},
    xml::Budget,
};
use bytes::Bytes;
use data_encoding::BASE64;
use xmpp::{Jid, Text, Writer, ns, scram::Hash};

/// A login whose proof was right.
pub(crate) struct Proven {
    pub(crate) account: Jid,
    pub(crate) wants: Wants,
    /// Our own proof in base64, until it is sent.
    pub(crate) ours: Option<String>,
    /// XEP-0484 §3.3: a new token and its expiry.
    pub(crate) token: Option<(Text, Text)>,
    /// XEP-0198 §9.2.1: resuming failed; the outer option says so, the inner one is the count.
    pub(crate) not_resumed: Option<Option<u32>>,
    profile: Profile,
    mechanism: Mechanism,
}

impl Proven {
    pub(crate) fn new(attempt: Attempt, account: Jid, ours: &[u8]) -> Proven {
        let Attempt { profile, mechanism, wants } = attempt;
        let ours = Some(BASE64.encode(ours));
        Proven { account, wants, ours, token: None, not_resumed: None, profile, mechanism }
    }

    /// Asks whether the account may come in, by `used` if that was a token.
    pub(crate) fn ask(mut self, used: Option<UsedToken>) -> Next {
        let by_token = used.is_some();
        let invalidate = by_token && self.wants.fast.as_ref().is_some_and(|fast| fast.invalidate);
        let request = self.wants.request_token.filter(|_| self.wants.agent_id().is_some());
        let upgrades = std::mem::take(&mut self.wants.upgrades);
        let login = Login {
            account: self.account.clone(),
            mechanism: self.mechanism.name(),
            agent: self.wants.agent.take(),
            fast: Fast { used, request, invalidate },
            // XEP-0484 §4.2: a login by token has no further steps.
            upgrades: if by_token { Vec::new() } else { upgrades },
        };
        Next::Ask(Step::Admission(self), Ask::Admit(login))
    }

    /// It may.
    pub(crate) fn admitted(
        mut self,
        token: Option<(Text, Text)>,
        upgrade: Option<(Hash, Bytes, u32)>,
        ground: &mut Ground,
        wire: &mut Wire,
    ) -> Moved {
        wire.scanner.set_budget(Budget::member(ground.settings.stanza_bytes_max));
        if self.profile == Profile::Sasl1 {
            return Ok(self.reopen(ground, wire));
        }
        self.token = token;
        match upgrade {
            Some((hash, salt, iterations)) => Ok(Task::begin(self, hash, salt, iterations, wire)),
            None => inline::begin(self, ground, wire),
        }
    }

    /// It may not.
    pub(crate) fn denied(self, denial: Denial, ground: &mut Ground, wire: &mut Wire) -> Moved {
        let failure = match denial {
            Denial::Disabled => Failure::AccountDisabled,
            Denial::Waiting => Failure::Waiting,
            Denial::Spent => Failure::NotAuthorized,
            Denial::Temporary => Failure::Temporary,
            Denial::TooMany => Failure::TooMany,
        };
        self.profile.refuse(failure, ground, wire)
    }

    /// RFC 6120 §6.4.6: success, and the stream begins anew.
    fn reopen(self, ground: &mut Ground, wire: &mut Wire) -> Next {
        let mut w = Writer::new();
        w.leaf("success", ns::SASL, self.ours.as_deref().unwrap_or("="));
        wire.send(w);
        ground.restart(wire);
        Next::Step(Step::Reopened(self.account))
    }
}
