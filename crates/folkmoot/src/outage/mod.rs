//! `folkmoot outage`: what is said of an outage, now or planned (XEP-0455).

mod act;

pub use act::{say, show};

use crate::account::Door;
use crate::arguments::{OutageCommand, OutageWhat};
use crate::config::Config;
use crate::control::{Control, OutageLine, Reply};
use crate::failure::Failure;
use std::fs;
use std::path::Path;

/// For those whose language nothing is said in (XEP-0455 §2.2).
const DEFAULT: &str = "default";

/// Runs a command, prints the file that clients fetch and writes it where it was asked for.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: &OutageCommand, json: bool) -> Result<(), Failure> {
    let control = match &command.what {
        OutageWhat::Show => Control::ShowOutage,
        OutageWhat::Over => Control::SayOutage { outage: None },
        OutageWhat::Say { planned, begins, ends, messages } => {
            let messages = messages.iter().map(|message| in_language(message)).collect();
            let line = OutageLine { planned: *planned, begins: begins.clone(), ends: ends.clone(), messages };
            Control::SayOutage { outage: Some(line) }
        }
    };
    let reply = Door::open(config, false)?.ask(control)?;
    let Reply::Outage { file } = &reply else {
        return Err(Failure::refused("the server answered something else than what is said of an outage"));
    };
    if let Some(path) = &command.output {
        write(path, file)
            .map_err(|error| Failure::refused(format!("{} cannot be written: {error}", path.display())))?;
    }
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else {
        print!("{file}");
    }
    Ok(())
}

/// `de=Neue Platten` is German; what has no letters before it is for all others.
fn in_language(message: &str) -> (String, String) {
    let parts = message.split_once('=').filter(|(code, _)| {
        (2..=11).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let (language, words) = parts.unwrap_or((DEFAULT, message));
    (language.to_owned(), words.to_owned())
}

/// Whoever fetches it meanwhile gets the old one or the new one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_for_all_or_for_a_language() {
        let read = |text| in_language(text);
        assert_eq!(read("de=Neue Platten"), ("de".to_owned(), "Neue Platten".to_owned()));
        assert_eq!(read("New disks = more room"), (DEFAULT.to_owned(), "New disks = more room".to_owned()));
        assert_eq!(read("pt-BR=x=y"), ("pt-BR".to_owned(), "x=y".to_owned()));
    }

    #[test]
    fn the_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outage.json");
        write(&path, "{}\n").unwrap();
        write(&path, "{ }\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{ }\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
