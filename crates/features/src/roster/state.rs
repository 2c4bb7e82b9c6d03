//! The subscription states of RFC 6121 Appendix A, and how a subscription stanza changes them.
//!
//! A pure function: no memory, no stanza, no address. The tables of the appendix are its test.

use xmpp::PresenceType;

/// What two addresses share, seen from the account (RFC 6121 §A.1): the nine states as four bits,
/// and the pre-approval of §3.4 as a fifth.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct State(u8);

/// A stanza of the subscription handshake (RFC 6121 §3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the RFC")]
pub enum Signal {
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
}

/// Which way a signal goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the account to the contact (§A.2).
    Out,
    /// From the contact to the account (§A.3).
    In,
}

/// What becomes of a signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The state from now on.
    pub state: State,
    /// An outbound signal is routed; an inbound one is delivered.
    pub passes: bool,
    /// What the server answers an inbound signal in the account's name.
    pub reply: Option<Signal>,
}

impl State {
    /// Nothing is shared.
    pub const NONE: State = State(0);
    /// The account sees the contact's presence.
    pub const TO: State = State(1);
    /// The contact sees the account's presence.
    pub const FROM: State = State(2);
    /// Each sees the other's.
    pub const BOTH: State = State(3);
    /// The account asked the contact ("pending out").
    pub const ASKED: State = State(4);
    /// The contact asked the account ("pending in").
    pub const REQUESTED: State = State(8);
    /// A request of the contact is granted when it comes (RFC 6121 §3.4).
    pub const APPROVED: State = State(16);

    /// Whether all of `bits` hold.
    pub const fn has(self, bits: State) -> bool {
        self.0 & bits.0 == bits.0
    }

    /// The state with `bits` holding as well.
    pub const fn with(self, bits: State) -> State {
        State(self.0 | bits.0)
    }

    /// The state with none of `bits` holding.
    pub const fn without(self, bits: State) -> State {
        State(self.0 & !bits.0)
    }

    /// The part that a roster item shows. Only a change of it is a roster modification
    /// (RFC 6121 §2.6.3): that somebody asks is not shown in the roster.
    pub const fn shown(self) -> State {
        self.without(State::REQUESTED)
    }

    /// The state in which this, no more and no less, is shared. What was asked and is granted is asked no longer.
    pub const fn settled(self, shared: State) -> State {
        let answered = (if shared.has(State::TO) { State::ASKED.0 } else { 0 })
            | (if shared.has(State::FROM) { State::REQUESTED.0 } else { 0 });
        self.without(State::BOTH).without(State(answered)).with(State(shared.0 & State::BOTH.0))
    }

    /// The value of the `subscription` attribute (RFC 6121 §2.1.2.5).
    pub const fn subscription(self) -> &'static str {
        match self.0 & State::BOTH.0 {
            0 => "none",
            1 => "to",
            2 => "from",
            _ => "both",
        }
    }

    /// Reads what [`State::subscription`] wrote.
    pub fn of_subscription(name: &str) -> Option<State> {
        Some(match name {
            "none" => State::NONE,
            "to" => State::TO,
            "from" => State::FROM,
            "both" => State::BOTH,
            _ => return None,
        })
    }
}

impl Signal {
    /// The signal that presence of this type is, if it is one.
    pub fn of(presence_type: PresenceType) -> Option<Signal> {
        Some(match presence_type {
            PresenceType::Subscribe => Signal::Subscribe,
            PresenceType::Subscribed => Signal::Subscribed,
            PresenceType::Unsubscribe => Signal::Unsubscribe,
            PresenceType::Unsubscribed => Signal::Unsubscribed,
            PresenceType::Available | PresenceType::Unavailable | PresenceType::Probe | PresenceType::Error => {
                return None;
            }
        })
    }

    /// The type of presence that carries the signal.
    pub fn presence_type(self) -> PresenceType {
        match self {
            Signal::Subscribe => PresenceType::Subscribe,
            Signal::Subscribed => PresenceType::Subscribed,
            Signal::Unsubscribe => PresenceType::Unsubscribe,
            Signal::Unsubscribed => PresenceType::Unsubscribed,
        }
    }
}

