//! A login from its first element on, in either profile: the SASL of RFC 6120 §6 and XEP-0388.

use super::{
    Ground, Wire,
    proof::{KeysAsked, TokensAsked},
    step::{Moved, Next, Step},
    wants::Wants,
};
use crate::{
    Crime,
    sasl::{Failure, Mechanism},
};
use data_encoding::BASE64;
use xmpp::{Element, Writer, ns};

/// In which dress SASL travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Profile {
    /// RFC 6120 §6
    Sasl1,
    /// XEP-0388
    Sasl2,
}

impl Profile {
    pub(crate) fn ns(self) -> &'static str {
        match self {
            Profile::Sasl1 => ns::SASL,
            Profile::Sasl2 => ns::SASL2,
        }
    }

    /// Sends a challenge.
    pub(crate) fn challenge(self, message: &str, wire: &mut Wire) {
        let mut w = Writer::new();
        w.leaf("challenge", self.ns(), &BASE64.encode(message.as_bytes()));
        wire.send(w);
    }

    /// Sends `<failure/>` and offers another try, as long as there are any (RFC 6120 §6.4.5).
    pub(crate) fn refuse(self, failure: Failure, ground: &mut Ground, wire: &mut Wire) -> Moved {
        let mut w = Writer::new();
        w.open("failure", self.ns()).empty(failure.condition(), ns::SASL);
        if let Some(sentence) = failure.sentence() {
            w.open("text", self.ns()).attr("xml:lang", "en").text(sentence).close();
        }
        wire.send(w);
        ground.failures += 1;
        if ground.failures >= ground.settings.attempts_max {
            return Err(Crime::PolicyViolation);
        }
        Ok(Next::Step(Step::Offered))
    }
}

/// What a client wants to log in by.
pub(crate) struct Attempt {
    pub(crate) profile: Profile,
    pub(crate) mechanism: Mechanism,
    /// What it wants besides; only SASL2 has a place for that.
    pub(crate) wants: Wants,
}

/// Takes an element while mechanisms are on offer.
pub(crate) fn begin(element: &Element<'_>, ground: &mut Ground, wire: &mut Wire) -> Moved {
    let (profile, attempt) = match (element.name(), element.ns()) {
        ("auth", ns::SASL) => (Profile::Sasl1, Attempt::sasl1(element, ground)),
        ("authenticate", ns::SASL2) => (Profile::Sasl2, Attempt::sasl2(element, ground)),
        // It may have crossed our failure on its way.
        ("abort", ns::SASL) => return Profile::Sasl1.refuse(Failure::Aborted, ground, wire),
        ("abort", ns::SASL2) => return Profile::Sasl2.refuse(Failure::Aborted, ground, wire),
        _ => return Err(Crime::NotAuthorized),
    };
    match attempt {
        Ok((attempt, Some(message))) => attempt.first(&message, ground, wire),
        Ok((attempt, None)) => {
            // RFC 4422: the client begins with all mechanisms here; an empty challenge says so.
            profile.challenge("", wire);
            Ok(Next::Step(Step::Begun(attempt)))
        }
        Err(failure) => profile.refuse(failure, ground, wire),
    }
}

impl Attempt {
    /// RFC 6120 §6.4.2
    fn sasl1(auth: &Element<'_>, ground: &Ground) -> Result<(Attempt, Option<Vec<u8>>), Failure> {
        let name = auth.attr("mechanism").ok_or(Failure::InvalidMechanism)?;
        let mechanism =
            Mechanism::named(&name, &ground.settings.hashes, &ground.channel).ok_or(Failure::InvalidMechanism)?;
        let message = match auth.text().as_ref() {
            "" => None,
            "=" => Some(Vec::new()),
            text => Some(decode(text)?),
        };
        Ok((Attempt { profile: Profile::Sasl1, mechanism, wants: Wants::default() }, message))
    }

    /// XEP-0388 §2.3
    fn sasl2(authenticate: &Element<'_>, ground: &Ground) -> Result<(Attempt, Option<Vec<u8>>), Failure> {
        let wants = Wants::read(authenticate, &ground.channel)?;
        let name = authenticate.attr("mechanism").ok_or(Failure::InvalidMechanism)?;
        let mechanism = Mechanism::named(&name, &ground.settings.hashes, &ground.channel)
            // XEP-0484 §3.4: a client that brings a token says so.
            .or_else(|| Mechanism::named_for_tokens(&name, &ground.channel).filter(|_| wants.fast.is_some()))
            .ok_or(Failure::InvalidMechanism)?;
        let message = authenticate.child("initial-response", ns::SASL2).map(|response| decode(&response.text()));
        Ok((Attempt { profile: Profile::Sasl2, mechanism, wants }, message.transpose()?))
    }

    /// Takes what the client sent instead of a first message.
    pub(crate) fn item(self, element: &Element<'_>, ground: &mut Ground, wire: &mut Wire) -> Moved {
        match hear(element, self.profile, ground, wire) {
            Heard::Response(message) => self.first(&message, ground, wire),
            Heard::Settled(moved) => moved,
        }
    }

    /// Takes the first message of the mechanism.
    fn first(self, message: &[u8], ground: &mut Ground, wire: &mut Wire) -> Moved {
        let profile = self.profile;
        let asked = match self.mechanism {
            Mechanism::Scram { hash, plus } => KeysAsked::ask(self, hash, plus, message, ground),
            Mechanism::Token(_) => TokensAsked::ask(self, message, ground),
        };
        match asked {
            Ok((step, ask)) => Ok(Next::Ask(step, ask)),
            Err(failure) => profile.refuse(failure, ground, wire),
        }
    }
}

/// What came while an exchange is under way.
#[expect(clippy::large_enum_variant, reason = "it is moved once and never kept")]
pub(crate) enum Heard {
    /// The client's next message.
    Response(Vec<u8>),
    /// Something that settles the exchange.
    Settled(Moved),
}

/// Listens for a response. RFC 6120 §6.4.2: another `<auth/>` begins anew; XEP-0388 §2.4: anything
/// else ends the stream. Deviates: white space does not; it harms nobody inside TLS, and clients ping
/// with it.
pub(crate) fn hear(element: &Element<'_>, profile: Profile, ground: &mut Ground, wire: &mut Wire) -> Heard {
    if element.is("response", profile.ns()) {
        return match decode(&element.text()) {
            Ok(message) => Heard::Response(message),
            Err(failure) => Heard::Settled(profile.refuse(failure, ground, wire)),
        };
    }
    Heard::Settled(if element.is("abort", profile.ns()) {
        profile.refuse(Failure::Aborted, ground, wire)
    } else if profile == Profile::Sasl1 && element.is("auth", ns::SASL) {
        anew(element, ground, wire)
    } else {
        Err(Crime::NotAuthorized)
    })
}

/// RFC 6120 §6.4.2: the exchange begins anew. What was begun and left counts as an attempt, or one
/// connection could have keys looked up without end.
fn anew(element: &Element<'_>, ground: &mut Ground, wire: &mut Wire) -> Moved {
    ground.failures += 1;
    if ground.failures >= ground.settings.attempts_max {
        return Err(Crime::PolicyViolation);
    }
    begin(element, ground, wire)
}

/// RFC 6120 §6.3.5: base64 as strict as RFC 4648 has it.
fn decode(base64: &str) -> Result<Vec<u8>, Failure> {
    BASE64.decode(base64.as_bytes()).map_err(|_| Failure::IncorrectEncoding)
}
