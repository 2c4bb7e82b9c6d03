//! What administrators may have done, as a closed list. The hub carries it out; every door ends there.

use crate::announce::Standing;
use crate::deed::Password;
use crate::invitations;
use crate::terms::Action;
use xmpp::Jid;

/// One order.
#[derive(Debug)]
pub enum Order {
    /// Make an account (XEP-0133 §4.1).
    Add {
        /// Which: a bare JID.
        account: Jid,
        /// Its password.
        password: Password,
    },
    /// Do something to each of some accounts.
    Each(What, Vec<Jid>),
    /// Give an account another password (§4.7).
    SetPassword {
        /// Which.
        account: Jid,
        /// The new one.
        password: Password,
    },
    /// Show the contacts of an account (§4.8).
    Contacts(Jid),
    /// Show the day of the last login (§4.9).
    LastLogin(Jid),
    /// Show how an account is used (§4.10).
    Statistics(Jid),
    /// Count accounts (§4.13 to §4.17).
    Count(Which),
    /// List accounts (§4.18 to §4.22), so many at most.
    List(Which, u32),
    /// Show who applies for an account.
    Applications,
    /// Let somebody in who applied, by the number of the application.
    Accept(i64),
    /// Do not let them in.
    Refuse {
        /// The number of the application.
        number: i64,
        /// What they are told; empty for nothing.
        answer: String,
    },
    /// Write to everybody who is online (§4.23).
    Announce(String),
    /// Have something said to everybody who comes (§4.24, §4.27), the message of the day also to who is
    /// there already.
    Set(Standing, String),
    /// Change its words for those who have not read it (§4.25).
    Edit(Standing, String),
    /// Have it said no more (§4.26, §4.28).
    Unset(Standing),
    /// Show what administrators did lately.
    Deeds,
    /// Make an invitation in the own name (XEP-0401 §5). Not only an administrator's affair.
    Invite(invitations::Wish),
    /// Show the own invitations. As above.
    Invitations,
    /// Take one of the own invitations back, by its number. As above.
    Revoke(i64),
    /// Agree to the terms of that version. As above.
    Agree(u32),
    /// Show the own files. As above.
    Files,
    /// Delete one of the own files, by its address or its id. As above.
    DeleteFile(String),
    /// Decide on which terms the service talks with a domain.
    Decide {
        /// Which.
        domain: Jid,
        /// What is decided.
        action: Action,
        /// Why.
        reason: String,
        /// For how many days; none for always.
        days: Option<u32>,
    },
    /// Show how things stand with a service, or with those that are known.
    Standing(Option<Jid>),
    /// Take what was decided about a domain back.
    Forget(Jid),
    /// End sessions of the own account, by their full JIDs. Not an administrator's affair.
    EndOwn(Vec<Jid>),
}

/// What is done to accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Erase all they keep (§4.2).
    Delete,
    /// Let nobody log in (§4.3).
    Disable,
    /// Undo that (§4.4).
    Enable,
    /// End their sessions, or the one that the full JID names (§4.5).
    EndSessions,
}

/// Which accounts are counted or listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All that can be used or enabled again.
    Registered,
    /// Those that are shut out.
    Disabled,
    /// Those with a session.
    Online,
    /// Those of them with a client in the foreground (XEP-0352).
    Active,
    /// Those of them without.
    Idle,
}
