//! One account: what there is to know of it, its devices, and what can be done.

use super::{LIST, acts, delete, path};
use crate::desk::counter::{Button, Desk};
use crate::landing::facts::{Fact, size};
use crate::{Frame, Site, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use features::login::{AccountRow, Client, Device, State as AccountState};
use features::staff::{Right, Role};
use features::{invitations, login};
use hub::NotDone;
use std::sync::Arc;
use xmpp::Jid;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

#[derive(Template)]
#[template(path = "desk/account.html")]
struct Account {
    address: String,
    facts: Vec<Fact>,
    devices: Vec<Line>,
    buttons: Vec<Button>,
    /// Where it is deleted.
    delete: Option<String>,
    /// Somebody with a role, whom only owners act on.
    is_out_of_reach: bool,
    desk: Desk,
    frame: Frame,
}

/// A device.
struct Line {
    name: String,
    seen: String,
    /// Shuts it out.
    revoke: Option<Button>,
    /// Nothing but another password shuts it out.
    has_password: bool,
}

/// What is known of an account.
struct Known {
    jid: Jid,
    row: AccountRow,
    role: Option<Role>,
    inviter: Option<Jid>,
    /// How many files, and bytes of them.
    files: (usize, u64),
    clients: Vec<Client>,
}

pub(in crate::desk) async fn page(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
) -> Response {
    let known = match look(&site, &name).await {
        Ok(known) => known,
        Err(not_done) => return desk.not_done(frame, &not_done, LIST),
    };
    let is_reached = desk.clerk.role.may_touch(known.role);
    let can = |right| is_reached && desk.may(right);
    let local = &known.row.localpart;
    let page = Account {
        address: known.jid.to_string(),
        facts: facts(&known, frame.words),
        devices: known.clients.iter().map(|client| line(client, local, can(Right::EndAccess), &desk)).collect(),
        buttons: buttons(&known, can, &desk),
        delete: can(Right::Delete).then(|| frame.words.link(&path(delete::PATH, local))),
        is_out_of_reach: !is_reached,
        desk,
        frame,
    };
    Desk::show(page.desk.seal(), &page)
}

async fn look(site: &Site, name: &str) -> Result<Known, NotDone> {
    let hub = site.hub();
    let (jid, row) = hub.find_account(name).await?;
    if !matches!(row.state, AccountState::Active | AccountState::Disabled) {
        return Err(NotDone::Missing(format!("There is no account {jid}.")));
    }
    let role = hub.role_of(&jid).await?;
    let inviter = invitations::inviter_of(hub.store(), &hub.service().domain, row.id).await?;
    let (_, files) = hub.files(jid.as_str()).await?;
    let bytes = files.iter().map(|file| file.bytes).sum();
    let clients = hub.clients(jid.as_str()).await?;
    Ok(Known { jid, row, role, inviter, files: (files.len(), bytes), clients })
}

fn facts(known: &Known, words: Words) -> Vec<Fact> {
    let fact = |what: &str, text: String| Fact { what: words.say(what), text };
    let row = &known.row;
    let state = if row.state == AccountState::Disabled { "account-disabled" } else { "account-active" };
    let last = row.last_login_day.map(|days| words.day(days.saturating_mul(DAY_MICROS)));
    let mut facts = vec![
        fact("account-state", words.say(state)),
        fact("account-made", words.day(row.created_at)),
        fact("account-last-login", last.unwrap_or_else(|| words.say("account-never"))),
    ];
    if let Some(role) = known.role {
        facts.push(fact("field-role", words.say(&format!("role-{}", role.name()))));
    }
    if let Some(inviter) = &known.inviter {
        facts.push(fact("account-inviter", inviter.to_string()));
    }
    let (count, bytes) = known.files;
    let files = words.count("account-files-count", count as u64);
    facts.push(fact("promise-files", if count == 0 { files } else { format!("{files}, {}", size(bytes, &words)) }));
    facts
}

fn line(client: &Client, local: &str, can_revoke: bool, desk: &Desk) -> Line {
    let words = desk.words();
    let device = client.device.as_ref();
    let parts = device.map(|device| [device.software.as_deref(), device.device.as_deref()]);
    let name: Vec<&str> = parts.into_iter().flatten().flatten().collect();
    let is_revocable = device.is_some_and(Device::is_revocable);
    let revoke = (can_revoke && is_revocable).then(|| {
        let fields = vec![("id", client.id.clone())];
        desk.button("device-revoke", &path(acts::REVOKE, local), fields)
    });
    Line {
        name: if name.is_empty() { words.say("device-unnamed") } else { name.join(", ") },
        seen: match (client.connected, device) {
            (true, _) => words.say("device-connected"),
            (false, Some(device)) => words.with("device-seen", &words.moment(device.last_seen)),
            (false, None) => String::new(),
        },
        revoke,
        has_password: !is_revocable,
    }
}

fn buttons(known: &Known, can: impl Fn(Right) -> bool, desk: &Desk) -> Vec<Button> {
    let is_disabled = known.row.state == login::State::Disabled;
    let (label, act) = match is_disabled {
        true => ("account-enable", acts::ENABLE),
        false => ("account-disable", acts::DISABLE),
    };
    let all = [
        (Right::Disable, label, act),
        (Right::EndAccess, "account-end-sessions", acts::END_SESSIONS),
        (Right::SetPassword, "account-set-password", acts::SET_PASSWORD),
    ];
    let allowed = all.into_iter().filter(|(right, ..)| can(*right));
    allowed.map(|(_, label, act)| desk.button(label, &path(act, &known.row.localpart), Vec::new())).collect()
}
