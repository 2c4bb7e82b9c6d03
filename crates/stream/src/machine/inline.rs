//! What follows a SASL2 login without another round trip: resume, else bind, then `<success/>`
//! (XEP-0386 §3.2, XEP-0198 §9).

use super::{
    Ground, Wire,
    admission::Proven,
    bound::Bound,
    step::{Moved, Next, Step},
    unbound::Unbound,
};
use crate::{
    ask::{self, Ask, Bind, Wish},
    features::{self, Stage},
    management,
};
use xmpp::{Condition, Jid, Writer, ns};

/// Begins with what comes first: `<resume/>`.
pub(crate) fn begin(proven: Proven, ground: &mut Ground, wire: &mut Wire) -> Moved {
    match &proven.wants.resume {
        Some((previous, h)) => {
            let ask = Ask::Resume { previous: previous.clone(), h: *h };
            Ok(Next::Ask(Step::Resuming(proven), ask))
        }
        None => bind(proven, ground, wire),
    }
}

/// XEP-0198 §9.2: the session is taken up; `<bind/>` is ignored and no features follow.
pub(crate) fn resumed(proven: &Proven, jid: Jid, h: u32, ground: &mut Ground, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    success(proven, jid.as_str(), &mut w);
    if let Some((previous, _)) = &proven.wants.resume {
        management::resumed(previous.as_str(), h, &mut w);
    }
    token(proven, &mut w);
    wire.send(w);
    Next::Bound(Bound::resumed(jid, ground.lang.take()))
}

/// XEP-0198 §9.2.1: it could not be taken up; the client goes on to bind.
pub(crate) fn not_resumed(mut proven: Proven, h: Option<u32>, ground: &mut Ground, wire: &mut Wire) -> Moved {
    proven.not_resumed = Some(h);
    bind(proven, ground, wire)
}

fn bind(mut proven: Proven, ground: &mut Ground, wire: &mut Wire) -> Moved {
    match &mut proven.wants.bind {
        Some(bind) => {
            let ask = Ask::Bind(Bind { wish: Wish::Tag(bind.tag.take()), inline: bind.inline });
            Ok(Next::Ask(Step::Binding(proven), ask))
        }
        None => Ok(alone(&proven, ground, wire)),
    }
}

/// The session is bound: `<success/>` with `<bound/>`, and the features of a bound stream.
pub(crate) fn bound(proven: &Proven, bound: &ask::Bound, ground: &mut Ground, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    success(proven, bound.jid.as_str(), &mut w);
    w.open("bound", ns::BIND2);
    // XEP-0386 §3.2, XEP-0313: empty for an archive without entries.
    w.open("metadata", ns::MAM);
    if let Some((start, end)) = &bound.archive {
        for (name, (id, stamp)) in [("start", start), ("end", end)] {
            w.open(name, ns::MAM).attr("id", id.as_str()).attr("timestamp", stamp.as_str()).close();
        }
    }
    w.close();
    let asked = proven.wants.bind.as_ref().is_some_and(|bind| bind.inline.sm.is_some());
    match &bound.sm {
        Some(enabled) => management::enabled(enabled, &mut w),
        // XEP-0198 §9.1.1
        None if asked => management::failed(Condition::InternalServerError, None, &mut w),
        None => {}
    }
    w.close();
    token(proven, &mut w);
    wire.send(w);
    let managed = bound.sm.is_some();
    features::after_login(&ground.settings, Stage::Bound { managed }, wire);
    Next::Bound(Bound::new(bound.jid.clone(), ground.lang.take(), managed))
}

/// `<success/>` without a session: the client binds by RFC 6120 §7, be it that it wants to, be it
/// that we could not bind for it (XEP-0386 knows no error).
pub(crate) fn alone(proven: &Proven, ground: &mut Ground, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    success(proven, proven.account.as_str(), &mut w);
    token(proven, &mut w);
    wire.send(w);
    features::after_login(&ground.settings, Stage::Unbound, wire);
    Next::Step(Step::Unbound(Unbound::default()))
}

/// Opens `<success/>` and writes what it always holds (XEP-0388 §2.6.1).
fn success(proven: &Proven, identifier: &str, w: &mut Writer) {
    w.open("success", ns::SASL2);
    if let Some(ours) = &proven.ours {
        w.leaf("additional-data", ns::SASL2, ours);
    }
    w.leaf("authorization-identifier", ns::SASL2, identifier);
    if let Some(h) = proven.not_resumed {
        management::failed(Condition::ItemNotFound, h, w);
    }
}

/// XEP-0484 §3.3
fn token(proven: &Proven, w: &mut Writer) {
    if let Some((token, expiry)) = &proven.token {
        w.open("token", ns::FAST).attr("token", token.as_str()).attr("expiry", expiry.as_str()).close();
    }
}
