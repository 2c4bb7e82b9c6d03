//! An outlet over a restart of the service (XEP-0198 §5).

use super::{Outlet, State};
use crate::given::Given;
use crate::inbound::Inbound;
use crate::managed::Managed;
use features::resume::Output;
use features::turn::End;
use parking_lot::Mutex;

impl Outlet {
    /// The connection is to end because the service stops. The session goes on: what comes for it waits.
    pub(crate) fn hang_up(&self) {
        let mut state = self.state.lock();
        state.hanging_up = true;
        state.wake();
    }

    /// Whatever connection there still is is left to itself. Its number.
    pub(crate) fn let_go(&self) -> u32 {
        let mut state = self.state.lock();
        state.connected = false;
        state.waker = None;
        state.epoch
    }

    /// Takes what the client has not acknowledged or not been sent, to be kept over the restart; from now
    /// on the outlet takes nothing more. None if the session cannot go on.
    pub(crate) fn keep(&self) -> Option<Output> {
        let mut state = self.state.lock();
        if state.end.is_some() || state.managed.is_none() {
            return None;
        }
        state.release_held();
        state.look();
        state.end = Some(End::SystemShutdown);
        let (given, arrived, watched) = state.given.kept();
        let h = state.inbound.h();
        let unacked = state.managed.as_mut().map(|managed| managed.take_back()).unwrap_or_default();
        let queued = state.take_queued();
        Some(Output {
            h,
            acked: state.managed.as_ref().map_or(0, |managed| managed.sent()),
            unacked: unacked.into(),
            queued: queued.collect(),
            given,
            arrived,
            watched,
        })
    }

    /// The outlet of a session that was kept, and waits for its client. `heard` is the hub's clock, in seconds.
    pub(crate) fn take_up(output: Output, heard: u32) -> Outlet {
        let managed = Managed::take_up(output.acked, output.unacked);
        let mut state = State {
            inbound: Inbound::take_up(output.h),
            managed: Some(Box::new(managed)),
            given: Given::take_up(output.given, output.arrived, output.watched),
            heard,
            ..State::default()
        };
        output.queued.into_iter().for_each(|delivery| state.enqueue(delivery));
        Outlet { state: Mutex::new(state) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outlet::{Sheet, Taken};
    use features::turn::Weight;
    use std::task::{Context, Poll, Waker};
    use xmpp::{Framing, Stanza};

    fn written(outlet: &Outlet, epoch: u32) -> String {
        let mut out = Vec::new();
        let sheet = Sheet { out: &mut out, bytes: 10_000, framing: Framing::Stream };
        let polled = outlet.poll_write(epoch, &Context::from_waker(Waker::noop()), sheet);
        assert_eq!(polled, Poll::Ready(Taken::Some));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_was_not_acknowledged_and_not_sent_is_there_again() {
        let outlet = Outlet::new(0);
        outlet.manage();
        let message = |id: u32| Stanza::read(&format!("<message id='{id}'/>")).unwrap();
        for id in 1..=3 {
            outlet.push(message(id).into(), Weight::Urgent);
        }
        written(&outlet, 0);
        assert_eq!(outlet.acked(0, 1), Ok(()));
        outlet.hang_up();
        outlet.disconnect(0);
        outlet.push(message(4).into(), Weight::Urgent);
        let kept = outlet.keep().unwrap();
        assert_eq!((kept.acked, kept.unacked.len(), kept.queued.len()), (1, 2, 1));
        assert!(outlet.keep().is_none());
        let again = Outlet::take_up(kept, 5);
        // It has two, so the third and the fourth are new to it.
        assert_eq!(again.resume(2, 6), Some(1));
        let out = written(&again, 1);
        assert!(out.starts_with("<message id='3'/><message id='4'/>"), "{out}");
    }
}
