//! What is done to rooms, for both doors.

use crate::control::{AskedRoom, ROOMS_MAX, Reply, RoomLine, ToldRoom};
use features::rooms::ruled::{self, Listed, Ruling};
use hub::{Hub, NotDone};
use xmpp::{Jid, time};

/// Does what `by` asks and tells what came of it.
///
/// # Errors
/// See [`NotDone`].
pub async fn act(hub: &Hub, by: &str, asked: AskedRoom) -> Result<Reply, NotDone> {
    let told = match asked {
        AskedRoom::List { after } => {
            let rooms = ruled::list(hub.store(), &after, ROOMS_MAX).await?;
            ToldRoom::List { rooms: rooms.into_iter().map(line).collect() }
        }
        AskedRoom::Show { room } => {
            let room = hub.room_named(&room)?;
            let missing = || NotDone::Missing(format!("There is no room {room}."));
            let (listed, people) = ruled::show(hub.store(), &room).await?.ok_or_else(missing)?;
            let people = people.into_iter().map(|(who, what)| (who.into(), what.into()));
            ToldRoom::Show { room: line(listed), people: people.collect() }
        }
        AskedRoom::Take { room, owner } => {
            let unfit = |_| NotDone::Refused(format!("`{owner}` is no address."));
            let owner = match owner.contains('@') {
                true => Jid::parse(&owner).map_err(unfit)?.bare(),
                false => hub.find_account(&owner).await?.0,
            };
            let room = hub.rule_room(by, &room, Ruling::Own(owner.clone())).await?;
            ToldRoom::Taken { room: room.to_string(), owner: owner.to_string() }
        }
        AskedRoom::Destroy { room, reason } => {
            let room = hub.rule_room(by, &room, Ruling::End(reason.into())).await?;
            ToldRoom::Destroyed { room: room.to_string() }
        }
    };
    Ok(Reply::Room { told })
}

fn line(room: Listed) -> RoomLine {
    RoomLine {
        address: room.jid.into(),
        name: room.name.into(),
        is_public: room.is_public,
        is_persistent: room.is_persistent,
        used: time::write(room.used_at).chars().take("2026-11-25".len()).collect(),
        owners: room.owners,
    }
}
