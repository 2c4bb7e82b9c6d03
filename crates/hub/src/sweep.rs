//! What has to happen without anybody's mail: silent clients are nudged and then given up, lost
//! sessions end, idle owners sleep, old archive files go.

use crate::mail::{Left, Mail};
use crate::outlet::Outlet;
use crate::{Hub, limits};
use features::memory::SessionId;
use features::turn::End;
use features::{all, archive};
use xmpp::{Delivery, IqType, Kind, Stanza, Text, Writer, ns};

/// Seconds between two sweeps over the sessions.
const SWEEP_SECONDS: u32 = 15;

/// Seconds between two looks for archive files that are past their time.
const EXPIRY_SECONDS: u32 = 600;

impl Hub {
    /// What is due once a second. `tick` counts the seconds.
    pub fn tick(&self, tick: u32) {
        for (session, cell, epoch) in self.sessions().overdue(self.seconds()) {
            self.post(&cell, Mail::Gone(Left { session, epoch }));
        }
        for cell in self.timers().due(self.clock().now()) {
            self.post(&cell, Mail::Wake);
        }
        if tick.is_multiple_of(SWEEP_SECONDS) {
            self.look_at_sessions();
            self.let_sleep();
            self.broken().sweep(self.seconds());
        }
        if tick.is_multiple_of(EXPIRY_SECONDS) {
            self.expire();
            self.expire_applications();
            self.tell_daily();
            self.save_records();
        }
    }

    /// Nudges silent clients, and tells the owners of sessions with which something is the matter.
    fn look_at_sessions(&self) {
        let mut mail = Vec::new();
        self.sessions().each(|session, live| {
            self.give_up_silent(&live.outlet);
            mail.extend(news_of(session, &live.outlet).map(|mail| (live.cell.clone(), mail)));
        });
        for (cell, mail) in mail {
            self.post(&cell, mail);
        }
    }

    /// A client that is silent for half the time is asked for a sign of life; one that then stays
    /// silent is gone.
    fn give_up_silent(&self, outlet: &Outlet) {
        let (now, most) = (self.seconds(), self.idle_seconds());
        match outlet.silence(now) {
            Some(silence) if silence >= most => outlet.end(End::Timeout),
            Some(silence) if silence >= most / 2 && silence < most / 2 + SWEEP_SECONDS => outlet.nudge(|| self.ping()),
            _ => {}
        }
    }

    /// XEP-0199 §4.2: whatever the client answers, it is there.
    fn ping(&self) -> Delivery {
        let mut w = Writer::new();
        w.empty("ping", ns::PING);
        let ping = Stanza::new(Kind::Iq(IqType::Get)).with_from(Some(self.service().domain.clone()));
        ping.with_id(Some(Text::fixed("nudge"))).with_inner(w.finish()).into()
    }

    /// Removes rows that are past their date, and unlinks archive files of which every row is older than
    /// was promised to be kept.
    fn expire(&self) {
        self.store().submit(all::expiry_writes(self.clock().now()), |outcome| {
            if let Err(error) = outcome {
                tracing::error!(%error, "rows past their date could not be removed");
            }
        });
        self.sweep_files();
        match archive::expire(self.store(), &self.service(), self.clock().now()) {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "archive files past their retention were removed"),
            Err(fault) => tracing::error!(%fault, "archive files past their retention could not be removed"),
        }
    }

    /// How long a lost client is waited for.
    pub fn resume_seconds(&self) -> u32 {
        u32::try_from(self.service().limits.of(&limits::RESUME_SECONDS)).unwrap_or(u32::MAX)
    }

    /// How long a silent client is believed to be there.
    pub fn idle_seconds(&self) -> u32 {
        u32::try_from(self.service().limits.of(&limits::IDLE_SECONDS)).unwrap_or(u32::MAX)
    }
}

/// What the owner of a session has to know of it.
fn news_of(session: SessionId, outlet: &Outlet) -> Option<Mail> {
    if outlet.is_abandoned() {
        // It got more than it may have while its client was away, and waits for nobody any more.
        return Some(Mail::Gone(Left { session, epoch: outlet.epoch() }));
    }
    if outlet.falls_silent() {
        return Some(Mail::Silent(session));
    }
    outlet.has_arrivals().then_some(Mail::Arrived)
}
