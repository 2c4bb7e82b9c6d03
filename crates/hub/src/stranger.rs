//! Somebody who has no account yet and asks for one, on a connection that is not logged in (XEP-0077
//! §3.1.1).

use crate::throttle::Rate;
use crate::{Hub, limits};
use bytes::Bytes;
use features::registration::{self, Applicant, By, Refusal, SignUp, form};
use std::net::IpAddr;
use xmpp::{Condition, IqType, Jid, Kind, Stanza, StanzaError, ns};

/// What is known of somebody on such a connection.
#[derive(Debug)]
pub struct Stranger {
    address: IpAddr,
    /// There is an account already.
    made: bool,
}

impl Stranger {
    /// Somebody who comes from there.
    pub fn from(address: IpAddr) -> Stranger {
        Stranger { address, made: false }
    }
}

impl Hub {
    /// What streams offer to strangers, as stream features (canonical).
    pub fn features_for_strangers(&self) -> Bytes {
        self.service().sign_up.stream_features()
    }

    /// Answers a request of somebody who has no account.
    pub async fn hear(&self, stranger: &mut Stranger, request: &Stanza) -> Stanza {
        let domain = Some(self.service().domain.clone());
        let answer = match self.try_hear(stranger, request).await {
            Ok(inner) => request.result(inner),
            Err(error) => request.error(&error).unwrap_or_else(|| request.result(Bytes::new())),
        };
        answer.with_from(domain)
    }

    async fn try_hear(&self, stranger: &mut Stranger, request: &Stanza) -> Result<Bytes, StanzaError> {
        let service = self.service();
        let policy = &service.sign_up;
        // §3.1: who takes nobody says that there is no such service.
        let instructions = policy.instructions().map_err(|refusal| match refusal {
            Refusal::Closed => StanzaError::new(Condition::ServiceUnavailable).text(refusal.to_string()),
            other => other.as_error(),
        })?;
        let query = request.child("query", ns::REGISTER).ok_or(StanzaError::new(Condition::BadRequest))?;
        if request.kind == Kind::Iq(IqType::Get) {
            return Ok(form::write(policy, instructions));
        }
        if stranger.made {
            // §3.1.1
            return Err(StanzaError::new(Condition::NotAcceptable).text("You have an account now. Log in."));
        }
        let filled = form::read(&query)?;
        let rate = Rate::of_sign_ups(&service.limits);
        if self.sign_ups().begin(rate, "", stranger.address, self.seconds()).is_none() {
            self.counters().throttled();
            return Err(crate::deeds::wait(limits::SIGN_UP_ATTEMPTS.sentence));
        }
        match self.sign_up(stranger.address, filled).await {
            Ok(jid) => {
                tracing::info!(account = %jid, "somebody signed up");
                stranger.made = true;
                Ok(Bytes::new())
            }
            Err(refusal) => {
                if let Refusal::Failed(fault) = &refusal {
                    tracing::error!(%fault, "an account could not be stored");
                }
                Err(refusal.as_error())
            }
        }
    }

    async fn sign_up(&self, address: IpAddr, filled: form::Filled) -> Result<Jid, Refusal> {
        let (hub, now, seed) = (self.clone(), self.clock().now(), self.clock().random());
        let _room = self.deriving().acquire().await;
        // Deriving keys is slow on purpose.
        let made = tokio::task::spawn_blocking(move || {
            let service = hub.service();
            let by = By::Applicant(Applicant { address, answer: &filled.answer });
            let wish = SignUp { name: &filled.name, password: &filled.password.0, by };
            registration::sign_up(hub.store(), &service, (now, seed), wish).map(|made| made.jid)
        });
        made.await.map_err(|_| Refusal::Failed(store::Fault("the server made a mistake".into())))?
    }
}
