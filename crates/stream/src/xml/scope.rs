//! Namespaces in force: what the stream's own tag declared, and what the open elements add.

use crate::Crime;
use smallvec::SmallVec;
use xmpp::ns;

/// Namespaces in XML §3: what `xmlns` itself is bound to. Nothing else may be.
const XMLNS: &[u8] = b"http://www.w3.org/2000/xmlns/";

/// The longest name and the longest namespace, in bytes: nothing known comes near, and each use of
/// a prefix writes its namespace out.
pub(super) const NAME_BYTES_MAX: usize = 1024;

/// A stretch of some buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// From `start` to `end`, which lie within a budget of bytes.
    pub(super) fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, len: (end - start) as u32 }
    }

    /// As indices.
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }

    /// In bytes.
    pub(super) fn len(self) -> usize {
        self.len as usize
    }

    fn of(self, text: &[u8]) -> &[u8] {
        &text[self.range()]
    }

    fn moved(self, by: usize) -> Span {
        Span { start: self.start + by as u32, len: self.len }
    }
}

/// A namespace, by where its text lies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Uri {
    /// No namespace.
    None,
    /// The stream's content namespace, whatever it is; [`ns::CLIENT`] too, which stands for it.
    Content,
    /// What `xml:` is bound to.
    Xml,
    /// Declared on the stream's own tag.
    Root(Span),
    /// Declared on an open element.
    Local(Span),
}

#[derive(Clone, Copy)]
struct Binding {
    /// Empty for the default namespace.
    prefix: Span,
    uri: Uri,
}

/// What the stream's own tag left behind. Small, since it lives as long as the stream.
#[derive(Default)]
pub(super) struct Root {
    /// The tag's name as written, then the texts of its bindings.
    text: Box<[u8]>,
    name_len: usize,
    bindings: Box<[Binding]>,
    content: Option<Span>,
}

impl Root {
    /// The name as it must stand in the close tag.
    pub(super) fn name(&self) -> &[u8] {
        &self.text[..self.name_len]
    }

    /// The default namespace declared on the tag; empty if there is none.
    pub(super) fn content(&self) -> &[u8] {
        self.content.map_or(b"", |span| span.of(&self.text))
    }

    fn uri(&self, text: &[u8], otherwise: Uri) -> Uri {
        match text {
            b"" => Uri::None,
            text if text == ns::CLIENT.as_bytes() || text == self.content() => Uri::Content,
            _ => otherwise,
        }
    }
}

/// What open elements have declared. It grows and shrinks with them.
#[derive(Default)]
pub(super) struct Scope {
    text: SmallVec<[u8; 192]>,
    bindings: SmallVec<[Binding; 6]>,
}

/// How much of a scope was there before an element.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    text: u32,
    bindings: u32,
}

impl Scope {
    /// Where the scope stands now.
    pub(super) fn mark(&self) -> Mark {
        Mark { text: self.text.len() as u32, bindings: self.bindings.len() as u32 }
    }

    /// Forgets what came after the mark.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.text.truncate(mark.text as usize);
        self.bindings.truncate(mark.bindings as usize);
    }

    /// Declarations in force.
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Keeps the prefix of an element for its close tag, right behind the element's mark.
    pub(super) fn keep_prefix(&mut self, prefix: &[u8]) {
        self.text.extend_from_slice(prefix);
    }

    /// What [`Scope::keep_prefix`] kept.
    pub(super) fn prefix(&self, mark: Mark, len: usize) -> &[u8] {
        let start = mark.text as usize;
        &self.text[start..start + len]
    }

    /// Binds a prefix, or the default namespace if it is empty (Namespaces in XML §3, §6).
    pub(super) fn declare(&mut self, prefix: &[u8], uri: &[u8], root: &Root) -> Result<(), Crime> {
        if uri.len() > NAME_BYTES_MAX {
            return Err(Crime::TooManyBytes);
        }
        let is_xml = uri == ns::XML.as_bytes();
        if prefix == b"xml" && is_xml {
            return Ok(());
        }
        let reserved = is_xml || uri == XMLNS || prefix == b"xml" || prefix == b"xmlns";
        if reserved || (uri.is_empty() && !prefix.is_empty()) {
            return Err(Crime::BadNamespacePrefix);
        }
        let prefix = self.keep(prefix);
        let kept = self.keep(uri);
        let uri = root.uri(uri, Uri::Local(kept));
        self.bindings.push(Binding { prefix, uri });
        Ok(())
    }

    /// What a prefix is bound to; the empty one is the default namespace.
    pub(super) fn resolve(&self, prefix: &[u8], root: &Root) -> Result<Uri, Crime> {
        let local = self.bindings.iter().rev().find(|known| known.prefix.of(&self.text) == prefix);
        let found = local.or_else(|| root.bindings.iter().rev().find(|known| known.prefix.of(&root.text) == prefix));
        match found {
            Some(binding) => Ok(binding.uri),
            None if prefix.is_empty() => Ok(Uri::None),
            None if prefix == b"xml" => Ok(Uri::Xml),
            None => Err(Crime::BadNamespacePrefix),
        }
    }

    /// The text of a namespace in the canonical form.
    pub(super) fn text<'a>(&'a self, uri: Uri, root: &'a Root) -> &'a [u8] {
        match uri {
            Uri::None => b"",
            Uri::Content => ns::CLIENT.as_bytes(),
            Uri::Xml => ns::XML.as_bytes(),
            Uri::Root(span) => span.of(&root.text),
            Uri::Local(span) => span.of(&self.text),
        }
    }

    /// Makes what the stream's own tag, named `name`, declared the ground for all that follows.
    pub(super) fn into_root(self, name: &[u8]) -> Root {
        let moved = |binding: &Binding| {
            let uri = match binding.uri {
                Uri::Local(span) => Uri::Root(span.moved(name.len())),
                other => other,
            };
            Binding { prefix: binding.prefix.moved(name.len()), uri }
        };
        let mut root = Root {
            text: [name, &self.text].concat().into(),
            name_len: name.len(),
            bindings: self.bindings.iter().map(moved).collect(),
            content: None,
        };
        let default = root.bindings.iter().find(|binding| binding.prefix.len() == 0);
        // The text of a namespace is kept right behind its prefix, whatever it was taken for.
        root.content = default.and_then(|binding| match binding.uri {
            Uri::Root(span) => Some(span),
            Uri::Content => Some(Span::new(binding.prefix.range().end, binding.prefix.range().end + ns::CLIENT.len())),
            _ => None,
        });
        let content = root.content().to_vec();
        for binding in &mut root.bindings {
            if matches!(binding.uri, Uri::Root(span) if *span.of(&root.text) == *content) {
                binding.uri = Uri::Content;
            }
        }
        root
    }

    fn keep(&mut self, text: &[u8]) -> Span {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        Span::new(start, self.text.len())
    }
}
