//! Roles and what they may: the one place where that is decided.

use crate::Fault;

/// What somebody is for the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Answers for all of it, and gives the others their roles.
    Owner,
    /// Runs it from day to day.
    Admin,
    /// Acts on what people report.
    Moderator,
    /// Helps people to get in, and back in.
    Support,
    /// Sees whether the others do it right, and changes nothing.
    Auditor,
}

/// One thing that may be allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// See that somebody is at the desk, and what they may.
    Enter,
    /// Find accounts; see their state and which devices they have.
    SeeAccounts,
    /// Shut an account out, and let it in again.
    Disable,
    /// End sessions and take the access of devices away.
    EndAccess,
    /// Give somebody another password.
    SetPassword,
    /// Erase an account.
    Delete,
    /// See invitations and who came by whose.
    SeeInvitations,
    /// Make invitations, and take back anybody's.
    Invite,
    /// Read reports, with the messages in them, and close them.
    Reports,
    /// See how things stand with other services.
    SeeFederation,
    /// Decide with which of them ours talks.
    Decide,
    /// See what is promised, and whether it is kept.
    SeePromises,
    /// See what was done, and by whom.
    SeeDeeds,
    /// See who has which role.
    SeeStaff,
    /// Give roles, and take them.
    GiveRoles,
}

impl Right {
    /// Whether it is about an account, so that it matters whose.
    pub fn touches(self) -> bool {
        matches!(self, Right::Disable | Right::EndAccess | Right::SetPassword | Right::Delete)
    }
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Role; 5] = [Role::Owner, Role::Admin, Role::Moderator, Role::Support, Role::Auditor];

    /// The word in the store and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Moderator => "moderator",
            Role::Support => "support",
            Role::Auditor => "auditor",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    pub(super) fn read(name: &str) -> Result<Role, Fault> {
        Role::parse(name).ok_or_else(|| Fault(format!("nobody can be {name:?}")))
    }

    /// Whether it is enough for something.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Enter | Right::SeeAccounts | Right::SeeFederation | Right::SeePromises => true,
            Right::Disable | Right::Reports => matches!(self, Role::Owner | Role::Admin | Role::Moderator),
            Right::EndAccess => self != Role::Auditor,
            Right::SetPassword | Right::Invite => matches!(self, Role::Owner | Role::Admin | Role::Support),
            Right::SeeInvitations => self != Role::Moderator,
            Right::Delete | Right::Decide => matches!(self, Role::Owner | Role::Admin),
            Right::SeeDeeds | Right::SeeStaff => matches!(self, Role::Owner | Role::Admin | Role::Auditor),
            Right::GiveRoles => self == Role::Owner,
        }
    }

    /// Whether it may act on an account that has the role `other`, or none. Whoever could set the password of
    /// somebody mightier would be as mighty.
    pub fn may_touch(self, other: Option<Role>) -> bool {
        other.is_none() || self == Role::Owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.name()) == Some(role)));
        assert!(Role::parse("king").is_none() && Role::read("").is_err());
    }

    #[test]
    fn who_only_looks_changes_nothing_and_nobody_makes_themselves_more() {
        let changing = [
            Right::Disable,
            Right::EndAccess,
            Right::SetPassword,
            Right::Delete,
            Right::Invite,
            Right::Reports,
            Right::Decide,
            Right::GiveRoles,
        ];
        assert!(changing.into_iter().all(|right| !Role::Auditor.may(right) && Role::Owner.may(right)));
        for role in Role::ALL {
            assert_eq!(role.may(Right::GiveRoles), role == Role::Owner);
            assert_eq!(role.may_touch(Some(Role::Auditor)), role == Role::Owner);
            assert!(role.may_touch(None));
        }
    }
}
