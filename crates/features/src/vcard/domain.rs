//! The card of the service itself: what it is called, what it is, where its pages are, and how to reach those who run
//! it, as the settings say. Anybody may read it; nobody writes it.

use crate::contact::Role;
use crate::iq::{Reply, Request};
use crate::service::Service;
use crate::statement::said;
use crate::turn::Turn;
use bytes::Bytes;
use xmpp::{StanzaError, Writer, ns};

pub(super) fn get(turn: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    Ok(Reply::Inner(card(turn.service)))
}

/// The card (XEP-0054 §3.3).
pub fn card(service: &Service) -> Bytes {
    let statement = &service.statement;
    let mut w = Writer::new();
    w.open("vCard", ns::VCARD);
    w.leaf("FN", ns::VCARD, statement.name.as_deref().unwrap_or(service.domain.as_str()));
    // A card has one language: that of those for whom the service is.
    let own = statement.description.first().map(|(language, _)| &**language).unwrap_or_default();
    if let Some(description) = said(&statement.description, own) {
        w.leaf("DESC", ns::VCARD, description);
    }
    if let Some(pages) = &service.pages {
        w.leaf("URL", ns::VCARD, pages);
    }
    let uris = |role| service.contacts.iter().find(|(known, _)| *known == role).map(|(_, uris)| uris);
    for uri in uris(Role::Support).or_else(|| uris(Role::Admin)).into_iter().flatten() {
        match uri.split_once(':') {
            Some(("mailto", address)) => {
                w.open("EMAIL", ns::VCARD).empty("INTERNET", ns::VCARD);
                w.leaf("USERID", ns::VCARD, address).close();
            }
            Some(("xmpp", address)) => {
                w.leaf("JABBERID", ns::VCARD, address.split('?').next().unwrap_or(address));
            }
            _ => {}
        }
    }
    if let Some(operator) = &statement.operator {
        w.open("ORG", ns::VCARD).leaf("ORGNAME", ns::VCARD, &operator.name).close();
    }
    w.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Secrets;
    use crate::statement::Statement;
    use std::sync::Arc;
    use xmpp::Jid;

    #[test]
    fn the_card_says_what_the_settings_say() {
        let secrets = Secrets { archive_ids: [0; 16], dialback: "".into(), decoy: "".into() };
        let mut service = Service::new(Jid::parse("example.org").unwrap(), secrets);
        let text = |service: &Service| String::from_utf8(card(service).to_vec()).unwrap();
        assert_eq!(text(&service), "<vCard xmlns='vcard-temp'><FN>example.org</FN></vCard>");
        service.statement = Arc::new(Statement {
            name: Some("Kiez-Chat".into()),
            description: vec![("de".into(), "Der Plausch im Kiez.".into())],
            ..Statement::default()
        });
        service.pages = Some("https://example.org".into());
        let support = ["mailto:help@example.org", "xmpp:help@rooms.example.org?join", "https://example.org/help"];
        service.contacts = vec![(Role::Support, support.map(str::to_owned).into())];
        assert_eq!(
            text(&service),
            "<vCard xmlns='vcard-temp'><FN>Kiez-Chat</FN><DESC>Der Plausch im Kiez.</DESC><URL>https://example.org</URL>\
             <EMAIL><INTERNET/><USERID>help@example.org</USERID></EMAIL><JABBERID>help@rooms.example.org</JABBERID></vCard>"
        );
    }
}
