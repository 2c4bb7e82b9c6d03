//! `[rooms]`: what the operator wants of rooms.

use super::low::LowRooms;
use super::problem::Reading;
use features::branch::{Branch, BranchKind};
use toml::Spanned;
use xmpp::Jid;

/// The rooms that newcomers find. Whether they are there, only the store can say.
pub(super) fn newcomers(low: &LowRooms, branches: &[Branch], reading: &mut Reading<'_>) -> Vec<Jid> {
    let ours = branches.iter().find(|branch| branch.kind == BranchKind::Rooms).map(|branch| &branch.domain);
    let mut rooms: Vec<Jid> = Vec::new();
    for one in &low.newcomers {
        let text = one.get_ref();
        let Some(domain) = ours else {
            let advice = "Serve rooms (`rooms` under `[services]`), or list none here.";
            reading.note(one.span(), "newcomers cannot find rooms where there are none", advice);
            break;
        };
        let usual = format!("Write the address of a room here, like `lobby@{domain}`.");
        match Jid::parse(text) {
            Ok(jid) if jid.domain() != domain.domain() => {
                reading.note(one.span(), format!("`{text}` is not a room at {domain}"), usual);
            }
            Ok(jid) if jid.local().is_none() || jid.is_full() => {
                reading.note(one.span(), format!("`{text}` is not the address of a room"), usual);
            }
            Ok(jid) if rooms.contains(&jid) => {
                reading.note(one.span(), format!("`{text}` is listed twice"), "Remove one of them.");
            }
            Ok(jid) => rooms.push(jid),
            Err(_) => reading.note(one.span(), format!("`{text}` is not an address"), usual),
        }
    }
    rooms
}

/// As it could have been written.
pub(super) fn to_low(newcomers: &[Jid]) -> LowRooms {
    LowRooms { newcomers: newcomers.iter().map(|room| Spanned::new(0..0, room.to_string())).collect() }
}

/// What is to be done about a room that newcomers should find and that the store does not have.
pub fn missing(room: &Jid) -> String {
    format!(
        "newcomers should find {room}, and there is no such room that stays: make it with a client and configure it \
         as persistent, or take it off `newcomers` under [rooms]"
    )
}
