//! Cuts a stream of a server that is believed into its top-level elements, as cheaply as can be:
//! no checks, no namespaces, no nesting of an element in one of its own name.

use memchr::{memchr, memmem};

/// What stands at the front of the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// A message, whole.
    Message(&'a [u8]),
    /// Another stanza.
    Stanza,
    /// `<r/>` of stream management.
    Request,
    /// `<a/>` of stream management, whole.
    Answer(&'a [u8]),
    /// White space.
    Space,
    /// The server ends the stream.
    End,
}

/// The first piece of `input` and its length; none until it is complete.
pub fn cut(input: &[u8]) -> Option<(Piece<'_>, usize)> {
    if input.first()? != &b'<' {
        return Some((Piece::Space, memchr(b'<', input).unwrap_or(input.len())));
    }
    let tag_end = memchr(b'>', input)?;
    let tag = &input[1..tag_end];
    let name_end = tag.iter().position(|byte| matches!(byte, b' ' | b'/' | b'\t' | b'\n')).unwrap_or(tag.len());
    let name = &tag[..name_end];
    if tag.starts_with(b"/stream") || tag.starts_with(b"stream:error") {
        return Some((Piece::End, input.len()));
    }
    let end = if tag.ends_with(b"/") { tag_end + 1 } else { close(input, tag_end, name)? };
    let piece = match name {
        b"message" => Piece::Message(&input[..end]),
        b"r" => Piece::Request,
        b"a" => Piece::Answer(&input[..end]),
        _ => Piece::Stanza,
    };
    Some((piece, end))
}

/// Behind the close tag of the element `name`, whose open tag ends at `from`.
fn close(input: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        at += memmem::find(&input[at..], b"</")? + 2;
        let rest = &input[at..];
        if rest.len() <= name.len() {
            return None;
        }
        if rest.starts_with(name) && rest[name.len()] == b'>' {
            return Some(at + name.len() + 1);
        }
    }
}

/// The decimal number behind the first `mark`; none if there is no digit.
pub fn number(input: &[u8], mark: &[u8]) -> Option<u64> {
    let start = memmem::find(input, mark)? + mark.len();
    let digits = input[start..].iter().take_while(|byte| byte.is_ascii_digit());
    let mut value = None;
    for digit in digits {
        value = Some(value.unwrap_or(0) * 10 + u64::from(digit - b'0'));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_whole_pieces_only() {
        let stream = b"<message to='a'><body>no. 42 x</body></message>\n<r xmlns='urn:xmpp:sm:3'/>\
                       <a h='7' xmlns='urn:xmpp:sm:3'/><presence/><iq><iqq></iqq></iq></stream:stream>";
        let mut names = Vec::new();
        let mut rest = &stream[..];
        while let Some((piece, length)) = cut(rest) {
            names.push(piece);
            rest = &rest[length..];
        }
        let message = &stream[..47];
        let answer = b"<a h='7' xmlns='urn:xmpp:sm:3'/>";
        let expected = [
            Piece::Message(message),
            Piece::Space,
            Piece::Request,
            Piece::Answer(answer),
            Piece::Stanza,
            Piece::Stanza,
            Piece::End,
        ];
        assert_eq!(names, expected);
        assert_eq!(number(message, b"no. "), Some(42));
        assert_eq!(number(answer, b"h='"), Some(7));
        for end in 1..message.len() {
            assert_eq!(cut(&message[..end]), None, "{end}");
        }
    }
}
