//! The tag of a `<body/>` (XEP-0124 §6, XEP-0206 §2): what the carrier reads in it, and what the
//! stream does.

use super::{
    Budget, Header, chars,
    scope::Root,
    work::{Attribute, AttributeKind, Flow, Work},
};
use crate::Crime;
use bytes::BytesMut;
use xmpp::{Framing, Text, ns};

/// The attributes of a body's tag.
#[derive(Debug, Default)]
pub struct Body {
    attributes: Vec<(Text, Text)>,
}

impl Body {
    /// Reads the tag at the front of a request.
    ///
    /// # Errors
    /// When it begins with something else.
    pub fn read(request: &[u8]) -> Result<Body, Crime> {
        let tag_len = request.len().min(Budget::STRANGER.bytes);
        let mut input = BytesMut::from(&request[..tag_len]);
        let mut may_declare = true;
        loop {
            let space = chars::run(&input, chars::SPACE);
            let _ = input.split_to(space);
            if input.first() != Some(&b'<') {
                return Err(Crime::NotWellFormed);
            }
            let mut work = Work::new(Budget::STRANGER, BytesMut::new(), None);
            (work.is_header, work.may_declare, work.framing) = (true, may_declare, Framing::Bodies);
            match work.take(&mut input, &Root::default())? {
                Flow::Declared => may_declare = false,
                Flow::Opened { .. } => {
                    let attributes = work.attributes.iter().filter_map(|attribute| work.named(attribute)).collect();
                    return Ok(Body { attributes });
                }
                _ => return Err(Crime::NotWellFormed),
            }
        }
    }

    /// An attribute by its name, without a prefix.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value.as_str())
    }

    /// An attribute that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.attr(name)?.parse().ok()
    }
}

/// What the stream reads in the tag.
pub(super) struct Head {
    /// XEP-0206 §5: the stream begins anew.
    pub(super) restarts: bool,
    /// XEP-0124 §13: the stream ends with this body.
    pub(super) terminates: bool,
}

/// Reads the tag that was just taken in.
pub(super) fn head(work: &Work) -> Head {
    let has = |wanted: &str, values: &[&str]| {
        let mut named = work.attributes.iter().filter_map(|attribute| work.named(attribute));
        named.any(|(name, value)| name.as_str() == wanted && values.contains(&value.as_str()))
    };
    match work.framing {
        Framing::Bodies => Head { restarts: has("restart", &["true", "1"]), terminates: has("type", &["terminate"]) },
        Framing::Stream | Framing::Frames => Head { restarts: false, terminates: false },
    }
}

/// The header of the stream that a body opens. XEP-0206 §3: the version should be there; what does
/// not name one is taken to speak ours.
pub(super) fn header(header: Header) -> Header {
    Header { version: Some(Text::fixed("1.0")), content: Text::fixed(ns::CLIENT), ..header }
}

impl Work {
    /// Name, without a prefix, and value of an attribute; none for declarations.
    fn named(&self, attribute: &Attribute) -> Option<(Text, Text)> {
        let name = &self.out[attribute.name.range()];
        let local = match attribute.kind {
            AttributeKind::Default | AttributeKind::Prefix | AttributeKind::Xml => return None,
            AttributeKind::Plain => name,
            AttributeKind::Foreign => &name[usize::from(attribute.prefix_len) + 1..],
        };
        let value = &self.out[attribute.value.range()];
        Some((Text::copied(chars::text(local)), Text::copied(chars::text(value))))
    }
}
