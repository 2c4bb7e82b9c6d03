//! The streams that there are between this service and others: what operators are shown of them, and how one is
//! ended whose domain is not talked with any more.

use features::watch::Course;
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use xmpp::Jid;

/// A stream, with regard to one domain that was proved on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The domain.
    pub domain: Jid,
    /// Which way stanzas go.
    pub heading: Heading,
    /// The version of TLS.
    pub tls: &'static str,
    /// By what the domain proved who it is.
    pub proof: &'static str,
    /// What is sent is acknowledged (XEP-0198).
    pub is_managed: bool,
    /// When it was proved, in microseconds since 1970.
    pub since: i64,
}

/// Which way stanzas go on a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heading {
    /// From there to us.
    In,
    /// From us to there.
    Out,
    /// Both (XEP-0288).
    Both,
}

/// All streams.
#[derive(Default)]
pub struct Lines(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    last: u64,
    lines: HashMap<u64, (Line, Arc<Tether>)>,
}

/// Why a stream is to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// Its domain is not talked with any more.
    Refused,
    /// The service stops.
    Stopping,
}

/// Whether a stream is to end.
#[derive(Default)]
struct Tether(Mutex<(Option<Cut>, Option<Waker>)>);

/// A stream's place among the others, as long as it lives.
pub struct OnLine {
    number: u64,
    lines: Arc<Mutex<Known>>,
    tether: Arc<Tether>,
}

impl Lines {
    /// There is a stream.
    pub fn add(&self, line: Line) -> OnLine {
        let tether = Arc::<Tether>::default();
        let mut known = self.0.lock();
        known.last += 1;
        let number = known.last;
        known.lines.insert(number, (line, tether.clone()));
        OnLine { number, lines: self.0.clone(), tether }
    }

    /// Those of the domains that `pick` chooses, the longest first.
    pub fn select(&self, pick: impl Fn(&Jid) -> bool) -> Vec<Line> {
        let known = self.0.lock();
        let mut lines: Vec<Line> =
            known.lines.values().filter(|(line, _)| pick(&line.domain)).map(|(line, _)| line.clone()).collect();
        lines.sort_by_key(|line| line.since);
        lines
    }

    /// Ends the streams of the domains that `pick` chooses, with all that goes over them. How many there are.
    pub fn cut(&self, why: Cut, pick: impl Fn(&Jid) -> bool) -> usize {
        let known = self.0.lock();
        let picked = known.lines.values().filter(|(line, _)| pick(&line.domain));
        picked.map(|(_, tether)| tether.cut(why)).count()
    }
}

impl Tether {
    fn cut(&self, why: Cut) {
        let mut state = self.0.lock();
        state.0.get_or_insert(why);
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }
}

impl OnLine {
    /// The other side has asked for acknowledgements since it was proved.
    pub fn is_managed_now(&self) {
        if let Some((line, _)) = self.lines.lock().lines.get_mut(&self.number) {
            line.is_managed = true;
        }
    }

    /// Ready once the stream is to end; the task is woken then.
    pub fn poll_cut(&self, context: &Context<'_>) -> Poll<Cut> {
        let mut state = self.tether.0.lock();
        if let Some(why) = state.0 {
            return Poll::Ready(why);
        }
        if !state.1.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            state.1 = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for OnLine {
    fn drop(&mut self) {
        self.lines.lock().lines.remove(&self.number);
    }
}

impl crate::Hub {
    /// The streams with a domain, or all there are, the longest first.
    pub fn streams(&self, with: Option<&Jid>) -> Vec<Line> {
        self.all_lines().select(|domain| with.is_none_or(|with| with == domain))
    }

    /// Ends every stream with another service, as before a restart. Returns how many are still to hear of it.
    pub fn hang_up_on_others(&self) -> usize {
        self.all_lines().cut(Cut::Stopping, |_| true)
    }

    /// A domain was proved on a stream.
    pub fn on_line(&self, line: Line) -> OnLine {
        let (domain, heading) = (line.domain.clone(), line.heading);
        self.recovered(&domain, |course, cause| match course {
            Course::In => heading != Heading::Out || cause.is_certificate(),
            Course::Out => heading != Heading::In || cause.is_certificate(),
            Course::Own => false,
        });
        let (service, now) = (self.service(), self.clock().now());
        service.records.good(&domain, &service.limits, now);
        let on_line = self.all_lines().add(line);
        // It may have been refused since it was examined.
        if self.demand(&domain).is_err() {
            self.all_lines().cut(Cut::Refused, |known| *known == domain);
        }
        on_line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_seen_cut_and_gone() {
        let lines = Lines::default();
        let line = |domain: &str| Line {
            domain: Jid::parse(domain).unwrap(),
            heading: Heading::Both,
            tls: "1.3",
            proof: "certificate",
            is_managed: true,
            since: 7,
        };
        let (one, other) = (lines.add(line("a.example")), lines.add(line("b.example")));
        lines.cut(Cut::Refused, |domain| domain.as_str() == "a.example");
        let context = Context::from_waker(Waker::noop());
        assert_eq!((one.poll_cut(&context), other.poll_cut(&context)), (Poll::Ready(Cut::Refused), Poll::Pending));
        drop(one);
        assert_eq!(lines.select(|_| true), [line("b.example")]);
    }
}
