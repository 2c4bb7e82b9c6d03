//! Feeding documents to the scanner, for the tests.

use bytes::BytesMut;
use stream::{
    Crime,
    xml::{Budget, Item, Scanner},
};

/// The open tag most tests start with.
pub const OPEN: &str =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

/// What became of a document: the items as text, and how it ended.
pub type Outcome = (Vec<String>, Option<Crime>);

/// Feeds the pieces one after the other, as they might arrive.
pub fn scan_pieces<'a>(budget: Budget, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut scanner = Scanner::new(budget);
    let mut input = BytesMut::new();
    let mut items = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match scanner.next(&mut input) {
                Ok(None) => break,
                Ok(Some(item)) => items.push(describe(&item)),
                Err(crime) => return (items, Some(crime)),
            }
        }
        assert!(input.len() <= 3, "what is left lacks the rest of a character");
    }
    (items, None)
}

/// Feeds a document at once, and in every way of cutting it in two, and byte for byte; all must
/// come to the same.
pub fn scan(document: &[u8]) -> Outcome {
    let budget = Budget::member(100_000);
    let at_once = scan_pieces(budget, [document]);
    for cut in 0..=document.len() {
        let (one, two) = document.split_at(cut);
        assert_eq!(scan_pieces(budget, [one, two]), at_once, "cut at {cut}: {}", String::from_utf8_lossy(document));
    }
    assert_eq!(scan_pieces(budget, document.chunks(1)), at_once, "{}", String::from_utf8_lossy(document));
    at_once
}

/// An item in a line.
pub fn describe(item: &Item) -> String {
    match item {
        Item::Open(header) => {
            let known = [&header.from, &header.to, &header.version, &header.lang];
            let known: Vec<_> = known.into_iter().map(|text| text.as_ref().map_or("-", |text| text.as_str())).collect();
            format!("open {} {}", header.content, known.join(" "))
        }
        Item::Stanza(stanza) => format!("{stanza:?}"),
        Item::Unfit(stanza, condition) => format!("{} {stanza:?}", condition.name()),
        Item::Nonza(nonza) => format!("nonza {}", nonza.element().raw()),
        Item::Close => "close".to_owned(),
    }
}
