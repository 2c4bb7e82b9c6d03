//! Conversations with mistakes in them, from a seed: whatever comes, the machine answers or ends the
//! stream, and never panics.

use crate::{
    peer::{AGENT, HEADER, Peer},
    scram::Client,
};
use stream::Event;
use xmpp::scram::Hash;

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const ROUNDS: usize = 3000;

/// xorshift64*: enough to shuffle mistakes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// What clients say, in no order.
fn phrases() -> Vec<String> {
    let client = Client::new(Hash::Sha1, "juliet");
    [
        HEADER.to_owned(),
        "</stream:stream>".to_owned(),
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".to_owned(),
        format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>{}</auth>", client.first()),
        "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9YSxwPUFBQUE=</response>".to_owned(),
        "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".to_owned(),
        format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'>\
             <initial-response>anVsaWV0AHg=</initial-response>{AGENT}<fast xmlns='urn:xmpp:fast:0'/></authenticate>"
        ),
        format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'>{AGENT}<initial-response>{}\
             </initial-response><bind xmlns='urn:xmpp:bind:0'/></authenticate>",
            client.first()
        ),
        "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>".to_owned(),
        "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>".to_owned(),
        "<enable xmlns='urn:xmpp:sm:3' resume='true'/>".to_owned(),
        "<resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/>".to_owned(),
        "<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='3'/>".to_owned(),
        "<inactive xmlns='urn:xmpp:csi:0'/>".to_owned(),
        "<message to='romeo@example.net' id='1'><body>hi &amp; bye</body></message>".to_owned(),
        "<presence type='subscribe' to='romeo@example.net'/>".to_owned(),
        "<presence type='nonsense'/><iq type='get'/>".to_owned(),
    ]
    .into()
}

#[test]
fn whatever_comes_is_answered_or_ends_the_stream() {
    println!("seed {SEED:#x}");
    let mut dice = Dice(SEED);
    let phrases = phrases();
    let starts: [fn() -> Peer; 4] = [Peer::plain, Peer::direct, Peer::without_binding, Peer::bound];
    for round in 0..ROUNDS {
        let mut peer = starts[round % starts.len()]();
        if round % 8 < 4 && round % 4 != 3 {
            peer.open();
        }
        for _ in 0..4 {
            let mut said = phrases[dice.below(phrases.len())].clone().into_bytes();
            if dice.below(2) == 0 {
                let at = dice.below(said.len());
                match dice.below(4) {
                    0 => said[at] = dice.below(256) as u8,
                    1 => drop(said.remove(at)),
                    2 => said.truncate(at),
                    _ => said.extend_from_within(at..),
                }
            }
            peer.say_bytes(&said);
        }
        let closed = peer.events.iter().filter(|event| matches!(event, Event::Close { .. })).count();
        assert!(closed <= 1, "round {round}");
    }
}
