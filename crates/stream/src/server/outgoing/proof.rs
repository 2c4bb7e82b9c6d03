//! How we prove who we are on an outgoing stream: by our certificate, or else by dialback.

use super::{About, By, End, Errand, Offer, Outgoing, Says, Stage, Step, dialback};
use crate::{features::limits, peer::key, server::features::EXTERNAL};
use data_encoding::BASE64;
use xmpp::{Writer, ns};

impl Outgoing {
    /// Takes what is offered.
    pub(super) fn features(&mut self, stage: Stage, offer: Offer) {
        match stage {
            Stage::Plain if offer.starttls => {
                self.line.say("starttls", ns::TLS);
                self.step = Step::StartTls;
            }
            Stage::Plain => {
                self.line.close();
                self.end(End::NoTls);
            }
            Stage::Secured(by) => {
                self.offer = offer;
                if self.errand == Errand::Ask {
                    self.step = Step::Open { managed: false };
                    return self.ask_if_open();
                }
                if offer.bidi && self.settings.bidi {
                    self.want_bidi();
                }
                if offer.external { self.point_to_certificate(by) } else { self.show_key(by) }
            }
            Stage::Proved(by) => {
                // The limits of before were for strangers, perhaps.
                self.offer = offer;
                self.accepted(by);
            }
        }
    }

    /// XEP-0288 §2.2. It is our only chance to tell limits (XEP-0478 §3.2).
    fn want_bidi(&mut self) {
        let mut w = Writer::new();
        w.open("bidi", ns::BIDI);
        limits(&mut w, self.settings.stanza_bytes_max, self.settings.idle_seconds);
        self.line.wire.send(w);
        self.bidi = true;
    }

    /// XEP-0178 §3: with our name, for servers that want it said.
    fn point_to_certificate(&mut self, by: By) {
        let mut w = Writer::new();
        w.open("auth", ns::SASL).attr("mechanism", EXTERNAL).text(&BASE64.encode(self.pair.here.as_str().as_bytes()));
        self.line.wire.send(w);
        self.step = Step::Authenticating(by);
    }

    /// XEP-0220 §2.1.1. Whether they do dialback at all shows when they answer: some announce it in
    /// their open tag only.
    pub(super) fn show_key(&mut self, by: By) {
        let key = key(&self.settings.secret, &self.pair.there, &self.pair.here, self.id.as_str());
        dialback::write(&About::Result, &self.pair, &Says::Key(key.into()), &mut self.line.wire);
        self.step = Step::Claiming(by);
    }
}
