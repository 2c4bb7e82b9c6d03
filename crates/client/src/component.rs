//! The other end of a component's stream (XEP-0114).

use super::{Client, Failure, Target, Wire};
use data_encoding::HEXLOWER;
use xmpp::ns;
use xmpp::scram::Hash;

impl Client {
    /// A stream on which we speak for the target's domain. There is no TLS, and the server asks for no signs of
    /// life.
    ///
    /// # Errors
    /// When the server cannot be reached, does not take the secret, or breaks the stream.
    pub async fn attach(target: &Target, secret: &str) -> Result<Client, Failure> {
        let mut client = Client::on(Wire::connect(target.address).await?, target);
        let header = format!(
            "<?xml version='1.0'?><stream:stream to='{}' xmlns='{}' xmlns:stream='http://etherx.jabber.org/streams'>",
            target.domain,
            ns::COMPONENT
        );
        client.write(&header).await?;
        let id = client.opened().await?.id.unwrap_or_default();
        // XEP-0114 §3
        let handshake = HEXLOWER.encode(&Hash::Sha1.digest(format!("{id}{secret}").as_bytes()));
        client.write(&format!("<handshake>{handshake}</handshake>")).await?;
        client.nonza("handshake", ns::CLIENT).await?;
        Ok(client)
    }
}
