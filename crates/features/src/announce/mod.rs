//! What the service itself says to people: announcements, a message of the day, a welcome for new
//! accounts. It takes no answers (XEP-0506). Who may have it say something is in [`crate::admin`].
//!
//! A standing notice is said to each account once, when one of its clients comes; that it was said is a
//! row ([`table`]).

pub mod table;

use crate::Fault;
use crate::deed::Deed;
use crate::feature::{Feature, Place, Spec};
use crate::memory::SessionId;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Store;
use xmpp::{Jid, Kind, MessageType, Stanza, Text, Writer, ns};

/// XEP-0506.
pub const FEATURE: Feature = Feature {
    name: "announce",
    summary: "Says to people what those who run the service have to say, and takes no answers.",
    specs: &[Spec::xep(506, "0.1.0")],
    // The domain refuses chat: see `messages::send`.
    disco: &[(Place::Domain, ns::NO_REPLY)],
    limits: &[],
    tables: &[&table::NOTICE, &table::SEEN],
    iqs: &[],
};

/// What stands until it is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Said to everybody once (XEP-0133 §4.24).
    Motd,
    /// Said to whoever got an account since it was set (XEP-0133 §4.27).
    Welcome,
}

impl Standing {
    /// Both.
    pub const ALL: [Standing; 2] = [Standing::Motd, Standing::Welcome];

    /// The word in the store.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Motd => "motd",
            Standing::Welcome => "welcome",
        }
    }
}

/// A standing notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What it is.
    pub standing: Standing,
    /// The words.
    pub text: Arc<str>,
    /// When it was set, in microseconds since 1970: a later one is another one.
    pub number: i64,
}

/// The standing notices of a service, in memory, so that nobody's coming costs a look into the store
/// while there are none.
#[derive(Default)]
pub struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    /// Reads them at the start.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(store: &Store) -> Result<Notices, Fault> {
        Ok(Notices(Mutex::new(table::read(store).await?)))
    }

    /// What is said now.
    pub fn text(&self, standing: Standing) -> Option<Arc<str>> {
        self.find(standing).map(|notice| notice.text)
    }

    /// The notice as it is now.
    pub fn find(&self, standing: Standing) -> Option<Notice> {
        self.inner().iter().find(|notice| notice.standing == standing).cloned()
    }

    /// All of them.
    pub fn all(&self) -> Vec<Notice> {
        self.inner().clone()
    }

    /// From now on this is said, or nothing.
    pub fn change(&self, standing: Standing, notice: Option<Notice>) {
        let mut inner = self.inner();
        inner.retain(|known| known.standing != standing);
        inner.extend(notice);
    }

    fn is_empty(&self) -> bool {
        self.inner().is_empty()
    }

    fn inner(&self) -> MutexGuard<'_, Vec<Notice>> {
        // Nothing panics while it is held; what a panic elsewhere left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client says that it is there. If something is to be said, the store is asked once whether it was said
/// to the account before. What is set later is said to those who are there then.
pub fn came(turn: &mut Turn<'_>, session: SessionId, presence: &Stanza) {
    let Some(known) = turn.me.session_mut(session) else { return };
    if std::mem::replace(&mut known.noticed, true) || turn.service.notices.is_empty() {
        return;
    }
    let request = Box::new(presence.clone().with_inner(Bytes::new()).detached());
    let deed = Box::new(Deed::Notices);
    turn.out.effects.push(Effect::Do { asker: Asker::Session(session), request, deed });
}

/// A message of the service to an account; `number` tells it from others.
pub fn message(domain: &Jid, to: &Jid, number: i64, text: &str) -> Stanza {
    let mut w = Writer::new();
    w.leaf("body", ns::CLIENT, text);
    Stanza::new(Kind::Message(MessageType::Normal))
        .with_from(Some(domain.clone()))
        .with_to(Some(to.clone()))
        .with_id(Some(Text::from(format!("notice-{number:x}"))))
        .with_inner(w.finish())
}
