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

/// Some of the roles that somebody in the room may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles(u8);

impl Roles {
    /// The roles there are to choose from, as the forms have them.
    pub const CHOICES: [Role; 3] = [Role::Moderator, Role::Participant, Role::Visitor];

    /// All of them.
    pub const ALL: Roles = Roles(0b1110);

    /// Whether a role is one of them.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Those that have it, as words.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Roles::CHOICES.into_iter().filter(move |role| self.has(*role)).map(Role::name)
    }

    /// The roles of these words; none if one of them is no role of somebody in the room.
    pub fn parse(words: &str) -> Option<Roles> {
        words.split_whitespace().try_fold(Roles(0), |roles, word| {
            let role = Role::parse(word).filter(|role| *role != Role::None)?;
            Some(Roles(roles.0 | 1 << role as u8))
        })
    }
}
