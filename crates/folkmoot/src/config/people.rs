//! Who runs the service.

use super::problem::Reading;
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
