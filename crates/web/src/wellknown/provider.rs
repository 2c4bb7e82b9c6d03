//! The file for XMPP Providers (version 2): the properties that only an operator knows. Its 14 keys, their names and
//! their types are those of <https://providers.xmpp.net/provider-file-generator/>.

use super::json;
use crate::providers::{self, Judgement};
use crate::{Site, Words, documents};
use axum::extract::State;
use axum::response::IntoResponse;
use features::contact::Role;
use features::promises::Promises;
use features::registration::Mode;
use features::statement::{Cost, Hosting, Testing};
use features::upload::MEGABYTE;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Where directories look for it, on the domain of the accounts.
pub const PATH: &str = "/.well-known/xmpp-provider-v2.json";

/// What stands for a number that is not known, or too small to be told.
const UNKNOWN: i64 = -1;

pub(super) async fn file(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let (service, usage) = (site.hub().service(), site.usage().await);
    json(&Value::Object(provider(&Promises::of(&service, usage), &site.origin())))
}

/// The file of a service whose pages are under `origin`.
pub fn provider(promises: &Promises<'_>, origin: &str) -> Map<String, Value> {
    let statement = promises.statement;
    let operator = statement.operator.as_ref();
    let uploads = promises.uploads;
    let nothing = || Value::Object(Map::new());
    let legal = operator.map_or_else(nothing, |_| by_language(promises, origin, documents::LEGAL));
    let days = |days: u32| i64::from(days);
    let entries = [
        ("website", by_language(promises, origin, "/")),
        ("alternativeJids", Value::Array(Vec::new())),
        ("busFactor", statement.bus_factor.map_or(UNKNOWN, i64::from).into()),
        ("organization", operator.map_or("", |operator| operator.kind.word()).into()),
        ("passwordReset", by_language(promises, origin, documents::RECOVER)),
        ("serverTesting", (statement.testing == Testing::Allowed).into()),
        ("maximumHttpFileUploadTotalSize", uploads.map_or(UNKNOWN, |uploads| megabytes(uploads.account_bytes)).into()),
        ("maximumHttpFileUploadStorageTime", uploads.map_or(UNKNOWN, |uploads| days(uploads.days)).into()),
        ("maximumMessageArchiveManagementStorageTime", days(promises.archive.days).into()),
        ("professionalHosting", (statement.hosting == Hosting::Professional).into()),
        ("freeOfCharge", (statement.cost == Cost::Free).into()),
        ("legalNotice", legal),
        ("serverLocations", statement.locations.iter().map(|code| Value::from(&**code)).collect()),
        ("since", statement.since.clone().unwrap_or_default().into()),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Into which category a directory would put the service: by its file, and by what a directory finds out by looking.
pub fn judge(promises: &Promises<'_>, origin: &str, now: i64) -> Judgement {
    let mut entry = provider(promises, origin);
    let support = promises.contacts.iter().any(|(role, _)| *role == Role::Support);
    let support = if support { serde_json::json!({ "en": ["…"] }) } else { Value::Object(Map::new()) };
    let file = promises.uploads.map_or(UNKNOWN, |uploads| megabytes(uploads.file_bytes));
    let is_open = promises.sign_up.mode == Mode::Open;
    let page = if is_open { by_language(promises, origin, "/register") } else { Value::Object(Map::new()) };
    entry.insert("inBandRegistration".to_owned(), is_open.into());
    entry.insert("registrationWebPage".to_owned(), page);
    entry.insert("maximumHttpFileUploadFileSize".to_owned(), file.into());
    entry.insert("emailSupport".to_owned(), support);
    providers::judge(&entry, now)
}

/// Whole megabytes; less than one is not told.
fn megabytes(bytes: u64) -> i64 {
    i64::try_from(bytes / MEGABYTE).ok().filter(|megabytes| *megabytes > 0).unwrap_or(UNKNOWN)
}

/// The address of a page in each language that the operator writes in, as far as we have words for it.
fn by_language(promises: &Promises<'_>, origin: &str, path: &str) -> Value {
    let known = Words::of("en").languages();
    let written = promises.statement.description.iter().map(|(code, _)| &**code);
    let mut codes: Vec<&str> = written.filter(|code| known.iter().any(|(known, _)| known == code)).collect();
    if codes.is_empty() {
        codes.push("en");
    }
    let address = |code: &str| Value::from(format!("{origin}{path}?lang={code}"));
    Value::Object(codes.into_iter().map(|code| (code.to_owned(), address(code))).collect())
}
