//! Each setting that a promise follows is changed, and the change is found where the promise is said: in every place at
//! least one of its settings shows, and every setting shows in at least one place.

use crate::house::House;
use features::branch::{Branch, BranchKind};
use features::contact::{self, Role};
use features::feature::Place;
use features::promises::{Promises, before_joining};
use features::registration::{Mode, Question};
use features::service::{Federation, Service};
use features::statement::{Backups, Cost, Operator, OperatorKind, Statement};
use features::{archive, data_policy, upload, vcard};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use web::Words;
use web::promises::explain;
use xmpp::{Jid, Writer};

type Change = fn(&mut Service);

/// Each setting by its name in the configuration, and another value for it.
const CHANGES: &[(&str, Change)] = &[
    ("archive.days", |service| service.archive_days = 14),
    ("archive.default", |service| service.archive_default = archive::Default::Never),
    ("services.upload", |service| service.branches.clear()),
    ("upload.days", |service| service.upload.days = 45),
    ("limits.upload-file-bytes", |service| service.limits.set(&upload::FILE_BYTES, 20_000_000)),
    ("limits.upload-day-bytes", |service| service.limits.set(&upload::DAY_BYTES, 120_000_000)),
    ("limits.upload-week-bytes", |service| service.limits.set(&upload::WEEK_BYTES, 500_000_000)),
    ("limits.upload-account-bytes", |service| service.limits.set(&upload::ACCOUNT_BYTES, 600_000_000)),
    ("service.backups", |service| state(service, |it| it.backups = None)),
    ("federation.with", |service| service.federation = Federation::Off),
    ("service.locations", |service| state(service, |it| it.locations = vec!["fr".into()])),
    ("service.operator.jurisdiction", |service| operator(service, |it| it.jurisdiction = Some("fr".into()))),
    ("service.operator", |service| {
        operator(service, |it| (it.name, it.kind) = ("Somebody else".into(), OperatorKind::Company));
    }),
    ("service.since", |service| state(service, |it| it.since = Some("2020-02-02".into()))),
    ("service.cost", |service| state(service, |it| it.cost = Cost::Paid)),
    ("sign-up.mode", |service| service.sign_up.mode = Mode::Closed),
    ("sign-up.question", |service| service.sign_up.question = None),
    ("service.rules", |service| state(service, |it| it.rules = vec![("en".into(), vec!["Be quiet.".into()])])),
    ("contact", |service| service.contacts = vec![(Role::Support, vec!["mailto:other@example.org".into()])]),
];

fn state(service: &mut Service, change: impl FnOnce(&mut Statement)) {
    let mut statement = Statement::clone(&service.statement);
    change(&mut statement);
    service.statement = Arc::new(statement);
}

fn operator(service: &mut Service, change: impl FnOnce(&mut Operator)) {
    state(service, |statement| change(statement.operator.as_mut().expect("it has one")));
}

/// A service that says all that can be said.
fn talkative(service: &mut Service) {
    service.pages = Some("https://example.org".into());
    service.archive_days = 30;
    service.archive_default = archive::Default::Always;
    service.federation = Federation::Open;
    service.branches =
        vec![Branch { domain: Jid::parse("upload.example.org").expect("a domain"), kind: BranchKind::Upload }];
    // Less than messages, so that the longest time of both shows either.
    service.upload.days = 20;
    service.upload.profile_days = 1;
    service.sign_up.mode = Mode::Open;
    service.sign_up.question = Some(Question { text: "Which river?".into(), answers: vec!["Spree".into()] });
    let security = vec!["mailto:security@example.org".into()];
    service.contacts = vec![(Role::Security, security), (Role::Support, vec!["mailto:help@example.org".into()])];
    state(service, |statement| {
        statement.backups = Some(Backups { every_hours: 24, kept_days: 30 });
        statement.locations = vec!["de".into()];
        statement.since = Some("2024-05-01".into());
        statement.rules = vec![("en".into(), vec!["Be kind.".into()])];
        statement.operator = Some(Operator {
            name: "Kiez e. V.".into(),
            address: Vec::new(),
            kind: OperatorKind::NonGovernmental,
            jurisdiction: Some("de".into()),
        });
    });
}

/// What is said in a place: by a page, or by the service to clients.
async fn said(house: &House, place: &str) -> String {
    let service = house.site.hub().service();
    let mut w = Writer::new();
    match place {
        "XEP-0054" => format!("{:?}", vcard::domain::card(&service)),
        "XEP-0077" => format!("{:?} {}", service.sign_up.instructions(None), before_joining(&service)),
        "XEP-0157" => format!("{:?}", contact::form(&service)),
        "XEP-0363" => {
            upload::write_form(&service, &mut w);
            format!("{:?}", w.finish())
        }
        "XEP-0504" => format!("{:?}", data_policy::form(&service, Place::Domain)),
        path => {
            let answer = house.get(path).await;
            let (status, text) = (answer.status(), crate::house::text(answer).await);
            // The token of a form is another one for each visitor.
            let mut parts = text.split("name=\"token\" value=\"");
            let first = parts.next().unwrap_or_default().to_owned();
            let rest: String = parts.filter_map(|part| part.split_once('"')).map(|(_, rest)| rest).collect();
            format!("{status} {first}{rest}")
        }
    }
}

#[tokio::test]
async fn a_changed_setting_is_found_wherever_its_promise_is_said() {
    let house = House::new("https://example.org");
    house.change(talkative);
    let service = house.site.hub().service();
    let promises = explain(&Promises::of(&service, features::login::usage::Usage::default()), &Words::of("en"));
    let places: BTreeSet<&str> = promises.iter().flat_map(|promise| promise.places).copied().collect();
    let mut before = BTreeMap::new();
    for place in &places {
        before.insert(*place, said(&house, place).await);
    }
    let mut shows: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (setting, change) in CHANGES {
        house.change(change);
        for place in &places {
            if said(&house, place).await != before[place] {
                shows.insert((setting, place));
            }
        }
        house.site.hub().set_service(Service::clone(&service));
    }
    for promise in promises.iter().filter(|promise| !promise.settings.is_empty()) {
        for setting in promise.settings {
            let shown = promise.places.iter().any(|place| shows.contains(&(*setting, *place)));
            assert!(shown, "{}: {setting} was changed, and nothing shows it", promise.what);
        }
        for place in promise.places {
            let shown = promise.settings.iter().any(|setting| shows.contains(&(*setting, *place)));
            assert!(shown, "{}: {place} shows nothing of it", promise.what);
        }
    }
}
