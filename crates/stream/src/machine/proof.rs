//! The part of a login in which somebody proves who they are.

use super::{
    Ground, Wire,
    admission::Proven,
    login::{Attempt, Heard, hear},
    step::{Moved, Next, Step},
};
use crate::{
    ask::{Ask, Token, UsedToken},
    sasl::{
        Binding, Failure, Mechanism,
        scram::{Challenge, ClientFirst, decoy},
        token,
    },
};
use xmpp::{
    Element, Jid, Text,
    scram::{Hash, Keys},
};

/// SCRAM: the keys of the account were asked for.
pub(crate) struct KeysAsked {
    attempt: Attempt,
    hash: Hash,
    first: ClientFirst,
    account: Jid,
    binding: Option<Binding>,
}

impl KeysAsked {
    /// Takes the client's first message.
    pub(crate) fn ask(
        attempt: Attempt,
        hash: Hash,
        plus: bool,
        message: &[u8],
        ground: &Ground,
    ) -> Result<(Step, Ask), Failure> {
        let message = std::str::from_utf8(message).map_err(|_| Failure::MalformedRequest)?;
        let first = ClientFirst::read(message)?;
        let binding = first.binding(plus, &ground.channel)?;
        let account = account(&first.user, first.authzid.as_deref(), ground)?;
        let ask = Ask::Keys { user: localpart(&account), hash };
        Ok((Step::Keys(KeysAsked { attempt, hash, first, account, binding }), ask))
    }

    /// Too many were wrong before: the same whether or not there is such an account.
    pub(crate) fn refused(self, ground: &mut Ground, wire: &mut Wire) -> Moved {
        self.attempt.profile.refuse(Failure::TooMany, ground, wire)
    }

    /// Sends the challenge. Who has no keys gets one as well (XEP-0388 §3), and fails later.
    pub(crate) fn answer(self, keys: Option<Keys>, ground: &mut Ground, wire: &mut Wire) -> Next {
        let decoy = decoy(self.hash, localpart(&self.account).as_str(), &ground.settings);
        let keys = keys.filter(|keys| keys.hash == self.hash).unwrap_or(decoy);
        let nonce = ground.draw();
        let data = self.binding.and_then(|binding| binding.data(&ground.channel)).unwrap_or(&[]);
        let offer_hash = Mechanism::offer_hash(self.hash, &ground.settings.hashes, &ground.channel);
        let challenge = Challenge::new(&self.first, keys, &nonce, data, Some(&offer_hash));
        self.attempt.profile.challenge(challenge.message(), wire);
        Next::Step(Step::Challenged(ProofAwaited { attempt: self.attempt, account: self.account, challenge }))
    }
}

/// SCRAM: the client has its challenge.
pub(crate) struct ProofAwaited {
    attempt: Attempt,
    account: Jid,
    challenge: Challenge,
}

impl ProofAwaited {
    /// Takes what the client answers.
    pub(crate) fn item(self, element: &Element<'_>, ground: &mut Ground, wire: &mut Wire) -> Moved {
        let profile = self.attempt.profile;
        let message = match hear(element, profile, ground, wire) {
            Heard::Response(message) => message,
            Heard::Settled(moved) => return moved,
        };
        let verdict = match std::str::from_utf8(&message) {
            Ok(message) => self.challenge.verify(message),
            Err(_) => Err(Failure::MalformedRequest),
        };
        match verdict {
            Ok(ours) => Ok(Proven::new(self.attempt, self.account, ours.as_bytes()).ask(None)),
            Err(failure) => profile.refuse(failure, ground, wire),
        }
    }
}

/// XEP-0484: the tokens of a client were asked for.
pub(crate) struct TokensAsked {
    attempt: Attempt,
    initial: token::Initial,
    account: Jid,
}

impl TokensAsked {
    /// Takes the client's only message.
    pub(crate) fn ask(attempt: Attempt, message: &[u8], ground: &Ground) -> Result<(Step, Ask), Failure> {
        let initial = token::Initial::read(message)?;
        let account = account(&initial.user, None, ground)?;
        // XEP-0484 §4.1: a token belongs to one client, which must say which it is.
        let agent = attempt.wants.agent_id().cloned().ok_or(Failure::MalformedRequest)?;
        let ask = Ask::Tokens { user: localpart(&account), agent };
        Ok((Step::Tokens(TokensAsked { attempt, initial, account }), ask))
    }

    /// Judges the client's hash by the tokens on file.
    pub(crate) fn answer(self, tokens: &[Token], ground: &mut Ground, wire: &mut Wire) -> Moved {
        let Attempt { profile, mechanism, .. } = self.attempt;
        let count = self.attempt.wants.fast.as_ref().and_then(|fast| fast.count);
        match self.initial.check(mechanism, &ground.channel, tokens, count) {
            Ok((token, ours)) => {
                let used = UsedToken { id: token.id, count };
                Ok(Proven::new(self.attempt, self.account, &ours).ask(Some(used)))
            }
            Err(failure) => profile.refuse(failure, ground, wire),
        }
    }
}

/// The account of a user name as a client sent it.
fn account(user: &str, authzid: Option<&str>, ground: &Ground) -> Result<Jid, Failure> {
    // RFC 6120 §6.3.7: the user name is the localpart.
    let local = Jid::prepare_localpart(user).map_err(|_| Failure::NotAuthorized)?;
    let account = Jid::parse(&format!("{local}@{}", ground.settings.domain)).map_err(|_| Failure::NotAuthorized)?;
    // RFC 6120 §6.3.8: nobody acts on behalf of somebody else here.
    if authzid.is_some_and(|authzid| !Jid::parse(authzid).is_ok_and(|authzid| authzid == account)) {
        return Err(Failure::InvalidAuthzid);
    }
    // RFC 6120 §6.4.6, XEP-0388 §2.3: the open tag said somebody else.
    if ground.hint.as_ref().is_some_and(|hint| *hint != account) {
        return Err(Failure::NotAuthorized);
    }
    Ok(account)
}

fn localpart(account: &Jid) -> Text {
    Text::copied(account.local().expect("an account has a localpart"))
}
