//! Every language says everything that the pages say.

use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The key of each message, and what is put into it.
fn messages(file: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(file).expect("a file");
    FluentResource::try_new(text.clone()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            assert!(messages.insert(key.clone(), BTreeSet::new()).is_none(), "{}: {key} twice", file.display());
        }
        let inserted = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
        messages.entry(key.clone()).or_default().extend(inserted.map(str::to_owned));
    }
    messages.remove("");
    messages
}

fn folder(name: &str) -> impl Iterator<Item = std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
}

/// All files below a folder.
fn texts(name: &str) -> String {
    let mut all = String::new();
    for path in folder(name) {
        match path.is_dir() {
            true => all.push_str(&texts(&path.to_string_lossy())),
            false => all.push_str(&fs::read_to_string(path).expect("text")),
        }
    }
    all
}

#[test]
fn all_languages_have_the_same_words_and_are_listed() {
    let english = messages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("words/en.ftl"));
    let listed = web::Words::of("en").languages();
    for file in folder("words") {
        let code = file.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(listed.iter().any(|(known, _)| *known == code), "{code}.ftl is not listed in src/words.rs");
        let messages = messages(&file);
        for (key, inserted) in &english {
            let theirs = messages.get(key).unwrap_or_else(|| panic!("{code}.ftl does not say {key}"));
            // A language may do without the number of one.
            assert_eq!(theirs, inserted, "{code}.ftl, {key}");
        }
        for key in messages.keys() {
            assert!(english.contains_key(key), "{code}.ftl says {key}, which nobody asks for");
        }
    }
}

#[test]
fn what_pages_ask_for_is_said_and_nothing_else() {
    let english = messages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("words/en.ftl"));
    let pages = texts("src") + &texts("templates");
    for key in english.keys() {
        let prefixes =
            ["month-", "country-", "contact-", "refused-sign-ups-", "role-", "deed-", "report-", "term-", "basis-"];
        let computed = prefixes.iter().any(|prefix| key.starts_with(prefix));
        assert!(computed || pages.contains(&format!("\"{key}\"")), "nobody says {key}");
    }
    for call in ["words.say(\"", "words.count(\"", "words.with(\""] {
        for key in pages.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(english.contains_key(key), "there are no words for {key}");
        }
    }
}
