//! Two houses connected: one machine's output is the other's input, however it is cut up.

use crate::house::{CAPULET, MONTAGUE, Machine, Talk, VALID, WORTHLESS, pair, settings};
use stream::{
    peer::{Dialback, Policy, Proof},
    server::{Errand, Event, Incoming, Outgoing},
};

struct Link {
    caller: Talk<Outgoing>,
    called: Talk<Incoming>,
    piece: usize,
}

impl Link {
    fn new(from: &str, to: &str, errand: Errand, piece: usize) -> Link {
        let caller = Talk::new(Outgoing::plain(settings(from), pair(from, to), errand), VALID, Policy::Certificate);
        let called = Talk::new(Incoming::plain(settings(to), [3; 32]), VALID, Policy::Certificate);
        Link { caller, called, piece }
    }

    fn trusting(mut self, proof: Proof, policy: Policy) -> Link {
        (self.caller.proof, self.caller.policy) = (proof, policy);
        (self.called.proof, self.called.policy) = (proof, policy);
        self
    }

    /// Carries bytes to and fro until there are none.
    fn run(&mut self) {
        loop {
            let carried = carry(&mut self.caller, &mut self.called, self.piece)
                | carry(&mut self.called, &mut self.caller, self.piece);
            if !carried {
                return;
            }
        }
    }
}

fn carry<A: Machine, B: Machine>(from: &mut Talk<A>, to: &mut Talk<B>, piece: usize) -> bool {
    from.drain();
    let bytes = from.machine.take();
    for bytes in bytes.chunks(piece) {
        to.machine.feed(bytes);
        to.drain();
    }
    !bytes.is_empty()
}

#[test]
fn by_certificate() {
    for piece in [1, 2, 7, 10_000] {
        let mut link = Link::new(CAPULET, MONTAGUE, Errand::Send, piece);
        link.run();
        assert_eq!(link.caller.ready(), ["capulet.example-montague.example Certificate"]);
        assert_eq!(link.called.ready(), ["montague.example-capulet.example Certificate"]);
        assert!(link.called.last().starts_with("Managed(Some("));
        link.caller.machine.output().extend_from_slice(
            b"<iq from='juliet@capulet.example/balcony' to='montague.example' type='get' id='8dfc70af'>\
              <ping xmlns='urn:xmpp:ping'/></iq>",
        );
        link.called.machine.output().extend_from_slice(
            b"<iq from='montague.example' to='juliet@capulet.example/balcony' type='result' id='8dfc70af'/>",
        );
        link.run();
        assert_eq!((link.caller.stanzas(), link.called.stanzas()), (1, 1));
        link.caller.machine.close();
        link.run();
        assert_eq!((link.caller.last().as_str(), link.called.last().as_str()), ("Close(Closed)", "Close(Closed)"));
    }
}

#[test]
fn by_dialback_with_a_stream_back() {
    for piece in [1, 3, 10_000] {
        for honest in [true, false] {
            let mut link = Link::new(CAPULET, MONTAGUE, Errand::Send, piece).trusting(WORTHLESS, Policy::Dialback);
            link.run();
            assert!(link.called.ready().is_empty());
            let claim = link.called.claims().pop().unwrap();
            let mut back = Link::new(MONTAGUE, CAPULET, Errand::Ask, piece).trusting(WORTHLESS, Policy::Dialback);
            let mut asked = claim.clone();
            if !honest {
                asked.key = "0".repeat(64).into();
            }
            back.caller.machine.ask(asked);
            back.run();
            let told = back.caller.events.iter().find_map(|event| match event {
                Event::CalledBack(_, dialback) => Some(*dialback),
                _ => None,
            });
            assert_eq!(told, Some(if honest { Dialback::Valid } else { Dialback::Invalid }));
            assert_eq!(back.caller.last(), "Close(Closed)");
            link.called.machine.called_back(&claim, told.unwrap());
            link.run();
            assert_eq!(link.caller.ready().len(), usize::from(honest));
            assert_eq!(link.called.ready().len(), usize::from(honest));
            if !honest {
                assert_eq!(link.caller.last(), "Close(Rejected(None))");
            }
        }
    }
}
