//! The picture of a person (XEP-0084), which older clients look for on the card (XEP-0153): one picture,
//! kept in two nodes and shown on the card (XEP-0398).
//!
//! No image lies in its node under a name that is not its hash ([`image`]), so that the name can be told in
//! presence ([`presence`]) without looking at the image again. Which one is shown is what the other node
//! says last; an online account knows its hash ([`Avatar`]). The card gets the picture when somebody asks
//! who may see it, and a picture that comes with a card goes to the nodes ([`card`]).

mod card;
mod image;
mod presence;

pub use card::{Photo, hashes, photo_for, take_photo, with_photo};
pub use presence::show;

use crate::Fault;
use crate::feature::{Feature, Place, Spec};
use crate::memory::Account;
use crate::pubsub::{Change, Kept, Known, Nodes, Whose};
use crate::turn::Turn;
use image::Hash;
use store::Row;
use xmpp::{Element, ns};

/// XEP-0084, XEP-0153, XEP-0398.
pub const FEATURE: Feature = Feature {
    name: "avatars",
    summary: "Shows a person's picture to old and new clients, wherever it was set.",
    specs: &[Spec::xep(84, "1.1.4"), Spec::xep(153, "1.1.1"), Spec::xep(398, "1.0.0")],
    disco: &[(Place::Account, "urn:xmpp:pep-vcard-conversion:0")],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// The images, each named by its hash.
pub const DATA: Known = Known {
    node: ns::AVATAR_DATA,
    whose: Whose::AsConfigured,
    kept: Kept::Here,
    judge: Some(image::judge),
    after: Some(changed),
};

/// Which image is shown.
pub const METADATA: Known =
    Known { node: ns::AVATAR_METADATA, whose: Whose::AsConfigured, kept: Kept::Here, judge: None, after: Some(said) };

/// The picture that is shown. A pointer, so that an account without one pays for no more.
#[derive(Default, Clone, PartialEq, Eq, Debug)]
pub struct Avatar(Option<Box<Hash>>);

impl Avatar {
    /// The picture that the row of [`crate::pubsub::AVATAR_SQL`] names.
    ///
    /// # Errors
    /// When the row is not of that query.
    pub fn read(rows: &[Row], nodes: &Nodes) -> Result<Avatar, Fault> {
        let Some(row) = rows.first() else { return Ok(Avatar::default()) };
        let payload = row.blob(0)?;
        let metadata = std::str::from_utf8(&payload).ok().and_then(|text| Element::first(text, ns::PUBSUB));
        Ok(metadata.map_or_else(Avatar::default, |metadata| Avatar::named(&metadata, nodes)))
    }

    /// The picture that metadata names: the one that is kept here, not at an address in the web (XEP-0398
    /// §3.1). None if there is none, which is how a picture is taken back (XEP-0084 §3.5).
    fn named(metadata: &Element<'_>, nodes: &Nodes) -> Avatar {
        let infos = metadata.children().filter(|info| info.is("info", ns::AVATAR_METADATA));
        let here = infos.filter(|info| info.attr("url").is_none());
        let mut hashes = here.filter_map(|info| Hash::parse(&info.attr("id")?));
        Avatar(hashes.find(|hash| number(nodes, hash).is_some()).map(Box::new))
    }
}

/// The picture that is shown and is there.
fn shown(me: &Account) -> Option<&Hash> {
    me.avatar.0.as_deref().filter(|hash| number(&me.nodes, hash).is_some())
}

/// The number of the item that holds an image.
fn number(nodes: &Nodes, hash: &Hash) -> Option<i64> {
    let items = &nodes.get(ns::AVATAR_DATA)?.items;
    items.iter().find(|item| Hash::parse(&item.id).as_ref() == Some(hash)).map(|item| item.number)
}

/// A client said which image is shown, or took that back.
fn said(turn: &mut Turn<'_>, change: &Change<'_>) {
    let avatar = match change {
        Change::Published(_, Some(metadata)) => Avatar::named(metadata, &turn.me.nodes),
        Change::Published(_, None) => Avatar::default(),
        // What is left is older, and not what the person wants shown.
        Change::Gone => Avatar::default(),
    };
    set(turn, avatar);
}

/// A client changed the images. A new one is shown once it is said so; one that is gone is not.
fn changed(turn: &mut Turn<'_>, change: &Change<'_>) {
    if matches!(change, Change::Gone) && shown(turn.me).is_none() {
        set(turn, Avatar::default());
    }
}

fn set(turn: &mut Turn<'_>, avatar: Avatar) {
    if turn.me.avatar != avatar {
        turn.me.avatar = avatar;
        presence::renew(turn);
    }
}
