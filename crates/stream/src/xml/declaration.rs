//! The XML declaration, which may stand at the very start of a stream (RFC 6120 §11.5, XML 1.0 §2.8).

use super::chars;
use crate::Crime;

/// The longest declaration that is looked at, in bytes.
const BYTES_MAX: usize = 256;
const OPENING: &[u8] = b"<?xml";

/// Whether `text`, a declaration as far as it has come from its `<?` on, is complete.
///
/// # Errors
/// It is another processing instruction, or not the declaration of a stream.
pub(super) fn complete(text: &[u8]) -> Result<bool, Crime> {
    let shared = text.len().min(OPENING.len());
    let follows = text.get(OPENING.len()).is_none_or(|byte| chars::is(*byte, chars::SPACE));
    if text[..shared] != OPENING[..shared] || !follows {
        return Err(Crime::RestrictedXml);
    }
    if text.ends_with(b"?>") {
        return read(&text[OPENING.len()..text.len() - 2]).map(|()| true);
    }
    if text.len() > BYTES_MAX { Err(Crime::NotWellFormed) } else { Ok(false) }
}

fn read(mut rest: &[u8]) -> Result<(), Crime> {
    if pseudo_attribute(&mut rest, b"version").ok_or(Crime::NotWellFormed)? != b"1.0" {
        return Err(Crime::NotWellFormed);
    }
    if let Some(encoding) = pseudo_attribute(&mut rest, b"encoding")
        && !encoding.eq_ignore_ascii_case(b"utf-8")
    {
        return Err(Crime::Encoding);
    }
    if let Some(standalone) = pseudo_attribute(&mut rest, b"standalone")
        && !matches!(standalone, b"yes" | b"no")
    {
        return Err(Crime::NotWellFormed);
    }
    if skip_space(rest).is_empty() { Ok(()) } else { Err(Crime::NotWellFormed) }
}

/// Takes `name = 'value'` off the front, if that is what stands there behind white space.
fn pseudo_attribute<'a>(rest: &mut &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let space = chars::run(rest, chars::SPACE);
    let after = rest[space..].strip_prefix(name).filter(|_| space > 0)?;
    let after = skip_space(skip_space(after).strip_prefix(b"=")?);
    let (quote, after) = after.split_first().filter(|(quote, _)| matches!(quote, b'\'' | b'"'))?;
    let end = memchr::memchr(*quote, after)?;
    *rest = &after[end + 1..];
    Some(&after[..end])
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    &bytes[chars::run(bytes, chars::SPACE)..]
}
