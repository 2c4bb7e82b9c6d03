//! What a logged-in client may do to its own account (XEP-0077 §3.2, §3.3), however people come in: change
//! the password, and remove the account.

use super::judge_password;
use crate::deed::{Deed, Password};
use crate::iq::{Reply, Request};
use crate::login::Live;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use xmpp::{Condition, StanzaError, Writer, ns};

/// §3.1: that there is an account already, and which.
pub(super) fn get(turn: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    let mut w = Writer::new();
    w.open("query", ns::REGISTER).empty("registered", ns::REGISTER);
    w.leaf("username", ns::REGISTER, turn.me.jid.local().unwrap_or_default());
    w.empty("password", ns::REGISTER);
    Ok(Reply::Inner(w.finish()))
}

/// §3.2, §3.3.
pub(super) fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let query = &request.payload;
    if query.child("remove", ns::REGISTER).is_some() {
        return remove(turn, request);
    }
    let field = |name: &str| query.child(name, ns::REGISTER).map(|field| field.text());
    let (Some(username), Some(password)) = (field("username"), field("password")) else {
        return Err(bad_request("A new password comes with the name of the account."));
    };
    if !is_own(turn, &username) {
        return Err(StanzaError::new(Condition::NotAllowed).text("Only the password of your own account is yours."));
    }
    let Asker::Session(session) = request.asker else { return Err(StanzaError::new(Condition::Forbidden)) };
    // What is too easy to guess for those who come in is so afterwards, too.
    let localpart = turn.me.jid.local().unwrap_or_default();
    judge_password(turn.service, localpart, &password).map_err(|refusal| refusal.as_error())?;
    let by = turn.me.session(session).map(Live::of);
    carry_out(turn, request, Deed::SetPassword { password: Password(password.as_ref().into()), by });
    Ok(Reply::Nothing)
}

/// §3.2: whoever asks is told when it is done, the last thing they hear.
fn remove(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if request.payload.children().count() != 1 {
        return Err(bad_request("A removal holds nothing else."));
    }
    carry_out(turn, request, Deed::Erase);
    Ok(Reply::Nothing)
}

fn carry_out(turn: &mut Turn<'_>, request: &Request<'_>, deed: Deed) {
    let (asker, request) = (request.asker.clone(), request.stanza.as_ref().clone().with_inner(Bytes::new()).detached());
    turn.out.effects.push(Effect::Do { asker, request: Box::new(request), deed: Box::new(deed) });
}

/// The name as it is typed may differ from how addresses have it.
fn is_own(turn: &Turn<'_>, username: &str) -> bool {
    let address = format!("{username}@{}", turn.me.jid.domain());
    xmpp::Jid::parse(&address).is_ok_and(|jid| jid == turn.me.jid)
}

fn bad_request(why: &'static str) -> StanzaError {
    StanzaError::new(Condition::BadRequest).text(why)
}
