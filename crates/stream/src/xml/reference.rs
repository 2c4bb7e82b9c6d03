//! References: the five predefined entities and characters by number (RFC 6120 §11.1, XML 1.0 §4.1).

use super::chars;
use crate::Crime;

/// The longest reference between `&` and `;`, in bytes: `#x0010FFFF`, and a few zeros to spare.
const BYTES_MAX: usize = 16;

/// A reference as far as it has come.
#[derive(Clone, Copy, Default)]
pub(super) struct Reference {
    bytes: [u8; BYTES_MAX],
    len: u8,
}

impl Reference {
    /// Takes one byte behind the `&`; gives the character when it was the last.
    pub(super) fn push(&mut self, byte: u8) -> Result<Option<char>, Crime> {
        let len = self.len as usize;
        if byte == b';' {
            return resolve(&self.bytes[..len]).map(Some);
        }
        if !(byte.is_ascii_alphanumeric() || byte == b'#' && len == 0) {
            // A name of an entity that is not ASCII is still an entity of somebody's own.
            return Err(if chars::is(byte, chars::NAME) { Crime::RestrictedXml } else { Crime::NotWellFormed });
        }
        *self.bytes.get_mut(len).ok_or(Crime::RestrictedXml)? = byte;
        self.len += 1;
        Ok(None)
    }
}

fn resolve(name: &[u8]) -> Result<char, Crime> {
    let (digits, radix) = match name {
        b"amp" => return Ok('&'),
        b"lt" => return Ok('<'),
        b"gt" => return Ok('>'),
        b"apos" => return Ok('\''),
        b"quot" => return Ok('"'),
        b"" => return Err(Crime::NotWellFormed),
        [b'#', b'x', hex @ ..] => (hex, 16),
        [b'#', decimal @ ..] => (decimal, 10),
        [first, ..] if first.is_ascii_digit() => return Err(Crime::NotWellFormed),
        _ => return Err(Crime::RestrictedXml),
    };
    let number = u32::from_str_radix(chars::text(digits), radix).map_err(|_| Crime::NotWellFormed)?;
    char::from_u32(number).filter(|c| chars::is_char(*c)).ok_or(Crime::NotWellFormed)
}
