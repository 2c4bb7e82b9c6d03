//! Requests that components made in an account's name, until they are answered.

use crate::feature::Limit;
use xmpp::{Jid, Text};

/// How many of an account there are.
pub const PENDING: Limit = Limit {
    name: "component-requests",
    default: 100,
    unit: "requests",
    reason: "A gateway asks one thing at a time of each person; what is never answered must not pile up.",
    sentence: "Too much was asked in this person's name and is not answered yet. Try again in two minutes.",
};

/// How long one is waited for. Both ends have given up by then.
const PATIENCE_MICROS: i64 = 120_000_000;

/// Those of one account.
#[derive(Default, Debug)]
pub struct Pending(Vec<Asked>);

/// One request.
#[derive(Debug)]
pub struct Asked {
    /// The id that it went out with.
    pub id: Text,
    /// Of whom it was asked.
    pub of: Jid,
    /// The component.
    pub by: Jid,
    /// The id of what the component sent.
    pub outer: Option<Text>,
    /// The id inside of that.
    pub inner: Option<Text>,
    until: i64,
}

impl Pending {
    /// One more, made `now` (microseconds since 1970), among `most` at a time. Its id; none if there is no room.
    pub fn add(&mut self, asked: Asked, now: i64, most: usize) -> Option<Text> {
        self.0.retain(|known| known.until > now);
        if self.0.len() >= most {
            return None;
        }
        let id = asked.id.clone();
        self.0.push(Asked { until: now + PATIENCE_MICROS, ..asked });
        Some(id)
    }

    /// The one that is answered by what came `from` there with that `id`.
    pub fn take(&mut self, id: &Text, from: &Jid) -> Option<Asked> {
        let at = self.0.iter().position(|asked| asked.id == *id && asked.of == *from)?;
        Some(self.0.swap_remove(at))
    }

    /// Whether an answer is still waited for.
    pub fn is_awaited(&self, now: i64) -> bool {
        self.0.iter().any(|asked| asked.until > now)
    }
}

impl Asked {
    /// A request of a component.
    pub fn new(of: Jid, by: &Jid, outer: Option<Text>, inner: Option<Text>) -> Asked {
        // Unlike what any other component asks with the same words.
        let id = Text::from(format!("{by}/{}", outer.as_ref().map_or("", Text::as_str)));
        Asked { id, of, by: by.clone(), outer, inner, until: 0 }
    }
}
