//! `docs/generated/` says what the code declares.

use features::all::ALL;
use std::collections::HashSet;
use std::path::Path;

#[test]
fn the_generated_documents_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    for (name, text) in testkit::documents::all() {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == text, "docs/generated/{name} is stale: run `cargo xtask docs` and commit the result");
    }
}

/// They share one section of the configuration, whoever declares them.
#[test]
fn every_limit_has_a_name_of_its_own_and_says_why() {
    let features = ALL.iter().flat_map(|feature| feature.limits);
    let mut names = HashSet::new();
    for limit in net::LISTEN_LIMITS
        .iter()
        .chain(net::STREAM_LIMITS)
        .chain(net::WEB_LIMITS)
        .chain(web::LIMITS)
        .chain(hub::limits::LIMITS)
        .chain(features)
    {
        assert!(names.insert(limit.name), "{} is declared twice", limit.name);
        assert!(limit.reason.ends_with('.') && limit.sentence.ends_with('.'), "{}", limit.name);
    }
}
