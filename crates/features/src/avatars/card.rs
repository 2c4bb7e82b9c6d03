//! The picture on the card (XEP-0398 §3): shown there to those who may see it, and taken from there.

use super::image::{self, Hash};
use super::{Avatar, number, set, shown};
use crate::Fault;
use crate::pubsub::{self, ITEM_BYTES, read};
use crate::turn::Turn;
use bytes::Bytes;
use store::Store;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// Where the picture is that somebody may see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Photo {
    account: i64,
    number: i64,
}

/// The pictures on a card, by their SHA-1 (XEP-0153 §4.1).
pub fn hashes(card: &Element<'_>) -> Vec<String> {
    let photos = card.children().filter(|child| child.is("PHOTO", ns::VCARD));
    let images = photos.filter_map(|photo| image::decode(&photo.child("BINVAL", ns::VCARD)?.text()));
    images.filter(|image| !image.is_empty()).map(|image| Hash::of(&image).hex()).collect()
}

/// The picture that `who` may see on the card (XEP-0398 §5.2).
pub fn photo_for(turn: &Turn<'_>, who: &Jid) -> Option<Photo> {
    let hash = shown(turn.me)?;
    let may_see = |node| turn.me.nodes.get(node).is_some_and(|node| pubsub::sees(turn.me, node, who));
    let number = number(&turn.me.nodes, hash)?;
    (may_see(ns::AVATAR_DATA) && may_see(ns::AVATAR_METADATA)).then_some(Photo { account: turn.me.id, number })
}

impl Photo {
    /// Reads the image, in Base64.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(self, store: &Store) -> Result<Option<String>, Fault> {
        let item = read::one(store, self.account, ns::AVATAR_DATA, self.number).await?;
        let data = item.as_ref().and_then(read::Item::payload);
        let base64 = data.map(|data| data.text().split_ascii_whitespace().collect::<String>());
        // It goes onto the card as it is.
        Ok(base64.filter(|base64| image::decode(base64).is_some()))
    }
}

/// The card with the picture in the place of any other. Its kind is what its bytes say (XEP-0153 §5).
pub fn with_photo(card: &Element<'_>, base64: &str) -> Bytes {
    let start = image::decode(base64.get(..KIND_CHARS).unwrap_or_default());
    let kind = start.as_deref().and_then(image::kind);
    let kind = kind.map_or_else(String::new, |kind| format!("<TYPE>{kind}</TYPE>"));
    rewritten(card, &format!("<PHOTO>{kind}<BINVAL>{base64}</BINVAL></PHOTO>"))
}

/// As much of an image in Base64 as it takes to see of what kind it is.
const KIND_CHARS: usize = 16;

/// A client replaces its card. The picture on it is published, or taken back if there is none any more;
/// the card is returned as it is kept, without it. A picture that is no image of ours stays on the card.
///
/// # Errors
/// When there is no room for the picture. Nothing was changed then.
pub fn take_photo(turn: &mut Turn<'_>, card: &Element<'_>) -> Result<Bytes, StanzaError> {
    let photo = card.child("PHOTO", ns::VCARD);
    let text = photo.and_then(|photo| photo.child("BINVAL", ns::VCARD)).map(|text| text.text());
    let is_none = photo.is_none_or(|photo| photo.child("EXTVAL", ns::VCARD).is_none())
        && text.as_ref().is_none_or(|text| text.trim().is_empty());
    if is_none {
        withdraw(turn);
        return Ok(rewritten(card, ""));
    }
    let image = text.and_then(|text| image::decode(&text));
    let Some((image, kind)) = image.and_then(|image| image::kind(&image).map(|kind| (image, kind))) else {
        return Ok(Bytes::copy_from_slice(card.raw().as_bytes()));
    };
    publish(turn, &image, kind)?;
    Ok(rewritten(card, ""))
}

/// XEP-0398 §3.2. The same picture again is no news: clients send the card as a whole.
fn publish(turn: &mut Turn<'_>, image: &[u8], kind: &str) -> Result<(), StanzaError> {
    let hash = Hash::of(image);
    if shown(turn.me) == Some(&hash) {
        return Ok(());
    }
    let id = hash.hex();
    let mut w = Writer::new();
    w.leaf("data", ns::AVATAR_DATA, &data_encoding::BASE64.encode(image));
    let data = w.finish();
    let mut w = Writer::new();
    w.open("metadata", ns::AVATAR_METADATA).open("info", ns::AVATAR_METADATA);
    w.attr("bytes", &image.len().to_string()).attr("id", &id).attr("type", kind);
    let metadata = w.finish();
    if data.len() as u64 > turn.service.limits.of(&ITEM_BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(ITEM_BYTES.sentence));
    }
    pubsub::check_room(turn, ns::AVATAR_METADATA, 0, 0)?;
    pubsub::check_room(turn, ns::AVATAR_DATA, (data.len() + metadata.len()) as u64, 0)?;
    // On the card everybody could see it.
    for (node, payload) in [(ns::AVATAR_DATA, data), (ns::AVATAR_METADATA, metadata)] {
        pubsub::add_open_node(turn, node);
        pubsub::put(turn, node, &id, payload);
    }
    set(turn, Avatar(Some(Box::new(hash))));
    Ok(())
}

/// XEP-0084 §3.5, if there is a picture.
fn withdraw(turn: &mut Turn<'_>) {
    if turn.me.avatar == Avatar::default() {
        return;
    }
    let mut w = Writer::new();
    w.empty("metadata", ns::AVATAR_METADATA);
    pubsub::put(turn, ns::AVATAR_METADATA, "none", w.finish());
    set(turn, Avatar::default());
}

/// The card with `photo` (canonical, inside the card) in the place of its own.
fn rewritten(card: &Element<'_>, photo: &str) -> Bytes {
    let (start, _) = card.raw().split_once('>').unwrap_or_default();
    let rest: String = card.children().filter(|child| !child.is("PHOTO", ns::VCARD)).map(|child| child.raw()).collect();
    Bytes::from(format!("{}>{rest}{photo}</vCard>", start.trim_end_matches('/')))
}
