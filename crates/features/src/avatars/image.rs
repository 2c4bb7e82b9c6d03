//! Images: what names them, and what kind they are. They are never decoded.

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use xmpp::{Condition, Element, StanzaError, ns, scram};

/// The SHA-1 of an image (XEP-0084 §4.2.1), which is its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hash([u8; 20]);

impl Hash {
    /// The hash of an image.
    pub(super) fn of(image: &[u8]) -> Hash {
        let digest = scram::Hash::Sha1.digest(image);
        Hash(digest.as_ref().try_into().expect("SHA-1 has 20 bytes"))
    }

    /// Reads it as it is written on the wire.
    pub(super) fn parse(hex: &str) -> Option<Hash> {
        let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
        bytes.try_into().ok().map(Hash)
    }

    /// As it is written on the wire.
    pub(super) fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

/// The image in Base64, of which white space is no part (XEP-0084 §4.1, XEP-0153 §4.6).
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&dense).ok()
}

/// What kind of image it is by its first bytes; none if it is of no kind that clients show.
pub(super) fn kind(image: &[u8]) -> Option<&'static str> {
    match image {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Whether an item may be published among the images: XEP-0084 §3.1 names it by its hash. What has
/// another name would be shown by no client, and would have us tell a wrong one (XEP-0398 §3.1).
pub(super) fn judge(id: Option<&str>, payload: Option<&Element<'_>>) -> Result<(), StanzaError> {
    let image = payload.filter(|data| data.is("data", ns::AVATAR_DATA)).and_then(|data| decode(&data.text()));
    if image.is_some_and(|image| id.and_then(Hash::parse) == Some(Hash::of(&image))) {
        return Ok(());
    }
    let why = "An avatar is an image in Base64, and the item is named by the SHA-1 of the image.";
    Err(StanzaError::new(Condition::BadRequest).specific("invalid-payload", ns::PUBSUB_ERRORS).text(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_the_name_of_its_hash() {
        let text = "<data xmlns='urn:xmpp:avatar:data'>aGVs\n bG8=</data>";
        let data = Element::first(text, ns::PUBSUB).unwrap();
        let named = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
        assert_eq!(Hash::of(b"hello").hex(), named);
        assert!(judge(Some(named), Some(&data)).is_ok());
        assert!(judge(Some(&named.to_uppercase()), Some(&data)).is_ok());
        assert!(judge(Some("current"), Some(&data)).is_err());
        assert!(judge(None, Some(&data)).is_err());
        assert!(judge(Some(named), None).is_err());
    }

    #[test]
    fn images_are_known_by_their_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(kind(b"<svg/>"), None);
        assert_eq!(kind(b""), None);
    }
}
