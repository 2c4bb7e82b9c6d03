//! What a room says of itself (XEP-0045 §6.4, §6.5, §7.12).

use super::commands;
use super::iq::Asked;
use super::role::Affiliation;
use super::room::Room;
use crate::disco::namespaces;
use crate::feature::Place;
use crate::iq::Reply;
use crate::turn::Turn;
use xmpp::form::FORM_TYPE;
use xmpp::{Condition, StanzaError, Writer, ns};

/// The node of the nickname that is kept for somebody (§7.12).
const RESERVED_NICK: &str = "x-roomuser-item";

/// The node of what a room lets pass (§18.1.1).
const TRAFFIC: &str = "http://jabber.org/protocol/muc#traffic";

/// §6.4.
pub(super) fn info(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let room = &*turn.me;
    match asked.payload.attr("node").as_deref() {
        Some(RESERVED_NICK) => return Ok(reserved_nick(room, asked)),
        // §18.1.1: all namespaces pass.
        Some(TRAFFIC) => return Err(StanzaError::new(Condition::ServiceUnavailable)),
        Some(node) => return commands::info(room, asked, node).map(Reply::Inner),
        None => {}
    }
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO);
    w.open("identity", ns::DISCO_INFO).attr("category", "conference").attr("type", "text");
    w.attr("name", name(room)).close();
    for namespace in namespaces(Place::Room) {
        // What is not kept is not there to be asked for, nor to be taken out.
        let is_shown = match namespace {
            ns::MAM | ns::MAM_EXTENDED | ns::MODERATE => room.config.is_archived,
            ns::RETRACT_TOMBSTONE => room.config.is_archived && turn.service.tombstones,
            _ => true,
        };
        if is_shown {
            w.open("feature", ns::DISCO_INFO).attr("var", namespace).close();
        }
    }
    for kind in kinds(room) {
        w.open("feature", ns::DISCO_INFO).attr("var", kind).close();
    }
    form(&mut w, room, (room.admits(asked.from), turn.now));
    Ok(Reply::Inner(w.finish()))
}

/// §6.5: who is in a room is told those who enter it.
pub(super) fn items(room: &Room, asked: &Asked<'_>) -> Reply {
    if asked.payload.attr("node").as_deref() == Some(ns::COMMANDS) {
        return Reply::Inner(commands::items(room, asked));
    }
    let mut w = Writer::new();
    w.open("query", ns::DISCO_ITEMS).attr_some("node", asked.payload.attr("node").as_deref());
    Reply::Inner(w.finish())
}

/// What it is called: as it is configured, or by its address.
pub(super) fn name(room: &Room) -> &str {
    if room.config.name.is_empty() { room.jid.local().unwrap_or_default() } else { &room.config.name }
}

/// §4.2, §16.3.
fn kinds(room: &Room) -> [&'static str; 6] {
    let config = &room.config;
    let either = |is: bool, yes, no| if is { yes } else { no };
    [
        either(config.is_password_protected, "muc_passwordprotected", "muc_unsecured"),
        either(config.is_public, "muc_public", "muc_hidden"),
        either(config.is_persistent, "muc_persistent", "muc_temporary"),
        either(config.is_members_only, "muc_membersonly", "muc_open"),
        either(config.is_moderated, "muc_moderated", "muc_unmoderated"),
        either(config.is_non_anonymous(), "muc_nonanonymous", "muc_semianonymous"),
    ]
}

/// §6.4, §16.5.4: more of it, and what goes on in it for those who may enter.
fn form(w: &mut Writer, room: &Room, (is_admitted, now): (bool, i64)) {
    w.open("x", ns::DATA_FORMS).attr("type", "result");
    let mut field = |name: &str, kind: Option<&str>, values: &[&str]| {
        w.open("field", ns::DATA_FORMS).attr("var", name).attr_some("type", kind);
        for value in values {
            w.leaf("value", ns::DATA_FORMS, value);
        }
        w.close();
    };
    let change_subject = if room.config.change_subject { "1" } else { "0" };
    field(FORM_TYPE, Some("hidden"), &[ns::MUC_INFO]);
    field("muc#roominfo_description", None, &[&room.config.description]);
    if !room.config.lang.is_empty() {
        field("muc#roominfo_lang", None, &[&room.config.lang]);
    }
    if !room.config.pubsub.is_empty() {
        field("muc#roomconfig_pubsub", None, &[&room.config.pubsub]);
    }
    field("muc#roomconfig_changesubject", Some("boolean"), &[change_subject]);
    field("muc#roominfo_subjectmod", Some("boolean"), &[change_subject]);
    field("muc#maxhistoryfetch", None, &[&room.config.history.to_string()]);
    // XEP-0486 §3.3
    if !room.pictures.is_empty() {
        field("muc#roominfo_avatarhash", Some("text-multi"), &room.pictures.split(' ').collect::<Vec<_>>());
    }
    // XEP-0317 §2
    if !room.hats.is_empty() {
        field("hats#hash", Some("text-single"), &[&room.hats.hash()]);
    }
    // XEP-0500 §5.2
    field("muc#roominfo_slow_mode_duration", Some("text-single"), &[&room.config.slow_mode_seconds.to_string()]);
    if shows_activity(room) {
        field("{urn:xmpp:muc-activity}message-activity", None, &[&format!("{:.2}", room.history.per_hour(now))]);
    }
    if is_admitted {
        field("muc#roominfo_subject", None, &[&room.subject.text]);
        field("muc#roominfo_occupants", None, &[&room.occupants.len().to_string()]);
    }
    // Whoever may enter would see these addresses inside; those of other rooms are nobody's business.
    if is_admitted && room.config.is_non_anonymous() {
        let owners: Vec<&str> = room.affiliations.list(Affiliation::Owner).map(|(jid, _)| jid).collect();
        field("muc#roominfo_contactjid", Some("jid-multi"), &owners);
    }
    w.close();
}

/// XEP-0502 §3.1, §9: how much is said is told where everybody may hear it, and where we know after a restart.
fn shows_activity(room: &Room) -> bool {
    let config = &room.config;
    let is_open = config.is_public && !config.is_members_only && !config.is_password_protected;
    is_open && config.is_persistent && config.is_archived
}

/// §7.12.
fn reserved_nick(room: &Room, asked: &Asked<'_>) -> Reply {
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO).attr("node", RESERVED_NICK);
    let nick = room.affiliations.nick_of(asked.from);
    if !nick.is_empty() {
        w.open("identity", ns::DISCO_INFO).attr("category", "conference").attr("type", "text").attr("name", nick);
    }
    Reply::Inner(w.finish())
}
