//! The roster in memory: one compact entry for each contact.
//!
//! An entry is one allocation that holds the address, the name and the groups. Keeping the names
//! costs less than a second lookup would: a push names them whenever a subscription changes, and
//! must neither wait for a read nor overtake another push (RFC 6121 §2.6.3).

use super::state::State;
use xmpp::Jid;

/// Stands between the parts of an entry. XML cannot carry it, so no name or group contains it.
pub const SEPARATOR: char = '\u{1f}';

/// One contact: an item of the roster, or somebody who asks to become one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// The bare JID; for an item also the name and the groups, a [`SEPARATOR`] before each.
    text: Box<str>,
    version: u32,
    jid_len: u16,
    state: State,
    listed: bool,
}

/// An account's contacts, the version of its roster, and which items were removed lately.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contacts {
    /// Sorted by JID.
    contacts: Vec<Contact>,
    /// The items removed lately with the versions of their removal, in that order.
    removed: Vec<(Box<str>, u32)>,
    version: u32,
    forgotten: u32,
}

impl Contact {
    /// An item of the roster. `groups` is joined by [`SEPARATOR`].
    pub(super) fn item(jid: &str, name: &str, groups: &str, state: State, version: u32) -> Contact {
        let mut text = String::with_capacity(Contact::bytes_of(jid, (name, groups)));
        text.push_str(jid);
        if !name.is_empty() || !groups.is_empty() {
            text.push(SEPARATOR);
            text.push_str(name);
        }
        if !groups.is_empty() {
            text.push(SEPARATOR);
            text.push_str(groups);
        }
        Contact { text: text.into(), version, jid_len: jid_len(jid), state, listed: true }
    }

    /// Somebody who is in no roster.
    pub(super) fn unlisted(jid: &str, state: State) -> Contact {
        Contact { text: jid.into(), version: 0, jid_len: jid_len(jid), state, listed: false }
    }

    /// The bare JID as text.
    pub fn jid_str(&self) -> &str {
        &self.text[..self.jid_len as usize]
    }

    /// The bare JID, made anew; none if the store held what is no address (any more).
    pub fn jid(&self) -> Option<Jid> {
        Jid::parse_tolerant(self.jid_str()).ok()
    }

    /// What is shared with the contact.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether it is an item of the roster. Somebody whose request is not answered is none
    /// (RFC 6121 §3.1.3).
    pub fn is_listed(&self) -> bool {
        self.listed
    }

    /// The version of the roster in which it was changed last.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The name; empty if there is none.
    pub fn name(&self) -> &str {
        self.label().0
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups_joined().split(SEPARATOR).filter(|group| !group.is_empty())
    }

    /// The groups as they are stored, joined by [`SEPARATOR`].
    pub fn groups_joined(&self) -> &str {
        self.label().1
    }

    /// How many bytes of text it holds.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// How many bytes of text an item with this name and these joined groups holds.
    pub fn bytes_of(jid: &str, (name, groups): (&str, &str)) -> usize {
        let marks = usize::from(!name.is_empty() || !groups.is_empty()) + usize::from(!groups.is_empty());
        jid.len() + name.len() + groups.len() + marks
    }

    fn label(&self) -> (&str, &str) {
        let label = self.text.get(self.jid_len as usize + 1..).unwrap_or("");
        label.split_once(SEPARATOR).unwrap_or((label, ""))
    }
}

impl Contacts {
    /// Puts together what was read, in any order.
    pub(super) fn read(contacts: Vec<Contact>, removed: Vec<(Box<str>, u32)>, counters: (u32, u32)) -> Contacts {
        let (version, forgotten) = counters;
        let mut read = Contacts { contacts, removed, version, forgotten };
        // A request by somebody who is an item as well is a second entry of the same JID.
        read.contacts.sort_by(|a, b| (a.jid_str(), !a.listed).cmp(&(b.jid_str(), !b.listed)));
        read.contacts.dedup_by(|second, first| {
            let same = second.jid_str() == first.jid_str();
            if same {
                first.state = first.state.with(second.state);
            }
            same
        });
        read.contacts.shrink_to_fit();
        read.removed.sort_by_key(|(_, version)| *version);
        read
    }

    /// The entry of a bare JID.
    pub fn get(&self, jid: &str) -> Option<&Contact> {
        self.position(jid).ok().map(|at| &self.contacts[at])
    }

    /// What is shared with a bare JID.
    pub fn state(&self, jid: &str) -> State {
        self.get(jid).map_or(State::NONE, Contact::state)
    }

