//! Nodes of accounts: events, and what is for nobody else.

use super::super::lack::{Found, Lack, must, must_have};
use super::super::peer::Peer;
use super::super::stage::{Stage, unique};
use xmpp::{Stanza, ns};

/// A node that no client of today looks at.
const EVENTS: &str = "https://folkmoot.invalid/check/events";
const SECRETS: &str = "https://folkmoot.invalid/check/secrets";
const OLD_BOOKMARKS: &str = "storage:bookmarks";
const BOOKMARKS: &str = "urn:xmpp:bookmarks:1";
/// What the node of private data must be (XEP-0223 §2).
const FOR_NOBODY_ELSE: &[(&str, &str)] = &[("pubsub#persist_items", "true"), ("pubsub#access_model", "whitelist")];

/// The options of a publish request (XEP-0060 §7.1.5).
pub fn options(wanted: &[(&str, &str)]) -> String {
    let fields: String =
        wanted.iter().map(|(name, value)| format!("<field var='{name}'><value>{value}</value></field>")).collect();
    format!(
        "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>\
         <value>{}</value></field>{fields}</x></publish-options>",
        ns::PUBSUB_OPTIONS
    )
}

/// Publishes an item to a node of the own account.
pub async fn publish(peer: &mut Peer, node: &str, id: &str, payload: &str, options: &str) -> Result<(), Lack> {
    peer.ask("set", None, &publication(node, id, payload, options)).await.map(drop)
}

fn publication(node: &str, id: &str, payload: &str, options: &str) -> String {
    let item = format!("<publish node='{node}'><item id='{id}'>{payload}</item></publish>");
    format!("<pubsub xmlns='{}'>{item}{options}</pubsub>", ns::PUBSUB)
}

fn items(node: &str) -> String {
    format!("<pubsub xmlns='{}'><items node='{node}'/></pubsub>", ns::PUBSUB)
}

/// XEP-0163 §3, §4.
pub async fn events(stage: &Stage) -> Found {
    stage.friends.clone()?;
    let (mut one, mut two, mut bob) = (stage.alice().await?, stage.alice().await?, stage.bob().await?);
    let account = one.info(&stage.alice.jid).await?;
    let is_pep = account.inner_str().contains("type='pep'");
    must(is_pep, "the account does not say that it is a service of the type `pep`")?;
    two.come_online_for(EVENTS).await?;
    bob.come_online_for(EVENTS).await?;
    one.come_online().await?;
    // What the two want is asked of them when they come online, and their answer has to be back.
    for peer in [&mut two, &mut bob] {
        peer.came(|_| false).await?;
    }
    let word = unique("event");
    let payload = format!("<word xmlns='https://folkmoot.invalid/check'>{word}</word>");
    publish(&mut one, EVENTS, "current", &payload, "").await?;
    let is_event = |stanza: &Stanza| {
        stanza.child("event", ns::PUBSUB_EVENT).is_some_and(|event| event.raw().contains(&word))
            && stanza.from.as_ref().is_some_and(|from| from.as_str() == stage.alice.jid)
    };
    two.until("the event, at the account's other client", is_event).await?;
    bob.until("the event, at a contact", is_event).await?;
    let found = bob.ask("get", Some(&stage.alice.jid), &items(EVENTS)).await?;
    must(found.inner_str().contains(&word), "a contact does not find the item")?;
    let delete = format!("<pubsub xmlns='{}'><delete node='{EVENTS}'/></pubsub>", ns::PUBSUB_OWNER);
    one.ask("set", None, &delete).await?;
    Ok("the account's other client and a contact, who want it, were told; the contact finds the item".to_owned())
}

/// XEP-0223 §2, with the options as preconditions (XEP-0060 §7.1.5).
pub async fn private_nodes(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    must_have(
        &alice.info(&stage.alice.jid).await?,
        "the account",
        "http://jabber.org/protocol/pubsub#publish-options",
    )?;
    kept_private(stage, &mut alice, SECRETS, "<word xmlns='https://folkmoot.invalid/check'>WORD</word>").await?;
    let open = options(&[("pubsub#access_model", "open")]);
    let again = publication(SECRETS, "current", "<word xmlns='https://folkmoot.invalid/check'/>", &open);
    let refused = alice.ask_refused("set", None, &again).await?;
    must(refused.contains("conflict"), "options that the node does not have are not refused with `conflict`")?;
    Ok("the item stays, a contact is refused, and so are options that the node does not have".to_owned())
}

/// XEP-0048 §3 (version 1.2), over XEP-0223.
pub async fn old_bookmarks(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let conference =
        "<conference name='WORD' autojoin='false' jid='check@rooms.invalid'><nick>Check</nick></conference>";
    let storage = format!("<storage xmlns='{OLD_BOOKMARKS}'>{conference}</storage>");
    kept_private(stage, &mut alice, OLD_BOOKMARKS, &storage).await?;
    Ok("the bookmarks stay, and a contact is refused".to_owned())
}

/// Publishes for nobody else, finds it again, and has the other one refused. `WORD` in the payload is what is
/// looked for.
async fn kept_private(stage: &Stage, alice: &mut Peer, node: &str, payload: &str) -> Result<(), Lack> {
    let word = unique("secret");
    publish(alice, node, "current", &payload.replace("WORD", &word), &options(FOR_NOBODY_ELSE)).await?;
    let found = alice.ask("get", None, &items(node)).await?;
    must(found.inner_str().contains(&word), "what was published is not there again")?;
    let mut bob = stage.bob().await?;
    bob.ask_refused("get", Some(&stage.alice.jid), &items(node)).await.map(drop)
}

/// XEP-0402 §3, and §5 for the conversion.
pub async fn bookmarks(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    must_have(&alice.info(&stage.alice.jid).await?, "the account", "urn:xmpp:bookmarks:1#compat")?;
    let room = format!("{}@rooms.invalid", unique("room"));
    let mut wanted = FOR_NOBODY_ELSE.to_vec();
    wanted.extend([("pubsub#max_items", "max"), ("pubsub#send_last_published_item", "never")]);
    let conference = format!("<conference xmlns='{BOOKMARKS}' name='Check'/>");
    publish(&mut alice, BOOKMARKS, &room, &conference, &options(&wanted)).await?;
    let found = alice.ask("get", None, &items(BOOKMARKS)).await?;
    must(found.inner_str().contains(&room), "what was published is not there again")?;
    let old = format!("<query xmlns='jabber:iq:private'><storage xmlns='{OLD_BOOKMARKS}'/></query>");
    let old = alice.ask("get", None, &old).await?;
    must(old.inner_str().contains(&room), "private XML does not have the bookmark")?;
    let retract = format!("<retract node='{BOOKMARKS}'><item id='{room}'/></retract>");
    alice.ask("set", None, &format!("<pubsub xmlns='{}'>{retract}</pubsub>", ns::PUBSUB)).await?;
    Ok("an item for the bookmark; private XML has it too".to_owned())
}
