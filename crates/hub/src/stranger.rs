//! Somebody who has no account yet and asks for one, on a connection that is not logged in (XEP-0077
//! §3.1.1), perhaps by an invitation (XEP-0445 §4).

use crate::throttle::Rate;
use crate::{Hub, limits};
use bytes::Bytes;
use features::invitations::{self, Admission, Token};
use features::registration::form::{self, Filled};
use features::registration::{Applicant, By, Refusal, SignUp};
use std::net::IpAddr;
use store::Fault;
use xmpp::{Condition, Element, IqType, Jid, Kind, Stanza, StanzaError, ns};

/// What is known of somebody on such a connection.
#[derive(Debug)]
pub struct Stranger {
    address: IpAddr,
    /// By which they were invited.
    invitation: Option<Admission>,
    /// There is an account already.
    made: bool,
}

impl Stranger {
    /// Somebody who comes from there.
    pub fn from(address: IpAddr) -> Stranger {
        Stranger { address, invitation: None, made: false }
    }

    /// The same, by an invitation.
    pub fn invited_by(self, invitation: Option<Admission>) -> Stranger {
        Stranger { invitation, ..self }
    }
}

impl Hub {
    /// What streams offer to strangers, as stream features (canonical).
    pub fn features_for_strangers(&self) -> Bytes {
        self.service().sign_up.stream_features()
    }

    /// Answers a request of somebody who has no account.
    pub async fn hear(&self, stranger: &mut Stranger, request: &Stanza) -> Stanza {
        let answer = match self.try_hear(stranger, request).await {
            Ok(inner) => request.result(inner),
            Err(error) => request.error(&error).unwrap_or_else(|| request.result(Bytes::new())),
        };
        answer.with_from(Some(self.service().domain.clone()))
    }

    async fn try_hear(&self, stranger: &mut Stranger, request: &Stanza) -> Result<Bytes, StanzaError> {
        let is_set = request.kind == Kind::Iq(IqType::Set);
        if let Some(preauth) = request.child("preauth", ns::PARS) {
            return if is_set { self.preauth(stranger, &preauth).await } else { Err(bad_request()) };
        }
        let query = request.child("query", ns::REGISTER).ok_or_else(bad_request)?;
        if is_set {
            return self.register(stranger, &query).await;
        }
        let service = self.service();
        let invitation = stranger.invitation.as_ref();
        let instructions = service.sign_up.instructions(invitation).map_err(|refusal| closed(&refusal))?;
        Ok(form::write(&service, instructions, invitation))
    }

    /// XEP-0445 §4: the token is looked at now, and used up when the account is made.
    async fn preauth(&self, stranger: &mut Stranger, preauth: &Element<'_>) -> Result<Bytes, StanzaError> {
        if !self.service().sign_up.takes_invited() {
            return Err(closed(&Refusal::Closed));
        }
        let token = form::token(preauth)?;
        self.count_try(stranger.address).map_err(|refusal| refusal.as_error())?;
        let found = self.admission(token.as_str()).await.map_err(failed)?;
        stranger.invitation = Some(found.filter(|found| found.lets_in).ok_or_else(form::no_such_invitation)?);
        Ok(Bytes::new())
    }

    /// XEP-0077 §3.1
    async fn register(&self, stranger: &mut Stranger, query: &Element<'_>) -> Result<Bytes, StanzaError> {
        if stranger.made {
            // §3.1.1
            return Err(StanzaError::new(Condition::NotAcceptable).text("You have an account now. Log in."));
        }
        let service = self.service();
        // Before what is filled in is looked at: who cannot come in at all need not correct it.
        service.sign_up.instructions(stranger.invitation.as_ref()).map_err(|refusal| closed(&refusal))?;
        let filled = form::read(query)?;
        self.apply(stranger, filled).await.map_err(|refusal| refusal.as_error())?;
        stranger.made = true;
        Ok(Bytes::new())
    }

    /// Makes an account for somebody from outside, wherever they filled in the form.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn apply(&self, stranger: &Stranger, filled: Filled) -> Result<Jid, Refusal> {
        self.count_try(stranger.address)?;
        let invitation = stranger.invitation.clone();
        let applicant = Applicant { address: stranger.address, invitation, answer: filled.answer };
        let made =
            self.sign_up(SignUp { name: filled.name, password: filled.password, by: By::Applicant(applicant) }).await;
        match &made {
            Ok(jid) => tracing::info!(account = %jid, "somebody signed up"),
            Err(Refusal::Failed(fault)) => tracing::error!(%fault, "an account could not be stored"),
            Err(_) => {}
        }
        made
    }

    /// The invitation of a token, if it is good now.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn admission(&self, token: &str) -> Result<Option<Admission>, Fault> {
        let Some(token) = Token::presented(token) else { return Ok(None) };
        invitations::admission(self.store(), self.clock().now(), &token).await
    }

    fn count_try(&self, address: IpAddr) -> Result<(), Refusal> {
        let rate = Rate::of_sign_ups(&self.service().limits);
        if self.sign_ups().begin(rate, "", address, self.seconds()).is_none() {
            self.counters().throttled();
            return Err(Refusal::TooManyTries(limits::SIGN_UP_ATTEMPTS.sentence));
        }
        Ok(())
    }
}

/// XEP-0077 §3.1: who takes nobody says that there is no such service.
fn closed(refusal: &Refusal) -> StanzaError {
    match refusal {
        Refusal::Closed => StanzaError::new(Condition::ServiceUnavailable).text(refusal.to_string()),
        other => other.as_error(),
    }
}

fn bad_request() -> StanzaError {
    StanzaError::new(Condition::BadRequest)
}

fn failed(fault: Fault) -> StanzaError {
    tracing::error!(%fault, "an invitation cannot be read");
    crate::deeds::wait(crate::deeds::BUSY)
}
