//! One element at the top of a stream while it comes in: what was written of it, and the state that
//! the next byte meets.

use super::{
    Budget, chars,
    head::Head,
    reference::Reference,
    scope::{Mark, Root, Scope, Span, Uri},
};
use crate::Crime;
use bytes::{Buf, BytesMut};
use smallvec::SmallVec;
use xmpp::{Framing, Jid, stanza::Index};

/// The canonical form may be this many times as large as what came in: escapes and resolved
/// prefixes take room, but nobody shall make us write a namespace out a thousand times.
const GROWTH_MAX: usize = 2;

/// What the next byte meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum At {
    /// Text inside an element.
    Content,
    /// Behind `<`.
    Less,
    /// Behind `<?` at the start of a stream.
    Declaration,
    /// Behind `<!` and so many bytes of `[CDATA[`.
    Bang(u8),
    /// In a CDATA section.
    Cdata,
    /// Behind `&`, in a value if a quote is open.
    Reference,
    /// In the name of an open tag.
    OpenName,
    /// Behind a name or a value of an open tag.
    AfterPart,
    /// Behind white space in an open tag.
    BeforePart,
    /// In the name of an attribute.
    AttributeName,
    /// In front of `=`.
    BeforeEquals,
    /// Behind `=`.
    BeforeValue,
    /// In a value.
    Value,
    /// Behind the `/` of an open tag.
    Slash,
    /// In the name of a close tag.
    CloseName,
    /// Behind the name of a close tag.
    AfterClose,
}

/// Why the machine stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flow {
    /// It did not: the next state is set.
    On,
    /// Input is lacking.
    Starved,
    /// The XML declaration is read.
    Declared,
    /// The stream's open tag is read; it may be its close tag too.
    Opened {
        /// `<stream/>`
        closed: bool,
    },
    /// The element is complete.
    Done,
    /// The stream's close tag is read.
    Closed,
}

/// An attribute of the tag being read, by its place in the output. Values are unescaped there.
#[derive(Clone, Copy)]
pub(super) struct Attribute {
    pub(super) name: Span,
    /// Without the colon.
    pub(super) prefix_len: u16,
    pub(super) kind: AttributeKind,
    /// Canonical form has escapes in it.
    pub(super) escaped: bool,
    pub(super) value: Span,
    pub(super) ns: Uri,
}

/// What an attribute does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AttributeKind {
    Default,
    Prefix,
    Plain,
    Xml,
    Foreign,
}

/// An element whose close tag is yet to come.
#[derive(Clone, Copy)]
pub(super) struct Open {
    /// Its local name in the output.
    pub(super) name: Span,
    pub(super) prefix_len: u16,
    pub(super) mark: Mark,
    pub(super) ns: Uri,
}

/// The element. It lives on the stack of `Scanner::next` as long as its input is there in one
/// piece.
pub(super) struct Work {
    pub(super) budget: Budget,
    pub(super) out: BytesMut,
    pub(super) at: At,
    /// The quote that ends the value being read; zero outside values.
    pub(super) quote: u8,
    /// The last byte was a carriage return, written as a line feed: a line feed behind it is the same.
    pub(super) after_return: bool,
    /// How many `]` came last, as far as it matters.
    pub(super) brackets: u8,
    pub(super) reference: Reference,
    /// This is the very start of a stream.
    pub(super) may_declare: bool,
    /// This is the stream's own tag.
    pub(super) is_header: bool,
    /// What it is a part of.
    pub(super) framing: Framing,
    /// Input taken so far, in bytes.
    taken: usize,
    pub(super) elements: usize,
    /// The last open tag lacks its `>` in the output.
    pub(super) pending: bool,
    /// Where the tag being read starts in the output.
    pub(super) tag: usize,
    /// The name in that tag.
    pub(super) tag_name: Span,
    pub(super) tag_prefix_len: u16,
    pub(super) attributes: SmallVec<[Attribute; 8]>,
    /// Namespace declarations among them.
    pub(super) declared: usize,
    pub(super) scope: Scope,
    pub(super) open: SmallVec<[Open; 8]>,
    pub(super) children: Index,
    pub(super) head: Option<Head>,
    /// The last address a stanza went to: most go there again.
    pub(super) recent: Option<Jid>,
}

