//! The domainpart (RFC 7622 §3.2): a host name in its Unicode form, or an IP address.

use super::{JidError, PART_BYTES_MAX, Scratch};
use idna::uts46::{AsciiDenyList, Hyphens, Uts46};
use std::net::Ipv6Addr;

/// All ASCII but letters, digits, hyphens, dots, and underscores.
/// Compat: underscores are no part of host names, but some services' names have them.
const DENIED: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

/// Appends the host that `text` names, in the one form that it has here.
pub(super) fn prepare(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    if text.is_empty() {
        return Err(JidError::EmptyPart);
    }
    // Punycode costs more than linear time; no host is as long.
    if text.len() > PART_BYTES_MAX {
        return Err(JidError::TooLong);
    }
    if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = literal.parse().map_err(|_| JidError::Domain)?;
        out.extend_from_slice(format!("[{address}]").as_bytes());
        return Ok(());
    }
    // UTS 46, non-transitional: `ß` stays what it is.
    let (host, result) = Uts46::new().to_unicode(text.as_bytes(), DENIED, Hyphens::CheckFirstLast);
    result.map_err(|_| JidError::Domain)?;
    // RFC 7622 §3.2: a dot at the end is taken off before anything is compared.
    let host = host.strip_suffix('.').unwrap_or(&host);
    if host.split('.').any(str::is_empty) {
        return Err(JidError::Domain);
    }
    out.extend_from_slice(host.as_bytes());
    Ok(())
}
