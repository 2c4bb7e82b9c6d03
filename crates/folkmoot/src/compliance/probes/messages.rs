//! Messages: to whom they go, where they are copied, kept and stopped.

use super::super::lack::{Found, Lack, must, must_have};
use super::super::peer::{Peer, says};
use super::super::stage::{Stage, unique};
use std::time::Duration;
use tokio::time::sleep;
use xmpp::{Element, Stanza, ns};

/// A message of type chat.
fn chat(to: &str, body: &str) -> String {
    format!("<message to='{to}' type='chat' id='{body}'><body>{body}</body></message>")
}

/// RFC 6121 §2, §3, §4, §5.
pub async fn messages(stage: &Stage) -> Found {
    let friends = stage.friends.clone()?;
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    bob.come_online().await?;
    alice.come_online().await?;
    let item = format!("<item jid='{}' name='The other one'><group>Checks</group></item>", stage.bob.jid);
    alice.ask("set", None, &format!("<query xmlns='{}'>{item}</query>", ns::ROSTER)).await?;
    let pushed = |stanza: &Stanza| {
        stanza.child("query", ns::ROSTER).is_some_and(|query| query.raw().contains("The other one"))
            && stanza.kind.type_name() == Some("set")
    };
    alice.until("a roster push", pushed).await?;
    for to in [stage.bob.jid.clone(), bob.jid().to_owned()] {
        let body = unique("hello");
        alice.send(&chat(&to, &body)).await?;
        let got = bob.until("the message", |stanza| says(stanza, &body)).await?;
        let from = got.from.as_ref().map(|from| from.as_str());
        must(
            from == Some(alice.jid()),
            format!("a message of {} came as from {}", alice.jid(), from.unwrap_or("nobody")),
        )?;
    }
    Ok(format!("{friends}; a contact has a name and a group; messages arrive, to bare and full addresses"))
}

/// XEP-0280 §4, §6, §7.
pub async fn carbons(stage: &Stage) -> Found {
    let (mut one, mut two, mut bob) = (stage.alice().await?, stage.alice().await?, stage.bob().await?);
    let info = one.info(&stage.domain).await?;
    must_have(&info, &stage.domain, ns::CARBONS)?;
    for client in [&mut one, &mut two, &mut bob] {
        client.come_online().await?;
        client.ask("set", None, &format!("<enable xmlns='{}'/>", ns::CARBONS)).await?;
    }
    let sent = unique("sent");
    one.send(&chat(&stage.bob.jid, &sent)).await?;
    two.until("the copy of what the other client sent", |stanza| is_copy(stanza, "sent", &sent)).await?;
    let received = unique("received");
    bob.send(&chat(one.jid(), &received)).await?;
    let copy = two.until("the copy of what the other got", |stanza| is_copy(stanza, "received", &received)).await?;
    let from = copy.from.as_ref().map(|from| from.as_str());
    must(from == Some(stage.alice.jid.as_str()), "a copy comes from another address than the account's")?;
    Ok("the other client sees what was sent and what came".to_owned())
}

fn is_copy(stanza: &Stanza, direction: &str, body: &str) -> bool {
    stanza.child(direction, ns::CARBONS).is_some_and(|copy| copy.raw().contains(&format!(">{body}<")))
}

/// XEP-0191 §3.
pub async fn blocking(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    let info = alice.info(&stage.domain).await?;
    must_have(&info, &stage.domain, ns::BLOCKING)?;
    alice.come_online().await?;
    bob.come_online().await?;
    let item = format!("<item jid='{}'/>", stage.bob.jid);
    alice.ask("set", None, &format!("<block xmlns='{}'>{item}</block>", ns::BLOCKING)).await?;
    let outcome = blocked(stage, &mut alice, &mut bob).await;
    // Whatever came of it: the next rows need the two to talk.
    alice.ask("set", None, &format!("<unblock xmlns='{}'>{item}</unblock>", ns::BLOCKING)).await?;
    outcome?;
    let after = unique("after");
    bob.send(&chat(&stage.alice.jid, &after)).await?;
    alice.until("a message after unblocking", |stanza| says(stanza, &after)).await?;
    Ok("the block is listed, a blocked message comes back as an error, an unblocked one arrives".to_owned())
}

