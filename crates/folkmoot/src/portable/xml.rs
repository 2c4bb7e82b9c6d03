//! XML of any writing to canonical bytes (see [`xmpp::writer`]), for pieces of a file and for texts in
//! databases. DTDs and processing instructions are refused by the parser; size and depth are bounded.

use bytes::Bytes;
use rxml::parser::{CommentMode, Options};
use rxml::{AttrMap, Event, Namespace, Parse, Parser, WithOptions};
use xmpp::{Writer, ns};

/// The longest name, value or run of text that is taken in one go.
const TOKEN_BYTES_MAX: usize = 1024 * 1024;
/// Elements within each other in one piece: what a client may send and more.
const DEPTH_MAX: usize = 128;
/// The largest piece: all nodes of an account, or a card with a picture, many times over.
const PIECE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A parser for files of others. Comments are passed over.
pub fn parser() -> Parser {
    let options = Options { max_token_length: TOKEN_BYTES_MAX, context: None, comments: CommentMode::Discard };
    Parser::with_options(options)
}

/// One element that is being written.
pub struct Piece {
    writer: Writer,
    depth: usize,
    bytes: usize,
}

impl Piece {
    /// Begins with this element.
    ///
    /// # Errors
    /// A clause that says what is too much.
    pub fn begin(namespace: &Namespace, name: &str, attributes: &AttrMap) -> Result<Piece, &'static str> {
        let mut piece = Piece { writer: Writer::new(), depth: 0, bytes: 0 };
        piece.open(namespace, name, attributes)?;
        Ok(piece)
    }

    /// Goes on with an element inside.
    ///
    /// # Errors
    /// As [`Piece::begin`].
    pub fn open(&mut self, namespace: &Namespace, name: &str, attributes: &AttrMap) -> Result<(), &'static str> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("elements lie too deep within each other");
        }
        self.count(name.len() + namespace.len())?;
        // A stanza kept without its namespace means the usual one.
        self.writer.open(name, if namespace.is_empty() { ns::CLIENT } else { namespace });
        let mut foreign = 0;
        for ((namespace, name), value) in attributes.iter() {
            self.count(name.len() + namespace.len() + value.len())?;
            match namespace.as_str() {
                "" => self.writer.attr(name, value),
                ns::XML => self.writer.attr(&format!("xml:{name}"), value),
                other => {
                    self.writer.attr(&format!("xmlns:a{foreign}"), other);
                    self.writer.attr(&format!("a{foreign}:{name}"), value);
                    foreign += 1;
                    &mut self.writer
                }
            };
        }
        Ok(())
    }

    /// Text inside.
    ///
    /// # Errors
    /// As [`Piece::begin`].
    pub fn text(&mut self, text: &str) -> Result<(), &'static str> {
        self.count(text.len())?;
        self.writer.text(text);
        Ok(())
    }

    /// Ends the innermost element. Whether it was the first, so that the piece is whole.
    pub fn close(&mut self) -> bool {
        self.depth -= 1;
        self.writer.close();
        self.depth == 0
    }

    /// The canonical bytes.
    pub fn finish(self) -> Bytes {
        self.writer.finish()
    }

    fn count(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.bytes += bytes + 8;
        if self.bytes > PIECE_BYTES_MAX { Err("one element holds more than 64 MiB") } else { Ok(()) }
    }
}

/// The canonical bytes of one element, from a text in a database.
///
/// # Errors
/// A clause that says what is wrong with it.
pub fn canonical(text: &str) -> Result<Bytes, String> {
    let mut rest = text.trim_start().as_bytes();
    let mut parser = parser();
    let mut piece: Option<Piece> = None;
    loop {
        let event = parser.parse(&mut rest, true).map_err(|error| match error {
            rxml::error::EndOrError::NeedMoreData => "it breaks off".to_owned(),
            rxml::error::EndOrError::Error(error) => error.to_string(),
        })?;
        match (event, &mut piece) {
            (Some(Event::StartElement(_, (namespace, name), attributes)), None) => {
                piece = Some(Piece::begin(&namespace, &name, &attributes)?);
            }
            (Some(Event::StartElement(_, (namespace, name), attributes)), Some(piece)) => {
                piece.open(&namespace, &name, &attributes)?;
            }
            (Some(Event::Text(_, text)), Some(piece)) => piece.text(&text)?,
            (Some(Event::EndElement(_)), Some(open)) => {
                if open.close() {
                    return Ok(piece.take().map(Piece::finish).unwrap_or_default());
                }
            }
            (Some(_), _) => {}
            (None, _) => return Err("it breaks off".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_writing_becomes_the_same_bytes() {
        let text =
            "<p:a xmlns:p=\"x:y\" q='1' xml:lang = \"de\" p:z='&quot;'>t<!-- no --><b xmlns='z'/><![CDATA[<]]></p:a>";
        let bytes = canonical(text).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let element = xmpp::Element::first(text, ns::CLIENT).unwrap();
        assert!(
            element.is("a", "x:y") && element.attr("q").unwrap() == "1" && element.attr("xml:lang").unwrap() == "de"
        );
        assert_eq!(element.text(), "t<");
        assert!(element.child("b", "z").is_some());
        assert_eq!(element.attr("a0:z").unwrap(), "\"");
    }

    #[test]
    fn what_is_broken_is_refused() {
        for text in
            ["", "x", "<a", "<a>", "<a></b>", "<!DOCTYPE a><a/>", "<a>&b;</a>", "<a b='1' b='2'/>", "<a>\u{1}</a>"]
        {
            assert!(canonical(text).is_err(), "{text}");
        }
        assert!(canonical(&"<a>".repeat(1000)).is_err());
        assert!(canonical(&format!("<a b='{}'/>", "x".repeat(2 * TOKEN_BYTES_MAX))).is_err());
    }
}
