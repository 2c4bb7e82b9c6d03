//! A short string that shares the buffer it was read from.

use bytes::Bytes;
use std::fmt;

/// UTF-8 text inside a shared buffer: cloning it counts a reference, nothing is copied.
///
/// It keeps its whole buffer alive, so what is stored for long is copied out with [`Text::copied`].
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Bytes);

impl Text {
    /// The text of `bytes`, if they are UTF-8.
    pub fn new(bytes: Bytes) -> Option<Text> {
        std::str::from_utf8(&bytes).ok()?;
        Some(Text(bytes))
    }

    /// A text that lives as long as the program.
    pub const fn fixed(text: &'static str) -> Text {
        Text(Bytes::from_static(text.as_bytes()))
    }

    /// A text with a buffer of its own, for what outlives its stanza.
    pub fn copied(text: &str) -> Text {
        Text(Bytes::copy_from_slice(text.as_bytes()))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a Text is only made from UTF-8")
    }

    /// The bytes, shared.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// Whether there is no character in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(Bytes::from(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::copied(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}
