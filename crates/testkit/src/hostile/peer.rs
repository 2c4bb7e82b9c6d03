//! One hostile connection, brought as far as it is wanted.

use crate::client::{Client, Failure, Login, Security, Target, Wire};
use bytes::BytesMut;
use std::time::Duration;
use tokio::time::timeout;

/// The open tag of a well-behaved client.
pub const HEADER: &str = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' \
     xmlns:stream='http://etherx.jabber.org/streams'>";

/// How long a server may take to end a stream.
const PATIENCE: Duration = Duration::from_secs(20);

/// How far a stream has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// TCP and nothing else; STARTTLS is due.
    Plain,
    /// Inside TLS, nobody logged in.
    Secured,
    /// A resource is bound.
    Bound,
}

/// A connection that says anything.
pub struct Peer {
    wire: Wire,
    heard: BytesMut,
}

impl Peer {
    /// A connection on which nothing was said, in plain text or inside TLS as the target has it.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses TLS.
    pub async fn connect(target: &Target) -> Result<Peer, Failure> {
        let mut wire = Wire::connect(target.address).await?;
        if target.security == Security::Direct {
            wire = wire.secure(&target.tls, &target.domain).await?;
        }
        Ok(Peer { wire, heard: BytesMut::new() })
    }

    /// A connection with a bound resource.
    ///
    /// # Errors
    /// When the login fails.
    pub async fn bound(target: &Target, login: Login<'_>) -> Result<Peer, Failure> {
        Ok(Client::login(target, login).await?.into())
    }

    /// Says it. A server that has closed already is no failure: what it said before is what counts.
    pub async fn say(&mut self, bytes: &[u8]) {
        // The server may hang up in the middle of it.
        let _ = self.wire.write(bytes).await;
    }

    /// Says it in pieces of `size` bytes, each on its way before the next.
    pub async fn say_in_pieces(&mut self, bytes: &[u8], size: usize) {
        for piece in bytes.chunks(size) {
            self.say(piece).await;
            tokio::task::yield_now().await;
        }
    }

    /// All that came until the server closed.
    ///
    /// # Errors
    /// What came so far, when the server did not close in time.
    pub async fn last_words(&mut self) -> Result<String, String> {
        let ended =
            timeout(PATIENCE, async { while matches!(self.wire.read(&mut self.heard).await, Ok(1..)) {} }).await;
        let said = String::from_utf8_lossy(&self.heard).into_owned();
        ended.map(|()| said.clone()).map_err(|_| said)
    }

    /// Reads until `what` has come, and returns all that came.
    ///
    /// # Errors
    /// What came so far, when the server closed or time is up.
    pub async fn hear(&mut self, what: &str) -> Result<String, String> {
        let heard = |bytes: &BytesMut| String::from_utf8_lossy(bytes).into_owned();
        let waiting = timeout(PATIENCE, async {
            while !heard(&self.heard).contains(what) {
                if !matches!(self.wire.read(&mut self.heard).await, Ok(1..)) {
                    return false;
                }
            }
            true
        });
        match waiting.await {
            Ok(true) => Ok(heard(&self.heard)),
            _ => Err(heard(&self.heard)),
        }
    }

    /// Forgets what came so far.
    pub fn forget(&mut self) {
        self.heard.clear();
    }
}

impl From<Client> for Peer {
    /// A client that was good until now.
    fn from(client: Client) -> Peer {
        let (wire, heard) = client.into_wire();
        Peer { wire, heard }
    }
}
