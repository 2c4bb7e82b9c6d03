//! What owners do (XEP-0045 §10): configuring the room, for the first time and later, and destroying it.

use super::change::{Change, Changed, apply, finish};
use super::config::{self, Config};
use super::iq::Asked;
use super::role::{Affiliation, Role};
use super::room::{Room, Stage};
use super::wire::{About, Destroyed, Shown};
use super::{admin, limits, table};
use crate::iq::Reply;
use crate::turn::Turn;
use bytes::Bytes;
use xmpp::form::Form;
use xmpp::{Condition, Element, Jid, PresenceType, StanzaError, Writer, ns};

/// The lists that the form holds in full (§10.5).
const LISTS: [(&str, Affiliation, &str); 2] = [
    ("muc#roomconfig_roomadmins", Affiliation::Admin, "Admins"),
    ("muc#roomconfig_roomowners", Affiliation::Owner, "Owners"),
];

/// §10.1.3, §10.2: the form to be filled in.
pub(super) fn form(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    owns(turn.me, asked.from)?;
    let mut w = Writer::new();
    w.open("query", ns::MUC_OWNER);
    config::open_form(&mut w);
    turn.me.config.write_fields(&mut w);
    for (name, affiliation, label) in LISTS {
        w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", "jid-multi").attr("label", label);
        for (jid, _) in turn.me.affiliations.list(affiliation) {
            w.leaf("value", ns::DATA_FORMS, jid);
        }
        w.close();
    }
    Ok(Reply::Inner(w.finish()))
}

/// The form comes back, or the room is to be destroyed.
pub(super) fn set(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    owns(turn.me, asked.from)?;
    if let Some(wish) = asked.payload.child("destroy", ns::MUC_OWNER) {
        let destroyed = read_destroy(&wish)?;
        destroy(turn, asked, &destroyed);
        return Ok(Reply::Nothing);
    }
    let x = asked.payload.child("x", ns::DATA_FORMS);
    let Some(x) = x else {
        return Err(StanzaError::new(Condition::BadRequest).text("Send the form back, filled in."));
    };
    match x.attr("type").as_deref() {
        // §10.1.3: a room whose configuration is given up is none.
        Some("cancel") if turn.me.stage == Stage::Locked => destroy(turn, asked, &Destroyed::default()),
        Some("cancel") => return Ok(Reply::Done),
        Some("submit") => configure(turn, asked, x)?,
        _ => return Err(StanzaError::new(Condition::BadRequest).text("The form is not a submission.")),
    }
    Ok(Reply::Nothing)
}

pub(super) fn owns(room: &Room, jid: &Jid) -> Result<(), StanzaError> {
    match room.affiliation(jid) {
        Affiliation::Owner => Ok(()),
        _ => Err(StanzaError::new(Condition::Forbidden).text("Only owners of the room may do that.")),
    }
}

fn configure(turn: &mut Turn<'_, Room>, asked: &Asked<'_>, x: Element<'_>) -> Result<(), StanzaError> {
    let mut config = turn.me.config.clone();
    let mut changes = Vec::new();
    // §10.1.2: an empty form takes what is there.
    if x.children().next().is_some() {
        let form = Form::submitted_as(x, ns::MUC_CONFIG)?;
        let unfit = "A field does not take that value. A password must not be empty.";
        config.set_all(&form).map_err(|_| StanzaError::new(Condition::NotAcceptable).text(unfit))?;
        changes = list_changes(turn.me, &form)?;
    }
    if config.longest_text() > turn.service.limits.count(&limits::TEXT_BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(limits::TEXT_BYTES.sentence));
    }
    admin::check(turn, &changes)?;
    let answer = asked.stanza.result(Bytes::new()).with_from(Some(turn.me.jid.clone()));
    let mut changed = Changed::new(turn.me, asked.from, Some(answer));
    let before = std::mem::replace(&mut turn.me.config, config);
    if turn.me.stage == Stage::Locked {
        turn.me.stage = Stage::Open;
        table::create(turn);
    } else {
        changed.is_closed_to_strangers = true;
        if before != turn.me.config {
            table::save(turn);
            changed.notice = notice(turn.me, &before);
        }
        changed.was_broadcast = (before.presence_of != turn.me.config.presence_of).then_some(before.presence_of);
        if before.is_moderated && !turn.me.config.is_moderated {
            changes.extend(voices(turn.me));
        }
    }
    match changes.is_empty() {
        true => finish(turn, changed),
        false => apply(turn, changes, asked.from, changed),
    }
    Ok(())
}

