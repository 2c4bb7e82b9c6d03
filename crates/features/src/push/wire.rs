//! The payloads of push (XEP-0357 §5, §6, §7).

use super::OPTIONS_BYTES;
use bytes::Bytes;
use xmpp::form::Form;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// A wish to be woken.
pub(super) struct Enable {
    pub(super) service: Jid,
    pub(super) node: Box<str>,
    pub(super) options: Box<str>,
}

impl Enable {
    /// XEP-0357 §5.
    pub(super) fn read(payload: &Element<'_>, own: &Jid, bytes_max: usize) -> Result<Enable, StanzaError> {
        let service = service(payload)?;
        if service.bare_str() == own.as_str() {
            return Err(StanzaError::new(Condition::BadRequest).text("An account is not the server of its own app."));
        }
        let node: Box<str> = payload.attr("node").unwrap_or_default().into();
        // What is no form for publishing is not sent along as one.
        Form::submitted(payload, ns::PUBLISH_OPTIONS)?;
        let options: Box<str> = payload.child("x", ns::DATA_FORMS).map(|x| x.raw()).unwrap_or_default().into();
        if node.len() + options.len() > bytes_max {
            return Err(StanzaError::new(Condition::NotAcceptable).text(OPTIONS_BYTES.sentence));
        }
        Ok(Enable { service, node, options })
    }
}

/// XEP-0357 §6: of which service, and which node of it.
pub(super) fn disabled(payload: &Element<'_>) -> Result<(Jid, Option<Box<str>>), StanzaError> {
    Ok((service(payload)?, payload.attr("node").map(|node| node.as_ref().into())))
}

fn service(payload: &Element<'_>) -> Result<Jid, StanzaError> {
    let jid = payload
        .attr("jid")
        .ok_or_else(|| StanzaError::new(Condition::BadRequest).text("Push needs the address of the app's server."))?;
    Jid::parse(&jid)
        .map_err(|_| StanzaError::new(Condition::JidMalformed).text("The address of the app's server is malformed."))
}

/// XEP-0357 §7: that there is something, and not what.
pub(super) fn publish(node: &str, options: &str) -> Bytes {
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("publish", ns::PUBSUB).attr("node", node).open("item", ns::PUBSUB);
    w.empty("notification", ns::PUSH).close().close();
    if !options.is_empty() {
        w.open("publish-options", ns::PUBSUB).raw(options.as_bytes()).close();
    }
    w.finish()
}
