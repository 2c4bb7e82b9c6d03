//! Reports on the wire (XEP-0377 §4 to §6).

use xmpp::{Element, ns};

/// What a report says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Why.
    pub reason: Reason,
    /// In the reporter's words; empty if there are none.
    pub text: String,
    /// The ids of the messages that are reported.
    pub ids: Vec<Box<str>>,
    /// The service of the reported may be told (§5).
    pub report_origin: bool,
    /// Services that collect reports may be told (§5).
    pub third_party: bool,
}

/// Why somebody is reported (XEP-0377 §11.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    Spam,
    Abuse,
}

impl Reason {
    /// The word in the store.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Spam => "spam",
            Reason::Abuse => "abuse",
        }
    }

    fn parse(reason: &str) -> Option<Reason> {
        match reason {
            "urn:xmpp:reporting:spam" => Some(Reason::Spam),
            "urn:xmpp:reporting:abuse" => Some(Reason::Abuse),
            _ => None,
        }
    }
}

impl Report {
    /// The report in an item of a block. None if there is none, or its reason is not known.
    pub fn read(item: &Element<'_>, text_bytes_max: usize) -> Option<Report> {
        let report = item.child("report", ns::REPORTING)?;
        let reason = Reason::parse(&report.attr("reason")?)?;
        let texts = report.children().filter(|child| child.is("text", ns::REPORTING));
        let mut text = texts.map(|text| text.text().trim().to_owned()).collect::<Vec<_>>().join("\n");
        text.truncate(text.floor_char_boundary(text_bytes_max));
        let ids = report.children().filter(|child| child.is("stanza-id", ns::STANZA_ID));
        Some(Report {
            reason,
            text,
            ids: ids.filter_map(|id| id.attr("id")).map(|id| id.as_ref().into()).collect(),
            report_origin: report.child("report-origin", ns::REPORTING).is_some(),
            third_party: report.child("third-party", ns::REPORTING).is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(report: &str) -> Option<Report> {
        let item = format!("<item xmlns='urn:xmpp:blocking' jid='a@b'>{report}</item>");
        Report::read(&Element::first(&item, ns::CLIENT).unwrap(), 4)
    }

    #[test]
    fn reads_reason_text_ids_and_what_is_allowed() {
        let report = read(
            "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='c@d' id='1'/><text>  Nevér came </text><third-party/></report>",
        );
        let report = report.unwrap();
        assert_eq!((report.reason, report.text.as_str()), (Reason::Spam, "Nev"));
        assert_eq!(report.ids, ["1".into()]);
        assert!(report.third_party && !report.report_origin);
    }

    #[test]
    fn what_has_no_known_reason_is_no_report() {
        assert_eq!(read(""), None);
        assert_eq!(read("<report xmlns='urn:xmpp:reporting:1'/>"), None);
        assert_eq!(read("<report xmlns='urn:xmpp:reporting:1' reason='boredom'/>"), None);
    }
}
