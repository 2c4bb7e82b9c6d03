//! From a stream to a bound resource: SASL with resource binding (RFC 6120 §6, §7), or SASL2 with
//! Bind 2 in one exchange (XEP-0388, XEP-0386).

use super::{Client, Exchange, Failure, Keychain, Target};
use data_encoding::BASE64;
use stream::xml::Nonza;
use xmpp::scram::Hash;
use xmpp::{Stanza, ns};

/// Who logs in, and how.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// The localpart.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
    /// The resource wanted; with Bind 2 the tag that the server makes one of.
    pub resource: &'a str,
    /// The hash function of SCRAM.
    pub hash: Hash,
    /// The protocol of the login.
    pub profile: Profile,
    /// Salted passwords known so far.
    pub keychain: &'a Keychain,
}

/// The protocol of a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// SASL of RFC 6120, then resource binding.
    Sasl,
    /// SASL2 with Bind 2 inside.
    Sasl2,
}

impl Profile {
    fn namespace(self) -> &'static str {
        match self {
            Profile::Sasl => ns::SASL,
            Profile::Sasl2 => ns::SASL2,
        }
    }
}

impl Client {
    /// Connects, logs in, binds a resource. No presence is sent.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the server turns the login down, else what broke the stream.
    pub async fn login(target: &Target, login: Login<'_>) -> Result<Client, Failure> {
        let (mut client, _) = Client::connect(target).await?;
        client.authenticate(login).await?;
        match login.profile {
            Profile::Sasl => client.bind(login.resource).await?,
            Profile::Sasl2 => {
                if client.jid.find('/').is_none() {
                    return Err(Failure::Unexpected("a bound resource", client.jid));
                }
            }
        }
        Ok(client)
    }

    /// Proves who we are, and returns the features that are offered then. After SASL the stream is
    /// open anew and wants a resource; after SASL2 a resource is bound.
    ///
    /// # Errors
    /// As [`Client::login`]; also when the server does not prove that it knows the password.
    pub async fn authenticate(&mut self, login: Login<'_>) -> Result<Nonza, Failure> {
        let namespace = login.profile.namespace();
        let (exchange, first) = Exchange::begin(login.hash, login.user);
        self.write(&initial(&login, &first)).await?;
        let challenge = text(&self.nonza("challenge", namespace).await?)?;
        let Some(proof) = exchange.answer(&challenge, login.password, login.keychain) else {
            return Err(Failure::Unexpected("a SCRAM challenge", challenge));
        };
        let response = BASE64.encode(proof.client_final.as_bytes());
        self.write(&format!("<response xmlns='{namespace}'>{response}</response>")).await?;
        let success = self.nonza("success", namespace).await?;
        let signature = match login.profile {
            Profile::Sasl => text(&success)?,
            Profile::Sasl2 => self.success2(&success)?,
        };
        if signature != proof.server_final {
            return Err(Failure::Unexpected("the server's SCRAM signature", signature));
        }
        match login.profile {
            Profile::Sasl => self.open().await,
            // XEP-0388 §2.6.2: the features come without a new stream.
            Profile::Sasl2 => self.nonza("features", ns::STREAMS).await,
        }
    }

    /// Logs in by SASL2 with `wishes` (children of `<authenticate/>`) up to the client's last word.
    /// What the server says to it is left to be read.
    ///
    /// # Errors
    /// When the stream breaks, or no challenge comes.
    pub async fn prove(&mut self, login: Login<'_>, wishes: &str) -> Result<(), Failure> {
        let (exchange, first) = Exchange::begin(login.hash, login.user);
        self.write(&authenticate(login.hash.mechanism(), first.as_bytes(), wishes)).await?;
        let challenge = text(&self.nonza("challenge", ns::SASL2).await?)?;
        let Some(proof) = exchange.answer(&challenge, login.password, login.keychain) else {
            return Err(Failure::Unexpected("a SCRAM challenge", challenge));
        };
        let response = BASE64.encode(proof.client_final.as_bytes());
        self.write(&format!("<response xmlns='{}'>{response}</response>", ns::SASL2)).await
    }

    /// The same by a token instead of a password (XEP-0484 §3.4), without channel binding.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn prove_by_token(&mut self, user: &str, token: &str, wishes: &str) -> Result<(), Failure> {
        let mut message = user.as_bytes().to_vec();
        message.push(0);
        message.extend_from_slice(&Hash::Sha256.hmac(token.as_bytes(), b"Initiator"));
        self.write(&authenticate("HT-SHA-256-NONE", &message, wishes)).await
    }

    /// Binds a resource after a login of the profile [`Profile::Sasl`] (RFC 6120 §7.6).
    ///
    /// # Errors
    /// [`Failure::Refused`] when the server does not, else what broke the stream.
    pub async fn bind(&mut self, resource: &str) -> Result<(), Failure> {
        let payload = format!("<bind xmlns='{}'><resource>{resource}</resource></bind>", ns::BIND);
        let answer: Stanza = self.ask("set", None, &payload).await?;
        let jid = answer.child("bind", ns::BIND).and_then(|bind| bind.child("jid", ns::BIND));
        let Some(jid) = jid else {
            return Err(Failure::Unexpected("a bound resource", answer.inner_str().to_owned()));
        };
        self.jid = jid.text().into_owned();
        Ok(())
    }

    /// Notes the address of a SASL2 success and returns its additional data (XEP-0388 §2.6.2).
    fn success2(&mut self, success: &Nonza) -> Result<String, Failure> {
        let success = success.element();
        let missing = || Failure::Unexpected("an address and SCRAM data", success.raw().to_owned());
        let jid = success.child("authorization-identifier", ns::SASL2).ok_or_else(missing)?;
        let data = success.child("additional-data", ns::SASL2).ok_or_else(missing)?;
        self.jid = jid.text().into_owned();
        decode(&data.text()).ok_or_else(missing)
    }
}

/// The element that begins the login.
fn initial(login: &Login<'_>, first: &str) -> String {
    let mechanism = login.hash.mechanism();
    let data = BASE64.encode(first.as_bytes());
    match login.profile {
        Profile::Sasl => format!("<auth xmlns='{}' mechanism='{mechanism}'>{data}</auth>", ns::SASL),
        Profile::Sasl2 => {
            let bind = format!("<bind xmlns='{}'><tag>{}</tag></bind>", ns::BIND2, login.resource);
            authenticate(mechanism, first.as_bytes(), &bind)
        }
    }
}

/// XEP-0388 §2.3: the first message of a mechanism, and what is wanted besides.
fn authenticate(mechanism: &str, first: &[u8], wishes: &str) -> String {
    let (namespace, data) = (ns::SASL2, BASE64.encode(first));
    format!(
        "<authenticate xmlns='{namespace}' mechanism='{mechanism}'><initial-response>{data}</initial-response>\
         {wishes}</authenticate>"
    )
}

/// The text inside a nonza, out of base64.
fn text(nonza: &Nonza) -> Result<String, Failure> {
    decode(&nonza.element().text())
        .ok_or_else(|| Failure::Unexpected("base64 of text", nonza.element().raw().to_owned()))
}

fn decode(base64: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(base64.as_bytes()).ok()?).ok()
}
