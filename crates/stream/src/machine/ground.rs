//! What all steps of a negotiation stand on: settings, channel, randomness, the peer's header.

use super::{draw::Draw, wire::Wire};
use crate::{Channel, Crime, Settings, xml::Header};
use std::sync::Arc;
use xmpp::{Jid, Text, ns};

/// Kept from the first byte until a resource is bound.
pub(crate) struct Ground {
    pub(crate) settings: Arc<Settings>,
    /// Of the TLS connection; empty before there is one.
    pub(crate) channel: Channel,
    /// The bare JID that the peer says to be (RFC 6120 §4.7.1). Nothing is proved by it.
    pub(crate) hint: Option<Jid>,
    /// The language of stanzas that name none (RFC 6120 §4.7.4).
    pub(crate) lang: Option<Text>,
    /// The peer has our open tag of the current stream.
    pub(crate) opened: bool,
    /// Failed logins on this connection.
    pub(crate) failures: u32,
    /// What a stranger asked for on this connection (XEP-0077 §3.1.1).
    pub(crate) requests: u32,
    draw: Draw,
}

impl Ground {
    pub(crate) fn new(settings: Arc<Settings>, channel: Channel, seed: [u8; 32]) -> Ground {
        Ground {
            settings,
            channel,
            hint: None,
            lang: None,
            opened: false,
            failures: 0,
            requests: 0,
            draw: Draw::new(seed),
        }
    }

    /// Something that nobody can guess and that is not drawn twice.
    pub(crate) fn draw(&mut self) -> String {
        self.draw.next()
    }

    /// The stream begins anew (RFC 6120 §4.3.3): after STARTTLS and after SASL.
    pub(crate) fn restart(&mut self, wire: &mut Wire) {
        wire.scanner.restart();
        self.opened = false;
        self.hint = None;
        self.lang = None;
    }

    /// Answers the peer's open tag with ours, whatever is in it (RFC 6120 §4.9.1.3).
    pub(crate) fn open(&mut self, to: Option<&str>, wire: &mut Wire) {
        let id = self.draw();
        wire.open(&id, self.settings.domain.as_str(), to);
        self.opened = true;
    }

    /// Ends the stream with an error; our open tag goes first where the peer has none.
    pub(crate) fn abort(&mut self, crime: Crime, wire: &mut Wire) {
        if !self.opened {
            self.open(None, wire);
        }
        wire.error(crime);
    }

    /// Ends the stream in peace.
    pub(crate) fn close(&mut self, wire: &mut Wire) {
        if !self.opened {
            self.open(None, wire);
        }
        wire.close();
    }

    /// The peer opened the stream.
    ///
    /// # Errors
    /// When it wants something else than is served here.
    pub(crate) fn header(&mut self, header: &Header, wire: &mut Wire) -> Result<(), Crime> {
        self.open(header.from.as_ref().map(Text::as_str), wire);
        if header.content.as_str() != ns::CLIENT {
            return Err(Crime::InvalidNamespace);
        }
        if !header.version.as_ref().is_some_and(|version| is_version_1(version.as_str())) {
            return Err(Crime::UnsupportedVersion);
        }
        let to = header.to.as_ref().ok_or(Crime::ImproperAddressing)?;
        if !Jid::parse(to.as_str()).is_ok_and(|to| to == self.settings.domain) {
            return Err(Crime::HostUnknown);
        }
        if let Some(from) = header.from.as_ref().filter(|from| !from.is_empty()) {
            let from = Jid::parse(from.as_str()).map_err(|_| Crime::InvalidFrom)?;
            // XEP-0388 §2.1
            if from.domain() != self.settings.domain.as_str() {
                return Err(Crime::InvalidFrom);
            }
            self.hint = from.local().is_some().then(|| from.bare());
        }
        // Kept as long as the session, so it must not be the place to park kilobytes.
        let lang = header.lang.as_ref().filter(|lang| (1..=LANG_BYTES_MAX).contains(&lang.as_str().len()));
        self.lang = lang.map(|lang| Text::copied(lang.as_str()));
        Ok(())
    }
}

/// RFC 5646: language tags of more than 35 characters are not worth keeping.
const LANG_BYTES_MAX: usize = 35;

/// RFC 6120 §4.7.5: the major version must be ours; the minor one is ignored.
pub(crate) fn is_version_1(version: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    version
        .split_once('.')
        .is_some_and(|(major, minor)| is_number(major) && is_number(minor) && major.trim_start_matches('0') == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_major_version_counts() {
        for fine in ["1.0", "1.1", "1.12", "01.0"] {
            assert!(is_version_1(fine), "{fine}");
        }
        for other in ["", "1", "0.9", "2.0", "11.0", "1.", ".0", "1.x", "1.0.0"] {
            assert!(!is_version_1(other), "{other}");
        }
    }
}
