//! Making, giving and listing hats (XEP-0317 §3.2 to §3.7).

use super::{Hat, limits, table};
use crate::command::{Answers, Choice, Field, Form, Kind, Need, Report, Table, Then};
use crate::rooms::Room;
use crate::rooms::change::Changed;
use crate::rooms::commands::{RoomCommand, Who};
use crate::turn::Turn;
use xmpp::{Condition, Jid, StanzaError};

/// The form of all of them (§3.8).
const FORM: &str = "urn:xmpp:hats:commands";

/// Fields of it.
const JID: &str = "hats#jid";
const TITLE: &str = "hats#title";
const URI: &str = "hats#uri";
const HUE: &str = "hats#hue";

/// The commands.
pub const COMMANDS: &[RoomCommand] = &[
    RoomCommand {
        node: "urn:xmpp:hats:commands:list",
        name: "List hats",
        who: Who::Admitted,
        form: |_| None,
        run: list,
    },
    RoomCommand {
        node: "urn:xmpp:hats:commands:create",
        name: "Create or change a hat",
        who: Who::Admins,
        form: creating,
        run: create,
    },
    RoomCommand {
        node: "urn:xmpp:hats:commands:destroy",
        name: "Destroy a hat",
        who: Who::Admins,
        form: destroying,
        run: destroy,
    },
    RoomCommand {
        node: "urn:xmpp:hats:commands:list-assigned",
        name: "List who wears which hat",
        who: Who::Admins,
        form: |_| None,
        run: list_assigned,
    },
    RoomCommand {
        node: "urn:xmpp:hats:commands:assign",
        name: "Assign a hat",
        who: Who::Admins,
        form: |room| Some(bearing(room, "Assigning a hat", "Say who is to wear which hat.")),
        run: assign,
    },
    RoomCommand {
        node: "urn:xmpp:hats:commands:unassign",
        name: "Remove a hat from somebody",
        who: Who::Admins,
        form: |room| Some(bearing(room, "Removing a hat", "Say who is not to wear which hat any more.")),
        run: unassign,
    },
];

fn form(title: &'static str, instructions: &'static str, fields: Vec<Field>) -> Form {
    Form { title, instructions, form_type: FORM, fields, then: Then::Done }
}

/// The hats to choose from.
fn choice(room: &Room) -> Field {
    let choice = |(uri, hat): (&str, &Hat)| Choice { value: uri.to_owned(), label: hat.title.to_string() };
    Field::required(URI, "The hat", Kind::OneOf(room.hats.list().map(choice).collect()))
}

fn creating(_: &Room) -> Option<Form> {
    let fields = vec![
        Field::required(TITLE, "What people see", Kind::Line),
        Field::required(URI, "The URI that names it for programs", Kind::Line),
        Field { need: Need::Optional, ..Field::required(HUE, "Its colour, an angle from 0 to 360", Kind::Line) },
    ];
    Some(form("Creating a hat", "A hat with this URI that is there already is changed.", fields))
}

fn destroying(room: &Room) -> Option<Form> {
    Some(form("Destroying a hat", "Nobody will wear it any more.", vec![choice(room)]))
}

fn bearing(room: &Room, title: &'static str, instructions: &'static str) -> Form {
    form(title, instructions, vec![Field::required(JID, "The address", Kind::Address), choice(room)])
}

fn refuse<T>(condition: Condition, why: &'static str) -> Result<T, StanzaError> {
    Err(StanzaError::new(condition).text(why))
}