    /// Every entry, by JID.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.iter()
    }

    /// The items of the roster, by JID.
    pub fn items(&self) -> impl Iterator<Item = &Contact> {
        self.iter().filter(|contact| contact.listed)
    }

    /// The contacts in a state, as addresses: `State::FROM` for who sees the account's presence.
    pub fn jids(&self, state: State) -> impl Iterator<Item = Jid> {
        self.iter().filter(move |contact| contact.state.has(state)).filter_map(Contact::jid)
    }

    /// The version of the roster.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// A client that knows the roster of this version or a later one can be told what changed
    /// since; of earlier removals there is no trace.
    pub fn oldest_known(&self) -> u32 {
        self.forgotten
    }

    /// The items removed lately, with the versions of their removal, oldest first.
    pub fn removed(&self) -> &[(Box<str>, u32)] {
        &self.removed
    }

    /// How many bytes the entries hold.
    pub fn bytes(&self) -> usize {
        self.iter().map(Contact::bytes).sum()
    }

    /// Notes a state that no roster item shows. An entry without any meaning left goes.
    pub(super) fn set_unshown(&mut self, jid: &str, state: State) {
        match self.position(jid) {
            Ok(at) if !self.contacts[at].listed && state == State::NONE => {
                self.contacts.remove(at);
            }
            Ok(at) => self.contacts[at].state = state,
            Err(_) if state == State::NONE => {}
            Err(at) => self.contacts.insert(at, Contact::unlisted(jid, state)),
        }
    }

    /// Makes or changes an item; the roster gets its next version. True if it had been removed
    /// before.
    pub(super) fn set_item(&mut self, jid: &str, name: &str, groups: &str, state: State) -> bool {
        self.version += 1;
        let contact = Contact::item(jid, name, groups, state, self.version);
        match self.position(jid) {
            Ok(at) => self.contacts[at] = contact,
            Err(at) => self.contacts.insert(at, contact),
        }
        let known = self.removed.len();
        self.removed.retain(|(removed, _)| **removed != *jid);
        self.removed.len() < known
    }

    /// Takes an item out and remembers that; the roster gets its next version. What is shared
    /// besides (an open request) stays as `rest`.
    pub(super) fn remove_item(&mut self, jid: &str, rest: State) {
        self.version += 1;
        if let Ok(at) = self.position(jid) {
            if rest == State::NONE {
                self.contacts.remove(at);
            } else {
                self.contacts[at] = Contact::unlisted(jid, rest);
            }
        }
        self.removed.push((jid.into(), self.version));
    }

    /// Forgets the oldest removals until at most `keep` are left; returns the version up to which
    /// they are forgotten, if any were.
    pub(super) fn forget_removed(&mut self, keep: usize) -> Option<u32> {
        let surplus = self.removed.len().checked_sub(keep).filter(|surplus| *surplus > 0)?;
        self.forgotten = self.removed[surplus - 1].1;
        self.removed.drain(..surplus);
        Some(self.forgotten)
    }

    fn position(&self, jid: &str) -> Result<usize, usize> {
        self.contacts.binary_search_by(|contact| contact.jid_str().cmp(jid))
    }
}

fn jid_len(jid: &str) -> u16 {
    u16::try_from(jid.len()).expect("a bare JID has at most 2047 bytes (RFC 7622 §3.1)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_holds_name_and_groups() {
        let contact = Contact::item("a@b", "Ann", "x\u{1f}y z", State::BOTH, 3);
        assert_eq!((contact.jid_str(), contact.name()), ("a@b", "Ann"));
        assert_eq!(contact.groups().collect::<Vec<_>>(), ["x", "y z"]);
        let nameless = Contact::item("a@b", "", "x", State::NONE, 3);
        assert_eq!((nameless.name(), nameless.groups_joined()), ("", "x"));
        let plain = Contact::item("a@b", "", "", State::NONE, 3);
        assert_eq!((plain.name(), plain.groups().count()), ("", 0));
    }

    #[test]
    fn a_request_by_an_item_is_one_entry() {
        let read = Contacts::read(
            vec![Contact::unlisted("b@x", State::REQUESTED), Contact::item("b@x", "B", "", State::TO, 1)],
            Vec::new(),
            (1, 0),
        );
        assert_eq!(read.iter().count(), 1);
        let contact = read.get("b@x").expect("both entries are of this JID");
        assert!(contact.is_listed() && contact.state() == State::TO.with(State::REQUESTED));
        assert_eq!(contact.name(), "B");
    }

    /// The budget of an idle account: 20 contacts in less than 2 KB, allocator's rounding included.
    #[test]
    fn twenty_contacts_fit_in_two_kilobytes() {
        let mut contacts = Vec::new();
        for n in 0..20 {
            let jid = format!("benvolio{n}@example.org");
            contacts.push(Contact::item(&jid, "Benvolio Montague", "Friends", State::BOTH, n));
        }
        let read = Contacts::read(contacts, Vec::new(), (20, 0));
        let entries = read.contacts.capacity() * size_of::<Contact>();
        let texts: usize = read.iter().map(|contact| contact.bytes().next_multiple_of(16)).sum();
        assert_eq!(size_of::<Contact>(), 24);
        assert!(size_of::<Contacts>() + entries + texts < 2048, "{entries} and {texts} bytes");
    }

    #[test]
    fn removals_are_remembered_up_to_a_number() {
        let mut contacts = Contacts::default();
        for n in 0..5 {
            contacts.set_item(&format!("{n}@x"), "", "", State::NONE);
        }
        for n in 0..5 {
            contacts.remove_item(&format!("{n}@x"), State::NONE);
        }
        assert_eq!(contacts.forget_removed(2), Some(8));
        assert_eq!((contacts.version(), contacts.oldest_known(), contacts.removed().len()), (10, 8, 2));
        assert!(contacts.set_item("4@x", "", "", State::NONE));
        assert_eq!((contacts.forget_removed(2), contacts.removed().len()), (None, 1));
    }
}
