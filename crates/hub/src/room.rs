//! The owner of a room: mail to its rules and back.

use crate::Hub;
use crate::accounts::NotDone;
use crate::cell::Cell;
use crate::journey::{Journey, Load, Release, Stamped};
use crate::mail::Mail;
use crate::post::Work;
use crate::turns::{self, Carried};
use features::branch::BranchKind;
use features::order::Moment;
use features::query::Next;
use features::rooms::ruled::{self, Ruling};
use features::rooms::{self, Room, departed};
use features::turn::{Asker, Effect, Outbox, Stamp, Turn};
use std::sync::Arc;
use store::Fault;
use tokio::sync::oneshot;
use xmpp::Jid;

impl Hub {
    /// Tells everybody in every room that the service stops (XEP-0045 §11.2).
    pub async fn close_rooms(&self) {
        let mut told = Vec::new();
        for cell in self.directory().rooms(&self.service()) {
            let (reply, answer) = oneshot::channel();
            self.post(&cell, Mail::ShutDown(reply));
            told.push(answer);
        }
        for answer in told {
            // A room that was never there answers nothing.
            let _ = answer.await;
        }
    }
}

impl Hub {
    /// Gives a room an owner, or ends it; it is written down that `by` did.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn rule_room(&self, by: &str, room: &str, ruling: Ruling) -> Result<Jid, NotDone> {
        let room = self.room_named(room)?;
        let what = if matches!(ruling, Ruling::Own(_)) { "take-room" } else { "end-room" };
        self.record(by, (what, room.as_str())).await?;
        let (reply, answer) = oneshot::channel();
        self.post(&self.directory().get(&room), Mail::Rule(ruling, reply));
        match answer.await {
            Ok(Ok(())) => Ok(room),
            Ok(Err(why)) => Err(NotDone::Missing(why)),
            Err(_) => Err(NotDone::Failed(crate::deeds::BUSY.to_owned())),
        }
    }

    /// The room of that name or address.
    ///
    /// # Errors
    /// When rooms are not served, or it is none of ours.
    pub fn room_named(&self, name: &str) -> Result<Jid, NotDone> {
        let service = self.service();
        let refuse = |why: String| NotDone::Refused(why);
        let branch = service.branch(BranchKind::Rooms).ok_or_else(|| refuse("No rooms are served here.".into()))?;
        let address = if name.contains('@') { name.to_owned() } else { format!("{name}@{}", branch.domain) };
        match Jid::parse(&address) {
            Ok(jid) if jid.domain() == branch.domain.domain() && jid.local().is_some() => Ok(jid.bare()),
            _ => Err(refuse(format!("`{name}` is no room here: their addresses end in @{}.", branch.domain))),
        }
    }

    /// Tells rooms of people whose accounts were erased when the server stopped before it could.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn leave_rooms(&self) -> Result<(), Fault> {
        for (room, gone) in departed::unaware(self.store(), &self.service().domain).await? {
            self.post(&self.directory().get(&room), Mail::Moment(Moment::Erased(gone)));
        }
        Ok(())
    }

    /// The same of somebody whose account was just erased. The next start makes up for it.
    pub(crate) async fn leave_rooms_of(&self, gone: &Jid) {
        match departed::rooms_of(self.store(), gone).await {
            Ok(rooms) => {
                for room in rooms {
                    self.post(&self.directory().get(&room), Mail::Moment(Moment::Erased(gone.clone())));
                }
            }
            Err(fault) => tracing::error!(account = %gone, %fault, "rooms still list somebody who is erased"),
        }
    }
}

/// Takes one turn.
pub fn take(hub: &Hub, cell: &Arc<Cell>, room: &mut Room, mail: Mail, work: &mut Work) {
    let service = hub.service();
    let mut out = Outbox::default();
    let mut turn = Turn { me: room, service: &service, now: hub.clock().now(), out: &mut out };
    let mut load = Load::default();
    let mut on_journey: Option<Arc<Journey>> = None;
    match mail {
        Mail::Stanza { stanza, to, journey } => {
            rooms::take(&mut turn, stanza, &to);
            on_journey = Some(journey);
        }
        Mail::Durable(later, number) => rooms::go_on(&mut turn, *later, number),
        Mail::Answer { asker: Asker::Other(to), found, origin } => {
            load.origin = origin;
            let sends = found.stanzas.into_iter().map(|stanza| (Arc::new(stanza), to.clone()));
            turn.out.effects.extend(sends.map(|(stanza, to)| Effect::Route { stanza, to }));
            if let Some(Next::RoomMessage(found)) = found.next {
                rooms::found(&mut turn, *found);
            }
        }
        Mail::Moment(Moment::Erased(gone)) => departed::depart(&mut turn, &gone),
        Mail::Moment(Moment::Bookmarked(newcomer)) => rooms::newcomers::admit(&mut turn, &newcomer),
        Mail::Rule(ruling, reply) => match ruled::rule(&mut turn, ruling) {
            Ok(()) => load.releases.push(Release::Told(reply)),
            // Whoever asked may not wait.
            Err(why) => drop(reply.send(Err(why))),
        },
        Mail::ShutDown(reply) => {
            rooms::shut_down(&mut turn);
            // Whoever asked may not wait.
            let _ = reply.send(());
        }
        // For owners of other kinds.
        _ => {}
    }
    let named = (-room.id, room.jid.clone());
    let carried = Carried { out, load, journey: on_journey };
    turns::carry_out(hub, cell, carried, |effect, base| release(cell, &named, effect, base), work);
}

fn release(cell: &Arc<Cell>, (archive, jid): &(i64, Jid), effect: Effect, base: usize) -> Option<Release> {
    let stamped =
        |Stamp(index): Stamp| Stamped { index: base + usize::from(index), archive: *archive, by: jid.clone() };
    match effect {
        Effect::Later { later, stamp } => Some(Release::Later { cell: cell.clone(), later, stamp: stamp.map(stamped) }),
        Effect::Read { asker, query } => Some(Release::Read { cell: cell.clone(), asker, query }),
        Effect::Do { asker, request, deed } => Some(Release::Do { cell: cell.clone(), asker, request, deed }),
        // What only owners of other kinds want.
        _ => None,
    }
}
