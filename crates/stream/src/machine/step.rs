//! The steps of a negotiation, and how one leads to the next.

use super::{
    Ground, Wire,
    admission::Proven,
    bound::Bound,
    inline, login,
    login::Attempt,
    proof::{KeysAsked, ProofAwaited, TokensAsked},
    stranger,
    unbound::{Asked, Unbound},
    upgrade::Task,
};
use crate::{Answer, Crime, ask::Ask, features, xml::Item};
use xmpp::{Jid, Writer, ns};

/// Where a negotiation stands. Steps named after what was asked wait for an answer, the others for
/// input.
pub(crate) enum Step {
    /// In plain text, before or after the open tag.
    Plain,
    /// The TLS handshake is the driver's; nothing may be written.
    Handshake,
    /// Inside TLS, before the open tag.
    Secured,
    /// The mechanisms are on offer.
    Offered,
    /// A stranger asked to get an account.
    Registering,
    /// A login that still lacks its first message.
    Begun(Attempt),
    /// Asked for the keys of an account.
    Keys(KeysAsked),
    /// The challenge is sent.
    Challenged(ProofAwaited),
    /// Asked for the tokens of a client.
    Tokens(TokensAsked),
    /// Asked to let somebody in.
    Admission(Proven),
    /// XEP-0480: the client makes new keys.
    Task(Task),
    /// XEP-0480: asked to store them.
    Storing(Proven),
    /// XEP-0388 §4.8: a task failed, and there is no second login on this stream.
    Spent,
    /// XEP-0198 §9.2: asked to resume.
    Resuming(Proven),
    /// XEP-0386: asked to bind.
    Binding(Proven),
    /// Logged in by the SASL of RFC 6120, before the open tag of the new stream.
    Reopened(Jid),
    /// Logged in, without a resource.
    Unbound(Unbound),
    /// Asked to bind or to resume.
    UnboundAsked(Unbound, Asked),
}

/// What follows from an item or an answer.
#[expect(clippy::large_enum_variant, reason = "it is moved once and never kept")]
pub(crate) enum Next {
    /// Go on from there.
    Step(Step),
    /// Ask, and wait there for the answer.
    Ask(Step, Ask),
    /// Hand over to TLS.
    StartTls,
    /// The negotiation is over.
    Bound(Bound),
}

/// The next step, or what the peer did wrong.
pub(crate) type Moved = Result<Next, Crime>;

impl Step {
    /// Whether no input may be looked at now.
    pub(crate) fn stands_still(&self) -> bool {
        match self {
            Step::Plain | Step::Secured | Step::Offered | Step::Begun(_) | Step::Challenged(_) => false,
            Step::Task(_) | Step::Spent | Step::Reopened(_) | Step::Unbound(_) => false,
            Step::Handshake
            | Step::Registering
            | Step::Keys(_)
            | Step::Tokens(_)
            | Step::Admission(_)
            | Step::Storing(_) => true,
            Step::Resuming(_) | Step::Binding(_) | Step::UnboundAsked(..) => true,
        }
    }

    /// Takes what the client sent.
    pub(crate) fn item(self, item: Item, ground: &mut Ground, wire: &mut Wire) -> Moved {
        match (self, item) {
            (Step::Plain, Item::Open(header)) => {
                ground.header(&header, wire)?;
                features::before_tls(wire);
                Ok(Next::Step(Step::Plain))
            }
            (Step::Plain, Item::Nonza(nonza)) if nonza.element().is("starttls", ns::TLS) => Ok(start_tls(ground, wire)),
            (Step::Secured, Item::Open(header)) => {
                ground.header(&header, wire)?;
                features::before_login(ground, wire);
                Ok(Next::Step(Step::Offered))
            }
            (Step::Offered, Item::Nonza(nonza)) => login::begin(&nonza.element(), ground, wire),
            (Step::Offered, Item::Stanza(stanza)) => stranger::ask(stanza, ground),
            (Step::Begun(attempt), Item::Nonza(nonza)) => attempt.item(&nonza.element(), ground, wire),
            (Step::Challenged(proof), Item::Nonza(nonza)) => proof.item(&nonza.element(), ground, wire),
            (Step::Task(task), Item::Nonza(nonza)) => task.item(&nonza.element(), wire),
            (Step::Reopened(account), Item::Open(header)) => {
                ground.header(&header, wire)?;
                Unbound::reopened(&account, ground, wire)
            }
            (Step::Unbound(unbound), item) => unbound.item(item, wire),
            // RFC 6120 §4.9.3.12: nothing else is looked at before login.
            _ => Err(Crime::NotAuthorized),
        }
    }

    /// Takes the answer to what was asked.
    ///
    /// # Panics
    /// When it answers something else.
    pub(crate) fn answer(self, answer: Answer, ground: &mut Ground, wire: &mut Wire) -> Moved {
        match (self, answer) {
            (Step::Registering, Answer::Replied(reply)) => {
                wire.stanza(&reply);
                Ok(Next::Step(Step::Offered))
            }
            (Step::Keys(asked), Answer::Keys(keys)) => Ok(asked.answer(keys, ground, wire)),
            (Step::Keys(asked), Answer::Denied(_)) => asked.refused(ground, wire),
            (Step::Tokens(asked), Answer::Tokens(tokens)) => asked.answer(&tokens, ground, wire),
            (Step::Admission(proven), Answer::Admitted { token, upgrade }) => {
                proven.admitted(token, upgrade, ground, wire)
            }
            (Step::Admission(proven), Answer::Denied(denial)) => proven.denied(denial, ground, wire),
            (Step::Storing(proven), Answer::Done) => inline::begin(proven, ground, wire),
            (Step::Resuming(proven), Answer::Resumed { jid, h }) => Ok(inline::resumed(&proven, jid, h, ground, wire)),
            (Step::Resuming(proven), Answer::ResumeFailed { h }) => inline::not_resumed(proven, h, ground, wire),
            (Step::Binding(proven), Answer::Bound(bound)) => Ok(inline::bound(&proven, &bound, ground, wire)),
            (Step::Binding(proven), Answer::BindRefused(_)) => Ok(inline::alone(&proven, ground, wire)),
            (Step::UnboundAsked(unbound, asked), answer) => unbound.answer(asked, answer, ground, wire),
            _ => panic!("the answer belongs to the last question"),
        }
    }
}

/// RFC 6120 §5.4.2.3. Whatever came behind the command in plain text could be anybody's: it must not
/// be read as if it had come through TLS (§5.4.3.3).
fn start_tls(ground: &mut Ground, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    w.empty("proceed", ns::TLS);
    wire.send(w);
    wire.input.clear();
    ground.restart(wire);
    Next::StartTls
}
