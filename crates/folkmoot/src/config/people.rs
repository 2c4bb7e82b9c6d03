//! Who runs the service, and how to reach them.

use super::low::LowContact;
use super::problem::Reading;
use features::contact::{Contacts, Role};
use toml::Spanned;
use xmpp::Jid;

/// The administrators: accounts of the domain that is served.
pub(super) fn admins(low: &[Spanned<String>], domain: &Jid, reading: &mut Reading<'_>) -> Vec<Jid> {
    let mut admins: Vec<Jid> = Vec::new();
    for one in low {
        let text = one.get_ref();
        let usual = format!("Write the address of an account, like `alice@{domain}`.");
        match Jid::parse(text) {
            Ok(jid) if jid.local().is_none() => {
                reading.note(one.span(), format!("`{text}` is not the address of an account"), usual);
            }
            Ok(jid) if jid.is_full() => {
                let advice = format!("Write the account alone: `{}`.", jid.bare());
                reading.note(one.span(), format!("`{text}` is the address of one device"), advice);
            }
            Ok(jid) if jid.domain() != domain.as_str() => {
                let found = format!("`{text}` is not on {domain}, and only accounts here can run the service");
                reading.note(one.span(), found, usual);
            }
            Ok(jid) if admins.contains(&jid) => {
                reading.note(one.span(), format!("`{text}` is listed twice"), "Remove one of them.");
            }
            Ok(jid) => admins.push(jid),
            Err(_) => reading.note(one.span(), format!("`{text}` is not an address"), usual),
        }
    }
    admins
}

/// Contact addresses (XEP-0157): URIs that a client can open.
pub(super) fn contacts(low: &LowContact, reading: &mut Reading<'_>) -> Contacts {
    let roles = [
        (Role::Abuse, &low.abuse),
        (Role::Admin, &low.admin),
        (Role::Feedback, &low.feedback),
        (Role::Sales, &low.sales),
        (Role::Security, &low.security),
        (Role::Status, &low.status),
        (Role::Support, &low.support),
    ];
    let mut contacts = Contacts::new();
    for (role, addresses) in roles {
        let good = addresses.iter().filter(|address| check(address, reading));
        let good: Vec<String> = good.map(|address| address.get_ref().clone()).collect();
        if !good.is_empty() {
            contacts.push((role, good));
        }
    }
    contacts
}

fn check(address: &Spanned<String>, reading: &mut Reading<'_>) -> bool {
    let text = address.get_ref();
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let wrong = match scheme {
        _ if text.contains(char::is_whitespace) || !text.is_ascii() => Some("Write it without spaces, in ASCII."),
        "xmpp" => {
            let jid = rest.split('?').next().unwrap_or_default();
            Jid::parse(jid).is_err().then_some("Write it like `xmpp:support@example.org`.")
        }
        "mailto" => (!rest.contains('@')).then_some("Write it like `mailto:abuse@example.org`."),
        "https" | "http" => {
            (!rest.starts_with("//") || rest.len() < 3).then_some("Write it like `https://example.org/help`.")
        }
        "tel" => rest.is_empty().then_some("Write it like `tel:+49-30-1234`."),
        _ => Some("Write it with `mailto:`, `xmpp:`, `https:` or `tel:` in front."),
    };
    if let Some(advice) = wrong {
        reading.note(address.span(), format!("`{text}` is no address that a client can open"), advice);
    }
    wrong.is_none()
}
