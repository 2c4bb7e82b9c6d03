//! What all steps of an incoming stream stand on: settings, names, what was proved.

use crate::{
    Crime,
    machine::{Content, Draw, is_version_1},
    peer::{By, Policy, Proof, is_key},
    server::{
        Acks, Claim, Event, Limits, Pair, Ready, Settings,
        dialback::{self, About, Says, domain},
        line::Line,
    },
    xml::{Budget, Header},
};
use std::sync::Arc;
use xmpp::{Condition, Jid, Text, ns};

/// Kept as long as the stream.
pub(super) struct Ground {
    pub(super) settings: Arc<Settings>,
    /// The domain that the peer wants to talk with; none before its open tag.
    pub(super) here: Option<Jid>,
    /// The domain that it says to be. Nothing is proved by it.
    pub(super) there: Option<Jid>,
    /// Our id of the current stream.
    pub(super) id: Text,
    /// The pairs that were proved.
    pub(super) proved: Vec<Pair>,
    /// The claims about which a domain is being asked.
    pub(super) pending: Vec<Pending>,
    /// Proofs that failed.
    pub(super) failures: u32,
    /// We may send, too (XEP-0288).
    pub(super) bidi: bool,
    /// Stream management is on (XEP-0198).
    pub(super) managed: bool,
    pub(super) limits: Limits,
    draw: Draw,
}

/// A claim about which its domain is being asked.
pub(super) struct Pending {
    pub(super) claim: Claim,
    pub(super) proof: Proof,
    pub(super) policy: Policy,
}

impl Ground {
    pub(super) fn new(settings: Arc<Settings>, seed: [u8; 32]) -> Ground {
        Ground {
            settings,
            here: None,
            there: None,
            id: Text::default(),
            proved: Vec::new(),
            pending: Vec::new(),
            failures: 0,
            bidi: false,
            managed: false,
            limits: Limits::default(),
            draw: Draw::new(seed),
        }
    }

    /// The pair that the open tag names.
    pub(super) fn named(&self) -> Option<Pair> {
        Some(Pair { here: self.here.clone()?, there: self.there.clone()? })
    }

    /// Answers the peer's open tag with ours, whatever is in it (RFC 6120 §4.9.1.3).
    pub(super) fn open(&mut self, header: Option<&Header>, line: &mut Line) {
        let id = self.draw.next();
        let wanted = header.and_then(|header| header.to.as_ref()).and_then(|to| domain(to.as_str()));
        let from =
            wanted.filter(|wanted| self.settings.serves(wanted)).or_else(|| self.settings.hosts.first().cloned());
        let to = header.and_then(|header| header.from.as_ref()).map(Text::as_str);
        let attributes =
            [("id", Some(id.as_str())), ("from", from.as_ref().map(Jid::as_str)), ("to", to), ("xml:lang", Some("en"))];
        line.wire.open_tag(Content::Server, &attributes);
        line.opened = true;
        self.id = Text::from(id);
    }

    /// The peer opened the stream. The names of a stream stay the same through its restarts.
    ///
    /// # Errors
    /// When it wants something else than is served here.
    pub(super) fn header(&mut self, header: &Header, line: &mut Line) -> Result<(), Crime> {
        if line.opened {
            return Err(Crime::UnsupportedStanzaType);
        }
        self.open(Some(header), line);
        if header.content.as_str() != ns::SERVER {
            return Err(Crime::InvalidNamespace);
        }
        if !header.version.as_ref().is_some_and(|version| is_version_1(version.as_str())) {
            return Err(Crime::UnsupportedVersion);
        }
        let to = header.to.as_ref().ok_or(Crime::ImproperAddressing)?;
        let here = domain(to.as_str()).filter(|to| self.settings.serves(to)).ok_or(Crime::HostUnknown)?;
        if self.here.get_or_insert_with(|| here.clone()) != &here {
            return Err(Crime::ImproperAddressing);
        }
        // RFC 6120 §4.7.1: it may be left out; then nothing is proved but by dialback.
        let Some(from) = header.from.as_ref().filter(|from| !from.is_empty()) else { return Ok(()) };
        let there = domain(from.as_str()).ok_or(Crime::ImproperAddressing)?;
        if self.settings.serves(&there) || self.there.get_or_insert_with(|| there.clone()) != &there {
            return Err(Crime::InvalidFrom);
        }
        Ok(())
    }

    /// A pair is proved: its stanzas are taken from now on, as large as those of all who proved
    /// themselves.
    pub(super) fn prove(&mut self, pair: Pair, by: By, line: &mut Line) {
        line.wire.scanner.set_budget(Budget::member(self.settings.stanza_bytes_max));
        self.proved.push(pair.clone());
        let ready = Ready { pair, by, bidi: self.bidi, acks: Acks::None, limits: self.limits };
        line.tell(Event::Ready(ready));
    }

    /// The claim, if its domain is being asked about it on behalf of this stream (XEP-0220 §2.1.2).
    pub(super) fn take_pending(&mut self, claim: &Claim) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.claim == *claim)?;
        Some(self.pending.remove(at))
    }

    /// Answers somebody who wants to know whether a key is ours (XEP-0220 §2.2.2). For that nobody has
    /// to prove anything.
    pub(super) fn verify(&self, pair: &Pair, about: About<'_>, key: &str, line: &mut Line) {
        dialback::write(&about, pair, &verdict(&self.settings, pair, &about, key), &mut line.wire);
    }

    /// A name for the stream, by which it may be taken up again (XEP-0198 §3).
    pub(super) fn name(&mut self) -> Text {
        Text::from(self.draw.next())
    }

    /// Tells what has a meaning under stream management only.
    pub(super) fn tell_if_managed(&self, event: Event, line: &mut Line) {
        if self.managed {
            line.tell(event);
        }
    }
}

/// What we say of a key that somebody at `there` was shown by somebody who says to be us.
pub(crate) fn verdict(settings: &Settings, pair: &Pair, about: &About<'_>, key: &str) -> Says<'static> {
    let About::Verify(id) = about else { return Says::Error(Condition::BadRequest) };
    if !settings.serves(&pair.here) {
        return Says::Error(Condition::ItemNotFound);
    }
    if is_key(key, &settings.secret, &pair.there, &pair.here, id) { Says::Valid } else { Says::Invalid }
}