/// What a signal does in a state: tables 2 to 9 of RFC 6121 Appendix A.
pub fn step(state: State, way: Way, signal: Signal) -> Outcome {
    match way {
        Way::Out => outbound(state, signal),
        Way::In => inbound(state, signal),
    }
}

fn outbound(state: State, signal: Signal) -> Outcome {
    let (state, passes) = match signal {
        // §A.2.1
        Signal::Subscribe if state.has(State::TO) => (state, true),
        Signal::Subscribe => (state.with(State::ASKED), true),
        // §A.2.2
        Signal::Unsubscribe => (state.without(State::TO).without(State::ASKED), true),
        // §A.2.3: an answer to a request, or else a pre-approval (§3.4.2), which nobody is told of.
        Signal::Subscribed if state.has(State::REQUESTED) => (state.without(State::REQUESTED).with(State::FROM), true),
        Signal::Subscribed if state.has(State::FROM) => (state, false),
        Signal::Subscribed => (state.with(State::APPROVED), false),
        // §A.2.4: also takes a pre-approval back, which nobody was told of (§3.2.2).
        Signal::Unsubscribed => {
            let passes = state.has(State::REQUESTED) || state.has(State::FROM);
            (state.without(State::REQUESTED).without(State::FROM).without(State::APPROVED), passes)
        }
    };
    Outcome { state, passes, reply: None }
}

