//! Published entries of services, sorted as a directory would.

use crate::failure::Failure;
use serde_json::{Map, Value};
use std::path::Path;
use web::providers::{Judgement, judge as judge_one};

/// Says of each entry in a file into which category it belongs.
///
/// # Errors
/// When the file cannot be read, or holds something else.
pub fn judge(path: &Path, json: bool) -> Result<(), Failure> {
    let says = |what: String| Failure::refused(format!("{}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| says(format!("cannot be read: {error}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| says(format!("is no JSON: {error}")))?;
    let entries = match value {
        Value::Object(entry) => vec![Value::Object(entry)],
        Value::Array(entries) => entries,
        _ => return Err(says("is neither an entry nor a list of entries of XMPP Providers".to_owned())),
    };
    let now = hub::Clock::System.now();
    for entry in &entries {
        let Value::Object(entry) = entry else {
            return Err(says("holds something else than entries of XMPP Providers".to_owned()));
        };
        print!("{}", line(entry, &judge_one(entry, now), json));
    }
    Ok(())
}

fn line(entry: &Map<String, Value>, judgement: &Judgement, json: bool) -> String {
    let name = entry.get("jid").and_then(Value::as_str).unwrap_or("this service");
    let category = judgement.category.name();
    let lacks: Vec<&str> = judgement.lacks.iter().map(|criterion| criterion.key).collect();
    match json {
        true => format!("{}\n", serde_json::json!({ "jid": name, "category": category, "lacks": lacks })),
        false if lacks.is_empty() => format!("{category}  {name}\n"),
        false => format!("{category}  {name}  lacks {}\n", lacks.join(", ")),
    }
}
