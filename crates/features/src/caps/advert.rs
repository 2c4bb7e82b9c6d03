//! What a presence says of its device's features: a name for the set, and how the set proves it.

use super::hash;
use xmpp::scram::Hash;
use xmpp::{Element, Stanza, ns};

/// The longest hash that is looked at, in characters of Base64: that of SHA-512 has 88.
const HASH_BYTES_MAX: usize = 128;

/// The longest node that is asked for.
const NODE_BYTES_MAX: usize = 1023;

/// The hash in a presence.
#[derive(Debug)]
pub(super) struct Advert {
    /// Names the set: method, function and value, in one text.
    pub key: Box<str>,
    /// The node to ask for.
    pub node: String,
    method: Method,
    value: Box<str>,
}

/// How a set of features is brought into the form that is hashed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Method {
    /// XEP-0115 §5.1.
    First(Hash),
    /// XEP-0390 §4.1.
    Second(Hash),
    /// By a function that is not known here, so that nothing is proved.
    Unknown,
}

impl Advert {
    /// The better of what the presence says: XEP-0390, whose input cannot be read in two ways, before
    /// XEP-0115.
    pub fn of(presence: &Stanza) -> Option<Advert> {
        presence.child("c", ns::CAPS2).and_then(|c| Advert::second(&c)).or_else(|| {
            let c = presence.child("c", ns::CAPS)?;
            Advert::first(&c)
        })
    }

    /// Whether the features in `query` are those that were hashed. `lang` is the language of the
    /// stanza around it.
    pub fn proves(&self, query: &Element<'_>, lang: Option<&str>) -> bool {
        let (input, hash) = match self.method {
            Method::First(hash) => (hash::first(query), hash),
            Method::Second(hash) => (hash::second(query, lang), hash),
            Method::Unknown => return false,
        };
        input.is_some_and(|input| data_encoding::BASE64.encode(&hash.digest(&input)) == *self.value)
    }

    /// XEP-0390 §4.3.
    fn second(c: &Element<'_>) -> Option<Advert> {
        let named = |algo: &str| {
            let named = |hash: &Element<'_>| hash.is("hash", ns::HASHES) && hash.attr("algo").as_deref() == Some(algo);
            c.children().find(named)
        };
        let (name, hash, function) = [("sha-512", Hash::Sha512), ("sha-256", Hash::Sha256)]
            .into_iter()
            .find_map(|(name, function)| named(name).map(|hash| (name, hash, function)))?;
        let text = hash.text();
        let value = text.trim();
        (value.len() <= HASH_BYTES_MAX).then(|| Advert {
            key: format!("2 {name} {value}").into(),
            node: format!("{}#{name}.{value}", ns::CAPS2),
            method: Method::Second(function),
            value: value.into(),
        })
    }

    /// XEP-0115 §4. Without a `hash` it is the legacy format, which nothing proves.
    fn first(c: &Element<'_>) -> Option<Advert> {
        let (node, value) = (c.attr("node")?, c.attr("ver")?);
        if value.len() > HASH_BYTES_MAX || node.len() > NODE_BYTES_MAX {
            return None;
        }
        let name = c.attr("hash").filter(|name| name.len() <= HASH_BYTES_MAX).unwrap_or_default();
        let method = match name.as_ref() {
            "sha-1" => Method::First(Hash::Sha1),
            "sha-256" => Method::First(Hash::Sha256),
            "sha-512" => Method::First(Hash::Sha512),
            _ => Method::Unknown,
        };
        Some(Advert {
            key: format!("1 {name} {value}").into(),
            node: format!("{node}#{value}"),
            method,
            value: value.as_ref().into(),
        })
    }
}
