//! The end of a tag: namespaces are resolved, duplicates refused, and what is not yet canonical is
//! written anew.

use super::{
    head::Head,
    scope::{Root, Span, Uri},
    tag::value_escape,
    work::{At, Attribute, AttributeKind, Flow, Open, Work},
};
use crate::Crime;
use xmpp::stanza::Child;

impl Work {
    /// The `>` of an open tag was read.
    pub(super) fn end_of_open_tag(&mut self, empty: bool, root: &Root) -> Result<Flow, Crime> {
        let mark = self.scope.mark();
        let prefix_len = self.tag_prefix_len;
        let prefix = Span::new(self.tag + 1, self.tag + 1 + usize::from(prefix_len));
        self.scope.keep_prefix(&self.out[prefix.range()]);
        for attribute in &self.attributes {
            let name = &self.out[attribute.name.range()];
            let prefix = match attribute.kind {
                AttributeKind::Default => b"",
                AttributeKind::Prefix => &name[b"xmlns:".len()..],
                _ => continue,
            };
            self.scope.declare(prefix, &self.out[attribute.value.range()], root)?;
        }
        let ns = self.scope.resolve(&self.out[prefix.range()], root)?;
        if matches!(ns, Uri::Xml) {
            return Err(Crime::BadNamespacePrefix);
        }
        self.resolve_attributes(root)?;
        if self.is_header {
            return self.end_of_header(ns, empty, root);
        }
        let mut name = self.local_name();
        if self.open.is_empty() {
            self.head = Head::read(self, ns);
        }
        let is_stanza = self.open.is_empty() && self.head.is_some();
        if !is_stanza {
            name = self.settle(ns, root);
        }
        self.open.push(Open { name, prefix_len, mark, ns });
        self.check_growth()?;
        self.pending = !is_stanza;
        if empty { self.close() } else { self.go(At::Content) }
    }

    /// Binds the prefixes of attributes and refuses doubles (Namespaces in XML §6.3).
    fn resolve_attributes(&mut self, root: &Root) -> Result<(), Crime> {
        for at in 0..self.attributes.len() {
            let mut attribute = self.attributes[at];
            if attribute.kind == AttributeKind::Foreign {
                let prefix = &self.out[attribute.name.range()][..attribute.prefix_len.into()];
                attribute.ns = self.scope.resolve(prefix, root)?;
                self.attributes[at] = attribute;
            }
            if self.attributes[..at].iter().any(|other| self.is_same_name(&attribute, other, root)) {
                return Err(Crime::NotWellFormed);
            }
        }
        Ok(())
    }

    fn is_same_name(&self, one: &Attribute, other: &Attribute, root: &Root) -> bool {
        if one.kind != other.kind {
            return false;
        }
        if one.kind != AttributeKind::Foreign {
            return self.out[one.name.range()] == self.out[other.name.range()];
        }
        self.local(one) == self.local(other) && self.scope.text(one.ns, root) == self.scope.text(other.ns, root)
    }

    fn local(&self, attribute: &Attribute) -> &[u8] {
        &self.out[attribute.name.range()][usize::from(attribute.prefix_len) + 1..]
    }

    /// The name of the tag without its prefix, where it lies in the output.
    fn local_name(&self) -> Span {
        let whole = self.tag_name.range();
        let prefix_len = usize::from(self.tag_prefix_len);
        Span::new(whole.start + if prefix_len == 0 { 0 } else { prefix_len + 1 }, whole.end)
    }

    /// Makes the tag in the output canonical, but for its `>`, and notes it in the index. Returns
    /// where its name lies.
    fn settle(&mut self, ns: Uri, root: &Root) -> Span {
        let inherited = self.open.last().map_or(Uri::Content, |open| open.ns);
        let declares = self.scope.text(ns, root) != self.scope.text(inherited, root);
        let mut ns_len = self.scope.text(ns, root).len();
        let mut name = self.local_name();
        if !self.is_canonical(ns, declares, root) {
            (name, ns_len) = self.rewrite(ns, declares, root);
        }
        if let (1, Some(head)) = (self.open.len(), &self.head) {
            let start = self.tag - head.end;
            self.children.push(Child::new(start..start, name.len(), declares.then_some(ns_len)));
        }
        name
    }

