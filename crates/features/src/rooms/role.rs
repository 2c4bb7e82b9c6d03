//! What somebody is to a room for long (XEP-0045 §5.2), and what while they are in it (§5.1).

/// A long-lived association with a room, the weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Affiliation {
    Outcast,
    None,
    Member,
    Admin,
    Owner,
}

/// What somebody may do while they are in a room, the weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Role {
    None,
    Visitor,
    Participant,
    Moderator,
}

impl Affiliation {
    const ALL: [Affiliation; 5] =
        [Affiliation::Outcast, Affiliation::None, Affiliation::Member, Affiliation::Admin, Affiliation::Owner];

    /// The word on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Affiliation::Outcast => "outcast",
            Affiliation::None => "none",
            Affiliation::Member => "member",
            Affiliation::Admin => "admin",
            Affiliation::Owner => "owner",
        }
    }

    /// The affiliation of that word.
    pub fn parse(word: &str) -> Option<Affiliation> {
        Affiliation::ALL.into_iter().find(|known| known.name() == word)
    }

    /// The role that somebody enters with (§5.1.2).
    pub fn role(self, is_moderated: bool) -> Role {
        match self {
            Affiliation::Outcast => Role::None,
            Affiliation::None if is_moderated => Role::Visitor,
            Affiliation::None | Affiliation::Member => Role::Participant,
            Affiliation::Admin | Affiliation::Owner => Role::Moderator,
        }
    }
}

impl Role {
    const ALL: [Role; 4] = [Role::None, Role::Visitor, Role::Participant, Role::Moderator];

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Role::None => "none",
            Role::Visitor => "visitor",
            Role::Participant => "participant",
            Role::Moderator => "moderator",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|known| known.name() == word)
    }
}
