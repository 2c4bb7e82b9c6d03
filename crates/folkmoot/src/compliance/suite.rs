//! The rows: each cell for servers of the tables in XEP-0479 §2, advanced level, a probe for each document that a
//! cell names. What has "N/A" there for servers is not here.

/// A row.
pub struct Probe {
    /// The suite.
    pub suite: &'static str,
    /// Its section.
    pub section: &'static str,
    /// What the feature is called there.
    pub feature: &'static str,
    /// From which level on servers need it.
    pub level: Level,
    /// The document.
    pub document: &'static str,
    /// What is asked of the server.
    pub asked: &'static str,
    /// The question.
    pub what: What,
}

/// A level of the suites.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// All servers.
    Core,
    /// Advanced servers.
    Advanced,
}

impl Level {
    /// As the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Core => "core",
            Level::Advanced => "advanced",
        }
    }
}

/// A question. The rows say what each is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Streams,
    Tls,
    DirectTls,
    Discovery,
    Capabilities,
    Components,
    Pep,
    WebSocket,
    Bosh,
    Messages,
    AvatarConversion,
    AvatarHash,
    Card,
    Carbons,
    Blocking,
    Rooms,
    Invitations,
    OldBookmarks,
    RoomArchive,
    Bookmarks,
    SelfPing,
    PrivateNodes,
    PrivateXml,
    Acks,
    Archive,
    Upload,
    ClientState,
    Push,
    Relays,
}

const CORE: Suite = Suite { name: "Core", section: "2.1" };
const WEB: Suite = Suite { name: "Web", section: "2.2" };
const IM: Suite = Suite { name: "IM", section: "2.3" };
const MOBILE: Suite = Suite { name: "Mobile", section: "2.4" };
const CALLING: Suite = Suite { name: "A/V Calling", section: "2.5" };

struct Suite {
    name: &'static str,
    section: &'static str,
}

impl Suite {
    const fn core(&self, feature: &'static str, document: &'static str, what: What, asked: &'static str) -> Probe {
        let (suite, section) = (self.name, self.section);
        Probe { suite, section, feature, level: Level::Core, document, asked, what }
    }

    const fn advanced(&self, feature: &'static str, document: &'static str, what: What, asked: &'static str) -> Probe {
        Probe { level: Level::Advanced, ..self.core(feature, document, what, asked) }
    }
}

/// All rows, in the order of the document.
#[rustfmt::skip]
pub const PROBES: &[Probe] = &[
    CORE.core("Core features", "RFC 6120", What::Streams,
        "a stream with STARTTLS, SCRAM, a resource of one's own; a request that nobody knows is refused"),
    CORE.core("TLS", "RFC 7590", What::Tls, "TLS 1.2 or later, and nothing else offered before it"),
    CORE.advanced("Direct TLS", "XEP-0368", What::DirectTls, "a stream over TLS from the first byte, with ALPN"),
    CORE.core("Feature discovery", "XEP-0030", What::Discovery, "identity, features and items of the domain"),
    CORE.advanced("Feature broadcasts", "XEP-0115", What::Capabilities,
        "the server's capabilities with the stream, with the hash of what it answers; a client's, passed on to a contact"),
    CORE.core("Server extensibility", "XEP-0114", What::Components,
        "a stream for components, on which a wrong secret is refused"),
    CORE.advanced("Event publishing", "XEP-0163", What::Pep,
        "an item published by an account reaches its other client and a contact that want it"),
    WEB.core("Web connection mechanisms", "RFC 7395", What::WebSocket, "a login over WebSocket"),
    WEB.core("Web connection mechanisms", "XEP-0206", What::Bosh, "a login over BOSH (XEP-0124)"),
    IM.core("Core features", "RFC 6121", What::Messages,
        "subscriptions both ways, presence, a contact with a name and a group, messages to full and bare addresses"),
    IM.advanced("User avatar compatibility", "XEP-0398", What::AvatarConversion,
        "an avatar published over PEP is in the card for others, and a photo in the card becomes an avatar"),
    IM.advanced("User avatar compatibility", "XEP-0153", What::AvatarHash, "the hash of the photo in presence"),
    IM.core("vcard-temp", "XEP-0054", What::Card, "a card that is set is there for a contact"),
    IM.core("Outbound message synchronization", "XEP-0280", What::Carbons,
        "what one client sends and gets, the other one sees"),
    IM.advanced("User blocking", "XEP-0191", What::Blocking,
        "messages of a blocked contact come back as errors, and arrive when unblocked"),
    IM.core("Group chat", "XEP-0045", What::Rooms, "a room is made, two join, one speaks and the other hears it"),
    IM.core("Group chat", "XEP-0249", What::Invitations, "a direct invitation to a room arrives"),
    IM.advanced("Advanced group chat", "XEP-0048", What::OldBookmarks, "bookmarks in one item of PEP, for nobody else"),
    IM.advanced("Advanced group chat", "XEP-0313", What::RoomArchive, "a room's archive has what was said in it"),
    IM.advanced("Advanced group chat", "XEP-0402", What::Bookmarks,
        "an item for each bookmark; the old place, private XML, has it too"),
    IM.advanced("Advanced group chat", "XEP-0410", What::SelfPing, "the room answers a ping of an occupant to itself"),
    IM.advanced("Persistent storage of private data via PubSub", "XEP-0223", What::PrivateNodes,
        "an item published for nobody else stays, and nobody else gets it; options that differ are refused"),
    IM.advanced("Private XML storage", "XEP-0049", What::PrivateXml, "what is stored is there again"),
    IM.advanced("Stream management", "XEP-0198", What::Acks,
        "what is sent is acknowledged; a session that was cut off is resumed and has what came meanwhile"),
    IM.advanced("History storage and retrieval", "XEP-0313", What::Archive, "a message that came is on the last page"),
    IM.core("File upload", "XEP-0363", What::Upload, "a slot; what is put there can be fetched"),
    MOBILE.core("Stream management", "XEP-0198", What::Acks, "as above"),
    MOBILE.core("Client state indication", "XEP-0352", What::ClientState, "a message reaches an inactive client"),
    MOBILE.advanced("Third party push notifications", "XEP-0357", What::Push,
        "a message for somebody who is away is told to the push service that was named"),
    CALLING.core("STUN/TURN server discovery", "XEP-0215", What::Relays, "the domain names a STUN or a TURN server"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// XEP-0479 §2: so many providers stand in the cells for servers.
    #[test]
    fn no_cell_is_forgotten() {
        let of = |suite: &str| PROBES.iter().filter(|probe| probe.suite == suite).count();
        assert_eq!([of("Core"), of("Web"), of("IM"), of("Mobile"), of("A/V Calling")], [7, 2, 17, 3, 1]);
    }
}
