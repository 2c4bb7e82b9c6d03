//! Rooms, for people.

use crate::control::{RoomLine, ToldRoom};

/// What is written to the standard output.
pub fn as_text(told: &ToldRoom) -> String {
    match told {
        ToldRoom::List { rooms } if rooms.is_empty() => "There are no rooms.\n".to_owned(),
        ToldRoom::List { rooms } => rooms.iter().map(line).collect(),
        ToldRoom::Show { room, people } => {
            let mut text = line(room);
            for (who, what) in people {
                text.push_str(&format!("  {what:<6} {who}\n"));
            }
            text
        }
        ToldRoom::Taken { room, owner } => format!("{owner} owns {room}, and everybody in it was told so.\n"),
        ToldRoom::Destroyed { room } => format!("{room} is no more, with all that was said in it.\n"),
    }
}

/// The name is whatever its owners chose: nothing in it is for the terminal to obey.
fn line(room: &RoomLine) -> String {
    let name: String = room.name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let seen = if room.is_public { "public" } else { "hidden" };
    let stays = if room.is_persistent { "persistent" } else { "temporary" };
    let owners = if room.owners == 0 { "NO OWNER".to_owned() } else { format!("{} owners", room.owners) };
    format!("{}  {seen}  {stays}  used {}  {owners}  {name}\n", room.address, room.used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_shown_and_commands_no_terminal() {
        let room = RoomLine {
            address: "cave@rooms.x.example".into(),
            name: "Cave\u{1b}[2J".into(),
            is_public: true,
            is_persistent: false,
            used: "2026-11-25".into(),
            owners: 0,
        };
        let people = vec![("alice@x.example".to_owned(), "admin".to_owned())];
        let text = as_text(&ToldRoom::Show { room, people });
        let shown = "cave@rooms.x.example  public  temporary  used 2026-11-25  NO OWNER  Cave\u{fffd}[2J\n";
        assert_eq!(text, format!("{shown}  admin  alice@x.example\n"));
    }
}
