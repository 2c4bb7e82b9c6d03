//! Ways: from one of our domains to another service.

use crate::service::Service;
use xmpp::{Jid, Stanza};

/// Two domains between which stanzas go. Each way has an owner and streams of its own: a stream proves both
/// domains (RFC 6120 §4.7.1), and stanzas between them keep their order on one (RFC 6120 §10.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Way {
    /// Ours.
    pub here: Jid,
    /// The other service's.
    pub there: Jid,
}

impl Way {
    /// The name of the way that a stanza takes to an address elsewhere.
    pub fn name_for(stanza: &Stanza, to: &Jid, service: &Service) -> Jid {
        let there = to.host();
        match stanza.from.as_ref().and_then(|from| service.branch_of(from)) {
            Some(branch) => named(&there, &branch.domain),
            None => there,
        }
    }

    /// By what its owner and its rows are found: the other domain; behind it our own, as if it were a
    /// resource, unless that is the one of the accounts.
    pub fn name(&self, service: &Service) -> Jid {
        if service.is_local(&self.here) { self.there.clone() } else { named(&self.there, &self.here) }
    }

    /// The way of that name.
    pub fn of(name: &Jid, service: &Service) -> Way {
        let here = name.resource().and_then(|here| Jid::parse(here).ok());
        Way { here: here.unwrap_or_else(|| service.domain.clone()), there: name.host() }
    }
}

fn named(there: &Jid, here: &Jid) -> Jid {
    there.with_resource(here.domain()).expect("a domain can be a resource")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch::{Branch, BranchKind};
    use crate::service::Secrets;
    use bytes::Bytes;

    fn jid(text: &str) -> Jid {
        Jid::parse(text).expect("an address")
    }

    #[test]
    fn each_of_our_domains_goes_its_own_way() {
        let secrets = Secrets { archive_ids: [0; 16], dialback: Bytes::new(), decoy: Bytes::new() };
        let branches = vec![Branch { domain: jid("rooms.here.example"), kind: BranchKind::Rooms }];
        let service = Service { branches, ..Service::new(jid("here.example"), secrets) };
        let name = |from: &str| {
            let stanza = Stanza::read(&format!("<message from='{from}'/>")).expect("a stanza");
            Way::name_for(&stanza, &jid("bob@there.example/x"), &service)
        };
        for (from, named, here) in [
            ("alice@here.example/phone", "there.example", "here.example"),
            ("tea@rooms.here.example/alice", "there.example/rooms.here.example", "rooms.here.example"),
        ] {
            assert_eq!(name(from), jid(named));
            let way = Way { here: jid(here), there: jid("there.example") };
            assert_eq!((Way::of(&jid(named), &service), way.name(&service)), (way.clone(), jid(named)));
        }
    }
}
