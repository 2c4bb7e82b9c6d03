//! Clients that sleep, or are away.

use super::super::lack::{Found, Lack, must_have};
use super::super::peer::says;
use super::super::stage::{Stage, unique};
use xmpp::{IqType, Kind, Stanza, ns};

const CSI: &str = "urn:xmpp:csi:0";
const PUSH: &str = "urn:xmpp:push:0";

/// XEP-0352 §4, §5.
pub async fn client_state(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    if !alice.features.contains(CSI) {
        return Err(Lack::Missing("the stream does not offer it".to_owned()));
    }
    alice.come_online().await?;
    bob.come_online().await?;
    alice.client().write(&format!("<inactive xmlns='{CSI}'/>")).await?;
    let to = alice.jid().to_owned();
    let body = unique("urgent");
    let typing = format!("<composing xmlns='{}'/>", ns::CHAT_STATES);
    bob.send(&format!("<message to='{to}' type='chat'>{typing}</message>")).await?;
    let state_came = alice.came(|stanza| stanza.has("composing", ns::CHAT_STATES)).await?;
    bob.send(&format!("<message to='{to}' type='chat' id='{body}'><body>{body}</body></message>")).await?;
    alice.until("the message", |stanza| says(stanza, &body)).await?;
    alice.client().write(&format!("<active xmlns='{CSI}'/>")).await?;
    alice.info(&stage.domain).await?;
    let held = if state_came { "was passed on at once" } else { "was held back" };
    Ok(format!("a message reached the inactive client; a chat state before it {held}"))
}

/// XEP-0357 §5, §6: the other account plays the push service.
pub async fn push(stage: &Stage) -> Found {
    let (mut alice, mut service) = (stage.alice().await?, stage.bob().await?);
    must_have(&alice.info(&stage.alice.jid).await?, "the account", PUSH)?;
    stage.friends.clone()?;
    service.come_online().await?;
    alice.come_online().await?;
    let node = unique("device");
    let enable = format!("<enable xmlns='{PUSH}' jid='{}' node='{node}'/>", service.jid());
    alice.ask("set", None, &enable).await?;
    super::super::peer::within("the end of a stream".to_owned(), alice.into_client().close()).await?;
    let mut bob = stage.bob().await?;
    let body = unique("pushed");
    bob.send(&format!("<message to='{}' type='chat' id='{body}'><body>{body}</body></message>", stage.alice.jid))
        .await?;
    let is_push = |stanza: &Stanza| {
        stanza.kind == Kind::Iq(IqType::Set) && stanza.has("pubsub", ns::PUBSUB) && stanza.inner_str().contains(&node)
    };
    let pushed = service.until("a notification at the push service", is_push).await?;
    let told = pushed.inner_str().contains(&body);
    let mut alice = stage.alice().await?;
    alice.ask("set", None, &format!("<disable xmlns='{PUSH}' jid='{}'/>", service.jid())).await?;
    let content = if told { "with the text of the message" } else { "without the text of the message" };
    Ok(format!("the push service was told, {content}"))
}
