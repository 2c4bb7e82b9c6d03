//! What was sent, and what became of it: each message has a number, and its `id` says which.

use xmpp::{Element, Stanza, ns};

/// One message that was sent.
pub struct Note {
    /// The sender, a person's number.
    pub from: usize,
    /// The sending session; each has a number.
    pub session: u64,
    /// The recipient; none if that is nobody.
    pub to: Option<usize>,
    /// Both archives keep it.
    pub kept: bool,
    /// The server counted it (XEP-0198 `h`), and whatever error it had was read by then.
    pub acked: bool,
    /// It was answered with an error.
    pub refused: bool,
}

/// All messages, by number.
#[derive(Default)]
pub struct Ledger {
    /// The messages.
    pub notes: Vec<Note>,
}

/// How a message reached a device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// By itself.
    Direct,
    /// As a carbon copy of what another device sent.
    Sent,
    /// As a carbon copy of what another device received.
    Received,
}

/// A message of the storm, as a device got it live.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Its number.
    pub number: usize,
    /// How it came.
    pub way: Way,
    /// The id of the device's own archive.
    pub stanza_id: Option<String>,
    /// It had waited for the device (XEP-0160, XEP-0203).
    pub waited: bool,
}

impl Ledger {
    /// Enters a message and gives its number.
    pub fn enter(&mut self, note: Note) -> usize {
        self.notes.push(note);
        self.notes.len() - 1
    }
}

/// The number in an `id` like `m17`.
pub fn number(id: &str) -> Option<usize> {
    id.strip_prefix('m')?.parse().ok()
}

/// What a live message that is no error says, if it is one of ours. `own` is the device's bare JID.
pub fn heard(stanza: &Stanza, own: &str) -> Option<Heard> {
    if stanza.kind.name() != "message" || stanza.kind.is_error() {
        return None;
    }
    for (name, way) in [("sent", Way::Sent), ("received", Way::Received)] {
        if let Some(copy) = stanza.child(name, ns::CARBONS) {
            let inner = copy.child("forwarded", ns::FORWARD)?.child("message", ns::CLIENT)?;
            if inner.attr("type").as_deref() == Some("error") {
                return None;
            }
            let number = number(&inner.attr("id")?)?;
            return Some(Heard { number, way, stanza_id: stanza_id(inner.children(), own), waited: false });
        }
    }
    let number = number(stanza.id.as_ref()?.as_str())?;
    let waited = stanza.has("delay", ns::DELAY);
    Some(Heard { number, way: Way::Direct, stanza_id: stanza_id(stanza.children(), own), waited })
}

/// XEP-0359 §3: the id given by the own account.
fn stanza_id<'a>(mut children: impl Iterator<Item = Element<'a>>, own: &str) -> Option<String> {
    let found =
        children.find(|child| child.is("stanza-id", ns::STANZA_ID) && child.attr("by").as_deref() == Some(own))?;
    Some(found.attr("id")?.into_owned())
}

/// An entry of an archive: its id, and the number of the message.
pub fn archived(stanza: &Stanza) -> Option<(String, usize)> {
    let result = stanza.child("result", ns::MAM)?;
    let inner = result.child("forwarded", ns::FORWARD)?.child("message", ns::CLIENT)?;
    Some((result.attr("id")?.into_owned(), number(&inner.attr("id")?)?))
}
