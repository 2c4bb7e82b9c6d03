//! Owners fall asleep when nobody needs them, and wake with the first mail.

use crate::Hub;
use crate::cell::{Cell, Memory, Resident};
use crate::mail::Mail;
use crate::remote::Neighbour;
use features::branch::BranchKind;
use features::login;
use features::memory::Account;
use features::rooms::room::number;
use features::rooms::{self, Room};
use features::service::Owner;
use features::turn::End;
use smallvec::SmallVec;
use std::sync::Arc;
use store::Fault;

impl Hub {
    /// Reads an owner's memory beside it. The owner stays held: its mail waits.
    pub(crate) fn load(&self, cell: Arc<Cell>) {
        let hub = self.clone();
        self.runtime().spawn(async move {
            let service = hub.service();
            if service.owner_of(cell.jid()) == Owner::Branch(BranchKind::Rooms) {
                let chance = (number(&hub.clock().random::<8>()), hub.clock().now());
                let loaded = rooms::load(hub.store(), &service, cell.jid(), chance).await;
                let work = crate::post::Work::from([(cell, Mail::RoomLoaded(loaded.map(Box::new)))]);
                return hub.serve(work);
            }
            let loaded = login::load(hub.store(), &service, cell.jid()).await;
            let work = crate::post::Work::from([(cell, Mail::Loaded(loaded.map(|found| found.map(Box::new))))]);
            hub.serve(work);
        });
    }

    /// Whether the store knows what an owner has in memory.
    pub(crate) fn is_written(&self, cell: &Cell) -> bool {
        match self.service().owner_of(cell.jid()) {
            Owner::Account => true,
            Owner::Branch(BranchKind::Rooms) => cell.jid().local().is_some(),
            Owner::Branch(BranchKind::Pubsub) => cell.jid().local().is_none(),
            Owner::Branch(BranchKind::Upload | BranchKind::Component) => false,
            Owner::Host | Owner::Remote => false,
        }
    }

    /// The memory of an owner of which the store knows nothing.
    pub(crate) fn unwritten(&self, cell: &Cell) -> Memory {
        let (jid, service) = (cell.jid().clone(), self.service());
        let neighbour = match service.owner_of(&jid) {
            Owner::Remote => Neighbour::new(jid, self.seconds()),
            Owner::Branch(BranchKind::Component) => Neighbour::of_component(jid, service.started_at, self.seconds()),
            Owner::Account | Owner::Host | Owner::Branch(_) => {
                let account = Account::of_service(jid);
                return Memory::Awake(Box::new(Resident { account, outlets: SmallVec::new() }));
            }
        };
        Memory::Remote(Box::new(neighbour))
    }

    /// The memory is there.
    pub(crate) fn loaded(&self, cell: &Cell, memory: &mut Memory, loaded: Result<Option<Box<Account>>, Fault>) {
        match loaded {
            Ok(Some(account)) => {
                *memory = match std::mem::replace(memory, Memory::Asleep) {
                    // Read again: its sessions are real, whatever the store says of the rest.
                    Memory::Awake(mut resident) => {
                        let account = *account;
                        resident.account.contacts = account.contacts;
                        resident.account.archive = account.archive;
                        resident.account.push = account.push;
                        resident.account.nodes = account.nodes;
                        resident.account.avatar = account.avatar;
                        resident.account.blocked = account.blocked;
                        Memory::Awake(resident)
                    }
                    Memory::Asleep | Memory::Absent | Memory::Remote(_) | Memory::Room(_) => {
                        Memory::Awake(Box::new(Resident { account: *account, outlets: SmallVec::new() }))
                    }
                };
            }
            Ok(None) => self.end(memory),
            Err(fault) => {
                tracing::error!(owner = %cell.jid(), %fault, "an owner's memory could not be read");
                if !matches!(memory, Memory::Awake(_)) {
                    *memory = Memory::Absent;
                }
            }
        }
    }

    /// The memory of a room is there.
    pub(crate) fn room_loaded(&self, cell: &Cell, memory: &mut Memory, loaded: Result<Box<Room>, Fault>) {
        match (loaded, &mut *memory) {
            // Read again: who is in it is real, whatever the store says of the rest.
            (Ok(stored), Memory::Room(room)) => room.take_over(*stored),
            (Ok(stored), _) => *memory = Memory::Room(stored),
            (Err(fault), known) => {
                tracing::error!(owner = %cell.jid(), %fault, "a room could not be read");
                if !matches!(known, Memory::Room(_)) {
                    *known = Memory::Absent;
                }
            }
        }
    }

    /// Lets owners sleep that have neither sessions nor mail.
    pub(crate) fn let_sleep(&self) -> usize {
        let now = self.clock().now();
        self.directory().let_sleep(|cell| {
            let resting = match &*cell.memory() {
                Memory::Asleep | Memory::Absent => true,
                Memory::Awake(resident) => resident.outlets.is_empty() && !resident.account.is_asked_for(now),
                Memory::Remote(neighbour) => neighbour.is_resting(now),
                Memory::Room(room) => room.is_resting(),
            };
            resting && cell.is_idle() && !cell.has_outstanding()
        })
    }

    /// The account is gone. Sessions it still has end, and nobody can come back to them.
    fn end(&self, memory: &mut Memory) {
        if let Memory::Awake(resident) = memory {
            for (session, outlet) in &resident.outlets {
                outlet.end(End::NotAuthorized);
                self.sessions().remove(*session);
            }
        }
        *memory = Memory::Absent;
    }
}
