//! `folkmoot promises`: what the pages promise and from which setting each comes; and `folkmoot check --as providers`:
//! what a directory of services would make of it.

mod act;
mod entry;

pub use act::tell;

use crate::account::Door;
use crate::config::Config;
use crate::control::{Control, LackLine, PromiseLine, Reply};
use crate::failure::Failure;
use std::path::Path;

/// What was asked for.
struct Told {
    promises: Vec<PromiseLine>,
    category: String,
    lacks: Vec<LackLine>,
    unmeasured: Vec<String>,
}

/// Says what is promised.
///
/// # Errors
/// When nobody can say.
pub fn run(config: &Config, explain: bool, json: bool) -> Result<(), Failure> {
    let told = ask(config)?;
    for line in &told.promises {
        if json {
            println!("{}", serde_json::to_string(line).expect("a promise is JSON"));
        } else {
            print!("{}", if explain { explained(line) } else { format!("{}: {}\n", line.what, said(line)) });
        }
    }
    Ok(())
}

/// Says into which category a directory would put the service, or those of the entries in a file.
///
/// # Errors
/// When something is missing for category B, as far as we can know.
pub fn judge(config: &Config, entries: Option<&Path>, json: bool) -> Result<(), Failure> {
    if let Some(path) = entries {
        return entry::judge(path, json);
    }
    let told = ask(config)?;
    if json {
        let Told { category, lacks, unmeasured, .. } = &told;
        println!("{}", serde_json::json!({ "category": category, "lacks": lacks, "unmeasured": unmeasured }));
    } else {
        println!("{} would be in category {}.", config.domain, told.category);
        for lack in &told.lacks {
            println!("  {:<43} {}", lack.key, lack.advice);
        }
        println!("Only others can measure, and it is taken as good here: {}.", told.unmeasured.join(", "));
    }
    match &*told.category {
        "A" | "B" => Ok(()),
        category => Err(Failure::refused(format!("category {category} is not what newcomers are sent to"))),
    }
}

fn ask(config: &Config) -> Result<Told, Failure> {
    match Door::open(config, false)?.ask(Control::Promises)? {
        Reply::Promises { promises, category, lacks, unmeasured } => Ok(Told { promises, category, lacks, unmeasured }),
        _ => Err(Failure::refused("the server answered something else than what it promises")),
    }
}

fn said(line: &PromiseLine) -> &str {
    if line.text.is_empty() { "nothing is said" } else { &line.text }
}

/// A promise, and below it what there is to know.
fn explained(line: &PromiseLine) -> String {
    let settings = if line.settings.is_empty() { "none".to_owned() } else { line.settings.join(", ") };
    let places = line.places.join(", ");
    format!(
        "{}\n  promised    {}\n  basis       {}\n  settings    {settings}\n  said at     {places}\n",
        line.what,
        said(line),
        line.basis
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_traced_below_it() {
        let line = PromiseLine {
            what: "Messages".into(),
            text: String::new(),
            basis: "enforced".into(),
            settings: vec!["archive.days".into()],
            places: vec!["/".into(), "/policies/privacy".into()],
        };
        let text = "Messages\n  promised    nothing is said\n  basis       enforced\n  settings    archive.days\n  \
                    said at     /, /policies/privacy\n";
        assert_eq!(explained(&line), text);
    }
}
