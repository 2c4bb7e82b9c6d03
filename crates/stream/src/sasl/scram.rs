//! SCRAM, server side (RFC 5802, RFC 7677).

use super::{Binding, Failure, same_secret};
use crate::{Channel, Settings};
use data_encoding::BASE64;
use std::num::NonZeroU32;
use xmpp::scram::{Hash, Keys};

/// The first message of a client (RFC 5802 §7: `client-first-message`).
#[derive(Debug)]
pub(crate) struct ClientFirst {
    /// The user as sent, its quoting undone.
    pub(crate) user: String,
    /// Whom the client wants to act as, if it says so.
    pub(crate) authzid: Option<String>,
    flag: Flag,
    gs2_header: String,
    bare: String,
    nonce: String,
}

/// What the client says of channel binding (RFC 5802 §7: `gs2-cbind-flag`).
#[derive(Debug)]
enum Flag {
    /// `n`: it has none.
    Lacks,
    /// `y`: it has, and thinks that we have not.
    Misses,
    /// `p=`: it uses this type.
    Uses(String),
}

impl ClientFirst {
    /// Reads the message.
    pub(crate) fn read(message: &str) -> Result<ClientFirst, Failure> {
        ClientFirst::parse(message).ok_or(Failure::MalformedRequest)
    }

    fn parse(message: &str) -> Option<ClientFirst> {
        let (flag, rest) = message.split_once(',')?;
        let (authzid, bare) = rest.split_once(',')?;
        let gs2_header = message[..message.len() - bare.len()].to_owned();
        let flag = match flag {
            "n" => Flag::Lacks,
            "y" => Flag::Misses,
            _ => Flag::Uses(flag.strip_prefix("p=").filter(|name| !name.is_empty())?.to_owned()),
        };
        let authzid = match authzid {
            "" => None,
            _ => Some(unquote(authzid.strip_prefix("a=")?)?),
        };
        // A mandatory extension (`m=`) would stand first: it fails here for not being `n=`, as
        // RFC 5802 §5.1 wants.
        let mut attributes = bare.split(',');
        let user = unquote(attributes.next()?.strip_prefix("n=")?)?;
        let nonce = attributes.next()?.strip_prefix("r=")?.to_owned();
        let printable = nonce.bytes().all(|byte| byte.is_ascii_graphic());
        if nonce.is_empty() || !printable || !attributes.all(is_attribute) {
            return None;
        }
        Some(ClientFirst { user, authzid, flag, gs2_header, bare: bare.to_owned(), nonce })
    }

    /// The type of channel binding in use, where it fits the mechanism (RFC 5802 §6).
    pub(crate) fn binding(&self, plus: bool, channel: &Channel) -> Result<Option<Binding>, Failure> {
        match (&self.flag, plus) {
            (Flag::Uses(name), true) => Binding::named(name, channel).map(Some).ok_or(Failure::MalformedRequest),
            // Somebody cut the mechanisms with channel binding out of our offer.
            (Flag::Misses, false) if Binding::offered(channel).next().is_some() => Err(Failure::NotAuthorized),
            (Flag::Lacks | Flag::Misses, false) => Ok(None),
            (Flag::Uses(_), false) | (Flag::Lacks | Flag::Misses, true) => Err(Failure::MalformedRequest),
        }
    }
}

/// Undoes the quoting of a `saslname` (RFC 5802 §5.1).
fn unquote(quoted: &str) -> Option<String> {
    let mut name = String::with_capacity(quoted.len());
    let mut parts = quoted.split('=');
    name.push_str(parts.next()?);
    for part in parts {
        let (mark, rest) = part.split_at_checked(2)?;
        name.push(match mark {
            "2C" => ',',
            "3D" => '=',
            _ => return None,
        });
        name.push_str(rest);
    }
    (!name.is_empty() && !name.contains('\0')).then_some(name)
}

/// RFC 5802 §7: `attr-val`; `m` is reserved for what must be understood.
fn is_attribute(text: &str) -> bool {
    matches!(text.as_bytes(), [name, b'=', _, ..] if name.is_ascii_alphabetic() && *name != b'm')
}

