//! Turning stream management on, and coming back to a stream that broke (XEP-0198 §3, §5).

use super::{Acks, Client, Failure, Login, Profile, Target};
use stream::xml::Item;
use xmpp::ns;

impl Client {
    /// Turns stream management on, asking to be resumable.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the server does not, else what broke the stream.
    pub async fn enable_acks(&mut self) -> Result<(), Failure> {
        self.write("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").await?;
        let enabled = loop {
            match self.item().await? {
                Item::Nonza(nonza) if nonza.element().is("enabled", ns::SM) => break nonza,
                Item::Nonza(nonza) => return Err(Failure::Refused(nonza.element().raw().to_owned())),
                // Sent before the server read our request, so not counted.
                Item::Stanza(stanza) => self.inbox.push_back(stanza),
                other => return Err(Failure::Unexpected("enabled", format!("{other:?}"))),
            }
        };
        self.acks = Some(Acks::enabled(&enabled.element()));
        Ok(())
    }

    /// Drops the connection without a word, as a dead network does, and keeps what it takes to
    /// resume: the books and the address. None without stream management.
    pub fn cut(self) -> Option<(Acks, String)> {
        Some((self.acks?, self.jid))
    }

    /// Logs in and resumes the stream that [`Client::cut`] left behind; what the server had not
    /// acknowledged is sent again. The login must be of the profile [`Profile::Sasl`].
    ///
    /// # Errors
    /// [`Failure::Refused`] when the server has forgotten the stream, else what broke this one.
    pub async fn resume(target: &Target, login: Login<'_>, left: (Acks, String)) -> Result<Client, Failure> {
        let (mut acks, jid) = left;
        let (mut client, _) = Client::connect(target).await?;
        client.authenticate(Login { profile: Profile::Sasl, ..login }).await?;
        let id = acks.id.clone().unwrap_or_default();
        client.write(&format!("<resume xmlns='urn:xmpp:sm:3' previd='{id}' h='{}'/>", acks.received)).await?;
        let resumed = client.nonza("resumed", ns::SM).await?;
        acks.acknowledge(&resumed.element())?;
        client.jid = jid;
        // XEP-0198 §5: the client sends again what is not covered by h; the books keep it.
        for stanza in &acks.unacknowledged {
            client.write(stanza).await?;
        }
        client.acks = Some(acks);
        Ok(client)
    }
}
