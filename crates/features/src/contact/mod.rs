//! Contact addresses of the service (XEP-0157), as the configuration has them: whom to tell of abuse, whom
//! to ask for help.

use crate::feature::{Feature, Spec};
use crate::info_form::{InfoField, InfoForm};
use crate::service::Service;

/// XEP-0157.
pub const FEATURE: Feature = Feature {
    name: "contact",
    summary: "Tells everybody how to reach those who run the service.",
    specs: &[Spec::xep(157, "1.1.1")],
    disco: &[],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// The purpose of the form (XEP-0157 §3).
pub const FORM: &str = "http://jabber.org/network/serverinfo";

/// What somebody is reached about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Role {
    Abuse,
    Admin,
    Feedback,
    Sales,
    Security,
    Status,
    Support,
}

impl Role {
    /// The field of the form (§7.1), in the order of their names.
    pub fn field(self) -> &'static str {
        match self {
            Role::Abuse => "abuse-addresses",
            Role::Admin => "admin-addresses",
            Role::Feedback => "feedback-addresses",
            Role::Sales => "sales-addresses",
            Role::Security => "security-addresses",
            Role::Status => "status-addresses",
            Role::Support => "support-addresses",
        }
    }
}

/// What is announced: for each role, in the order of [`Role`], its addresses, which are URIs.
pub type Contacts = Vec<(Role, Vec<String>)>;

/// The form of any address of the service (§3); none if nothing is announced.
pub fn form(service: &Service) -> Option<InfoForm> {
    let field = |(role, addresses): &(Role, Vec<String>)| InfoField {
        var: role.field(),
        kind: "list-multi",
        values: addresses.clone(),
    };
    let fields: Vec<InfoField> = service.contacts.iter().map(field).collect();
    (!fields.is_empty()).then_some(InfoForm { form_type: FORM, fields })
}