impl Work {
    /// An element whose `<` is the next byte.
    pub(super) fn new(budget: Budget, out: BytesMut, recent: Option<Jid>) -> Work {
        Work {
            budget,
            out,
            at: At::Content,
            quote: 0,
            after_return: false,
            brackets: 0,
            reference: Reference::default(),
            may_declare: false,
            is_header: false,
            framing: Framing::Stream,
            taken: 0,
            elements: 0,
            pending: false,
            tag: 0,
            tag_name: Span::new(0, 0),
            tag_prefix_len: 0,
            attributes: SmallVec::new(),
            declared: 0,
            scope: Scope::default(),
            open: SmallVec::new(),
            children: Index::new(),
            head: None,
            recent,
        }
    }

    /// Takes in what is there, up to the end of the element.
    pub(super) fn take(&mut self, input: &mut BytesMut, root: &Root) -> Result<Flow, Crime> {
        let room = self.budget.bytes.saturating_sub(self.taken);
        let within = input.len().min(room);
        let mut bytes = &input[..within];
        let flow = loop {
            match self.step(&mut bytes, root)? {
                Flow::On => {}
                flow => break flow,
            }
        };
        let used = within - bytes.len();
        let is_over = input.len() > room;
        input.advance(used);
        self.taken += used;
        if flow == Flow::Starved && is_over { Err(Crime::TooManyBytes) } else { Ok(flow) }
    }

    fn step(&mut self, bytes: &mut &[u8], root: &Root) -> Result<Flow, Crime> {
        match self.at {
            At::Content => self.content(bytes),
            At::Less => self.less(bytes),
            At::Declaration => self.declaration(bytes),
            At::Bang(matched) => self.bang(bytes, matched),
            At::Cdata => self.cdata(bytes),
            At::Reference => self.reference(bytes),
            At::OpenName => self.open_name(bytes),
            At::AfterPart => self.after_part(bytes, root),
            At::BeforePart => self.before_part(bytes, root),
            At::AttributeName => self.attribute_name(bytes),
            At::BeforeEquals => self.before_equals(bytes),
            At::BeforeValue => self.before_value(bytes),
            At::Value => self.value(bytes),
            At::Slash => self.slash(bytes, root),
            At::CloseName => self.close_name(bytes, root),
            At::AfterClose => self.after_close(bytes),
        }
    }

    /// Sets the next state.
    pub(super) fn go(&mut self, at: At) -> Result<Flow, Crime> {
        self.at = at;
        Ok(Flow::On)
    }

    /// Ends the last open tag, for what comes inside it.
    pub(super) fn end_tag(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.put(b">");
        }
    }

    /// Appends to the output.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Moves a run of checked bytes from the input to the output.
    pub(super) fn shift(&mut self, bytes: &mut &[u8], len: usize) {
        self.put(&bytes[..len]);
        *bytes = &bytes[len..];
    }

    /// Moves name characters to the output. Whether the name has ended.
    pub(super) fn shift_name(&mut self, bytes: &mut &[u8]) -> Result<bool, Crime> {
        let run = chars::run(bytes, chars::NAME);
        let whole = chars::legal_name(&bytes[..run], run == bytes.len())?;
        self.shift(bytes, whole);
        Ok(!bytes.is_empty() && whole == run)
    }

    /// Refuses an output that outgrew the input.
    pub(super) fn check_growth(&self) -> Result<(), Crime> {
        if self.out.len() > self.budget.bytes.saturating_mul(GROWTH_MAX) {
            return Err(Crime::TooManyBytes);
        }
        Ok(())
    }
}
