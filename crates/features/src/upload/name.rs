//! Names of files, and the addresses they are reached at.

use data_encoding::BASE64URL_NOPAD;
use std::fmt::Write;
use store::BlobName;
use xmpp::scram::Hash;

/// Bytes of a file's name.
const NAME_BYTES: usize = 200;
/// What is called like this has no name of its own.
const NAMELESS: &str = "file";
/// Where files are, behind the origin.
pub const PATH: &str = "/file";
/// The random part of an address: more than anybody guesses.
pub const TOKEN_BYTES: usize = 18;

/// What only shows a name otherwise than it is: marks of direction.
const DECEIVING: [char; 12] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
    '\u{2067}', '\u{2068}', '\u{2069}',
];

/// The secret part of an address, as it is written there.
pub fn token(random: [u8; TOKEN_BYTES]) -> String {
    BASE64URL_NOPAD.encode(&random)
}

/// Under which name the bytes and the row lie of the file with this token.
pub fn blob(token: &str) -> BlobName {
    let digest = Hash::Sha256.digest(token.as_bytes());
    BlobName(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// The address of a file (RFC 3986).
pub fn url(origin: &str, token: &str, name: &str) -> String {
    let mut url = format!("{origin}{PATH}/{token}/");
    percent_encode(name, &mut url);
    url
}

/// The token in an address of ours; none if it is none.
pub fn token_of<'u>(origin: &str, url: &'u str) -> Option<&'u str> {
    let (token, _) = url.strip_prefix(origin)?.strip_prefix(PATH)?.strip_prefix('/')?.split_once('/')?;
    Some(token)
}

/// Everything but letters, digits and four marks as it is written in addresses and headers (RFC 3986 §2.3).
pub fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => write!(out, "%{byte:02X}").expect("a string takes whatever is written"),
        }
    }
}

/// The name of a file without folders, without what a screen does not show or shows otherwise, and not too long;
/// its ending stays (§4).
pub fn harmless(text: &str) -> Box<str> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !DECEIVING.contains(c)).collect();
    // A name that begins with a dot is hidden where it is saved, and `..` is none.
    let clean = clean.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    if clean.is_empty() {
        return NAMELESS.into();
    }
    if clean.len() <= NAME_BYTES {
        return clean.into();
    }
    let (stem, ending) = match clean.rfind('.').map(|dot| clean.split_at(dot)) {
        Some((stem, ending)) if ending.len() <= NAME_BYTES / 4 => (stem, ending),
        _ => (clean, ""),
    };
    let stem = &stem[..stem.floor_char_boundary(NAME_BYTES - ending.len())];
    format!("{stem}{ending}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        for (said, kept) in [
            ("très cool.jpg", "très cool.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\cat.gif", "cat.gif"),
            ("..", "file"),
            ("/", "file"),
            (".htaccess", "htaccess"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("  spaced .", "spaced"),
        ] {
            assert_eq!(&*harmless(said), kept, "{said:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = harmless(&format!("{}.jpeg", "ü".repeat(300)));
        assert!(long.len() <= NAME_BYTES && long.ends_with("ü.jpeg"), "{long}");
        assert_eq!(harmless(&".".repeat(300).replace('.', "a.")).len(), NAME_BYTES);
    }

    #[test]
    fn addresses_are_ascii_and_are_read_back() {
        let url = url("https://example.org:5443", "abc", "très cool.jpg");
        assert_eq!(url, "https://example.org:5443/file/abc/tr%C3%A8s%20cool.jpg");
        assert_eq!(token_of("https://example.org:5443", &url), Some("abc"));
        assert_eq!(token_of("https://example.org", &url), None);
        assert_eq!(token([255; TOKEN_BYTES]).len(), 24);
    }
}
