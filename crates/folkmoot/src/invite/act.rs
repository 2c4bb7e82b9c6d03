//! What is done about invitations, for both doors.

use crate::control::{CameLine, InvitationLine, Reply};
use features::invitations::Listed;
use features::invitations::tree::Node;
use hub::{Hub, NotDone};
use xmpp::time;

/// Makes one to an account of that name, or of any.
///
/// # Errors
/// See [`NotDone`].
pub async fn create(hub: &Hub, name: String, (uses, days): (u32, Option<u32>)) -> Result<Reply, NotDone> {
    let wish = hub.account_wish(&name, uses, days)?;
    let made = hub.invite(None, &wish).await?;
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
pub async fn revoke(hub: &Hub, by: &str, number: i64) -> Result<Reply, NotDone> {
    hub.revoke_any_invitation(by, number).await.map(|()| Reply::InvitationRevoked { number })
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
