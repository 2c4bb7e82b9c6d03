//! How many people are here, for those who count networks: NodeInfo 2.1 and NodeInfo2. Numbers are rounded, and small
//! ones are left out.

use super::json;
use crate::Site;
use axum::extract::State;
use axum::response::IntoResponse;
use features::login::usage::{Rounded, Usage};
use features::promises::Promises;
use features::registration::Mode;
use serde_json::{Map, Value, json as value};
use std::sync::Arc;

pub(super) const PATH: &str = "/nodeinfo/2.1";
/// The schema that the document follows.
const SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema/2.1";
const SOFTWARE: &str = "folkmoot";
const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) async fn links(State(site): State<Arc<Site>>) -> impl IntoResponse {
    json(&value!({ "links": [{ "rel": SCHEMA, "href": format!("{}{PATH}", site.origin()) }] }))
}

pub(super) async fn document(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let (service, usage) = (site.hub().service(), site.usage().await);
    let promises = Promises::of(&service, usage);
    json(&value!({
        "version": "2.1",
        "software": { "name": SOFTWARE, "version": VERSION },
        "protocols": ["xmpp"],
        "services": { "inbound": [], "outbound": [] },
        "openRegistrations": is_open(&promises),
        "usage": { "users": users(promises.usage) },
        "metadata": { "nodeName": promises.name },
    }))
}

pub(super) async fn second(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let (service, usage) = (site.hub().service(), site.usage().await);
    let promises = Promises::of(&service, usage);
    json(&value!({
        "version": "1.0",
        "server": {
            "baseUrl": &**site.origin(), "name": promises.name, "software": SOFTWARE, "version": VERSION,
        },
        "protocols": ["xmpp"],
        "openRegistrations": is_open(&promises),
        "usage": { "users": users(promises.usage) },
    }))
}

/// Whether somebody can sign up without asking anybody.
fn is_open(promises: &Promises<'_>) -> bool {
    match promises.sign_up.mode {
        Mode::Open => true,
        Mode::Invite | Mode::Apply | Mode::Closed => false,
    }
}

fn users(usage: Usage) -> Value {
    let counts = [("total", usage.accounts), ("activeMonth", usage.month), ("activeHalfyear", usage.half_year)];
    let told = counts.into_iter().filter_map(|(key, count)| match Rounded::of(count) {
        Rounded::Few => None,
        Rounded::About(number) => Some((key.to_owned(), number.into())),
    });
    Value::Object(told.collect::<Map<String, Value>>())
}
