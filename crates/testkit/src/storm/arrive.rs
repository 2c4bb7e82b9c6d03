//! Connecting, and coming back to a session that lost its connection (XEP-0198 §5).

use super::{PASSWORD, World};
use crate::client::{Acks, Client, Failure, Login, Profile};
use std::time::Duration;
use tokio::time::timeout;
use xmpp::scram::Hash;

/// How long a login or its refusal may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which server's word means that a session is gone.
const GONE: &str = "<failed";

impl World {
    /// Connects a device: its old session, if it has one and wants it, or a new one.
    pub(super) async fn connect(&mut self, at: usize) -> Result<(), String> {
        if self.people[self.devices[at].person].is_none() {
            return Ok(());
        }
        if self.devices[at].left.is_some() && self.dice.chance(80) {
            return if self.dice.chance(20) { self.resume_twice(at).await } else { self.resume(at).await };
        }
        self.begin(at).await
    }

    /// A new session, as a client sets it up.
    pub(super) async fn begin(&mut self, at: usize) -> Result<(), String> {
        let profile = if self.dice.chance(80) { Profile::Sasl } else { Profile::Sasl2 };
        let login = self.login(at, profile);
        let connected = timeout(PATIENCE, Client::login(&self.house.target(), login)).await;
        let client = match connected {
            Ok(Ok(client)) => client,
            Ok(Err(_)) if self.full_for > 0 => return Ok(()),
            Ok(Err(failure)) => return Err(format!("{}: no login: {failure}", self.devices[at].own)),
            Err(_) => return Err(format!("{}: a login takes forever", self.devices[at].own)),
        };
        self.tally.sessions += 1;
        let past = self.devices[at].begin(self.tally.sessions as u64);
        self.past.push((self.devices[at].person, past));
        self.devices[at].client = Some(client);
        if self.dice.chance(90) {
            self.manage(at).await?;
        }
        if self.dice.chance(70) {
            self.devices[at].ask(&mut self.ledger, "get", "<query xmlns='jabber:iq:roster'/>").await?;
        }
        if self.dice.chance(85) {
            self.carbons(at, true).await?;
        }
        if self.dice.chance(85) {
            self.presence(at).await?;
        }
        Ok(())
    }

    async fn manage(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        let Some(client) = &mut device.client else { return Ok(()) };
        client.enable_acks().await.map_err(|failure| format!("{}: {failure}", device.own))?;
        // What came before is in the inbox and not counted.
        while let Some(stanza) = client.waiting() {
            device.session.log.push(stanza);
        }
        device.session.uncounted = device.session.log.len();
        device.session.managed = true;
        Ok(())
    }

    fn login(&self, at: usize, profile: Profile) -> Login<'_> {
        let device = &self.devices[at];
        let user = device.own.split('@').next().unwrap_or_default();
        Login {
            user,
            password: PASSWORD,
            resource: &device.resource,
            hash: Hash::Sha1,
            profile,
            keychain: &self.keychain,
        }
    }

    /// Resumes; now and then with an `h` that forgets what was heard last.
    async fn resume(&mut self, at: usize) -> Result<(), String> {
        let Some((mut acks, jid)) = self.devices[at].left.take() else { return Ok(()) };
        let kept = copy(&acks);
        let forgotten = if self.dice.chance(25) { self.dice.below(4) as u32 } else { 0 };
        let forgotten = forgotten.min(acks.received);
        acks.received -= forgotten;
        let outcome = Client::resume(&self.house.target(), self.login(at, Profile::Sasl), (acks, jid.clone())).await;
        match outcome {
            Ok(client) => {
                let log = &mut self.devices[at].session.log;
                log.truncate(log.len() - forgotten as usize);
                self.resumed(at, client).await
            }
            // What was acknowledged cannot be had again.
            Err(failure) => self.not_resumed(at, (kept, jid), &failure, forgotten > 0),
        }
    }

    /// Two connections want the same session at once, as when a client thinks the first is dead.
    async fn resume_twice(&mut self, at: usize) -> Result<(), String> {
        let Some((acks, jid)) = self.devices[at].left.take() else { return Ok(()) };
        let (target, login) = (self.house.target(), self.login(at, Profile::Sasl));
        let one = Client::resume(&target, login, (copy(&acks), jid.clone()));
        let other = Client::resume(&target, login, (copy(&acks), jid.clone()));
        let (one, other) = tokio::join!(one, other);
        let first = one.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let (one, other) = tokio::join!(alive(one), alive(other));
        match (one, other) {
            (Ok(_), Ok(_)) => Err(format!("{jid}: two connections have one session")),
            (Ok(client), Err(_)) | (Err(_), Ok(client)) => {
                // The question whether it lives, and the answer.
                self.devices[at].session.sent.push(None);
                self.resumed(at, client).await
            }
            (Err(_), Err(failure)) if first.contains(GONE) => {
                self.not_resumed(at, (acks, jid), &Failure::Refused(format!("{failure} {first}")), false)
            }
            (Err(_), Err(failure)) => self.not_resumed(at, (acks, jid), &failure, false),
        }
    }

    async fn resumed(&mut self, at: usize, client: Client) -> Result<(), String> {
        self.tally.resumed += 1;
        let device = &mut self.devices[at];
        device.client = Some(client);
        device.pump(&mut self.ledger).await?;
        device.follow(&mut self.ledger).await
    }

    fn not_resumed(
        &mut self,
        at: usize,
        left: (Acks, String),
        failure: &Failure,
        may_be_gone: bool,
    ) -> Result<(), String> {
        let device = &mut self.devices[at];
        if matches!(failure, Failure::Refused(answer) if answer.contains(GONE)) {
            if !device.session.doomed && !may_be_gone {
                return Err(format!("{}: the session is gone after {} s: {failure}", left.1, device.lost_for));
            }
            self.tally.refused += 1;
            return Ok(());
        }
        device.left = Some(left);
        if self.full_for > 0 || device.session.doomed {
            return Ok(());
        }
        Err(format!("{}: no resumption: {failure}", device.own))
    }
}

/// Whether a resumed connection still has its session. The answer to the question is left in the
/// inbox, behind what came before it.
async fn alive(client: Result<Client, Failure>) -> Result<Client, Failure> {
    let mut client = client?;
    match timeout(PATIENCE, client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>")).await {
        Ok(Ok(answer)) => {
            client.put_back(answer);
            Ok(client)
        }
        Ok(Err(failure)) => Err(failure),
        Err(_) => Err(Failure::Closed),
    }
}

fn copy(acks: &Acks) -> Acks {
    Acks {
        id: acks.id.clone(),
        received: acks.received,
        acknowledged: acks.acknowledged,
        unacknowledged: acks.unacknowledged.clone(),
    }
}
