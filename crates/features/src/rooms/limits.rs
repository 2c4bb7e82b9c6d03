//! What a room lets grow, and why no further.

use crate::feature::Limit;

/// How many people may be in one room.
pub const OCCUPANTS: Limit = Limit {
    name: "room-occupants",
    default: 2000,
    unit: "occupants",
    reason: "Each hears of each: who enters costs as many stanzas as there are occupants, twice.",
    sentence: "This room is full. Please try again later.",
};

/// How many people a room knows for long.
pub const AFFILIATIONS: Limit = Limit {
    name: "room-affiliations",
    default: 5000,
    unit: "addresses",
    reason: "A room that is awake has them in memory; bans of whole domains keep the list of a public room short.",
    sentence: "This room's lists are full. Take somebody off them first, or ban a whole domain.",
};

/// How long a nickname may be.
pub const NICK_BYTES: Limit = Limit {
    name: "room-nick-bytes",
    default: 128,
    unit: "bytes",
    reason: "It stands in every presence and every message of its bearer; names of people fit.",
    sentence: "That nickname is too long. Choose a shorter one.",
};

/// How long a subject may be.
pub const SUBJECT_BYTES: Limit = Limit {
    name: "room-subject-bytes",
    default: 4096,
    unit: "bytes",
    reason: "Everybody who enters gets it.",
    sentence: "That subject is too long. Choose a shorter one.",
};

/// How long a text of the configuration may be.
pub const TEXT_BYTES: Limit = Limit {
    name: "room-text-bytes",
    default: 1024,
    unit: "bytes",
    reason: "Names and descriptions are shown in lists of rooms.",
    sentence: "A text in the configuration is too long. Shorten it.",
};

/// How large the card of a room may be.
pub const CARD_BYTES: Limit = Limit {
    name: "room-card-bytes",
    default: 131_072,
    unit: "bytes",
    reason: "Everybody who enters fetches it; a picture of the size that XEP-0153 recommends takes a tenth.",
    sentence: "The card of the room is too large. Choose a smaller picture.",
};

/// How many hats a room has.
pub const HATS: Limit = Limit {
    name: "room-hats",
    default: 50,
    unit: "hats",
    reason: "Whoever gives one out chooses from a list.",
    sentence: "This room has too many hats. Destroy one first.",
};

/// How many people wear hats.
pub const HATS_WORN: Limit = Limit {
    name: "room-hats-worn",
    default: 1000,
    unit: "addresses",
    reason: "A room that is awake has them in memory.",
    sentence: "Too many hats are worn. Remove some first.",
};

/// How many hats somebody wears.
pub const HATS_EACH: Limit = Limit {
    name: "room-hats-each",
    default: 8,
    unit: "hats",
    reason: "All of them are in each presence of their bearer.",
    sentence: "Too many hats are worn. Remove some first.",
};

/// How long the title and the URI of a hat may be.
pub const HAT_BYTES: Limit = Limit {
    name: "room-hat-bytes",
    default: 256,
    unit: "bytes",
    reason: "They are in each presence of its bearers.",
    sentence: "The title or the URI is too long. Choose a shorter one.",
};

/// How many messages somebody who enters may get at most.
pub const HISTORY: Limit = Limit {
    name: "room-history",
    default: 50,
    unit: "messages",
    reason: "They are in memory while the room is awake; what lies further back is in its archive (XEP-0313).",
    sentence: "Older messages are in the archive of the room.",
};

/// How many bytes of them.
pub const HISTORY_BYTES: Limit = Limit {
    name: "room-history-bytes",
    default: 262_144,
    unit: "bytes",
    reason: "Fifty of the largest messages there may be would take as much memory as ten thousand sessions.",
    sentence: "Older messages are in the archive of the room.",
};

/// How many rooms are listed in one answer.
pub const PAGE: Limit = Limit {
    name: "room-list-page",
    default: 100,
    unit: "rooms",
    reason: "A page waits in memory until it is sent.",
    sentence: "The list of rooms is read in pages; ask for the next one.",
};

/// How many rooms one search looks at.
pub const SEARCHED: Limit = Limit {
    name: "room-search",
    default: 5000,
    unit: "rooms",
    reason: "Each is read; a search that did not see all of them goes on with the next page.",
    sentence: "The list of rooms is read in pages; ask for the next one.",
};

/// How many changes of affiliations or roles one request may hold.
pub const CHANGES: Limit = Limit {
    name: "room-changes",
    default: 500,
    unit: "items",
    reason: "They are all made or none, in one commit, and everybody in the room hears of each.",
    sentence: "That is too much at once. Send the changes in several requests.",
};

/// How many messages somebody may send at once.
pub const BURST: Limit = Limit {
    name: "room-burst",
    default: 30,
    unit: "messages",
    reason: "Each is multiplied by everybody who is there; a person pastes a few lines, a flood is thousands.",
    sentence: "You speak too fast for this room. Wait a moment.",
};

/// How long it takes until one more is allowed.
pub const PAUSE_MILLIS: Limit = Limit {
    name: "room-pause-millis",
    default: 500,
    unit: "milliseconds",
    reason: "Two messages and a few chat states in a second are as fast as anybody types.",
    sentence: "You speak too fast for this room. Wait a moment.",
};
