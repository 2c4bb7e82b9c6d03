//! One file that is being read: its tokens, and the line they stand in.

use super::super::source::Trouble;
use super::super::xml;
use rxml::error::EndOrError;
use rxml::{AttrMap, Event, Namespace, NcName, Parse, Parser};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes read at a time.
const BLOCK_BYTES: usize = 64 * 1024;

/// A file and how far it is read.
pub(super) struct Layer {
    pub(super) path: PathBuf,
    /// How many elements were open when it began.
    pub(super) base: usize,
    file: File,
    parser: Parser,
    block: Vec<u8>,
    read: usize,
    at_end: bool,
    line: u64,
}

/// A piece of XML.
pub(super) enum Token {
    Open((Namespace<'static>, NcName), AttrMap),
    Text(String),
    Close,
    End,
}

impl Layer {
    pub(super) fn open(path: &Path, base: usize) -> Result<Layer, Trouble> {
        let file =
            File::open(path).map_err(|error| Trouble::rest(path, None, format!("it cannot be read: {error}")))?;
        let (block, parser) = (Vec::new(), xml::parser());
        Ok(Layer { path: path.into(), base, file, parser, block, read: 0, at_end: false, line: 1 })
    }

    /// The next token.
    pub(super) fn token(&mut self) -> Result<Token, Trouble> {
        loop {
            let mut rest = &self.block[self.read..];
            let before = rest.len();
            let parsed = self.parser.parse(&mut rest, self.at_end);
            let used = before - rest.len();
            let passed = &self.block[self.read..self.read + used];
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.read += used;
            match parsed {
                Ok(Some(Event::StartElement(_, name, attributes))) => return Ok(Token::Open(name, attributes)),
                Ok(Some(Event::Text(_, text))) => return Ok(Token::Text(text)),
                Ok(Some(Event::EndElement(_))) => return Ok(Token::Close),
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Token::End),
                Err(EndOrError::NeedMoreData) => self.fill()?,
                Err(EndOrError::Error(rxml::Error::InvalidEof(_))) => return Err(self.trouble("the file breaks off")),
                Err(EndOrError::Error(error)) => return Err(self.trouble(error.to_string())),
            }
        }
    }

    pub(super) fn trouble(&self, clause: impl Into<String>) -> Trouble {
        Trouble::rest(&self.path, Some(self.line), clause)
    }

    fn fill(&mut self) -> Result<(), Trouble> {
        if self.at_end {
            return Err(self.trouble("the file breaks off"));
        }
        self.block.drain(..self.read);
        self.read = 0;
        let begin = self.block.len();
        self.block.resize(begin + BLOCK_BYTES, 0);
        let count = self.file.read(&mut self.block[begin..]);
        let count = count.map_err(|error| self.trouble(format!("it cannot be read: {error}")))?;
        self.block.truncate(begin + count);
        self.at_end = count == 0;
        Ok(())
    }
}