async fn blocked(stage: &Stage, alice: &mut Peer, bob: &mut Peer) -> Result<(), Lack> {
    let list = alice.ask("get", None, &format!("<blocklist xmlns='{}'/>", ns::BLOCKING)).await?;
    must(list.inner_str().contains(&stage.bob.jid), "the block is not on the list")?;
    let during = unique("during");
    bob.send(&chat(&stage.alice.jid, &during)).await?;
    let returned =
        |stanza: &Stanza| stanza.kind.is_error() && stanza.id.as_ref().is_some_and(|id| id.as_str() == during);
    let error = bob.until("the error for a blocked message", returned).await?;
    // §3.3
    must(
        error.inner_str().contains("service-unavailable"),
        "a blocked message is not refused with service-unavailable",
    )?;
    must(!alice.came(|stanza| says(stanza, &during)).await?, "a blocked message arrived")
}

/// XEP-0313 §3, §4.
pub async fn archive(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    let info = alice.info(&stage.alice.jid).await?;
    must_have(&info, "the account", ns::MAM)?;
    alice.come_online().await?;
    let said = [unique("kept"), unique("kept")];
    for body in &said {
        bob.send(&chat(&stage.alice.jid, body)).await?;
        alice.until("the message", |stanza| says(stanza, body)).await?;
    }
    let mut last = page(&mut alice, &stage.bob.jid, "<max>1</max><before/>").await?;
    if !last.body.contains(&said[1]) {
        // Some servers deliver first and keep then.
        sleep(Duration::from_secs(1)).await;
        last = page(&mut alice, &stage.bob.jid, "<max>1</max><before/>").await?;
    }
    must(last.body.contains(&said[1]), "the last page does not end with what came last")?;
    let before = page(&mut alice, &stage.bob.jid, &format!("<max>1</max><before>{}</before>", last.first)).await?;
    must(before.body.contains(&said[0]), "the page before the last does not have what came before")?;
    let after = page(&mut alice, &stage.bob.jid, &format!("<max>5</max><after>{}</after>", before.first)).await?;
    must(
        after.body.contains(&said[1]) && after.complete,
        "the page behind it is not the last one again, and complete",
    )?;
    Ok("the newest messages are there, page by page, both ways".to_owned())
}

struct Page {
    body: String,
    first: String,
    complete: bool,
}

/// Asks for a page of the messages with `with`, and takes its last result.
async fn page(alice: &mut Peer, with: &str, set: &str) -> Result<Page, Lack> {
    let form = format!(
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>{0}</value></field>\
         <field var='with'><value>{with}</value></field></x>",
        ns::MAM
    );
    let id = unique("page");
    let query = format!("<query xmlns='{}' queryid='{id}'>{form}<set xmlns='{}'>{set}</set></query>", ns::MAM, ns::RSM);
    let fin = alice.ask("set", None, &query).await?;
    let is_result = |stanza: &Stanza| {
        let result = stanza.child("result", ns::MAM);
        result.is_some_and(|result| result.attr("queryid").is_some_and(|found| found == *id))
    };
    let mut body = alice.until("a result of the archive", is_result).await?.inner_str().to_owned();
    while alice.came(is_result).await? {
        body = alice.until("another result", is_result).await?.inner_str().to_owned();
    }
    let fin = fin.child("fin", ns::MAM).ok_or_else(|| Lack::Wrong("the answer has no `<fin/>`".to_owned()))?;
    let first = fin.child("set", ns::RSM).and_then(|set| set.child("first", ns::RSM));
    let first = first.as_ref().map(Element::text).unwrap_or_default().into_owned();
    Ok(Page { body, first, complete: fin.attr("complete").is_some_and(|complete| complete == "true") })
}
