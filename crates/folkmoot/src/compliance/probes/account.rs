//! What an account shows and keeps: its card, its avatar, what its clients store.

use super::super::lack::{Found, Lack, must, must_have};
use super::super::peer::Peer;
use super::super::stage::{Stage, unique};
use super::pep::{options, publish};
use data_encoding::{BASE64, HEXLOWER};
use xmpp::scram::Hash;
use xmpp::{Stanza, ns};

const AVATAR_DATA: &str = "urn:xmpp:avatar:data";
const AVATAR_METADATA: &str = "urn:xmpp:avatar:metadata";
const CONVERSION: &str = "urn:xmpp:pep-vcard-conversion:0";
const CARD_UPDATE: &str = "vcard-temp:x:update";
const PRIVATE: &str = "jabber:iq:private";

/// Pictures of one pixel, which differ.
const PICTURES: [&str; 2] = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
];

/// The id of a picture: its hash (XEP-0084 §4.1).
fn id(picture: &str) -> String {
    let bytes = BASE64.decode(picture.as_bytes()).expect("the pictures are base64");
    HEXLOWER.encode(&Hash::Sha1.digest(&bytes))
}

/// XEP-0054 §3.
pub async fn card(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    let name = unique("Alice");
    alice.ask("set", None, &format!("<vCard xmlns='{}'><FN>{name}</FN></vCard>", ns::VCARD)).await?;
    for (peer, to) in [(&mut alice, None), (&mut bob, Some(stage.alice.jid.as_str()))] {
        let card = fetched(peer, to).await?;
        must(card.inner_str().contains(&name), "the card is not the one that was set")?;
    }
    Ok("a card that was set is there for its owner and for a contact".to_owned())
}

async fn fetched(peer: &mut Peer, of: Option<&str>) -> Result<Stanza, Lack> {
    peer.ask("get", of, &format!("<vCard xmlns='{}'/>", ns::VCARD)).await
}

/// XEP-0398 §2, both ways.
pub async fn avatar_conversion(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    must_have(&alice.info(&stage.alice.jid).await?, "the account", CONVERSION)?;
    publish_avatar(&mut alice, PICTURES[0]).await?;
    let card = fetched(&mut bob, Some(&stage.alice.jid)).await?;
    let photo = card.child("vCard", ns::VCARD).and_then(|card| card.child("PHOTO", ns::VCARD));
    let photo = photo.and_then(|photo| photo.child("BINVAL", ns::VCARD)).map(|photo| photo.text().into_owned());
    let photo: String = photo.unwrap_or_default().split_whitespace().collect();
    must(photo == PICTURES[0], "the card does not have the avatar that was published")?;

    let photo = format!("<PHOTO><TYPE>image/png</TYPE><BINVAL>{}</BINVAL></PHOTO>", PICTURES[1]);
    alice.ask("set", None, &format!("<vCard xmlns='{}'>{photo}</vCard>", ns::VCARD)).await?;
    let items = format!("<pubsub xmlns='{}'><items node='{AVATAR_METADATA}' max_items='1'/></pubsub>", ns::PUBSUB);
    let metadata = bob.ask("get", Some(&stage.alice.jid), &items).await?;
    must(metadata.inner_str().contains(&id(PICTURES[1])), "the photo of the card did not become the avatar")?;
    Ok("an avatar becomes a photo, and a photo an avatar".to_owned())
}

/// XEP-0153 §3.2, by the server: XEP-0398 §3.
pub async fn avatar_hash(stage: &Stage) -> Found {
    stage.friends.clone()?;
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    must_have(&alice.info(&stage.alice.jid).await?, "the account", CONVERSION)?;
    publish_avatar(&mut alice, PICTURES[0]).await?;
    bob.come_online().await?;
    alice.come_online().await?;
    let (from, hash) = (alice.jid().to_owned(), id(PICTURES[0]));
    let with_hash = |stanza: &Stanza| {
        stanza.from.as_ref().is_some_and(|jid| jid.as_str() == from)
            && stanza.child("x", CARD_UPDATE).is_some_and(|update| update.raw().contains(&hash))
    };
    bob.until("presence with the hash of the avatar", with_hash).await?;
    Ok("presence that said nothing of it has the hash of the avatar".to_owned())
}

/// XEP-0084 §3.1, open to everybody.
async fn publish_avatar(alice: &mut Peer, picture: &str) -> Result<(), Lack> {
    let (id, open) = (id(picture), options(&[("pubsub#access_model", "open")]));
    publish(alice, AVATAR_DATA, &id, &format!("<data xmlns='{AVATAR_DATA}'>{picture}</data>"), &open).await?;
    let bytes = BASE64.decode(picture.as_bytes()).map_or(0, |bytes| bytes.len());
    let info = format!("<info bytes='{bytes}' id='{id}' type='image/png' height='1' width='1'/>");
    let metadata = format!("<metadata xmlns='{AVATAR_METADATA}'>{info}</metadata>");
    publish(alice, AVATAR_METADATA, &id, &metadata, &open).await?;
    Ok(())
}

/// XEP-0049 §3.
pub async fn private_xml(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let word = unique("word");
    let kept = format!("<note xmlns='https://folkmoot.invalid/check/note'><word>{word}</word></note>");
    alice.ask("set", None, &format!("<query xmlns='{PRIVATE}'>{kept}</query>")).await?;
    let asked = "<note xmlns='https://folkmoot.invalid/check/note'/>";
    let found = alice.ask("get", None, &format!("<query xmlns='{PRIVATE}'>{asked}</query>")).await?;
    must(found.inner_str().contains(&word), "what was stored is not there again")?;
    let nothing = format!("<query xmlns='{PRIVATE}'><never xmlns='https://folkmoot.invalid/check/never'/></query>");
    let found = alice.ask("get", None, &nothing).await?;
    must(found.inner_str().contains("never"), "what was never stored is not answered with an empty element")?;
    Ok("what was stored is there again, what was not is empty".to_owned())
}
