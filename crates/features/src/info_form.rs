//! Forms that a service adds to what it says of itself (XEP-0128), and what the hash of its capabilities has of them.

use xmpp::form::FORM_TYPE;
use xmpp::{Writer, ns};

/// One form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfoForm {
    /// Its purpose.
    pub form_type: &'static str,
    /// Its fields, in the order of their names.
    pub fields: Vec<InfoField>,
}

/// One field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfoField {
    /// Its name.
    pub var: &'static str,
    /// Its type (XEP-0004 §3.3).
    pub kind: &'static str,
    /// What stands in it.
    pub values: Vec<String>,
}

impl InfoForm {
    /// Adds it to a disco#info.
    pub fn write(&self, w: &mut Writer) {
        w.open("x", ns::DATA_FORMS).attr("type", "result");
        w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
        w.leaf("value", ns::DATA_FORMS, self.form_type).close();
        for field in &self.fields {
            w.open("field", ns::DATA_FORMS).attr("var", field.var).attr("type", field.kind);
            for value in &field.values {
                w.leaf("value", ns::DATA_FORMS, value);
            }
            w.close();
        }
        w.close();
    }

    /// Adds to a text what the hash of capabilities has of it (XEP-0115 §5.1).
    pub fn add_to_caps(&self, text: &mut String) {
        let mut part = |piece: &str| {
            text.push_str(piece);
            text.push('<');
        };
        part(self.form_type);
        debug_assert!(self.fields.is_sorted_by_key(|field| field.var), "fields stand in the order of their names");
        for field in &self.fields {
            part(field.var);
            let mut sorted: Vec<&str> = field.values.iter().map(String::as_str).collect();
            sorted.sort_unstable();
            sorted.into_iter().for_each(&mut part);
        }
    }
}
