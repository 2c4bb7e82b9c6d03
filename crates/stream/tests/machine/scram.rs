//! A SCRAM client (RFC 5802 §3), as strict with the server as a good one is.

use data_encoding::BASE64;
use std::num::NonZeroU32;
use xmpp::scram::Hash;

/// One login of one client.
pub struct Client {
    pub hash: Hash,
    /// The GS2 header: flag, authzid, commas.
    pub gs2: &'static str,
    /// The channel's data for a `p=` flag.
    pub data: Vec<u8>,
    pub user: &'static str,
    pub password: &'static str,
}

pub const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";

impl Client {
    /// A client without channel binding that knows the password.
    pub fn new(hash: Hash, user: &'static str) -> Client {
        Client { hash, gs2: "n,,", data: Vec::new(), user, password: "pencil" }
    }

    /// `client-first-message` in base64.
    pub fn first(&self) -> String {
        encode(&format!("{}{}", self.gs2, self.first_bare()))
    }

    fn first_bare(&self) -> String {
        format!("n={},r={NONCE}", self.user)
    }

    /// `client-final-message` and the `server-final-message` that must follow, both in base64.
    pub fn last(&self, challenge: &str) -> (String, String) {
        let challenge = decode(challenge);
        let nonce = attribute(&challenge, 'r');
        assert!(nonce.starts_with(NONCE) && nonce.len() >= NONCE.len() + 16, "the server adds to the nonce");
        let salt = BASE64.decode(attribute(&challenge, 's').as_bytes()).unwrap();
        let iterations: NonZeroU32 = attribute(&challenge, 'i').parse().unwrap();
        let salted = self.hash.salted_password(self.password, &salt, iterations);
        let bound_to = BASE64.encode(&[self.gs2.as_bytes(), &self.data].concat());
        let unproven = format!("c={bound_to},r={nonce}");
        let said = format!("{},{challenge},{unproven}", self.first_bare());
        let client_key = self.hash.hmac(&salted, b"Client Key");
        let signature = self.hash.hmac(&self.hash.digest(&client_key), said.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(signature.iter()).map(|(key, mask)| key ^ mask).collect();
        let server_key = self.hash.hmac(&salted, b"Server Key");
        let server = BASE64.encode(&self.hash.hmac(&server_key, said.as_bytes()));
        (encode(&format!("{unproven},p={}", BASE64.encode(&proof))), encode(&format!("v={server}")))
    }
}

/// The value of an attribute of a SCRAM message.
pub fn attribute(message: &str, name: char) -> String {
    let mut values = message.split(',').filter_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    values.next().unwrap_or_else(|| panic!("no {name}= in {message}")).to_owned()
}

pub fn encode(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

pub fn decode(base64: &str) -> String {
    String::from_utf8(BASE64.decode(base64.as_bytes()).unwrap()).unwrap()
}
