//! The scanner beside rxml, for the differential test and the fuzz target.
//!
//! Both read a document; they must agree whether it is XMPP, and on what is in it: rxml reads the
//! original and our canonical form, which must come to the same.

use bytes::BytesMut;
use rxml::{Event, Parse, Parser, error::EndOrError};
use stream::{
    Crime,
    xml::{Budget, Item, Scanner},
};

const OPEN: &str = "<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>";
/// rxml refuses longer tokens; longer documents are not compared.
const DOCUMENT_BYTES_MAX: usize = 8000;

/// A child of the stream, as lines: `<{ns}name`, ` {ns}attribute=value` in order, `>`, `"text`, `/`.
type Lines = Vec<String>;

struct Scanned {
    content: String,
    items: Vec<Item>,
    crime: Option<Crime>,
}

/// What differs, if anything does.
pub fn difference(document: &[u8]) -> Option<String> {
    if document.len() > DOCUMENT_BYTES_MAX {
        return None;
    }
    let ours = scan(std::iter::once(document));
    // However it is cut up, it comes to the same.
    for size in [1, 3] {
        let pieces = scan(document.chunks(size));
        if pieces.crime != ours.crime || format!("{:?}", pieces.items) != format!("{:?}", ours.items) {
            return Some(format!("in pieces of {size}: {:?}, not {:?}", pieces.crime, ours.crime));
        }
    }
    // rxml takes, drops or keeps a carriage return in values and behind the brackets of CDATA depending
    // on what follows; XML 1.0 §2.11 does not.
    if has_odd_return(document) {
        return None;
    }
    let (theirs, refusal) = read(document, &ours.content);
    match (ours.crime, &refusal) {
        // rxml takes white space in front of the root element only behind a declaration; XML 1.0 §2.8 does not.
        (_, Some(_)) if document.first().is_some_and(u8::is_ascii_whitespace) => return None,
        // rxml forgot the last range below U+10000 of the names in XML 1.0 §2.3.
        (_, Some(_)) if String::from_utf8_lossy(document).contains(|c| matches!(c, '\u{FDF0}'..='\u{FFFD}')) => {
            return None;
        }
        (None, Some(refusal)) if we_go_on(document) => return Some(format!("accepted, but: {refusal}")),
        (Some(crime), None) if !is_ours_alone(crime, document) && they_pass(document, crime_at(document)) => {
            return Some(format!("refused: {crime:?}"));
        }
        _ => {}
    }
    let elements = ours.items.iter().filter(|item| !matches!(item, Item::Open(_) | Item::Close));
    for (at, item) in elements.enumerate() {
        let canonical = match item {
            Item::Stanza(stanza) | Item::Unfit(stanza, _) => format!("<x>{}</x>", stanza.inner_str()),
            Item::Nonza(nonza) => nonza.element().raw().to_owned(),
            Item::Open(_) | Item::Close => String::new(),
        };
        let (again, refusal) = read(format!("{OPEN}{canonical}").as_bytes(), "jabber:client");
        if refusal.is_some() || again.len() != 1 {
            return Some(format!("not well-formed: {canonical}: {refusal:?}"));
        }
        let Some(original) = theirs.get(at) else { return Some(format!("not there: {canonical}")) };
        let is_same = match item {
            // What becomes of the attributes of a stanza's own tag is not the oracle's matter.
            Item::Nonza(_) => again[0] == *original,
            _ => inside(&again[0]) == inside(original),
        };
        if !is_same {
            return Some(format!("{original:?} became {:?}", again[0]));
        }
    }
    None
}

fn inside(lines: &Lines) -> &[String] {
    let end = lines.iter().position(|line| line == ">").unwrap_or(0);
    &lines[end..]
}

/// What XMPP forbids and XML does not.
fn is_of_xmpp(crime: Crime) -> bool {
    matches!(
        crime,
        Crime::TextBetweenStanzas
            | Crime::InvalidNamespace
            | Crime::TooManyBytes
            | Crime::TooDeep
            | Crime::TooManyAttributes
            | Crime::TooManyElements
            | Crime::TooManyNamespaces
    )
}

/// What rxml is known not to refuse.
fn is_ours_alone(crime: Crime, document: &[u8]) -> bool {
    match crime {
        crime if is_of_xmpp(crime) => true,
        // Elements in the namespace of `xml:` cannot be written without a prefix.
        Crime::BadNamespacePrefix => contains(document, b"xml:"),
        // rxml lets a second default namespace pass; XML 1.0 §3.1 does not.
        Crime::NotWellFormed => {
            document.split(|byte| *byte == b'<').any(|tag| {
            tag.windows(6).filter(|name| name.starts_with(b"xmlns") && matches!(name[5], b'=' | b' ' | b'\n')).count()
                > 1
        })
            // rxml follows the fifth edition of XML 1.0 in what names are made of; we follow the fourth.
            || String::from_utf8_lossy(document).chars().any(|c| c > '\u{FF}')
        }
        _ => false,
    }
}

