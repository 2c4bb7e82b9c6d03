//! Telling people that the service is down, or will be (XEP-0455): where clients look, and what they find there.
//!
//! Clients remember the addresses that the domain names and look there when they cannot connect. One is a page of the
//! service itself, good for what is planned; the others are on other machines, and the operator puts the file there.
//! Parts: [`Outage`], which is the file, [`table`].

mod said;
pub mod table;

pub use said::{MESSAGE_CHARACTERS, Messages, Outage};

use crate::feature::{Feature, Spec};
use crate::info_form::{InfoField, InfoForm};
use crate::service::Service;

/// XEP-0455.
pub const FEATURE: Feature = Feature {
    name: "outage",
    summary: "Tells clients that cannot connect why, and until when.",
    specs: &[Spec::xep(455, "0.4.0")],
    disco: &[],
    limits: &[&MESSAGE_CHARACTERS],
    tables: &[&table::OUTAGE],
    iqs: &[],
};

/// The purpose of the form (§2.1).
const FORM: &str = "urn:xmpp:sos:0";

/// Where the pages of a service have the file.
pub const PATH: &str = "/outage.json";

/// The form of the domain (§2.1); none without anywhere to look.
pub fn form(service: &Service) -> Option<InfoForm> {
    let own = service.pages.as_ref().map(|origin| format!("{origin}{PATH}"));
    // What is elsewhere is there when we are not.
    let values: Vec<String> = service.statement.outage.iter().cloned().chain(own).collect();
    let field = InfoField { var: "external-status-addresses", kind: "list-multi", values };
    (!field.values.is_empty()).then(|| InfoForm { form_type: FORM, fields: vec![field] })
}
