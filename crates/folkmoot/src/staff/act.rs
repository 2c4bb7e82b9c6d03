//! What is done about those who run the service, for both doors.

use crate::control::{Reply, StaffLine};
use features::staff::Role;
use hub::{Hub, NotDone};
use xmpp::time;

/// Lists them.
///
/// # Errors
/// See [`NotDone`].
pub async fn list(hub: &Hub) -> Result<Reply, NotDone> {
    let service = hub.service();
    let configured = service.admins.iter().map(|admin| StaffLine {
        address: admin.to_string(),
        role: Role::Owner.name().to_owned(),
        since: None,
    });
    let given = hub.staff().await?.into_iter().map(|member| StaffLine {
        address: format!("{}@{}", member.localpart, service.domain),
        role: member.role.name().to_owned(),
        since: Some(time::write(member.given_at)),
    });
    Ok(Reply::Staff { staff: configured.chain(given).collect() })
}

/// Gives an account a role.
///
/// # Errors
/// See [`NotDone`].
pub async fn give(hub: &Hub, by: &str, name: &str, role: &str) -> Result<Reply, NotDone> {
    let known = Role::ALL.map(Role::name).join(", ");
    let role = Role::parse(role);
    let role = role.ok_or_else(|| NotDone::Refused(format!("There is no such role. Roles are: {known}.")))?;
    let jid = hub.give_role(by, name, role).await?;
    Ok(Reply::RoleGiven { address: jid.to_string(), role: role.name().to_owned() })
}

/// Takes the role of an account.
///
/// # Errors
/// See [`NotDone`].
pub async fn take(hub: &Hub, by: &str, name: &str) -> Result<Reply, NotDone> {
    Ok(Reply::RoleTaken { address: hub.take_role(by, name).await?.to_string() })
}

/// Makes a link for the first owner.
///
/// # Errors
/// See [`NotDone`].
pub async fn link(hub: &Hub) -> Result<Reply, NotDone> {
    let service = hub.service();
    let nowhere = || NotDone::Refused("There are no pages: `https` under `[listen]` is empty.".to_owned());
    let origin = service.pages.as_ref().ok_or_else(nowhere)?;
    let token = hub.owner_link().await?;
    Ok(Reply::OwnerLink { link: token.map(|token| web::desk::owner_link(origin, &token)) })
}
