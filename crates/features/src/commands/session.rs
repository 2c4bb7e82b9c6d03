//! The commands of one account that are under way (XEP-0050 §3.3).

use super::wire;
use crate::command::{Answers, Command};
use crate::memory::SessionId;
use xmpp::{Condition, StanzaError, ns};

/// What is under way.
#[derive(Default)]
pub struct Sessions {
    /// Oldest first.
    open: Vec<Open>,
    /// The name given last.
    last: u64,
}

/// One command under way.
pub struct Open {
    /// Its name: the microsecond of its begin, or a later one if that was taken.
    pub id: u64,
    /// Whose it is: one client's (§3.3).
    pub session: SessionId,
    /// What is run.
    pub command: &'static Command,
    /// The forms filled in so far.
    pub answers: Vec<Answers>,
    /// When it is given up, in microseconds since 1970.
    pub expires_at: i64,
}

impl Sessions {
    /// A command begins. It is not kept yet.
    pub fn begin(&mut self, session: SessionId, command: &'static Command, now: i64) -> Open {
        self.last = u64::try_from(now).unwrap_or(0).max(self.last + 1);
        Open { id: self.last, session, command, answers: Vec::new(), expires_at: 0 }
    }

    /// Takes out the command of that name.
    ///
    /// # Errors
    /// `session-expired` if it is over, `bad-sessionid` if there never was one (§4.4).
    pub fn take(
        &mut self,
        id: &str,
        session: SessionId,
        command: &'static Command,
        now: i64,
    ) -> Result<Open, StanzaError> {
        let id = wire::read_session(id).unwrap_or(u64::MAX);
        let is_it = |known: &Open| {
            known.id == id && known.session == session && known.command.node == command.node && known.expires_at > now
        };
        if let Some(at) = self.open.iter().position(is_it) {
            return Ok(self.open.remove(at));
        }
        // Names are moments: one to come was never given.
        if i64::try_from(id).is_ok_and(|id| id <= now) {
            return Err(StanzaError::new(Condition::NotAllowed)
                .specific("session-expired", ns::COMMANDS)
                .text("This command is over. Begin it again."));
        }
        Err(wire::bad_request("bad-sessionid", "No command was begun under this session id."))
    }

    /// Keeps a command until the next form comes; the oldest are given up if there are more than `most`.
    pub fn keep(&mut self, open: Open, now: i64, most: usize) {
        self.open.retain(|known| known.expires_at > now);
        self.open.push(open);
        let excess = self.open.len().saturating_sub(most.max(1));
        self.open.drain(..excess);
    }

    /// A client is gone, and its commands with it.
    pub fn session_ended(&mut self, session: SessionId) {
        self.open.retain(|known| known.session != session);
    }
}
