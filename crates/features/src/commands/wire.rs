//! Commands on the wire (XEP-0050 §4) and the forms in them (XEP-0004).

use super::Ticket;
use crate::command::{Choice, Field, Form, Kind, Need, Report, Severity, Table, Then};
use crate::roster;
use bytes::Bytes;
use std::borrow::Cow;
use xmpp::form::{self, FORM_TYPE};
use xmpp::{Condition, Element, StanzaError, Writer, ns};

/// What a client wants done with a command.
pub struct Call<'a> {
    /// Which command.
    pub node: Cow<'a, str>,
    /// Which of those under way; none to begin one.
    pub session: Option<Cow<'a, str>>,
    /// What to do with it.
    pub action: Action,
    /// The form, filled in.
    pub form: Option<form::Form<'a>>,
}

/// §4.1
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Execute,
    Cancel,
    Prev,
    Next,
    Complete,
}

impl Action {
    /// §3.4: whether it is possible at a form that leads there.
    pub fn fits(self, then: Then) -> bool {
        match self {
            Action::Next => then == Then::More,
            Action::Complete => then == Then::Done,
            Action::Execute | Action::Cancel | Action::Prev => true,
        }
    }
}

impl<'a> Call<'a> {
    /// Reads `<command/>`.
    ///
    /// # Errors
    /// `bad-request`, with what is wrong (§4.4).
    pub fn read(command: &Element<'a>) -> Result<Call<'a>, StanzaError> {
        let missing = || StanzaError::new(Condition::BadRequest).text("A command has a node.");
        let node = command.attr("node").filter(|node| !node.is_empty()).ok_or_else(missing)?;
        let action = match command.attr("action").as_deref() {
            None | Some("execute") => Action::Execute,
            Some("cancel") => Action::Cancel,
            Some("prev") => Action::Prev,
            Some("next") => Action::Next,
            Some("complete") => Action::Complete,
            Some(_) => return Err(bad_request("malformed-action", "There is no such action.")),
        };
        Ok(Call { node, session: command.attr("sessionid"), action, form: form::Form::within(command) })
    }
}

impl Ticket {
    /// Of a command of which nothing is kept in between: it goes on under the name that it was given, or begins
    /// `now`.
    pub fn of(node: &'static str, call: &Call<'_>, now: i64) -> Ticket {
        let session = call.session.as_deref().and_then(read_session);
        Ticket { node, session: session.unwrap_or(now.unsigned_abs()) }
    }
}

/// Reads the name of a command under way, as [`open`] writes it.
pub fn read_session(id: &str) -> Option<u64> {
    u64::from_str_radix(id, 16).ok()
}

fn open<'w>(w: &'w mut Writer, ticket: &Ticket, status: &str) -> &'w mut Writer {
    w.open("command", ns::COMMANDS).attr("node", ticket.node);
    w.attr("sessionid", &format!("{:x}", ticket.session)).attr("status", status)
}

/// §2.4.3
pub fn canceled(ticket: &Ticket) -> Bytes {
    let mut w = Writer::new();
    open(&mut w, ticket, "canceled");
    w.finish()
}

/// §2.4.2: a form, before which `stage` others were filled in.
pub fn executing(ticket: &Ticket, form: &Form, stage: usize) -> Bytes {
    let mut w = Writer::new();
    open(&mut w, ticket, "executing");
    let next = match form.then {
        Then::More => "next",
        Then::Done => "complete",
    };
    // §3.4: what `execute` stands for is among what is allowed.
    w.open("actions", ns::COMMANDS).attr("execute", next);
    if stage > 0 {
        w.empty("prev", ns::COMMANDS);
    }
    w.empty(next, ns::COMMANDS).close();
    w.open("x", ns::DATA_FORMS).attr("type", "form");
    w.leaf("title", ns::DATA_FORMS, form.title).leaf("instructions", ns::DATA_FORMS, form.instructions);
    purpose(&mut w, form.form_type);
    for field in &form.fields {
        write_field(&mut w, field);
    }
    w.finish()
}

/// §2.4.1; §3.6: what failed says so in a note.
pub fn completed(ticket: &Ticket, report: &Report) -> Bytes {
    let mut w = Writer::new();
    open(&mut w, ticket, "completed");
    for (severity, text) in &report.notes {
        let severity = match severity {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Error => "error",
        };
        w.open("note", ns::COMMANDS).attr("type", severity).text(text).close();
    }
    if let Some(shown) = &report.shown {
        w.open("x", ns::DATA_FORMS).attr("type", "result");
        purpose(&mut w, shown.form_type);
        for field in &shown.fields {
            write_field(&mut w, field);
        }
        if let Some(contacts) = &shown.contacts {
            roster::write(contacts, &mut w);
        }
    }
    if let Some(table) = &report.table {
        write_table(&mut w, table);
    }
    w.finish()
}

/// XEP-0004 §3.4
fn write_table(w: &mut Writer, table: &Table) {
    w.open("x", ns::DATA_FORMS).attr("type", "result").leaf("title", ns::DATA_FORMS, table.title);
    w.open("reported", ns::DATA_FORMS);
    for name in table.columns {
        w.open("field", ns::DATA_FORMS).attr("var", name).close();
    }
    w.close();
    for row in &table.rows {
        w.open("item", ns::DATA_FORMS);
        for (name, value) in table.columns.iter().zip(row) {
            w.open("field", ns::DATA_FORMS).attr("var", name).leaf("value", ns::DATA_FORMS, value).close();
        }
        w.close();
    }
    w.close();
}

/// XEP-0068 §3.3
fn purpose(w: &mut Writer, form_type: &str) {
    if !form_type.is_empty() {
        w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
        w.leaf("value", ns::DATA_FORMS, form_type).close();
    }
}

/// XEP-0004 §3.2
fn write_field(w: &mut Writer, field: &Field) {
    let words = |words: &[String]| words.iter().map(|word| Choice::word(word)).collect();
    let (kind, options): (_, Vec<Choice>) = match &field.kind {
        Kind::Line => ("text-single", Vec::new()),
        Kind::Lines => ("text-multi", Vec::new()),
        Kind::Secret => ("text-private", Vec::new()),
        Kind::Address => ("jid-single", Vec::new()),
        Kind::Addresses => ("jid-multi", Vec::new()),
        Kind::OneOf(options) => ("list-single", options.clone()),
        Kind::SomeOf(options) => ("list-multi", words(options)),
        Kind::YesNo => ("boolean", Vec::new()),
        Kind::Fixed => ("fixed", Vec::new()),
    };
    w.open("field", ns::DATA_FORMS).attr("var", field.name).attr("type", kind).attr("label", field.label);
    if field.need == Need::Required {
        w.empty("required", ns::DATA_FORMS);
    }
    for value in &field.values {
        w.leaf("value", ns::DATA_FORMS, value);
    }
    for option in options {
        w.open("option", ns::DATA_FORMS).attr("label", &option.label);
        w.leaf("value", ns::DATA_FORMS, &option.value).close();
    }
    w.close();
}

/// An error of the commands themselves (§4.4).
pub fn bad_request(condition: &'static str, why: impl Into<Cow<'static, str>>) -> StanzaError {
    StanzaError::new(Condition::BadRequest).specific(condition, ns::COMMANDS).text(why)
}

/// The action is not possible now.
pub fn bad_action(why: &'static str) -> StanzaError {
    bad_request("bad-action", why)
}

/// The form was not filled in as it has to be.
pub fn bad_payload(why: impl Into<Cow<'static, str>>) -> StanzaError {
    bad_request("bad-payload", why)
}
