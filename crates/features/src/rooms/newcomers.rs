//! Rooms that the operator wants newcomers to find: bookmarked from the start (XEP-0402 §2), and theirs to enter.
//!
//! It happens once, when the account is made, so that whoever removes the bookmark is left in peace.

use super::config::Config;
use super::limits;
use super::role::Affiliation;
use super::room::{Room, Stage};
use super::table;
use crate::Fault;
use crate::bookmarks::Bookmark;
use crate::turn::Turn;
use store::Store;
use xmpp::Jid;

/// Address. A room that goes with the last who leaves it is none to come back to.
const FIND: &str = "SELECT config FROM room WHERE jid = ?1 AND persistent = 1";

/// The rooms that newcomers are to find.
#[derive(Default, Debug)]
pub struct Welcoming {
    /// As they are bookmarked.
    pub found: Vec<Bookmark>,
    /// Those that are not there, or do not stay.
    pub missing: Vec<Jid>,
}

/// Looks for the rooms that the operator named (`wanted`).
///
/// # Errors
/// When the store says no.
pub async fn find(store: &Store, wanted: &[Jid]) -> Result<Welcoming, Fault> {
    let mut rooms = Welcoming::default();
    for jid in wanted {
        let rows = store.query(FIND, vec![jid.as_str().into()]).await?;
        let Some(row) = rows.first() else {
            rooms.missing.push(jid.clone());
            continue;
        };
        let config = Config::decode(row.text(0)?);
        let password = config.is_password_protected.then_some(config.secret);
        rooms.found.push(Bookmark { jid: jid.clone(), name: config.name, password });
    }
    Ok(rooms)
}

/// Somebody is new on the service and finds this room among their bookmarks: where it is for members, they are one.
pub fn admit(turn: &mut Turn<'_, Room>, newcomer: &Jid) {
    let room = &mut *turn.me;
    let is_needed = room.stage == Stage::Open && room.config.is_members_only;
    let is_full = room.affiliations.len() >= turn.service.limits.count(&limits::AFFILIATIONS);
    // Whoever is a member already, or banned with the whole domain, stays what they are.
    if is_needed && !is_full && room.affiliation(newcomer) == Affiliation::None {
        room.affiliate(newcomer.as_str(), Affiliation::Member, "");
        table::save_affiliation(turn, newcomer.as_str());
    }
}
