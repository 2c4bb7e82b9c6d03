//! The payloads of XEP-0363.

use super::{FILE_BYTES, PROFILE_FILE_BYTES, name};
use bytes::Bytes;
use xmpp::{Condition, Element, ErrorType, StanzaError, Writer, ns, time};

/// What a slot is wanted for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// The name of the account.
    pub account: Box<str>,
    /// The name of the file, made harmless.
    pub name: Box<str>,
    /// What it says it is, without parameters.
    pub media_type: Option<Box<str>>,
    /// How large it will be; never 0.
    pub bytes: u64,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a file is for (§5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A message; so is every file that does not say what it is for.
    Message,
    /// A profile: it stays for long.
    Profile,
    /// Something that ends at this moment, in microseconds since 1970.
    Ephemeral(i64),
}

impl Purpose {
    /// The word for it, in requests and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Message => "message",
            Purpose::Profile => "profile",
            Purpose::Ephemeral(_) => "ephemeral",
        }
    }
}

/// Reads a request of the account `account` (§4, §5).
pub(super) fn read(request: &Element<'_>, account: &str, now: i64) -> Result<Wish, StanzaError> {
    let name = request.attr("filename").filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| bad("Say what the file is called: `filename`."))?;
    let bytes = request.attr("size").and_then(|size| size.parse().ok()).filter(|bytes| *bytes > 0);
    let bytes = bytes.ok_or_else(|| bad("Say how large the file is, in bytes and more than none: `size`."))?;
    let media_type = request
        .attr("content-type")
        .map(|text| media_type(&text).ok_or_else(|| bad("`content-type` is not like `image/jpeg`.")));
    Ok(Wish {
        account: account.into(),
        name: name::harmless(&name),
        media_type: media_type.transpose()?,
        bytes,
        purpose: purpose(request, now)?,
    })
}

fn purpose(request: &Element<'_>, now: i64) -> Result<Purpose, StanzaError> {
    let Some(purpose) = request.children().find(|child| child.ns() == ns::UPLOAD_PURPOSE) else {
        return Ok(Purpose::Message);
    };
    match purpose.name() {
        "message" => Ok(Purpose::Message),
        "profile" => Ok(Purpose::Profile),
        "ephemeral" => {
            let until = purpose.attr("expire-before").and_then(|stamp| time::parse(&stamp));
            let until = until.ok_or_else(|| bad("Say until when: `expire-before`."))?;
            match until > now {
                true => Ok(Purpose::Ephemeral(until)),
                false => Err(bad("`expire-before` is over already.")),
            }
        }
        _ => Err(StanzaError::new(Condition::FeatureNotImplemented)
            .text("Files for this purpose are not kept here. What is kept is in the features of this service.")),
    }
}

/// Type and subtype (RFC 9110 §8.3.1) in small letters, without parameters; none if it is none.
pub fn media_type(text: &str) -> Option<Box<str>> {
    const LONGEST: usize = 127;
    let essence = text.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/')?;
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    (essence.len() <= LONGEST && is_token(kind) && is_token(subtype)).then(|| essence.to_ascii_lowercase().into())
}

/// A slot at an address (§4): the file is fetched from where it was put.
pub(super) fn slot(url: &str) -> Bytes {
    let mut w = Writer::new();
    w.open("slot", ns::UPLOAD);
    for verb in ["put", "get"] {
        w.open(verb, ns::UPLOAD).attr("url", url).close();
    }
    w.finish()
}

/// §6
pub(super) fn too_large(purpose: Purpose, most: u64) -> StanzaError {
    let limit = if purpose == Purpose::Profile { &PROFILE_FILE_BYTES } else { &FILE_BYTES };
    let text = format!("{} The most is {most} bytes.", limit.sentence);
    StanzaError::new(Condition::NotAcceptable).text(text).extra(|w| {
        w.open("file-too-large", ns::UPLOAD).leaf("max-file-size", ns::UPLOAD, &most.to_string());
    })
}

/// §6: there will be room at `retry_at`.
pub(super) fn quota(sentence: &'static str, retry_at: i64) -> StanzaError {
    StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait).text(sentence).extra(|w| {
        w.open("retry", ns::UPLOAD).attr("stamp", &time::write(retry_at));
    })
}

fn bad(why: &'static str) -> StanzaError {
    StanzaError::new(Condition::BadRequest).text(why)
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn of_a_media_type_the_parameters_go() {
        assert_eq!(media_type("Text/Plain; charset=utf-8").as_deref(), Some("text/plain"));
        assert_eq!(media_type("image/svg+xml").as_deref(), Some("image/svg+xml"));
        for wrong in ["", "image", "/", "image/", "a/b/c", "text/html\r\nX: y", "text/ html", &"a/".repeat(90)] {
            assert_eq!(media_type(wrong), None, "{wrong}");
        }
    }
}