/// Some ways of going on: either parser may be ahead of the other in seeing that a token is wrong.
const ENDINGS: &[&str] =
    &[">", "'>", "\">", "/>", "?>", "]]>", ";", ";'>", ";\">", "='x'>", "'x'>", "x>", "x='x'>", "[CDATA[]]>", ""];
/// Our declaration is looked at when it is complete, or too long.
const PADDING: &[u8] = &[b' '; 300];

fn we_go_on(document: &[u8]) -> bool {
    ENDINGS.iter().any(|ending| {
        // A tag behind it shows that we are through with the one before.
        let longer = [document, ending.as_bytes(), b"<y>", PADDING].concat();
        scan(std::iter::once(&longer[..])).crime.is_none_or(is_of_xmpp)
    })
}

/// How many bytes it takes until we refuse.
fn crime_at(document: &[u8]) -> usize {
    let mut scanner = Scanner::new(Budget::member(DOCUMENT_BYTES_MAX));
    let mut input = BytesMut::new();
    for (at, byte) in document.iter().enumerate() {
        input.extend_from_slice(&[*byte]);
        while let Some(item) = scanner.next(&mut input).transpose() {
            if item.is_err() {
                return at + 1;
            }
        }
    }
    document.len()
}

/// Whether rxml tells of something beyond the byte that we refuse. Until it does, it may just not
/// have looked: it judges whole tokens.
fn they_pass(document: &[u8], crime_at: usize) -> bool {
    let longer = |ending: &&str| [document, ending.as_bytes(), b"<"].concat();
    ENDINGS.iter().map(longer).any(|longer| told(&longer) >= crime_at)
}

/// How many bytes the events of rxml come from.
fn told(mut document: &[u8]) -> usize {
    let mut parser = Parser::new();
    let mut told = 0;
    while let Ok(Some(event)) = parser.parse(&mut document, false) {
        told += event.metrics().len();
    }
    told
}

fn has_odd_return(document: &[u8]) -> bool {
    document.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n' || pair == b"]\r")
}

fn contains(document: &[u8], what: &[u8]) -> bool {
    document.windows(what.len()).any(|window| window == what)
}

fn scan<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Scanned {
    let mut scanner = Scanner::new(Budget::member(DOCUMENT_BYTES_MAX));
    let mut scanned = Scanned { content: String::new(), items: Vec::new(), crime: None };
    let mut input = BytesMut::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match scanner.next(&mut input) {
                Ok(None) => break,
                Ok(Some(item)) => {
                    if let Item::Open(header) = &item {
                        scanned.content = header.content.to_string();
                    }
                    scanned.items.push(item);
                }
                Err(crime) => {
                    scanned.crime = Some(crime);
                    return scanned;
                }
            }
        }
    }
    scanned
}

/// The complete children of the stream, and why rxml stopped, if it did.
fn read(mut document: &[u8], content: &str) -> (Vec<Lines>, Option<String>) {
    let mut parser = Parser::new();
    let mut children = Vec::new();
    let mut lines = Lines::new();
    let mut depth = 0;
    loop {
        match parser.parse(&mut document, false) {
            Ok(Some(Event::StartElement(_, (ns, name), attributes))) => {
                depth += 1;
                if depth == 1 {
                    continue;
                }
                let ns = if !content.is_empty() && ns.as_str() == content { "jabber:client" } else { ns.as_str() };
                lines.push(format!("<{{{ns}}}{name}"));
                let mut sorted: Lines = attributes
                    .iter()
                    .map(|((ns, name), value)| format!(" {{{}}}{name}={value}", ns.as_str()))
                    .collect();
                sorted.sort();
                lines.append(&mut sorted);
                lines.push(">".to_owned());
            }
            Ok(Some(Event::EndElement(_))) => {
                depth -= 1;
                lines.push("/".to_owned());
                if depth == 1 {
                    children.push(std::mem::take(&mut lines));
                }
            }
            Ok(Some(Event::Text(_, text))) if depth > 1 => match lines.last_mut() {
                Some(last) if last.starts_with('"') => last.push_str(&text),
                _ if text.is_empty() => {}
                _ => lines.push(format!("\"{text}")),
            },
            Ok(Some(_)) => {}
            Ok(None) | Err(EndOrError::NeedMoreData) => return (children, None),
            Err(EndOrError::Error(error)) => return (children, Some(error.to_string())),
        }
    }
}
