//! Sessions that outlive their connections.

use super::super::lack::{Found, Lack, must};
use super::super::peer::{says, within};
use super::super::stage::{Stage, unique};
use client::{Client, Security};
use std::time::Duration;
use tokio::time::timeout;

/// XEP-0198 §3, §4, §5.
pub async fn acks(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    if !alice.features.contains("urn:xmpp:sm:3") {
        return Err(Lack::Missing("the stream does not offer it".to_owned()));
    }
    bob.come_online().await?;
    let mut client = alice_counted(&mut alice, stage).await.map(|()| alice.into_client())?;
    let body = unique("counted");
    let message = format!("<message to='{}' type='chat' id='{body}'><body>{body}</body></message>", stage.bob.jid);
    client.send(&message).await?;
    within("an acknowledgement of all that was sent".to_owned(), client.settle()).await?;
    bob.until("the message", |stanza| says(stanza, &body)).await?;
    let jid = client.jid().to_owned();
    let left = client.cut().ok_or_else(|| Lack::Wrong("stream management did not begin".to_owned()))?;
    must(left.0.id.is_some(), "the session cannot be resumed")?;
    let meanwhile = unique("meanwhile");
    bob.send(&format!("<message to='{jid}' type='chat' id='{meanwhile}'><body>{meanwhile}</body></message>")).await?;
    let target = stage.target(Security::StartTls);
    let (stream, features) = within("a stream".to_owned(), Client::connect(&target)).await?;
    let login = stage.login(&stage.alice, &features)?;
    drop(stream);
    let mut client = within("a resumed session".to_owned(), Client::resume(&target, login, left)).await?;
    let awaited = async {
        loop {
            match client.receive().await {
                Ok(stanza) if says(&stanza, &meanwhile) => return Ok(()),
                Ok(_) => {}
                Err(failure) => return Err(Lack::from(failure)),
            }
        }
    };
    let late = |_| Err(Lack::Wrong("what came while it was cut off did not come after it was resumed".to_owned()));
    timeout(Duration::from_secs(8), awaited).await.unwrap_or_else(late)?;
    Ok("acknowledged; resumed after a cut, with what came meanwhile".to_owned())
}

async fn alice_counted(alice: &mut super::super::peer::Peer, stage: &Stage) -> Result<(), Lack> {
    stage.friends.clone()?;
    within("`<enabled/>`".to_owned(), alice.client().enable_acks()).await?;
    alice.come_online().await
}
