//! Commands about rooms. They go the same ways as those about accounts.

mod act;
mod print;

pub use act::act;

use crate::account::Door;
use crate::arguments::RoomCommand;
use crate::config::Config;
use crate::control::{AskedRoom, Control, ROOMS_MAX, Reply, RoomLine, ToldRoom};
use crate::failure::Failure;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: RoomCommand, json: bool) -> Result<(), Failure> {
    let door = Door::open(config, false)?;
    let told = match command {
        RoomCommand::List => all(&door)?,
        RoomCommand::Show { room } => ask(&door, AskedRoom::Show { room })?,
        RoomCommand::Take { room, owner } => ask(&door, AskedRoom::Take { room, owner })?,
        RoomCommand::Destroy { room, reason } => ask(&door, AskedRoom::Destroy { room, reason })?,
    };
    match json {
        true => println!("{}", serde_json::to_string(&told).expect("what is told of rooms is JSON")),
        false => print!("{}", print::as_text(&told)),
    }
    Ok(())
}

fn ask(door: &Door, ask: AskedRoom) -> Result<ToldRoom, Failure> {
    match door.ask(Control::Room { ask })? {
        Reply::Room { told } => Ok(told),
        _ => Err(Failure::refused("the server answered something else than what was asked of rooms")),
    }
}

/// All rooms, reply by reply.
fn all(door: &Door) -> Result<ToldRoom, Failure> {
    let mut rooms: Vec<RoomLine> = Vec::new();
    loop {
        let after = rooms.last().map(|last| last.address.clone()).unwrap_or_default();
        let ToldRoom::List { rooms: mut more } = ask(door, AskedRoom::List { after })? else {
            return Err(Failure::refused("the server answered something else than rooms"));
        };
        let is_last = more.len() < ROOMS_MAX as usize;
        rooms.append(&mut more);
        if is_last {
            return Ok(ToldRoom::List { rooms });
        }
    }
}