/// §3.2
fn create(turn: &mut Turn<'_, Room>, answers: &Answers, changed: &mut Changed) -> Result<Report, StanzaError> {
    let (uri, title, hue) = (answers.one(URI).trim(), answers.one(TITLE).trim(), answers.one(HUE).trim());
    let longest = turn.service.limits.count(&limits::HAT_BYTES);
    if [uri, title, hue].iter().any(|text| text.len() > longest) {
        return refuse(Condition::NotAcceptable, limits::HAT_BYTES.sentence);
    }
    if title.is_empty() || !uri.contains(':') {
        return refuse(Condition::BadRequest, "A hat has a title, and a URI such as `https://example.org/hats#host`.");
    }
    if !hue.is_empty() && !hue.parse::<f64>().is_ok_and(|hue| (0.0..=360.0).contains(&hue)) {
        return refuse(Condition::BadRequest, "The colour is an angle from 0 to 360.");
    }
    let hats = &mut turn.me.hats;
    if !hats.known.contains_key(uri) && hats.known.len() >= turn.service.limits.count(&limits::HATS) {
        return refuse(Condition::ResourceConstraint, limits::HATS.sentence);
    }
    let hat = Hat { title: title.into(), hue: hue.into() };
    hats.put(uri, hat.clone());
    changed.rehatted = hats.bearers(uri).map(Into::into).collect();
    changed.notice = vec![104];
    table::save(turn, uri, &hat);
    Ok(Report::default())
}

/// §3.3
fn destroy(turn: &mut Turn<'_, Room>, answers: &Answers, changed: &mut Changed) -> Result<Report, StanzaError> {
    let uri = answers.one(URI);
    changed.rehatted = turn.me.hats.drop_hat(uri);
    changed.notice = vec![104];
    table::drop_hat(turn, uri);
    Ok(Report::default())
}

/// Who is meant, as they are known for long.
fn bearer(answers: &Answers) -> Result<Jid, StanzaError> {
    let who = answers.addresses(JID).pop().map(|jid| jid.bare()).filter(|jid| jid.local().is_some());
    who.ok_or_else(|| StanzaError::new(Condition::BadRequest).text("A hat is worn by a person: `name@domain`."))
}

/// §3.5
fn assign(turn: &mut Turn<'_, Room>, answers: &Answers, changed: &mut Changed) -> Result<Report, StanzaError> {
    let (who, uri) = (bearer(answers)?, answers.one(URI));
    let hats = &mut turn.me.hats;
    let limits = &turn.service.limits;
    let own = hats.worn.get(who.as_str()).map_or(0, |worn| worn.len());
    let is_too_much = own >= limits.count(&limits::HATS_EACH) || hats.worn.len() >= limits.count(&limits::HATS_WORN);
    if hats.worn.get(who.as_str()).is_none_or(|worn| !worn.contains(uri)) {
        if is_too_much {
            return refuse(Condition::ResourceConstraint, limits::HATS_WORN.sentence);
        }
        hats.give(who.as_str(), uri);
        changed.rehatted = vec![who.as_str().into()];
        table::give(turn, who.as_str(), uri);
    }
    Ok(Report::default())
}

/// §3.6
fn unassign(turn: &mut Turn<'_, Room>, answers: &Answers, changed: &mut Changed) -> Result<Report, StanzaError> {
    let (who, uri) = (bearer(answers)?, answers.one(URI));
    if !turn.me.hats.take(who.as_str(), uri) {
        return refuse(Condition::ItemNotFound, "They do not wear that hat.");
    }
    changed.rehatted = vec![who.as_str().into()];
    table::take(turn, who.as_str(), uri);
    Ok(Report::default())
}

/// §3.4
fn list(turn: &mut Turn<'_, Room>, _: &Answers, _: &mut Changed) -> Result<Report, StanzaError> {
    let row = |(uri, hat): (&str, &Hat)| vec![hat.title.to_string(), uri.to_owned(), hat.hue.to_string()];
    let rows = turn.me.hats.list().map(row).collect();
    Ok(Report { table: Some(Table { title: "Hats", columns: &[TITLE, URI, HUE], rows }), ..Report::default() })
}

/// §3.7
fn list_assigned(turn: &mut Turn<'_, Room>, _: &Answers, _: &mut Changed) -> Result<Report, StanzaError> {
    let hats = &turn.me.hats;
    let pairs = hats.worn.iter().flat_map(|(bare, worn)| worn.iter().map(move |uri| (bare, uri)));
    let rows = pairs.filter_map(|(bare, uri)| {
        let hat = hats.known.get(uri)?;
        Some(vec![bare.to_string(), uri.to_string(), hat.title.to_string(), hat.hue.to_string()])
    });
    let rows = rows.collect();
    Ok(Report {
        table: Some(Table { title: "Who wears which", columns: &[JID, URI, TITLE, HUE], rows }),
        ..Report::default()
    })
}
