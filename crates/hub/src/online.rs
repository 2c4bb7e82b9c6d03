//! Who is online, and what is said to all of them.

use crate::Hub;
use crate::accounts::NotDone;
use crate::mail::Mail;
use crate::post::Work;
use features::admin::Which;
use features::announce::{self, Notice};
use features::login::Live;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::CommitError;
use tokio::sync::oneshot;
use xmpp::{Jid, Kind, PresenceType, Stanza};

/// People told in one go; between two of them others have their turn.
const TOLD_AT_ONCE: usize = 64;

/// How long telling pauses while the committer has too much to do.
const PRESSED: Duration = Duration::from_millis(20);

impl Hub {
    /// The accounts with a session, in order; of those the active or the idle ones if that is asked.
    pub(crate) fn online(&self, which: Which) -> Vec<Jid> {
        let mut accounts: BTreeMap<Box<str>, (Jid, bool)> = BTreeMap::new();
        self.sessions().each(|_, live| {
            let jid = live.cell.jid();
            let entry = accounts.entry(jid.as_str().into()).or_insert_with(|| (jid.clone(), false));
            entry.1 |= live.outlet.is_attended();
        });
        let wanted = |attended: bool| match which {
            Which::Active => attended,
            Which::Idle => !attended,
            Which::Registered | Which::Disabled | Which::Online => true,
        };
        accounts.into_values().filter(|(_, attended)| wanted(*attended)).map(|(jid, _)| jid).collect()
    }

    /// The sessions of an account.
    pub(crate) async fn live(&self, account: &Jid) -> Vec<Live> {
        let Some(cell) = self.directory().find(account) else { return Vec::new() };
        let (reply, answer) = oneshot::channel();
        self.post(&cell, Mail::WhoIsHere(reply));
        answer.await.unwrap_or_default()
    }

    /// Writes to everybody who is online, in the name of the service. `by` is who wants it. Returns to how many.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn announce(&self, by: &str, text: &str) -> Result<usize, NotDone> {
        self.record(by, ("announce", "")).await?;
        let (domain, number) = (self.service().domain.clone(), self.clock().now());
        let people = self.online(Which::Online);
        for some in people.chunks(TOLD_AT_ONCE) {
            self.breathe().await;
            for to in some {
                self.tell(to, announce::message(&domain, to, number, text));
            }
        }
        Ok(people.len())
    }

    /// Begins to say a standing notice to everybody who is online and was not told yet. It takes as long as it
    /// takes, and nobody waits for it.
    pub(crate) fn say_to_all(&self, notice: Notice) {
        let hub = self.clone();
        self.runtime().spawn(async move {
            for to in hub.online(Which::Online) {
                hub.breathe().await;
                match hub.find_account(to.as_str()).await {
                    Ok((_, row)) => hub.say(&to, row.id, &notice).await,
                    Err(not_done) => tracing::warn!(why = not_done.sentence(), "a notice was not said"),
                }
            }
        });
    }

    /// Says to an account what it was not told yet.
    pub(crate) async fn say_due(&self, to: &Jid) -> Result<(), NotDone> {
        let (_, row) = self.find_account(to.as_str()).await?;
        let notices = self.service().notices.all();
        for notice in announce::table::due(self.store(), row.id, row.created_at, notices).await? {
            self.say(to, row.id, &notice).await;
        }
        Ok(())
    }

    async fn say(&self, to: &Jid, account: i64, notice: &Notice) {
        match self.store().commit(vec![announce::table::say(notice, account)]).await {
            Ok(_) => self.tell(to, announce::message(&self.service().domain, to, notice.number, &notice.text)),
            // It was said before.
            Err(CommitError::Unmet) => {}
            Err(error) => tracing::error!(%error, "a notice was not said"),
        }
    }

    /// Begins to show a component who is there: it asks each of them, as it could itself (XEP-0356 §8).
    pub(crate) fn show_everybody(&self, component: Jid) {
        let hub = self.clone();
        self.runtime().spawn(async move {
            let probe = Stanza::new(Kind::Presence(PresenceType::Probe)).with_from(Some(component));
            for to in hub.online(Which::Online) {
                hub.breathe().await;
                hub.tell(&to, probe.clone().with_to(Some(to.clone())));
            }
        });
    }

    pub(crate) fn tell(&self, to: &Jid, message: Stanza) {
        let mut work = Work::new();
        self.route(Arc::new(message), to.clone(), None, &mut work);
        self.serve(work);
    }

    /// Lets others have their turn, and the committer catch up.
    async fn breathe(&self) {
        tokio::task::yield_now().await;
        // Bounded: telling is slowed down, not stopped.
        for _ in 0..500 {
            if !self.store().is_pressed() {
                return;
            }
            tokio::time::sleep(PRESSED).await;
        }
    }
}