fn inbound(state: State, signal: Signal) -> Outcome {
    let ignored = Outcome { state, passes: false, reply: None };
    let acted = |state, reply| Outcome { state, passes: true, reply };
    match signal {
        // §A.3.1: who is subscribed is told so again, who was approved before gets it now, and who
        // asks twice is not shown twice.
        Signal::Subscribe if state.has(State::FROM) => Outcome { reply: Some(Signal::Subscribed), ..ignored },
        Signal::Subscribe if state.has(State::REQUESTED) => ignored,
        Signal::Subscribe if state.has(State::APPROVED) => {
            Outcome { state: state.with(State::FROM), passes: false, reply: Some(Signal::Subscribed) }
        }
        Signal::Subscribe => acted(state.with(State::REQUESTED), None),
        // §A.3.2
        Signal::Unsubscribe if state.has(State::REQUESTED) || state.has(State::FROM) => {
            acted(state.without(State::REQUESTED).without(State::FROM), Some(Signal::Unsubscribed))
        }
        // §A.3.3
        Signal::Subscribed if state.has(State::ASKED) => acted(state.without(State::ASKED).with(State::TO), None),
        // §A.3.4
        Signal::Unsubscribed if state.has(State::ASKED) || state.has(State::TO) => {
            acted(state.without(State::ASKED).without(State::TO), None)
        }
        Signal::Unsubscribe | Signal::Subscribed | Signal::Unsubscribed => ignored,
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.subscription())?;
        for (bit, name) in [(State::ASKED, "+out"), (State::REQUESTED, "+in"), (State::APPROVED, "+approved")] {
            if self.has(bit) {
                out.write_str(name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: State = State::NONE;
    const NO: State = State::ASKED;
    const NI: State = State::REQUESTED;
    const NOI: State = State::ASKED.with(State::REQUESTED);
    const T: State = State::TO;
    const TI: State = State::TO.with(State::REQUESTED);
    const F: State = State::FROM;
    const FO: State = State::FROM.with(State::ASKED);
    const B: State = State::BOTH;

    /// The rows of every table, in the order of the appendix.
    const STATES: [State; 9] = [N, NO, NI, NOI, T, TI, F, FO, B];

    type Rows = [(bool, State); 9];

    fn check(way: Way, signal: Signal, rows: Rows) {
        for (state, (passes, next)) in STATES.into_iter().zip(rows) {
            let outcome = step(state, way, signal);
            assert_eq!((outcome.passes, outcome.state), (passes, next), "{way:?} {signal:?} in {state:?}");
            let reply = match (way, signal) {
                (Way::In, Signal::Subscribe) if state.has(State::FROM) => Some(Signal::Subscribed),
                (Way::In, Signal::Unsubscribe) if passes => Some(Signal::Unsubscribed),
                _ => None,
            };
            assert_eq!(outcome.reply, reply, "{way:?} {signal:?} in {state:?}");
        }
    }

    #[test]
    fn outbound_tables() {
        use Signal::{Subscribe, Subscribed, Unsubscribe, Unsubscribed};
        let (y, n) = (true, false);
        let table2 = [(y, NO), (y, NO), (y, NOI), (y, NOI), (y, T), (y, TI), (y, FO), (y, FO), (y, B)];
        check(Way::Out, Subscribe, table2);
        let table3 = [(y, N), (y, N), (y, NI), (y, NI), (y, N), (y, NI), (y, F), (y, F), (y, F)];
        check(Way::Out, Unsubscribe, table3);
        let approved = |state: State| (n, state.with(State::APPROVED));
        let table4 = [approved(N), approved(NO), (y, F), (y, FO), approved(T), (y, B), (n, F), (n, FO), (n, B)];
        check(Way::Out, Subscribed, table4);
        let table5 = [(n, N), (n, NO), (y, N), (y, NO), (n, T), (y, T), (y, N), (y, NO), (y, T)];
        check(Way::Out, Unsubscribed, table5);
    }

    #[test]
    fn inbound_tables() {
        use Signal::{Subscribe, Subscribed, Unsubscribe, Unsubscribed};
        let (y, n) = (true, false);
        let table6 = [(y, NI), (y, NOI), (n, NI), (n, NOI), (y, TI), (n, TI), (n, F), (n, FO), (n, B)];
        check(Way::In, Subscribe, table6);
        let table7 = [(n, N), (n, NO), (y, N), (y, NO), (n, T), (y, T), (y, N), (y, NO), (y, T)];
        check(Way::In, Unsubscribe, table7);
        let table8 = [(n, N), (y, T), (n, NI), (y, TI), (n, T), (n, TI), (n, F), (y, B), (n, B)];
        check(Way::In, Subscribed, table8);
        let table9 = [(n, N), (y, N), (n, NI), (y, NI), (y, N), (y, NI), (n, F), (y, F), (y, F)];
        check(Way::In, Unsubscribed, table9);
    }

    #[test]
    fn a_pre_approval_grants_without_asking_and_lasts_until_taken_back() {
        for (state, granted) in [(N, F), (NO, FO), (T, B)] {
            let approved = state.with(State::APPROVED);
            let outcome = step(approved, Way::In, Signal::Subscribe);
            assert_eq!(outcome.state, granted.with(State::APPROVED));
            assert_eq!((outcome.passes, outcome.reply), (false, Some(Signal::Subscribed)));
            // §3.2.2: cancelled in silence.
            let cancelled = step(approved, Way::Out, Signal::Unsubscribed);
            assert_eq!((cancelled.state, cancelled.passes), (state, false));
            // §4.3.2: an `unsubscribed` from the other side is no cancellation.
            assert!(step(approved, Way::In, Signal::Unsubscribed).state.has(State::APPROVED));
        }
        for state in [F, FO, B] {
            let outcome = step(state.with(State::APPROVED), Way::Out, Signal::Unsubscribed);
            assert_eq!((outcome.state, outcome.passes), (state.without(State::FROM), true));
        }
    }

    #[test]
    fn no_signal_leads_out_of_the_nine_states() {
        let signals = [Signal::Subscribe, Signal::Subscribed, Signal::Unsubscribe, Signal::Unsubscribed];
        for start in STATES.into_iter().flat_map(|state| [state, state.with(State::APPROVED)]) {
            for (way, signal) in signals.into_iter().flat_map(|signal| [(Way::Out, signal), (Way::In, signal)]) {
                let next = step(start, way, signal).state.without(State::APPROVED);
                assert!(STATES.contains(&next), "{way:?} {signal:?} in {start:?} leads to {next:?}");
            }
        }
    }
}
