//! Streams that we open: to domains that are to be reached, and to those that are asked about a key.

use super::{Federation, Stream, limits, machine::Machine, trouble};
use crate::dial::{Call, Unreachable};
use crate::drive::Opening;
use hub::{Trouble, Way};
use std::sync::Arc;
use std::time::Duration;
use stream::peer::Dialback;
use stream::server::{Broken, Claim, Errand, Outgoing, Pair};
use tokio::time::timeout;
use xmpp::Jid;

impl Federation {
    /// Calls the domains that are to be reached, as long as the hub lives. Once for a hub.
    pub async fn run(self: Arc<Federation>) {
        let Some(mut dials) = self.hub.take_dials() else { return };
        while let Some(way) = dials.recv().await {
            let federation = self.clone();
            tokio::spawn(federation.reach(way));
        }
    }

    /// Opens a stream to a domain and holds it until it ends.
    async fn reach(self: Arc<Federation>, way: Way) {
        let permit = self.reaching.clone().acquire_owned().await;
        let pair = Pair { here: way.here.clone(), there: way.there.clone() };
        match Box::pin(self.open(pair, Errand::Send)).await {
            Ok(mut stream) => {
                stream.occupies(permit.ok());
                let outcome = stream.run().await;
                if let Some(trouble) = outcome.trouble(&way.there) {
                    self.alarm_of_end(&way.there, outcome.end.as_ref(), &trouble);
                    tracing::info!(domain = %way.there, why = trouble.sentence, "another service cannot be reached");
                    self.give_up(&way, trouble).await;
                }
            }
            Err(trouble) => {
                self.alarm_of_end(&way.there, None, &trouble);
                self.give_up(&way, trouble).await;
            }
        }
    }

    /// Tells the owner of the way. What made it ask was committed by then, so that it goes back, too.
    async fn give_up(&self, way: &Way, trouble: Trouble) {
        if let Err(error) = self.hub.store().commit(Vec::new()).await {
            tracing::debug!(%error, "nothing was waiting to be committed");
        }
        self.hub.unreachable(way, trouble);
    }

    /// Asks a domain whether it knows a key (XEP-0220 §2.1.2).
    pub(super) async fn ask(self: Arc<Federation>, claim: Claim) -> Dialback {
        let asked = async {
            let _permit = self.asking.acquire().await;
            let mut stream = self.open(claim.pair.clone(), Errand::Ask).await.ok()?;
            stream.ask(claim);
            stream.run().await.answer
        };
        let answer = timeout(Duration::from_secs(limits::ASK_SECONDS), asked).await;
        answer.ok().flatten().unwrap_or(Dialback::Failed)
    }

    async fn open(self: &Arc<Federation>, pair: Pair, errand: Errand) -> Result<Box<Stream>, Trouble> {
        let draw = || u64::from_le_bytes(self.hub.clock().random());
        let called = timeout(Duration::from_secs(limits::CALL_SECONDS), self.dialler.call(&pair.there, draw));
        let Call { wire, endpoint, .. } = match called.await {
            Ok(Ok(call)) => call,
            Ok(Err(error)) => return Err(note(&pair.there, &error)),
            Err(_) => return Err(trouble::late(&pair.there)),
        };
        let settings = self.settings.load_full();
        let broken = match errand {
            Errand::Send => self.hub.broken_stream(&Way { here: pair.here.clone(), there: pair.there.clone() }).await,
            Errand::Ask => None,
        };
        let machine = match endpoint.opening {
            Opening::StartTls => Outgoing::plain(settings, pair, errand),
            Opening::DirectTls => Outgoing::direct(settings, pair, errand),
        };
        let machine = machine.resuming(broken.map(|(id, h)| Broken { id, h }));
        Ok(Stream::new(self.clone(), wire, Machine::Outgoing(machine), endpoint.assurance))
    }
}

fn note(domain: &Jid, error: &Unreachable) -> Trouble {
    tracing::info!(%domain, %error, "another service cannot be reached");
    trouble::of_call(domain, error)
}
