//! Reports that come with a block (XEP-0377): who was reported, why, and the messages that show it.
//!
//! The report is a row of the block's own commit. The messages it names are then copied beside the
//! owner ([`evidence`]), so that they are there when the archive has let go of them. The people who run
//! the service read and close reports ([`desk`]). Nothing is forwarded; whether the reporter would allow
//! it is kept with the report (§5).

pub mod desk;
mod evidence;
pub mod table;
mod wire;

pub use evidence::Evidence;

use crate::feature::{Feature, Limit, Place, Spec};
use crate::turn::{Asker, Effect, Turn};
use crate::{archive, query::Query};
use wire::Report;
use xmpp::{Element, Jid, ns};

/// XEP-0377.
pub const FEATURE: Feature = Feature {
    name: "reports",
    summary: "Tells the people who run the service whom somebody blocked for spam or abuse.",
    specs: &[Spec::xep_without(377, "0.4.1", "forwarding, which is optional")],
    disco: &[(Place::Domain, ns::REPORTING), (Place::Account, ns::REPORTING)],
    limits: &[&REPORTS, &EVIDENCE, &TEXT_BYTES, &DAYS],
    tables: &[&table::REPORT, &table::EVIDENCE],
    iqs: &[],
};

/// How many reports of one account are kept.
pub const REPORTS: Limit = Limit {
    name: "reports",
    default: 200,
    unit: "reports",
    reason: "Somebody reads them. A few a day are help, hundreds are a flood of their own.",
    sentence: "You have reported many; this one was blocked without a report.",
};

/// How many messages a report may name.
pub const EVIDENCE: Limit = Limit {
    name: "report-messages",
    default: 10,
    unit: "messages",
    reason: "Each is looked up and copied. Whoever reads the report needs a few.",
    sentence: "Only the first of the messages were added to the report.",
};

/// How much a report may say.
pub const TEXT_BYTES: Limit = Limit {
    name: "report-text-bytes",
    default: 2000,
    unit: "bytes",
    reason: "A page of text; the messages speak for themselves.",
    sentence: "The end of the text was left out of the report.",
};

/// How long a report is kept.
pub const DAYS: Limit = Limit {
    name: "report-days",
    default: 90,
    unit: "days",
    reason: "A report names people and holds messages; after a season it has led to something or never will.",
    sentence: "Reports are kept for that many days.",
};

const DAY_MICROS: i64 = 86_400_000_000;

/// Keeps the report in a blocked item, if there is one that can be read; the block does not depend on
/// it (XEP-0377 §6).
pub fn file(turn: &mut Turn<'_>, reported: &Jid, item: &Element<'_>) {
    let limits = &turn.service.limits;
    let Some(report) = Report::read(item, limits.count(&TEXT_BYTES)) else { return };
    let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
    let expires_at = turn.now.saturating_add(days.saturating_mul(DAY_MICROS));
    let most = i64::try_from(limits.of(&REPORTS)).unwrap_or(i64::MAX);
    let ids = report.ids.iter().take(limits.count(&EVIDENCE));
    let numbers: Vec<u64> =
        ids.filter_map(|id| archive::Id::decode(id, turn.me.id, &turn.service.secrets)).map(|id| id.number).collect();
    let values = vec![
        turn.me.id.into(),
        reported.as_str().into(),
        turn.me.jid.as_str().into(),
        report.reason.name().into(),
        report.text.into(),
        i64::from(report.report_origin).into(),
        i64::from(report.third_party).into(),
        turn.now.into(),
        expires_at.into(),
        most.into(),
    ];
    turn.out.run(table::FILE_SQL, values);
    if numbers.is_empty() {
        return;
    }
    let evidence = Evidence::new(turn, reported, numbers, expires_at);
    // The answer is nothing, so that it matters little who asked: the account itself.
    let asker = Asker::Other(turn.me.jid.clone());
    turn.out.effects.push(Effect::Read { asker, query: Query::Evidence(Box::new(evidence)) });
}