/// Our challenge, and what is needed to judge the answer to it.
pub(crate) struct Challenge {
    keys: Keys,
    /// Both nonces.
    nonce: String,
    /// `client-first-message-bare,server-first-message`
    said: String,
    server_first_at: usize,
    /// `cbind-input` (RFC 5802 §7): the GS2 header and the data of the channel.
    bound_to: Vec<u8>,
}

impl Challenge {
    /// The challenge to `first`. `data` is that of the channel binding in use, empty for none;
    /// `offer_hash` goes out as `h` (XEP-0474 §6.1).
    pub(crate) fn new(
        first: &ClientFirst,
        keys: Keys,
        nonce: &str,
        data: &[u8],
        offer_hash: Option<&str>,
    ) -> Challenge {
        let nonce = format!("{}{nonce}", first.nonce);
        let mut said = format!("{},", first.bare);
        let server_first_at = said.len();
        said.push_str(&format!("r={nonce},s={},i={}", BASE64.encode(&keys.salt), keys.iterations));
        if let Some(offer_hash) = offer_hash {
            said.push_str(",h=");
            said.push_str(offer_hash);
        }
        let bound_to = [first.gs2_header.as_bytes(), data].concat();
        Challenge { keys, nonce, said, server_first_at, bound_to }
    }

    /// `server-first-message`
    pub(crate) fn message(&self) -> &str {
        &self.said[self.server_first_at..]
    }

    /// Judges `client-final-message`; the answer is our own proof, `server-final-message`.
    pub(crate) fn verify(&self, message: &str) -> Result<String, Failure> {
        let (unproven, proof) = message.rsplit_once(",p=").ok_or(Failure::MalformedRequest)?;
        let proof = decode(proof)?;
        let mut attributes = unproven.split(',');
        let bound_to = attributes.next().and_then(|c| c.strip_prefix("c=")).ok_or(Failure::MalformedRequest)?;
        let bound_to = decode(bound_to)?;
        let nonce = attributes.next().and_then(|r| r.strip_prefix("r=")).ok_or(Failure::MalformedRequest)?;
        if !attributes.all(is_attribute) {
            return Err(Failure::MalformedRequest);
        }
        let said = format!("{},{unproven}", self.said);
        let hash = self.keys.hash;
        let signature = hash.hmac(&self.keys.stored_key, said.as_bytes());
        let client_key: Vec<u8> = proof.iter().zip(signature.iter()).map(|(proof, mask)| proof ^ mask).collect();
        let proven = proof.len() == signature.len() && same_secret(&hash.digest(&client_key), &self.keys.stored_key);
        // Judged together, so that the answer does not tell which of them was wrong.
        if !proven || nonce != self.nonce || !same_secret(&bound_to, &self.bound_to) {
            return Err(Failure::NotAuthorized);
        }
        Ok(format!("v={}", BASE64.encode(&hash.hmac(&self.keys.server_key, said.as_bytes()))))
    }
}

fn decode(base64: &str) -> Result<Vec<u8>, Failure> {
    BASE64.decode(base64.as_bytes()).map_err(|_| Failure::MalformedRequest)
}

/// Keys that nobody has, for a user that does not exist: the same at every attempt, so that asking
/// tells nothing. A proof for them cannot be found.
pub(crate) fn decoy(hash: Hash, user: &str, settings: &Settings) -> Keys {
    let draw = |what: &str| {
        let name = [hash.mechanism(), "\0", what, "\0", user].concat();
        Hash::Sha512.hmac(&settings.decoy, name.as_bytes())
    };
    Keys {
        hash,
        salt: draw("salt").slice(..SALT_BYTES),
        iterations: NonZeroU32::new(settings.iterations).unwrap_or(NonZeroU32::MIN),
        stored_key: draw("stored").slice(..hash.output_len()),
        server_key: draw("server").slice(..hash.output_len()),
    }
}

