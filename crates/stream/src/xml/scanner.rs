//! The scanner itself: the top of the stream, and the element being read there.

use super::{
    Budget, Header, Item, body, chars, frame,
    scope::Root,
    work::{Flow, Work},
};
use crate::Crime;
use bytes::{Buf, BytesMut};
use xmpp::{Framing, Jid};

/// The largest buffer made at once for canonical bytes; the stanzas that arrived together share it.
const BLOCK_BYTES_MAX: usize = 4096;
/// What the canonical form may take more than what came in, before the buffer has to grow.
const SPARE_BYTES: usize = 64;

/// The state between two calls. Small, and with hardly any heap while nothing is half read: there is
/// one for each stream.
pub struct Scanner {
    budget: Budget,
    framing: Framing,
    opening: Opening,
    /// The body being read is the last.
    terminates: bool,
    place: Place,
    root: Root,
    /// An element that is half read.
    work: Option<Box<Work>>,
    /// The rest of the buffer of the stanzas before, while more input is there.
    spare: BytesMut,
    /// The last address a stanza went to.
    recent: Option<Jid>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing was read: an XML declaration may come.
    Start,
    /// In front of the stream's own tag.
    Prolog,
    /// Between the children of the stream.
    Top,
    /// The stream's open tag was its close tag too, which is yet to be told.
    Closing,
    /// Behind the close tag.
    End,
}

/// Whether the next body opens a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// It does: there is none yet.
    First,
    /// If it says so (XEP-0206 §5).
    Again,
    /// There is one.
    Never,
}

impl Scanner {
    /// A scanner at the start of a stream.
    pub fn new(budget: Budget) -> Scanner {
        Scanner::framed(budget, Framing::Stream)
    }

    /// A scanner of frames, each of which has to be in the input as a whole and alone, or of bodies.
    pub fn framed(budget: Budget, framing: Framing) -> Scanner {
        let place = if framing == Framing::Frames { Place::Top } else { Place::Start };
        let (root, spare) = (Root::default(), BytesMut::new());
        Scanner {
            budget,
            framing,
            opening: Opening::First,
            terminates: false,
            place,
            root,
            work: None,
            spare,
            recent: None,
        }
    }

    /// What it scans.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// From the next element on, other limits.
    pub fn set_budget(&mut self, budget: Budget) {
        self.budget = budget;
    }

    /// Forgets the stream, for its restart (RFC 6120 §4.3.3). What is in the caller's input stays
    /// there; after STARTTLS the caller must discard it (RFC 6120 §5.4.3.3).
    pub fn restart(&mut self) {
        if self.framing == Framing::Bodies {
            // The body in which it was asked for goes on.
            self.opening = Opening::Again;
        } else {
            *self = Scanner::framed(self.budget, self.framing);
        }
    }

    /// Takes bytes off the front of `input` and returns the next thing that is complete; none when
    /// more input is needed. Bytes are never looked at twice, however they are cut up (but for the
    /// three that a character may lack). After none, `input` holds three bytes at most.
    ///
    /// # Errors
    /// What the peer did wrong. The scanner is of no use afterwards.
    pub fn next(&mut self, input: &mut BytesMut) -> Result<Option<Item>, Crime> {
        loop {
            if self.place == Place::Closing
                && let Some(close) = self.end()?
            {
                return Ok(Some(close));
            }
            let mut half_read = self.work.take();
            let mut fresh = None;
            let work = match &mut half_read {
                Some(work) => &mut **work,
                None if self.finds_element(input)? => fresh.insert(self.begin(input)),
                None => {
                    self.spare = BytesMut::new();
                    return Ok(None);
                }
            };
            let item = match work.take(input, &self.root)? {
                // RFC 7395 §3.3.3: a frame holds a whole element.
                Flow::Starved if self.framing == Framing::Frames => return Err(Crime::NotWellFormed),
                Flow::Starved => {
                    self.work = half_read.or_else(|| fresh.map(Box::new));
                    return Ok(None);
                }
                Flow::Opened { closed } => {
                    self.place = if closed { Place::Closing } else { Place::Top };
                    let head = body::head(work);
                    let (header, root) = work.header();
                    self.root = root;
                    if self.framing == Framing::Bodies { self.body(header, head) } else { Some(Item::Open(header)) }
                }
                Flow::Closed => self.end()?,
                Flow::Done if self.framing == Framing::Frames => Some(frame::whole(work.item(), input)?),
                Flow::Done => Some(work.item()),
                Flow::Declared | Flow::On => {
                    self.place = Place::Prolog;
                    None
                }
            };
            self.spare = std::mem::take(&mut work.out);
            self.recent = work.recent.take();
            if item.is_some() {
                return Ok(item);
            }
        }
    }

    /// A body begins: its stream may be opened by it, or be over at its end.
    fn body(&mut self, header: Header, head: body::Head) -> Option<Item> {
        self.terminates = head.terminates;
        let opens = match self.opening {
            Opening::First => true,
            Opening::Again => head.restarts,
            Opening::Never => false,
        };
        opens.then(|| {
            self.opening = Opening::Never;
            Item::Open(body::header(header))
        })
    }

    /// The tag around everything was closed.
    fn end(&mut self) -> Result<Option<Item>, Crime> {
        match self.framing {
            Framing::Stream => {}
            Framing::Frames => return Err(Crime::NotWellFormed),
            Framing::Bodies if self.terminates => {}
            Framing::Bodies => {
                (self.place, self.root) = (Place::Start, Root::default());
                return Ok(None);
            }
        }
        self.place = Place::End;
        Ok(Some(Item::Close))
    }

    /// Passes over white space, which keeps streams alive (RFC 6120 §4.6.1). Whether an element
    /// begins behind it.
    fn finds_element(&mut self, input: &mut BytesMut) -> Result<bool, Crime> {
        // RFC 7395 §3.3.3: a frame begins with its element.
        let space = if self.framing == Framing::Frames { 0 } else { chars::run(input, chars::SPACE) };
        if space > 0 {
            input.advance(space);
            if self.place == Place::Start {
                self.place = Place::Prolog;
            }
        }
        match input.first() {
            None => Ok(false),
            Some(_) if self.place == Place::End => Err(Crime::NotWellFormed),
            Some(b'<') => Ok(true),
            Some(_) if self.place == Place::Top => Err(Crime::TextBetweenStanzas),
            Some(_) => Err(Crime::NotWellFormed),
        }
    }

    fn begin(&mut self, input: &BytesMut) -> Work {
        let mut out = std::mem::take(&mut self.spare);
        if out.capacity() == 0 {
            out.reserve(input.len().min(BLOCK_BYTES_MAX) + SPARE_BYTES);
        }
        let mut work = Work::new(self.budget, out, self.recent.take());
        work.may_declare = self.place == Place::Start;
        work.is_header = self.place != Place::Top;
        work.framing = self.framing;
        work
    }
}
