//! The machine of a stream, whoever opened it.

use bytes::BytesMut;
use stream::Crime;
use stream::peer::{Dialback, Policy, Proof};
use stream::server::{Claim, Event, Incoming, Outgoing};

/// One of the two.
pub(super) enum Machine {
    /// Another server connected to us.
    Incoming(Incoming),
    /// We connected to it.
    Outgoing(Outgoing),
}

impl Machine {
    pub(super) fn input(&mut self) -> &mut BytesMut {
        match self {
            Machine::Incoming(machine) => machine.input(),
            Machine::Outgoing(machine) => machine.input(),
        }
    }

    pub(super) fn output(&mut self) -> &mut Vec<u8> {
        match self {
            Machine::Incoming(machine) => machine.output(),
            Machine::Outgoing(machine) => machine.output(),
        }
    }

    pub(super) fn next(&mut self) -> Option<Event> {
        match self {
            Machine::Incoming(machine) => machine.next(),
            Machine::Outgoing(machine) => machine.next(),
        }
    }

    pub(super) fn secured(&mut self) {
        match self {
            Machine::Incoming(machine) => machine.secured(),
            Machine::Outgoing(machine) => machine.secured(),
        }
    }

    pub(super) fn examined(&mut self, proof: Proof, policy: Policy) {
        match self {
            Machine::Incoming(machine) => machine.examined(proof, policy),
            Machine::Outgoing(machine) => machine.examined(proof, policy),
        }
    }

    pub(super) fn called_back(&mut self, claim: &Claim, dialback: Dialback) {
        if let Machine::Incoming(machine) = self {
            machine.called_back(claim, dialback);
        }
    }

    /// Whether a stream that broke goes on.
    pub(super) fn resumed(&mut self, resumed: Result<u32, Option<u32>>) {
        match (self, resumed) {
            (Machine::Incoming(machine), Ok(h)) => machine.resumed(h),
            (Machine::Incoming(machine), Err(h)) => machine.not_resumed(h),
            (Machine::Outgoing(_), _) => {}
        }
    }

    pub(super) fn abort(&mut self, crime: Crime) {
        match self {
            Machine::Incoming(machine) => machine.abort(crime),
            Machine::Outgoing(machine) => machine.abort(crime),
        }
    }

    pub(super) fn close(&mut self) {
        match self {
            Machine::Incoming(machine) => machine.close(),
            Machine::Outgoing(machine) => machine.close(),
        }
    }
}
