//! Acknowledgements (XEP-0198 §4) as they are written; there is one for many a stanza.

/// Appends `<a h=''/>`: so many of the client's stanzas were handled. Called once they are: what is
/// acknowledged is durable.
pub fn write(h: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<a xmlns='urn:xmpp:sm:3' h='");
    out.extend_from_slice(h.to_string().as_bytes());
    out.extend_from_slice(b"'/>");
}

/// Appends `<r/>`: how many of our stanzas has the client handled?
pub fn write_request(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<r xmlns='urn:xmpp:sm:3'/>");
}
