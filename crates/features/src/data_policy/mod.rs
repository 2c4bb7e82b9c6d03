//! How the service handles data (XEP-0504), computed from the settings that it follows: how long things are kept,
//! backups as the operator states them, who can see what is there. What depends on nothing that is known is left out.

use crate::branch::BranchKind;
use crate::feature::{Feature, Place, Spec};
use crate::info_form::{InfoField, InfoForm};
use crate::promises::TERMS;
use crate::service::Service;

/// XEP-0504.
pub const FEATURE: Feature = Feature {
    name: "data_policy",
    summary: "Tells clients how long data is kept and who can see it, from the settings in force.",
    specs: &[Spec::xep_without(504, "0.1.0", "where the machines are, as a node of the domain")],
    disco: &[],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// The purpose of the form (§3).
const FORM: &str = "urn:xmpp:data-policy:0";

/// The form of an address of the service; none of accounts and rooms, which follow it.
pub fn form(service: &Service, place: Place) -> Option<InfoForm> {
    let retention = match place {
        Place::Domain => hours(service.archive_days.max(files(service).unwrap_or(0))),
        Place::Branch(BranchKind::Upload) => hours(files(service)?),
        Place::Branch(BranchKind::Rooms) => hours(service.archive_days),
        // §3.3: items stay until somebody takes them out.
        Place::Branch(BranchKind::Pubsub) => "infinite".to_owned(),
        Place::Branch(BranchKind::Component) | Place::Account | Place::Branches | Place::Room => return None,
    };
    let one = |var, kind, value: &str| InfoField { var, kind, values: vec![value.to_owned()] };
    let mut fields = vec![
        // §3.9: whoever runs the machines can read what lies there.
        InfoField { var: "access_policy", kind: "list-multi", values: vec!["admins".to_owned()] },
    ];
    if place == Place::Domain {
        // §3.1: SCRAM shows that a client knows the password, and not the password.
        fields.push(one("auth_data", "list-single", "hidden"));
    }
    match &service.statement.backups {
        Some(backups) => {
            fields.push(one("backup_frequency", "text-single", &backups.every_hours.to_string()));
            fields.push(one("backup_retention", "text-single", &hours(backups.kept_days)));
        }
        // §3.12
        None => fields.push(one("backup_retention", "text-single", "unknown")),
    }
    // §3.4: messages are retracted, files deleted, items taken out by those whose they are.
    fields.push(one("data_deletion", "boolean", "true"));
    fields.push(one("data_retention", "text-single", &retention));
    // §3.10: a client removes its account (XEP-0077 §3.2), and all that it has goes.
    fields.push(one("full_erasure", "boolean", "true"));
    if let Some(pages) = &service.pages {
        // §3.6
        fields.push(one("tos", "text-single", &format!("{pages}{TERMS}")));
    }
    Some(InfoForm { form_type: FORM, fields })
}

/// How long files are kept, in days; none if there are none.
fn files(service: &Service) -> Option<u32> {
    let is_there = service.branches.iter().any(|branch| branch.kind == BranchKind::Upload);
    is_there.then(|| service.upload.days.max(service.upload.profile_days))
}

fn hours(days: u32) -> String {
    (u64::from(days) * 24).to_string()
}