/// The salt of a real account has as many.
const SALT_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn exchange(hash: Hash, salt: &str, client_nonce: &str, server_nonce: &str) -> Challenge {
        let first = ClientFirst::read(&format!("n,,n=user,r={client_nonce}")).unwrap();
        assert!(first.binding(false, &Channel::default()).unwrap().is_none());
        let salt = Bytes::from(BASE64.decode(salt.as_bytes()).unwrap());
        let keys = Keys::derive(hash, "pencil", salt, NonZeroU32::new(4096).unwrap());
        Challenge::new(&first, keys, server_nonce, &[], None)
    }

    #[test]
    fn the_exchange_of_rfc_5802_section_5() {
        let challenge = exchange(Hash::Sha1, "QSXCR+Q6sek8bf92", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j");
        assert_eq!(challenge.message(), "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
        let last = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";
        assert_eq!(challenge.verify(last).unwrap(), "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    }

    #[test]
    fn the_exchange_of_rfc_7677_section_3() {
        let nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let challenge = exchange(Hash::Sha256, "W22ZaJ0SNY7soEsUEjb6gQ==", "rOprNGfwEbeRWgbNEkqO", nonce);
        let last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                    p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(challenge.verify(last).unwrap(), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn wrong_answers_fail_alike() {
        let challenge = exchange(Hash::Sha1, "QSXCR+Q6sek8bf92", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j");
        let right = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";
        for wrong in [
            right.replace("v0X8", "v0X9"),
            right.replace("biws", "eSws"),
            right.replace("s7j,", "s7k,"),
            right.replace("p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "p=v0X8"),
        ] {
            assert_eq!(challenge.verify(&wrong), Err(Failure::NotAuthorized), "{wrong}");
        }
        for broken in ["", "c=biws,r=x", "r=x,c=biws,p=AAAA", "c=biws,r=x,p=not base64", "c=biws,r=x,m=1,p=AAAA"] {
            assert_eq!(challenge.verify(broken), Err(Failure::MalformedRequest), "{broken}");
        }
    }

    #[test]
    fn reads_names_with_their_quoting_and_refuses_the_rest() {
        let first = ClientFirst::read("n,a=x=2Cy,n=a=3Db,r=abc,e=f").unwrap();
        assert_eq!((first.user.as_str(), first.authzid.as_deref()), ("a=b", Some("x,y")));
        for broken in [
            "",
            "n",
            "n,",
            "n,,",
            "n,,n=a",
            "n,,n=,r=a",
            "n,,n=a,r=",
            "x,,n=a,r=b",
            "p=,,n=a,r=b",
            "n,b,n=a,r=b",
            "n,,n=a=2,r=b",
            "n,,n=a=2c,r=b",
            "n,,m=1,n=a,r=b",
            "n,,n=a,r=b,m=1",
            "n,,n=a,r=b c",
            "n,,n=a,r=b,",
            "n,,r=b,n=a",
        ] {
            assert_eq!(ClientFirst::read(broken).unwrap_err(), Failure::MalformedRequest, "{broken}");
        }
    }

    #[test]
    fn flags_must_fit_the_mechanism_and_the_offer() {
        let bound = Channel { exporter: Some([1; 32]), end_point: None };
        let read = |flag: &str| ClientFirst::read(&format!("{flag},,n=a,r=b")).unwrap();
        assert_eq!(read("p=tls-exporter").binding(true, &bound), Ok(Some(Binding::Exporter)));
        assert_eq!(read("p=tls-server-end-point").binding(true, &bound), Err(Failure::MalformedRequest));
        assert_eq!(read("p=tls-exporter").binding(false, &bound), Err(Failure::MalformedRequest));
        assert_eq!(read("n").binding(true, &bound), Err(Failure::MalformedRequest));
        assert_eq!(read("y").binding(false, &bound), Err(Failure::NotAuthorized));
        assert_eq!(read("y").binding(false, &Channel::default()), Ok(None));
        assert_eq!(read("n").binding(false, &bound), Ok(None));
    }
}
