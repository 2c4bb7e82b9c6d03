//! Data forms (XEP-0004): reading a submitted one, writing an empty one.

use crate::{Condition, Element, StanzaError, Writer, ns};
use std::borrow::Cow;

/// A submitted form.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a>(Element<'a>);

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a>(Element<'a>);

impl<'a> Form<'a> {
    /// The form submitted inside `parent` for the purpose `form_type` (XEP-0068 §3.3); none if there
    /// is no form at all.
    ///
    /// # Errors
    /// `bad-request` when the form is not a submission (XEP-0004 §3.1) or is for something else.
    pub fn submitted(parent: &Element<'a>, form_type: &str) -> Result<Option<Form<'a>>, StanzaError> {
        parent.child("x", ns::DATA_FORMS).map(|x| Form::submitted_as(x, form_type)).transpose()
    }

    /// The form that `x` is, submitted for the purpose `form_type`.
    ///
    /// # Errors
    /// As for [`Form::submitted`].
    pub fn submitted_as(x: Element<'a>, form_type: &str) -> Result<Form<'a>, StanzaError> {
        let wrong = |why: &'static str| StanzaError::new(Condition::BadRequest).text(why);
        if x.attr("type").as_deref() != Some("submit") {
            return Err(wrong("The form is not a submission."));
        }
        let form = Form(x);
        if form.value(FORM_TYPE).as_deref() != Some(form_type) {
            return Err(wrong("The form is for another purpose: its FORM_TYPE does not fit."));
        }
        Ok(form)
    }

    /// The value of the field of that name.
    pub fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.all().find(|field| field.name() == name).and_then(|field| field.value())
    }

    /// The form sent inside `parent`, whatever it says of itself: for those who know from elsewhere what
    /// it answers (XEP-0050 §3.5.1).
    pub fn within(parent: &Element<'a>) -> Option<Form<'a>> {
        parent.child("x", ns::DATA_FORMS).map(Form)
    }

    /// The fields in order, without the one that names the purpose.
    pub fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        self.all().filter(|field| field.name() != FORM_TYPE)
    }

    fn all(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.0.children().filter(|child| child.is("field", ns::DATA_FORMS)).map(Field)
    }
}

/// The field that names the purpose of a form (XEP-0068 §3.3).
pub const FORM_TYPE: &str = "FORM_TYPE";

impl<'a> Field<'a> {
    /// The name of the field; empty if it has none.
    pub fn name(&self) -> Cow<'a, str> {
        self.0.attr("var").unwrap_or_default()
    }

    /// The first value.
    pub fn value(&self) -> Option<Cow<'a, str>> {
        self.values().next()
    }

    /// All values in order.
    pub fn values(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.0.children().filter(|child| child.is("value", ns::DATA_FORMS)).map(|value| value.text())
    }
}

/// Reads a boolean (XEP-0004 §3.3, XML Schema): `1`, `true`, `0`, `false`.
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Opens a form to be filled in, with its purpose as the first field. The caller adds the fields
/// and closes it.
pub fn open<'w>(w: &'w mut Writer, form_type: &str) -> &'w mut Writer {
    w.open("x", ns::DATA_FORMS).attr("type", "form");
    w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, form_type).close()
}

/// Adds an empty field of the given type (XEP-0004 §3.3).
pub fn field<'w>(w: &'w mut Writer, field_type: &str, name: &str) -> &'w mut Writer {
    w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", field_type).close()
}

/// Adds an empty `list-multi` field that takes any value (XEP-0122 §3.2.2).
pub fn open_list<'w>(w: &'w mut Writer, name: &str) -> &'w mut Writer {
    w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", "list-multi");
    w.open("validate", ns::FORM_VALIDATION).attr("datatype", "xs:string").empty("open", ns::FORM_VALIDATION);
    w.close().close()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(form: &str) -> String {
        format!("<query xmlns='urn:xmpp:mam:2'>{form}</query>")
    }

    fn submitted(text: &str) -> Result<Option<Form<'_>>, StanzaError> {
        Form::submitted(&Element::first(text, ns::CLIENT).unwrap(), "urn:xmpp:mam:2")
    }

    #[test]
    fn reads_fields_and_values() {
        let text = query(
            "<x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>\
             <field var='ids'><value>a</value><value>b&amp;</value></field><field var='with'/></x>",
        );
        let form = submitted(&text).unwrap().unwrap();
        let fields: Vec<_> = form.fields().map(|field| (field.name(), field.values().collect::<Vec<_>>())).collect();
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[0], ("ids".into(), vec!["a".into(), "b&".into()]));
        assert_eq!(fields[1], ("with".into(), vec![]));
    }

    #[test]
    fn a_form_for_something_else_is_refused() {
        assert!(submitted(&query("")).unwrap().is_none());
        assert!(submitted(&query("<x xmlns='jabber:x:data' type='submit'/>")).is_err());
        assert!(submitted(&query("<x xmlns='jabber:x:data' type='cancel'/>")).is_err());
    }

    #[test]
    fn writes_an_empty_form() {
        let mut w = Writer::new();
        field(open(&mut w, "urn:xmpp:mam:2"), "jid-single", "with");
        open_list(&mut w, "ids");
        assert_eq!(
            w.finish(),
            "<x xmlns='jabber:x:data' type='form'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>\
             <field var='with' type='jid-single'/>\
             <field var='ids' type='list-multi'>\
             <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/></validate>\
             </field></x>"
        );
    }
}
