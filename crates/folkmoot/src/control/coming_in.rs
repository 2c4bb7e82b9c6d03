//! What is told of those who come in.

use serde::{Deserialize, Serialize};

/// An invitation that can still be used.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct InvitationLine {
    /// Its number.
    pub number: i64,
    /// `contact`, `account` or `account-and-contact`.
    pub kind: String,
    /// The name it is for; empty if any.
    pub name: String,
    /// How often it can still be used.
    pub uses_left: i64,
    /// When it expires, as an XEP-0082 date.
    pub expires: String,
    /// Who made it: a name; empty for those who run the service.
    pub inviter: String,
}

/// Somebody who came by an invitation.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct CameLine {
    /// How many invitations away from where the tree begins.
    pub depth: u32,
    /// The name; none if the account was erased.
    pub name: Option<String>,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// When it came, as an XEP-0082 date; none if nobody knows any more.
    pub came: Option<String>,
}
