//! Searching public rooms by words (XEP-0433): names, descriptions and addresses of those that are in the list of
//! rooms, in pages (XEP-0059).

use super::config::Config;
use super::limits;
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::query::Query;
use crate::turn::Turn;
use store::{Row, Store, Value};
use xmpp::form::{self, FORM_TYPE, Form};
use xmpp::page::{self, Place, Wanted};
use xmpp::{Condition, ErrorType, Stanza, StanzaError, Writer, ns};

/// The purpose of the form (§4.2.1).
const PARAMS: &str = "urn:xmpp:channel-search:0:search-params";
/// The only order there is (§6.1): how many people are in a room is not in the store.
const BY_ADDRESS: &str = "{urn:xmpp:channel-search:0:order}address";
/// What we have of service types (§6.2).
const MUC: &str = "xep-0045";
/// Words that are looked for at most.
const WORDS_MAX: usize = 8;
/// Shorter words would find nearly everything.
const CHARACTERS_LEAST: usize = 2;

const AFTER: &str = "SELECT jid, name, config FROM room WHERE listed = 1 AND jid > ?1 ORDER BY jid LIMIT ?2";
const BEFORE: &str = "SELECT jid, name, config FROM room WHERE listed = 1 AND (jid < ?1 OR ?1 = '') \
     ORDER BY jid DESC LIMIT ?2";

/// A search, waiting for the store.
#[derive(Debug)]
pub struct RoomSearch {
    /// The request.
    pub request: Stanza,
    words: Vec<String>,
    fields: Fields,
    place: String,
    is_backwards: bool,
    most: usize,
    scanned_max: usize,
}

/// Where words are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Fields {
    name: bool,
    description: bool,
    address: bool,
}

/// §4.2: the form, or what is found with it filled in. Both are questions.
pub(super) fn ask(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let Some(form) = Form::submitted(&request.payload, PARAMS)? else { return Ok(Reply::Inner(empty_form())) };
    let words = words(&form)?;
    if form.value("key").is_some_and(|key| key != BY_ADDRESS) {
        let error = StanzaError::new(Condition::FeatureNotImplemented).of_type(ErrorType::Modify);
        return Err(error.specific("invalid-sort-key", ns::CHANNEL_SEARCH_ERROR).text("Rooms are sorted by address."));
    }
    let is_on = |name: &str| form.value(name).and_then(|value| form::boolean(&value));
    // §4.2.1 and §6.1 name the last of them differently.
    let address = is_on("sinaddress").or_else(|| is_on("sinaddr")).unwrap_or(true);
    let fields = Fields {
        name: is_on("sinname").unwrap_or(true),
        description: is_on("sindescription").unwrap_or(true),
        address,
    };
    let wanted = Wanted::read(&request.payload)?;
    let most = turn.service.limits.count(&limits::PAGE);
    let place = match &wanted.place {
        Place::First | Place::Last => String::new(),
        Place::After(jid) | Place::Before(jid) => jid.clone().into_owned(),
    };
    let types = form.fields().find(|field| field.name() == "types");
    let is_of_others =
        types.is_some_and(|types| types.values().next().is_some() && !types.values().any(|kind| kind == MUC));
    Ok(Reply::Read(Query::RoomSearch(Box::new(RoomSearch {
        request: request.stanza.detached(),
        words,
        fields,
        place,
        is_backwards: wanted.is_backwards(),
        most: if is_of_others { 0 } else { wanted.max.map_or(most, |max| max.min(most)) },
        scanned_max: turn.service.limits.count(&limits::SEARCHED),
    }))))
}

/// What is looked for; no words if all rooms are wanted.
fn words(form: &Form<'_>) -> Result<Vec<String>, StanzaError> {
    let bad = |name: &'static str, why: &'static str| {
        Err(StanzaError::new(Condition::BadRequest).specific(name, ns::CHANNEL_SEARCH_ERROR).text(why))
    };
    let wants_all = form.value("all").and_then(|all| form::boolean(&all)) == Some(true);
    let Some(text) = form.value("q").filter(|text| !text.is_empty()) else {
        // §4.2.2.7, where the words say `cancel` and the example `modify`.
        return if wants_all { Ok(Vec::new()) } else { bad("no-search-conditions", "Say what to look for.") };
    };
    if wants_all {
        // §4.2.2.6
        return bad("conflicting-fields", "Either all rooms, or those with these words.");
    }
    let words = text.split_whitespace().filter(|word| word.chars().count() >= CHARACTERS_LEAST);
    let words: Vec<String> = words.map(str::to_lowercase).take(WORDS_MAX).collect();
    match words.is_empty() {
        // §4.2.2.3
        true => bad("invalid-search-terms", "Search for a word of two letters at least."),
        false => Ok(words),
    }
}

