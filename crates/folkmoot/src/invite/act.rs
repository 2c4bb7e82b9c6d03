//! What is done about invitations, for both doors.

use crate::control::{CameLine, InvitationLine, Reply};
use features::invitations::tree::Node;
use features::invitations::{Kind, Listed, Wish};
use hub::{Hub, NotDone};
use xmpp::{Jid, time};

/// Makes one to an account of that name, or of any.
///
/// # Errors
/// See [`NotDone`].
pub async fn create(hub: &Hub, name: String, (uses, days): (u32, Option<u32>)) -> Result<Reply, NotDone> {
    let malformed = |_| NotDone::Refused(format!("`{name}` cannot be the name of an account."));
    let name = match hub.local_name(&name)? {
        "" => String::new(),
        local => Jid::prepare_localpart(local).map_err(malformed)?,
    };
    if !name.is_empty() && uses != 1 {
        return Err(NotDone::Refused("An invitation to a certain name is for one.".to_owned()));
    }
    let made = hub.invite(None, &Wish { kind: Kind::Account, name, uses, days }).await?;
    Ok(Reply::Invited { link: made.link, page: made.page, expires: time::write(made.expires_at) })
}

/// Lists those that can be used, behind the number `after`.
///
/// # Errors
/// See [`NotDone`].
pub async fn list(hub: &Hub, after: i64) -> Result<Reply, NotDone> {
    let line = |one: Listed| InvitationLine {
        number: one.number,
        kind: one.kind.name().to_owned(),
        name: one.name.into(),
        uses_left: one.uses_left,
        expires: time::write(one.expires_at),
        inviter: one.inviter.into(),
    };
    Ok(Reply::Invitations { invitations: hub.invitations(None, after).await?.into_iter().map(line).collect() })
}

/// Takes one back.
///
/// # Errors
/// See [`NotDone`].
pub async fn revoke(hub: &Hub, number: i64) -> Result<Reply, NotDone> {
    hub.revoke_invitation(None, number).await.map(|()| Reply::InvitationRevoked { number })
}

/// Shows who came by whose.
///
/// # Errors
/// See [`NotDone`].
pub async fn tree(hub: &Hub, name: Option<&str>) -> Result<Reply, NotDone> {
    let line = |node: Node| CameLine {
        depth: node.depth,
        name: node.name.map(Into::into),
        disabled: node.is_disabled,
        came: (node.came_at > 0).then(|| time::write(node.came_at)),
    };
    Ok(Reply::InvitationTree { came: hub.invited(name).await?.into_iter().map(line).collect() })
}
