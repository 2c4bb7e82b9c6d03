//! What a stream costs while nothing happens on it: there are many.

use crate::peer::Peer;
use stream::Machine;

/// The machine itself. On the heap a bound one has, besides the scanner's own, its JID (shared with
/// the session) and its language.
#[test]
fn a_bound_machine_is_small() {
    assert!(size_of::<Machine>() <= MACHINE_BYTES_MAX, "{} bytes", size_of::<Machine>());
    let mut peer = Peer::bound();
    peer.say("<message><body>hi</body></message>");
    peer.events.clear();
    assert!(peer.machine.input().is_empty());
    assert!(peer.machine.output().is_empty());
}

const MACHINE_BYTES_MAX: usize = 400;
