//! Conversations with mistakes and lies in them, from a seed: whatever comes, nobody is let in who was
//! not proved, a stream that was closed says nothing more, and nothing panics.

use crate::house::{
    CAPULET, MONTAGUE, Machine, Talk, VALID, WORTHLESS, answer_header, header, message, pair, settings,
};
use std::collections::HashSet;
use stream::{
    peer::{Dialback, Policy},
    server::{Claim, Errand, Event, Incoming, Outgoing},
};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const ROUNDS: usize = 4000;

/// xorshift64*: enough to shuffle mistakes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    /// One of the phrases; now and then cut short, or with a byte changed.
    fn phrase(&mut self, phrases: &[String]) -> String {
        let phrase = &phrases[self.below(phrases.len())];
        match self.below(40) {
            0 => phrase.chars().take(self.below(phrase.len())).collect(),
            1 => phrase.replacen("montague", "capulet", 1),
            _ => phrase.clone(),
        }
    }
}

/// What servers say, in no order.
fn phrases() -> Vec<String> {
    let mut phrases = vec![
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".to_owned(),
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".to_owned(),
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>".to_owned(),
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".to_owned(),
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>".to_owned(),
        "<bidi xmlns='urn:xmpp:bidi'/>".to_owned(),
        "<enable xmlns='urn:xmpp:sm:3'/><r xmlns='urn:xmpp:sm:3'/>".to_owned(),
        "<enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='3'/>".to_owned(),
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>".to_owned(),
        "<stream:features><bidi xmlns='urn:xmpp:features:bidi'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>"
            .to_owned(),
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism>\
         </mechanisms></stream:features>"
            .to_owned(),
        "<iq from='a@capulet.example' to='b@montague.example' type='nonsense' id='1'/>".to_owned(),
    ];
    for (from, to) in [(CAPULET, MONTAGUE), (MONTAGUE, CAPULET), ("rooms.capulet.example", MONTAGUE)] {
        phrases.push(header(from, to));
        phrases.push(answer_header(from, to, "7"));
        phrases.push(message(&format!("a@{from}"), &format!("b@{to}")));
        for end in [">key</db:result>", " type='valid'/>", " type='invalid'/>"] {
            phrases.push(format!("<db:result from='{from}' to='{to}'{end}"));
            phrases.push(format!("<db:verify from='{from}' to='{to}' id='7'{}", end.replace("result", "verify")));
        }
    }
    phrases
}

/// Says twenty things; `prove` does what else may prove somebody, and says which pair that was.
fn storm<M: Machine>(talk: &mut Talk<M>, dice: &mut Dice, mut prove: impl FnMut(&mut Talk<M>, &mut Dice)) {
    let phrases = phrases();
    let mut said = String::new();
    for _ in 0..20 {
        let is_over = said.ends_with("</stream:stream>");
        let phrase = dice.phrase(&phrases);
        talk.say(&phrase).chars().for_each(|c| said.push(c));
        assert!(!is_over || said.ends_with("</stream:stream>"), "{said}");
        prove(talk, dice);
        talk.drain();
        said += &talk.heard();
        assert!(!is_over || said.ends_with("</stream:stream>"), "{said}");
    }
    let mut proved = HashSet::new();
    for event in &talk.events {
        match event {
            Event::Ready(ready) => drop(proved.insert((ready.pair.there.clone(), ready.pair.here.clone()))),
            Event::Stanza(stanza) => {
                let domain = |jid: &Option<xmpp::Jid>| xmpp::Jid::parse(jid.as_ref().unwrap().domain()).unwrap();
                assert!(proved.contains(&(domain(&stanza.from), domain(&stanza.to))), "{stanza:?} after {proved:?}");
            }
            _ => {}
        }
    }
    let closes = talk.events.iter().filter(|event| matches!(event, Event::Close(_))).count();
    assert!(closes <= 1);
}

#[test]
fn who_connects_is_let_in_by_a_proof_only() {
    println!("seed {SEED:#x}");
    let mut dice = Dice(SEED);
    let mut let_in = 0;
    for round in 0..ROUNDS {
        let machine = match round % 2 {
            0 => Incoming::plain(settings(MONTAGUE), [7; 32]),
            _ => Incoming::direct(settings(MONTAGUE), [7; 32]),
        };
        let (proof, policy) =
            [(VALID, Policy::Certificate), (WORTHLESS, Policy::Dialback), (WORTHLESS, Policy::Certificate)]
                [dice.below(3)];
        let mut talk = Talk::new(machine, proof, policy);
        talk.say(&header(CAPULET, MONTAGUE));
        if round % 4 == 1 {
            // Most storms are over before anybody is proved: some begin well.
            talk.say("<db:result from='capulet.example' to='montague.example'>key</db:result>");
        }
        let mut valid = 0;
        storm(&mut talk, &mut dice, |talk, dice| {
            let claims = talk.claims();
            if let (Some(claim), 0) = (claims.last(), dice.below(2)) {
                let dialback = [Dialback::Valid, Dialback::Invalid, Dialback::Failed][dice.below(3)];
                valid += usize::from(dialback == Dialback::Valid);
                talk.machine.called_back(claim, dialback);
            }
        });
        let ready = talk.ready();
        let by_dialback = ready.iter().filter(|ready| ready.ends_with("Dialback")).count();
        assert!(by_dialback <= valid);
        assert!(by_dialback == ready.len() || proof == VALID, "{ready:?}");
        assert!(ready.is_empty() || policy == Policy::Dialback || proof == VALID, "{ready:?}");
        let_in += usize::from(!ready.is_empty());
    }
    assert!(let_in > ROUNDS / 20, "{let_in} were proved: the storm is too wild");
}

#[test]
fn who_was_called_is_believed_what_it_was_asked() {
    let mut dice = Dice(SEED);
    let mut told = 0;
    for round in 0..ROUNDS {
        let errand = [Errand::Send, Errand::Ask][round % 2];
        let mut talk = Talk::new(
            Outgoing::direct(settings(CAPULET), pair(CAPULET, MONTAGUE), errand),
            WORTHLESS,
            Policy::Dialback,
        );
        talk.say(&answer_header(MONTAGUE, CAPULET, "7"));
        let mut asked = 0;
        storm(&mut talk, &mut dice, |talk, dice| {
            if dice.below(8) == 0 {
                asked += 1;
                talk.machine.ask(Claim { pair: pair(CAPULET, MONTAGUE), id: "7".into(), key: "key".into() });
            }
        });
        talk.machine.abort(stream::Crime::Timeout);
        talk.drain();
        let answers = talk.events.iter().filter(|event| matches!(event, Event::CalledBack(..))).count();
        assert_eq!(answers, asked, "each question has one answer");
        told += answers;
        assert!(talk.ready().len() <= 1);
        assert!(errand == Errand::Send || talk.ready().is_empty());
    }
    assert!(told > ROUNDS, "{told}");
}
