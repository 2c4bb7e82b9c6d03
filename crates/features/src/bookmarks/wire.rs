//! A bookmark as both documents write it: an element of its own (XEP-0402 §2), or one of a list
//! (XEP-0048 §2.1).

use bytes::Bytes;
use std::borrow::Cow;
use xmpp::form::boolean;
use xmpp::{Element, Writer, ns};

/// What both forms say of a room.
#[derive(PartialEq, Eq, Debug)]
struct Room<'a> {
    name: Option<Cow<'a, str>>,
    autojoin: bool,
    nick: Option<Cow<'a, str>>,
    password: Option<Cow<'a, str>>,
}

impl<'a> Room<'a> {
    fn read(conference: &Element<'a>) -> Room<'a> {
        let said = |text: &Cow<'a, str>| !text.is_empty();
        let inside = |name| conference.child(name, conference.ns()).map(|child| child.text()).filter(said);
        Room {
            name: conference.attr("name").filter(said),
            autojoin: conference.attr("autojoin").and_then(|join| boolean(&join)).unwrap_or_default(),
            nick: inside("nick"),
            password: inside("password"),
        }
    }

    fn write_attributes(&self, w: &mut Writer) {
        w.attr_some("name", self.name.as_deref()).attr_some("autojoin", self.autojoin.then_some("true"));
    }

    fn write_children(&self, w: &mut Writer, namespace: &str) {
        for (name, text) in [("nick", &self.nick), ("password", &self.password)] {
            if let Some(text) = text {
                w.leaf(name, namespace, text);
            }
        }
    }
}

/// A bookmark (XEP-0402 §2) of a room that clients enter by themselves.
pub(super) fn write(name: &str, password: Option<&str>) -> Bytes {
    let name = (!name.is_empty()).then_some(Cow::Borrowed(name));
    let room = Room { name, autojoin: true, nick: None, password: password.map(Cow::Borrowed) };
    let mut w = Writer::new();
    w.open("conference", ns::BOOKMARKS);
    room.write_attributes(&mut w);
    room.write_children(&mut w, ns::BOOKMARKS);
    w.finish()
}

/// Writes a bookmark as a line of the old list. What other documents add to it stands beside nick and
/// password there, as clients always had it.
pub(super) fn write_old(w: &mut Writer, jid: &str, conference: &Element<'_>) {
    let room = Room::read(conference);
    w.open("conference", ns::OLD_BOOKMARKS).attr("jid", jid);
    room.write_attributes(w);
    room.write_children(w, ns::OLD_BOOKMARKS);
    for extension in extensions(conference).filter(|extension| is_foreign(extension)) {
        w.raw(extension.raw().as_bytes());
    }
    w.close();
}

/// The bookmark that a line of the old list makes of the one that is `kept`; none if it says the same.
/// What the line does not mention of what other documents added stays: whoever wrote it may not have
/// known it (XEP-0402 §3.4).
pub(super) fn from_old(line: &Element<'_>, kept: Option<&Element<'_>>) -> Option<Bytes> {
    let room = Room::read(line);
    let said: Vec<Element<'_>> = line.children().filter(is_foreign).collect();
    let known: Vec<Element<'_>> = kept.into_iter().flat_map(extensions).collect();
    if let Some(kept) = kept
        && Room::read(kept) == room
        && said.iter().all(|said| known.iter().any(|known| known.raw() == said.raw()))
    {
        return None;
    }
    let is_said_anew = |known: &Element<'_>| said.iter().any(|said| said.is(known.name(), known.ns()));
    let mut w = Writer::new();
    w.open("conference", ns::BOOKMARKS);
    room.write_attributes(&mut w);
    room.write_children(&mut w, ns::BOOKMARKS);
    let unsaid: Vec<Element<'_>> = known.into_iter().filter(|known| !is_said_anew(known)).collect();
    if !unsaid.is_empty() || !said.is_empty() {
        w.open("extensions", ns::BOOKMARKS);
        for extension in unsaid.iter().chain(&said) {
            w.raw(extension.raw().as_bytes());
        }
        w.close();
    }
    Some(w.finish())
}

fn extensions<'a>(conference: &Element<'a>) -> impl Iterator<Item = Element<'a>> + use<'a> {
    conference.child("extensions", ns::BOOKMARKS).into_iter().flat_map(|extensions| extensions.children())
}

/// Whether an element is of neither document, so that it means the same in both forms.
fn is_foreign(element: &Element<'_>) -> bool {
    element.ns() != ns::BOOKMARKS && element.ns() != ns::OLD_BOOKMARKS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(text: &str) -> Element<'_> {
        Element::first(text, ns::CLIENT).unwrap()
    }

    #[test]
    fn the_same_in_other_words_changes_nothing() {
        let kept = "<conference xmlns='urn:xmpp:bookmarks:1' name='R' autojoin='1'><nick>a</nick><extensions><x xmlns='e'/></extensions></conference>";
        let line = "<conference xmlns='storage:bookmarks' jid='r@c' autojoin='true' name='R'><nick>a</nick><password/></conference>";
        assert_eq!(from_old(&element(line), Some(&element(kept))), None);
        assert!(from_old(&element(line), None).is_some());
    }

    #[test]
    fn what_the_line_does_not_know_stays() {
        let kept = "<conference xmlns='urn:xmpp:bookmarks:1'><extensions><x xmlns='e'>1</x><y xmlns='e'/><own/></extensions></conference>";
        let line = "<conference xmlns='storage:bookmarks' jid='r@c' name='New'><x xmlns='e'>2</x></conference>";
        assert_eq!(
            from_old(&element(line), Some(&element(kept))).unwrap(),
            "<conference xmlns='urn:xmpp:bookmarks:1' name='New'>\
             <extensions><y xmlns='e'/><own/><x xmlns='e'>2</x></extensions></conference>"
        );
    }

    #[test]
    fn the_old_list_shows_what_was_added() {
        let kept = "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='0'><nick>a</nick><extensions><x xmlns='e'/><own/></extensions></conference>";
        let mut w = Writer::new();
        write_old(&mut w, "r@c", &element(kept));
        assert_eq!(
            w.finish(),
            "<conference xmlns='storage:bookmarks' jid='r@c'><nick>a</nick><x xmlns='e'/></conference>"
        );
    }
}
