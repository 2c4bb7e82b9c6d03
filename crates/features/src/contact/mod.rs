//! Contact addresses of the service (XEP-0157), as the configuration has them: whom to tell of abuse, whom
//! to ask for help.

use crate::feature::{Feature, Spec};
use crate::service::Service;
use xmpp::form::FORM_TYPE;
use xmpp::{Writer, ns};

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

/// Adds the form to a disco#info of any address of the service; nothing if nothing is announced.
pub fn write(service: &Service, w: &mut Writer) {
    if service.contacts.is_empty() {
        return;
    }
    w.open("x", ns::DATA_FORMS).attr("type", "result");
    w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, FORM).close();
    for (role, addresses) in &service.contacts {
        w.open("field", ns::DATA_FORMS).attr("var", role.field()).attr("type", "list-multi");
        for address in addresses {
            w.leaf("value", ns::DATA_FORMS, address);
        }
        w.close();
    }
    w.close();
}

/// The same as the hash of capabilities has it (XEP-0115 §5.1).
pub fn hashed(service: &Service, text: &mut String) {
    if service.contacts.is_empty() {
        return;
    }
    text.push_str(FORM);
    text.push('<');
    for (role, addresses) in &service.contacts {
        text.push_str(role.field());
        text.push('<');
        let mut sorted: Vec<&str> = addresses.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        for address in sorted {
            text.push_str(address);
            text.push('<');
        }
    }
}
