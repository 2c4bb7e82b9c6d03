//! What a query asks for (XEP-0313 §4.1, §4.3), as a request to the store.

use super::{Id, Of, Senders, cutoff};
use crate::feature::Limit;
use crate::iq::Reply;
use store::PageRequest;
use xmpp::form::{self, Field, Form};
use xmpp::page::{Place, Wanted};
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns, time};

/// Messages in one answer.
pub const PAGE: Limit = Limit {
    name: "archive-page",
    default: 100,
    unit: "messages",
    reason: "A page costs as much as storing ten to twenty messages, and waits in memory until it is sent.",
    sentence: "The archive is read in pages; ask for the next one.",
};

/// Bytes of messages in one answer.
pub const PAGE_BYTES: Limit = Limit {
    name: "archive-page-bytes",
    default: 1024 * 1024,
    unit: "bytes",
    reason: "A page of the largest messages there may be would take as much memory as a thousand sessions.",
    sentence: "The archive is read in pages; ask for the next one.",
};

/// Messages asked for by their ids in one query.
pub const IDS: Limit = Limit {
    name: "archive-ids",
    default: 100,
    unit: "ids",
    reason: "Each id is looked up by itself before the first message is sent.",
    sentence: "That is more messages than can be asked for by id at once.",
};

/// XEP-0313 §4.1.5: the fields that a query may have.
pub fn fields_of(query: &Element<'_>) -> Result<Reply, StanzaError> {
    no_node(query)?;
    let mut w = Writer::new();
    form::open(w.open("query", ns::MAM), ns::MAM);
    form::field(&mut w, "jid-single", "with");
    for name in ["start", "end", "before-id", "after-id"] {
        form::field(&mut w, "text-single", name);
    }
    form::open_list(&mut w, "ids");
    form::field(&mut w, "boolean", "include-groupchat");
    Ok(Reply::Inner(w.finish()))
}

/// What the store is asked for a query of an archive.
pub(super) fn read(of: &Of<'_>, query: &Element<'_>) -> Result<PageRequest, StanzaError> {
    no_node(query)?;
    let limits = &of.service.limits;
    let mut page = PageRequest {
        archive: of.archive,
        class: of.class,
        max: limits.count(&PAGE),
        bytes_max: Some(limits.count(&PAGE_BYTES)),
        cutoff_micros: cutoff(of.service, of.now),
        ..PageRequest::default()
    };
    if let Some(form) = Form::submitted(query, ns::MAM)? {
        for field in form.fields() {
            read_field(of, &field, &mut page)?;
        }
    }
    let wanted = Wanted::read(query)?;
    page.max = wanted.max.map_or(page.max, |max| max.min(page.max));
    page.from_end = wanted.is_backwards();
    match &wanted.place {
        Place::First | Place::Last => {}
        Place::After(id) => page.after.push(number(of, id)?),
        Place::Before(id) => page.before.push(number(of, id)?),
    }
    Ok(page)
}

/// XEP-0313 §6.1.3: nodes have archives in publish-subscribe services only.
fn no_node(query: &Element<'_>) -> Result<(), StanzaError> {
    match query.attr("node") {
        Some(_) => Err(StanzaError::new(Condition::ItemNotFound).text("There is one archive here, and no nodes.")),
        None => Ok(()),
    }
}

/// A field without a value asks for nothing, whatever its name promises.
fn read_field(of: &Of<'_>, field: &Field<'_>, page: &mut PageRequest) -> Result<(), StanzaError> {
    let value = field.value();
    match (field.name().as_ref(), value.as_deref()) {
        ("with", Some(jid)) => page.with = Some(peer(of, jid)?),
        ("start", Some(stamp)) => page.start_micros = Some(moment(stamp)?),
        ("end", Some(stamp)) => page.end_micros = Some(moment(stamp)?),
        ("after-id", Some(id)) => page.after.push(number(of, id)?),
        ("before-id", Some(id)) => page.before.push(number(of, id)?),
        ("ids", Some(_)) => page.numbers = Some(numbers(of, field)?),
        // §4.1.4: no message of a room is kept for an account, and a room keeps no others: either answer is the same.
        ("include-groupchat", Some(choice)) => {
            form::boolean(choice).ok_or_else(|| bad("A choice is made with true or false."))?;
        }
        ("with" | "start" | "end" | "after-id" | "before-id" | "ids" | "include-groupchat", None) => {}
        // §4.1.5: an answer to half a question would be wrong.
        _ => return Err(StanzaError::new(Condition::FeatureNotImplemented).text("A field of the query is unknown.")),
    }
    Ok(())
}

/// §4.1.1: a bare address matches whatever the resource. The own address means messages of the
/// account to itself, and there the resource never counts.
fn peer(of: &Of<'_>, text: &str) -> Result<(Box<str>, Option<Box<str>>), StanzaError> {
    if of.senders == Senders::Hidden {
        // §4.1.1: only who may know the senders of a room's messages can ask by them.
        return Err(
            StanzaError::new(Condition::Forbidden).text("You may not see whose addresses are behind nicknames.")
        );
    }
    let malformed = || StanzaError::new(Condition::JidMalformed).text("The address to look for is malformed.");
    let jid = Jid::parse(text.trim()).map_err(|_| malformed())?;
    let own = jid.bare_str() == of.jid.as_str();
    let resource = jid.resource().filter(|_| !own).map(Box::from);
    Ok((jid.bare_str().into(), resource))
}

/// §4.1.2.
fn moment(text: &str) -> Result<i64, StanzaError> {
    time::parse(text).ok_or_else(|| bad("A time is written like 2010-07-10T23:08:25Z."))
}

fn numbers(of: &Of<'_>, field: &Field<'_>) -> Result<Vec<u64>, StanzaError> {
    let max = of.service.limits.count(&IDS);
    let mut numbers = Vec::new();
    for id in field.values() {
        if numbers.len() == max {
            return Err(StanzaError::new(Condition::NotAcceptable).text(IDS.sentence));
        }
        numbers.push(number(of, &id)?);
    }
    Ok(numbers)
}

/// §4.1.3, §4.3.2: an id that is not in this archive fails the query. One that never was is told
/// apart here; whether the row is still there, the store says.
fn number(of: &Of<'_>, id: &str) -> Result<u64, StanzaError> {
    let known = Id::decode(id.trim(), of.archive, &of.service.secrets);
    known.map(|id| id.number).ok_or_else(unknown)
}

/// The error for an id that is not in the archive (any more).
pub(super) fn unknown() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound).text("The archive has no such message, or no longer has it.")
}

fn bad(why: &'static str) -> StanzaError {
    StanzaError::new(Condition::BadRequest).text(why)
}
