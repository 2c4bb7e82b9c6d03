//! The card of a person (XEP-0054): a name, an address, a picture, for everybody who asks.
//!
//! It is kept as it was sent and read beside the owner; nothing of it is in memory. The picture alone is
//! kept elsewhere, and put on the card for those who may see it.

pub mod domain;
pub mod portable;

use crate::Fault;
use crate::avatars::{self, Photo};
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{self, At, IqHandler, Reply, Request, Verb};
use crate::query::Query;
use crate::turn::{Asker, Turn};
use bytes::Bytes;
use store::{Erase, Export, Keep, Migration, Store, Table};
use xmpp::{Condition, Element, Stanza, StanzaError, Writer, ns};

/// XEP-0054, XEP-0292.
pub const FEATURE: Feature = Feature {
    name: "vcard",
    summary: "Keeps a person's card, with as much on it as they want everybody to know.",
    specs: &[Spec::xep(54, "1.3.0"), Spec::xep(292, "0.12.0")],
    disco: &[
        (Place::Account, ns::VCARD),
        (Place::Domain, ns::VCARD),
        // Clients keep it in a node that means nothing to us (XEP-0292 §4.1).
        (Place::Account, "urn:ietf:params:xml:ns:vcard-4.0"),
    ],
    limits: &[&BYTES],
    tables: &[&CARD],
    iqs: &[
        IqHandler { ns: ns::VCARD, name: "vCard", verb: Verb::Get, at: At::Anyone, run: get },
        IqHandler { ns: ns::VCARD, name: "vCard", verb: Verb::Set, at: At::Account, run: set },
        IqHandler { ns: ns::VCARD, name: "vCard", verb: Verb::Get, at: At::Public, run: domain::get },
    ],
};

/// How large a card may be.
pub const BYTES: Limit = Limit {
    name: "vcard-bytes",
    default: 131_072,
    unit: "bytes",
    reason: "A card with a picture of the size that XEP-0153 recommends takes a tenth; some clients send larger ones.",
    sentence: "Your card is too large. Choose a smaller picture.",
};

/// The cards.
const CARD: Table = Table {
    name: "vcard",
    holds: "The card that a person made for everybody to see: names, addresses, a picture.",
    // BYTEA is PostgreSQL's name; SQLite takes any name and keeps bytes as bytes.
    migrations: &[Migration("CREATE TABLE vcard (account BIGINT PRIMARY KEY, card BYTEA NOT NULL)")],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT card FROM vcard WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM vcard WHERE account = ?1"),
};

/// Account, card.
const SAVE: &str = "INSERT INTO vcard (account, card) VALUES (?1, ?2)
    ON CONFLICT (account) DO UPDATE SET card = excluded.card";

/// Account.
const READ: &str = "SELECT card FROM vcard WHERE account = ?1";

/// A card that was asked for, waiting for the store.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
    account: i64,
    whose: Whose,
    photo: Option<Photo>,
}

/// Whose card it is to who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Whose {
    Own,
    Other,
}

/// XEP-0054 §3.1, §3.3.
fn get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let whose = match &request.asker {
        Asker::Other(from) if from.bare_str() != turn.me.jid.as_str() => Whose::Other,
        Asker::Session(_) | Asker::Itself | Asker::Other(_) => Whose::Own,
    };
    let asker = match &request.asker {
        Asker::Session(_) | Asker::Itself => &turn.me.jid,
        Asker::Other(from) => from,
    };
    let photo = avatars::photo_for(turn, asker);
    let fetch = Fetch { request: request.stanza.detached(), account: turn.me.id, whose, photo };
    Ok(Reply::Read(Query::Card(Box::new(fetch))))
}

/// XEP-0054 §3.2. A stranger never gets here, and is answered as by nobody.
fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if let Asker::Other(_) = &request.asker {
        return Err(StanzaError::new(Condition::Forbidden));
    }
    let card = request.payload.raw().as_bytes();
    if card.len() as u64 > turn.service.limits.of(&BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(BYTES.sentence));
    }
    let card = avatars::take_photo(turn, &request.payload)?;
    turn.out.run(SAVE, vec![turn.me.id.into(), card.into()]);
    Ok(Reply::Done)
}

impl Fetch {
    /// Reads the card, and answers. For somebody else a card that is not there looks like a person
    /// who is not there (XEP-0054 §3.3).
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let rows = store.query(READ, vec![self.account.into()]).await?;
        let card = rows.first().map(|row| row.blob(0)).transpose()?;
        let photo = match self.photo {
            Some(photo) => photo.read(store).await?,
            None => None,
        };
        let answer = match (card, photo, self.whose) {
            (card, Some(photo), _) => {
                let card = card.unwrap_or_else(empty);
                let card = std::str::from_utf8(&card).ok().and_then(|card| Element::first(card, ns::CLIENT));
                card.map(|card| self.request.result(avatars::with_photo(&card, &photo)))
            }
            (Some(card), None, _) => Some(self.request.result(card)),
            (None, None, Whose::Own) => Some(self.request.result(empty())),
            (None, None, Whose::Other) => self.request.error(&iq::for_stranger(&self.request, true)),
        };
        Ok(answer.into_iter().collect())
    }
}

fn empty() -> Bytes {
    let mut w = Writer::new();
    w.empty("vCard", ns::VCARD);
    w.finish()
}
