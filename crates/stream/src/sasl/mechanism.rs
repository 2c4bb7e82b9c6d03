//! The mechanisms, which of them a connection is offered, and the hash that protects the offer.

use super::Binding;
use crate::Channel;
use data_encoding::BASE64;
use xmpp::scram::Hash;

/// A mechanism that is known here.
///
/// PLAIN is not among them: RFC 6120 §13.8.3 wants it gone where SCRAM is possible. A backend that
/// keeps no SCRAM keys would bring it back as a variant of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mechanism {
    /// RFC 5802, RFC 7677: a password, without or with channel binding.
    Scram { hash: Hash, plus: bool },
    /// draft-schmaus-sasl-ht: a token (XEP-0484), without or with channel binding.
    Token(Option<Binding>),
}

impl Mechanism {
    /// The name as registered.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Mechanism::Scram { hash, plus: false } => hash.mechanism(),
            Mechanism::Scram { hash, plus: true } => hash.mechanism_plus(),
            Mechanism::Token(None) => "HT-SHA-256-NONE",
            Mechanism::Token(Some(Binding::EndPoint)) => "HT-SHA-256-ENDP",
            Mechanism::Token(Some(Binding::Exporter)) => "HT-SHA-256-EXPR",
        }
    }

    /// What is offered for passwords with these hash functions, in the order we prefer them (RFC 6120
    /// §6.3.3). It is the same for every name, so that it does not tell who has an account (XEP-0388 §3).
    pub(crate) fn offered(hashes: &[Hash], channel: &Channel) -> impl Iterator<Item = Mechanism> {
        let binds = Binding::offered(channel).next().is_some();
        let is_offered = Hash::ALL.map(|hash| hashes.contains(&hash));
        let offered = move || Hash::ALL.into_iter().zip(is_offered).rev().filter(|(_, is_offered)| *is_offered);
        let of = |plus| offered().map(move |(hash, _)| Mechanism::Scram { hash, plus });
        of(true).filter(move |_| binds).chain(of(false))
    }

    /// What is offered for tokens (XEP-0484 §3.1).
    pub(crate) fn offered_for_tokens(channel: &Channel) -> impl Iterator<Item = Mechanism> {
        Binding::offered(channel).map(Some).chain([None]).map(Mechanism::Token)
    }

    /// The password mechanism of that name, if it is offered.
    pub(crate) fn named(name: &str, hashes: &[Hash], channel: &Channel) -> Option<Mechanism> {
        Mechanism::offered(hashes, channel).find(|mechanism| mechanism.name() == name)
    }

    /// The token mechanism of that name, if it is offered.
    pub(crate) fn named_for_tokens(name: &str, channel: &Channel) -> Option<Mechanism> {
        Mechanism::offered_for_tokens(channel).find(|mechanism| mechanism.name() == name)
    }

    /// The hash over what is offered, by which a client sees whether somebody cut the list on its
    /// way (XEP-0474 §6.1). Both SASL profiles offer the same list here.
    pub(crate) fn offer_hash(hash: Hash, hashes: &[Hash], channel: &Channel) -> String {
        let mut mechanisms: Vec<_> = Mechanism::offered(hashes, channel).map(Mechanism::name).collect();
        let mut types: Vec<_> = Binding::offered(channel).map(Binding::name).collect();
        mechanisms.sort_unstable();
        types.sort_unstable();
        let mut list = mechanisms.join("\x1e");
        if !types.is_empty() {
            list.push('\x1f');
            list.push_str(&types.join("\x1e"));
        }
        BASE64.encode(&hash.digest(list.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channel_binding_is_offered_exactly_where_there_is_data_for_it() {
        let names =
            |channel: &Channel| Mechanism::offered(&Hash::ALL, channel).map(Mechanism::name).collect::<Vec<_>>();
        assert_eq!(names(&Channel::default()), ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"]);
        let bound = Channel { exporter: Some([7; 32]), end_point: None };
        assert_eq!(names(&bound)[..2], ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS"]);
        assert_eq!(names(&bound).len(), 6);
        let weakest = Mechanism::offered(&[Hash::Sha1], &bound).map(Mechanism::name).collect::<Vec<_>>();
        assert_eq!(weakest, ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"]);
        let tokens: Vec<_> = Mechanism::offered_for_tokens(&bound).map(Mechanism::name).collect();
        assert_eq!(tokens, ["HT-SHA-256-EXPR", "HT-SHA-256-NONE"]);
    }

    /// The way the list is put together, as in the example of XEP-0474 §6.3.
    #[test]
    fn the_hash_covers_sorted_mechanisms_and_binding_types() {
        let channel = Channel { exporter: Some([7; 32]), end_point: Some(bytes::Bytes::from_static(b"x")) };
        let list = "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1eSCRAM-SHA-256\x1eSCRAM-SHA-256-PLUS\x1e\
                    SCRAM-SHA-512\x1eSCRAM-SHA-512-PLUS\x1ftls-exporter\x1etls-server-end-point";
        assert_eq!(
            Mechanism::offer_hash(Hash::Sha1, &Hash::ALL, &channel),
            BASE64.encode(&Hash::Sha1.digest(list.as_bytes()))
        );
        let bare = "SCRAM-SHA-1\x1eSCRAM-SHA-256\x1eSCRAM-SHA-512";
        assert_eq!(
            Mechanism::offer_hash(Hash::Sha256, &Hash::ALL, &Channel::default()),
            BASE64.encode(&Hash::Sha256.digest(bare.as_bytes()))
        );
    }
}
