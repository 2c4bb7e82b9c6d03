//! The ids that clients see: one encrypted block for each row, so that they are unpredictable
//! (XEP-0313 §3) and still lead to the row without a look-up.

use crate::service::Secrets;
use aws_lc_rs::cipher::{AES_128, DecryptingKey, DecryptionContext, EncryptingKey, UnboundCipherKey};
use data_encoding::BASE64URL_NOPAD;

/// A row of an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id {
    /// Whose archive: the row of the account.
    pub archive: i64,
    /// The number of the row in it.
    pub number: u64,
}

/// Bytes of a block of AES.
const BLOCK: usize = 16;

impl Id {
    /// The id on the wire: 22 characters.
    pub fn encode(self, secrets: &Secrets) -> String {
        let mut block = [0; BLOCK];
        block[..8].copy_from_slice(&self.archive.to_be_bytes());
        block[8..].copy_from_slice(&self.number.to_be_bytes());
        // One block by itself is what the electronic code book is for.
        EncryptingKey::ecb(key(secrets)).and_then(|key| key.encrypt(&mut block)).expect("a block is a block");
        BASE64URL_NOPAD.encode(&block)
    }

    /// The row of an id that we gave out for this archive. None for anything else: whoever guesses
    /// hits another archive, or none.
    pub fn decode(text: &str, archive: i64, secrets: &Secrets) -> Option<Id> {
        let mut block: [u8; BLOCK] = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()?;
        let opened = DecryptingKey::ecb(key(secrets)).ok()?;
        opened.decrypt(&mut block, DecryptionContext::None).ok()?;
        let (owner, number) = block.split_at(8);
        let owner = i64::from_be_bytes(owner.try_into().ok()?);
        let number = u64::from_be_bytes(number.try_into().ok()?);
        (owner == archive && i64::try_from(number).is_ok()).then_some(Id { archive, number })
    }
}

fn key(secrets: &Secrets) -> UnboundCipherKey {
    UnboundCipherKey::new(&AES_128, &secrets.archive_ids).expect("the key has 16 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_only_within_their_archive() {
        let secrets = Secrets { archive_ids: [7; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() };
        let id = Id { archive: 3, number: 1_764_034_035_123_456 };
        let text = id.encode(&secrets);
        assert_eq!(text.len(), 22);
        assert_eq!(Id::decode(&text, 3, &secrets), Some(id));
        assert_eq!(Id::decode(&text, 4, &secrets), None);
        assert_eq!(Id::decode("", 3, &secrets), None);
        assert_eq!(Id::decode("28482-98726-73623", 3, &secrets), None);
        assert_eq!(Id::decode(&"A".repeat(22), 3, &secrets), None);
        assert_ne!(Id { number: id.number + 1, ..id }.encode(&secrets)[..8], text[..8]);
        let other = Secrets { archive_ids: [8; 16], ..secrets };
        assert_eq!(Id::decode(&text, 3, &other), None);
    }
}