    /// Whether the tag was canonical as it came.
    fn is_canonical(&self, ns: Uri, declares: bool, root: &Root) -> bool {
        let mut declaration = None;
        for (at, attribute) in self.attributes.iter().enumerate() {
            match attribute.kind {
                _ if attribute.escaped => return false,
                AttributeKind::Default if at == 0 => declaration = Some(attribute.value),
                AttributeKind::Plain | AttributeKind::Xml => {}
                _ => return false,
            }
        }
        let declared = declaration.map(|value| &self.out[value.range()]);
        self.tag_prefix_len == 0 && declared == declares.then(|| self.scope.text(ns, root))
    }

    /// Writes the tag anew behind itself, then moves it into its place. Returns where the name lies
    /// and the length of the declared namespace.
    fn rewrite(&mut self, ns: Uri, declares: bool, root: &Root) -> (Span, usize) {
        let old_end = self.out.len();
        self.put(b"<");
        let name = self.local_name();
        self.put_again(name);
        let mut ns_len = 0;
        if declares {
            self.put(b" xmlns='");
            ns_len = self.put_namespace(ns, root);
            self.put(b"'");
        }
        for at in 0..self.attributes.len() {
            self.rewrite_attribute(at, root);
        }
        let len = self.out.len() - old_end;
        self.out.copy_within(old_end.., self.tag);
        self.out.truncate(self.tag + len);
        (Span::new(self.tag + 1, self.tag + 1 + name.len()), ns_len)
    }

    fn rewrite_attribute(&mut self, at: usize, root: &Root) {
        let attribute = self.attributes[at];
        match attribute.kind {
            AttributeKind::Default | AttributeKind::Prefix => return,
            AttributeKind::Plain | AttributeKind::Xml => {
                self.put(b" ");
                self.put_again(attribute.name);
            }
            AttributeKind::Foreign => {
                let number = format!("a{at}");
                self.put(b" xmlns:");
                self.put(number.as_bytes());
                self.put(b"='");
                self.put_namespace(attribute.ns, root);
                self.put(b"' ");
                self.put(number.as_bytes());
                let range = attribute.name.range();
                self.put_again(Span::new(range.start + usize::from(attribute.prefix_len), range.end));
            }
        }
        self.put(b"='");
        if !attribute.escaped {
            self.put_again(attribute.value);
        } else {
            for at in attribute.value.range() {
                let byte = self.out[at];
                self.put(value_escape(byte).unwrap_or(&[byte]));
            }
        }
        self.put(b"'");
    }

    /// Appends a namespace, escaped; returns its length so.
    fn put_namespace(&mut self, ns: Uri, root: &Root) -> usize {
        let start = self.out.len();
        for byte in self.scope.text(ns, root) {
            match value_escape(*byte) {
                Some(escape) => self.out.extend_from_slice(escape),
                None => self.out.extend_from_slice(&[*byte]),
            }
        }
        self.out.len() - start
    }

    /// Appends a stretch of the output to the output.
    fn put_again(&mut self, span: Span) {
        let end = self.out.len();
        self.out.resize(end + span.len(), 0);
        self.out.copy_within(span.range(), end);
    }

    /// The close tag of the innermost open element was read, or its open tag was one too.
    pub(super) fn close(&mut self) -> Result<Flow, Crime> {
        let open = self.open.pop().expect("a close tag was matched with an open one");
        self.scope.back_to(open.mark);
        let is_stanza = self.open.is_empty() && self.head.is_some();
        if std::mem::take(&mut self.pending) {
            self.put(b"/>");
        } else if !is_stanza {
            self.put(b"</");
            self.put_again(open.name);
            self.put(b">");
        }
        self.check_growth()?;
        if let (1, Some(head)) = (self.open.len(), &self.head) {
            let end = self.out.len() - head.end;
            self.children.last_mut().expect("an open child is in the index").set_end(end);
        }
        self.at = At::Content;
        Ok(if self.open.is_empty() { Flow::Done } else { Flow::On })
    }
}
