//! `docs/generated/` says what the code declares.

use std::path::Path;

#[test]
fn the_generated_documents_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    for (name, text) in testkit::documents::all() {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == text, "docs/generated/{name} is stale: run `cargo xtask docs` and commit the result");
    }
}