/// §4.2.1
fn empty_form() -> bytes::Bytes {
    let mut w = Writer::new();
    w.open("search", ns::CHANNEL_SEARCH).open("x", ns::DATA_FORMS).attr("type", "form");
    let mut field = |kind: &str, name: &str, label: &str, value: &str| {
        w.open("field", ns::DATA_FORMS)
            .attr("var", name)
            .attr("type", kind)
            .attr_some("label", Some(label).filter(|label| !label.is_empty()));
        if !value.is_empty() {
            w.leaf("value", ns::DATA_FORMS, value);
        }
        if kind.starts_with("list") {
            w.open("option", ns::DATA_FORMS).leaf("value", ns::DATA_FORMS, value).close();
        }
        w.close();
    };
    field("hidden", FORM_TYPE, "", PARAMS);
    field("text-single", "q", "Search for", "");
    field("boolean", "all", "Show all rooms", "");
    field("boolean", "sinname", "Search in names", "true");
    field("boolean", "sindescription", "Search in descriptions", "true");
    field("boolean", "sinaddress", "Search in addresses", "true");
    field("list-multi", "types", "Types of service", MUC);
    field("list-single", "key", "Sorted by", BY_ADDRESS);
    w.finish()
}

/// A room that may be what is looked for.
struct Listed {
    jid: String,
    name: String,
    config: Config,
}

impl RoomSearch {
    /// Searches, and returns the answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let sql = if self.is_backwards { BEFORE } else { AFTER };
        let count = i64::try_from(self.scanned_max).unwrap_or(i64::MAX);
        let values: Vec<Value> = vec![self.place.as_str().into(), count.into()];
        let rows = if self.most == 0 { Vec::new() } else { store.query(sql, values).await? };
        let mut found = Vec::new();
        let mut last_seen = None;
        for row in &rows {
            let room = read(row)?;
            last_seen = Some(room.jid.clone());
            found.extend(Some(room).filter(|room| self.fits(room)));
            if found.len() == self.most {
                break;
            }
        }
        // Where not everything could be looked at, the next page begins behind what was.
        let is_cut = rows.len() == self.scanned_max && found.len() < self.most;
        let far = last_seen.filter(|_| is_cut).or_else(|| found.last().map(|room| room.jid.clone()));
        let near = found.first().map(|room| room.jid.clone()).or_else(|| far.clone());
        let edges = near.zip(far).map(|(near, far)| if self.is_backwards { (far, near) } else { (near, far) });
        if self.is_backwards {
            found.reverse();
        }
        let mut w = Writer::new();
        w.open("result", ns::CHANNEL_SEARCH);
        found.iter().for_each(|room| write(&mut w, room));
        page::write(&mut w, edges.as_ref().map(|(first, last)| (first.as_str(), last.as_str())));
        Ok(vec![self.request.result(w.finish())])
    }

    /// Whether each word is somewhere in what is searched.
    fn fits(&self, room: &Listed) -> bool {
        let texts = [
            (self.fields.name, room.name.as_str()),
            (self.fields.description, &room.config.description),
            (self.fields.address, room.jid.split('@').next().unwrap_or_default()),
        ];
        let texts: Vec<String> =
            texts.iter().filter(|(is_on, _)| *is_on).map(|(_, text)| text.to_lowercase()).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

fn read(row: &Row) -> Result<Listed, Fault> {
    Ok(Listed { jid: row.text(0)?.to_owned(), name: row.text(1)?.to_owned(), config: Config::decode(row.text(2)?) })
}

/// §6.2
fn write(w: &mut Writer, room: &Listed) {
    let config = &room.config;
    w.open("item", ns::CHANNEL_SEARCH).attr("address", &room.jid).leaf("name", ns::CHANNEL_SEARCH, &room.name);
    for (name, text) in [("description", &config.description), ("language", &config.lang)] {
        if !text.is_empty() {
            w.leaf(name, ns::CHANNEL_SEARCH, text);
        }
    }
    w.leaf("service-type", ns::CHANNEL_SEARCH, MUC);
    // Clients take the element for a yes, whatever is in it (§4.2.2.1).
    if !config.is_password_protected && !config.is_members_only {
        w.leaf("is-open", ns::CHANNEL_SEARCH, "true");
    }
    let mode = match config.is_non_anonymous() {
        true => "{urn:xmpp:channel-search:0:anonymity}none",
        false => "muc_semianonymous",
    };
    w.leaf("anonymity-mode", ns::CHANNEL_SEARCH, mode).close();
}