/// A room that is not moderated any more has nobody without voice (§4.2).
fn voices(room: &Room) -> Vec<Change> {
    let visitors = room.occupants.iter().filter(|occupant| occupant.role == Role::Visitor);
    visitors.filter_map(|occupant| Change::role(room, occupant.nick(), Role::Participant, Box::default())).collect()
}

/// What becomes of admins and owners when the lists of the form are the whole lists (§10.2, §10.5).
fn list_changes(room: &Room, form: &Form<'_>) -> Result<Vec<Change>, StanzaError> {
    let mut changes: Vec<Change> = Vec::new();
    for (name, affiliation, _) in LISTS {
        let Some(field) = form.fields().find(|field| field.name() == name) else { continue };
        let malformed = || StanzaError::new(Condition::JidMalformed).text("A list holds what is no address.");
        let wanted = field.values().filter(|value| !value.trim().is_empty());
        let wanted: Vec<Jid> = wanted
            .map(|value| Jid::parse(value.trim()).map(|jid| jid.bare()).map_err(|_| malformed()))
            .collect::<Result<_, _>>()?;
        let change = |who: Jid, to| Change::Affiliation { who, to, nick: None, reason: Box::default() };
        let dropped =
            room.affiliations.list(affiliation).filter(|(jid, _)| !wanted.iter().any(|one| one.as_str() == *jid));
        let dropped = dropped.filter_map(|(jid, _)| Jid::parse_tolerant(jid).ok());
        changes.extend(dropped.map(|jid| change(jid, Affiliation::None)));
        let added = wanted.into_iter().filter(|jid| room.affiliation(jid) != affiliation);
        changes.extend(added.map(|jid| change(jid, affiliation)));
    }
    // Whoever goes from one list to the other is dropped from none: the last word counts.
    let named = |change: &Change| match change {
        Change::Affiliation { who, to, .. } if *to != Affiliation::None => Some(who.clone()),
        _ => None,
    };
    let kept: Vec<Jid> = changes.iter().filter_map(named).collect();
    changes.retain(|change| match change {
        Change::Affiliation { who, to: Affiliation::None, .. } => !kept.contains(who),
        _ => true,
    });
    Ok(changes)
}

/// §10.2.1: what everybody has to know of another configuration, above all what it means for their privacy.
fn notice(room: &Room, before: &Config) -> Vec<u16> {
    let mut codes: Vec<u16> = Vec::new();
    if before.is_archived != room.config.is_archived {
        codes.push(if room.config.is_archived { 170 } else { 171 });
    }
    if before.whois != room.config.whois {
        codes.push(if room.config.is_non_anonymous() { 172 } else { 173 });
    }
    let told = Config { is_archived: before.is_archived, whois: before.whois, ..room.config.clone() };
    if told != *before {
        codes.push(104);
    }
    codes
}

fn read_destroy(wish: &Element<'_>) -> Result<Destroyed, StanzaError> {
    let malformed = || StanzaError::new(Condition::JidMalformed).text("The other room has no address.");
    let venue = wish.attr("jid").map(|jid| Jid::parse(&jid).map_err(|_| malformed())).transpose()?;
    let text = |name: &str| wish.child(name, ns::MUC_OWNER).map(|child| child.text().into());
    Ok(Destroyed { venue, password: text("password"), reason: text("reason") })
}

/// §10.9: everybody is told once, of themselves alone.
fn destroy(turn: &mut Turn<'_, Room>, asked: &Asked<'_>, destroyed: &Destroyed) {
    let answer = asked.stanza.result(Bytes::new()).with_from(Some(turn.me.jid.clone()));
    let mut changed = Changed::new(turn.me, asked.from, Some(answer));
    for occupant in turn.me.occupants.iter() {
        for session in &occupant.sessions {
            let kind = PresenceType::Unavailable;
            let shown = Shown { occupant, session, kind, affiliation: Affiliation::None, said: &[] };
            let about = About { destroyed: Some(destroyed), ..About::default() };
            changed.gone.push((shown.stanza(false, &about), session.jid.clone()));
        }
    }
    table::destroy(turn);
    turn.me.end();
    finish(turn, changed);
}
