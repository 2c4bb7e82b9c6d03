//! Replies, for people and for programs.

use crate::control::{AccountLine, ClientLine, DeedLine, Ended, FileLine, Password, Reply};

/// Prints to the standard output what was done.
pub fn reply(reply: &Reply, made_up: Option<&Password>, json: bool) {
    if json {
        println!("{}", as_json(reply, made_up));
    } else {
        print!("{}", as_text(reply, made_up));
    }
}

fn as_json(reply: &Reply, made_up: Option<&Password>) -> String {
    let mut value = serde_json::to_value(reply).expect("a reply is JSON");
    if let (Some(password), Some(object)) = (made_up, value.as_object_mut()) {
        object.insert("password".to_owned(), password.0.clone().into());
    }
    value.to_string()
}

fn as_text(reply: &Reply, made_up: Option<&Password>) -> String {
    match reply {
        Reply::Added { address } => format!("{address} is there.\n{}", shown_once(made_up)),
        Reply::PasswordSet(ended) => {
            format!("{} has a new password{}.\n{}", ended.address, sessions(ended), shown_once(made_up))
        }
        Reply::Disabled(ended) => format!("{} is disabled{}.\n", ended.address, sessions(ended)),
        Reply::Enabled { address } => format!("{address} can be used again.\n"),
        Reply::Deleted { ended, erased } => {
            let mut text = format!("{} is erased{}. It had:\n", ended.address, sessions(ended));
            for one in erased {
                let entries = one.entries.map_or(String::new(), |entries| entries.to_string());
                text.push_str(&format!("  {entries:>8}  {}: {}\n", one.name, one.holds));
            }
            text
        }
        Reply::Accounts { accounts } => table(accounts),
        Reply::Clients { clients } => clients_table(clients),
        Reply::Files { files, .. } => files_table(files),
        Reply::FileDeleted { file, address } => {
            format!("`{}` of {address} is deleted, {} bytes.\n", shown(&file.name), file.bytes)
        }
        Reply::Announced { people } => format!("It went to {people} people.\n"),
        Reply::Deeds { deeds } => deeds.iter().map(deed).collect(),
        Reply::ClientRevoked(ended) => {
            format!("The device has no access to {} any more{}.\n", ended.address, sessions(ended))
        }
        // Reports have their own; refusals became failures.
        _ => String::new(),
    }
}

fn shown_once(made_up: Option<&Password>) -> String {
    made_up.map_or(String::new(), |password| format!("Its password, shown only now: {}\n", password.0))
}

fn sessions(ended: &Ended) -> String {
    match ended.sessions {
        0 => String::new(),
        1 => "; its session was ended".to_owned(),
        more => format!("; its {more} sessions were ended"),
    }
}

fn table(accounts: &[AccountLine]) -> String {
    if accounts.is_empty() {
        return "There is no account yet.\n".to_owned();
    }
    let width = accounts.iter().map(|one| one.address.chars().count()).max().unwrap_or(0).max("ADDRESS".len());
    let mut text = format!("{:<width$}  {:<8}  {:<10}  LAST LOGIN\n", "ADDRESS", "STATE", "CREATED");
    for one in accounts {
        let last_login = one.last_login.as_deref().unwrap_or("never");
        text.push_str(&format!("{:<width$}  {:<8}  {:<10}  {last_login}\n", one.address, one.state, one.created));
    }
    text
}

fn deed(deed: &DeedLine) -> String {
    let when: String = deed.done.chars().take("2026-11-25T12:00:00".len()).collect();
    format!("{when}  {}  {} {}", deed.who, deed.what, deed.whom).trim_end().to_owned() + "\n"
}

/// What a person recognises a device by, and what to revoke it with.
fn clients_table(clients: &[ClientLine]) -> String {
    if clients.is_empty() {
        return "No device is known to have access; whoever knows the password has.\n".to_owned();
    }
    let mut text = format!("{:<16}  {:<16}  {:<9}  {:<8}  DEVICE\n", "ID", "LAST LOGIN", "CONNECTED", "REVOKE");
    for one in clients {
        let last =
            one.last_seen.as_deref().map_or_else(|| "unknown".to_owned(), |date| date.chars().take(16).collect());
        let names: Vec<&str> = [&one.software, &one.device].into_iter().flatten().map(String::as_str).collect();
        let (connected, revoke) =
            (if one.connected { "yes" } else { "no" }, if one.revocable { "yes" } else { "password" });
        text.push_str(&format!("{:<16}  {last:<16}  {connected:<9}  {revoke:<8}  {}\n", one.id, names.join(", ")));
    }
    text.push_str("`password`: the device knows it; setting another one takes its access away.\n");
    text
}

/// What a person knows a file by, and what to delete it with.
fn files_table(files: &[FileLine]) -> String {
    let mut text = format!("{:<16}  {:>11}  {:<10}  {:<10}  NAME\n", "ID", "BYTES", "SENT", "UNTIL");
    for one in files {
        let day = |date: &str| date.chars().take("2026-11-25".len()).collect::<String>();
        let (made, until) = (day(&one.made), day(&one.expires));
        text.push_str(&format!("{:<16}  {:>11}  {made}  {until}  {}\n", one.id, one.bytes, shown(&one.name)));
    }
    let bytes: u64 = files.iter().map(|one| one.bytes).sum();
    text.push_str(&format!("{} files, {bytes} bytes.\n", files.len()));
    text
}

/// A name that somebody gave, without what would move the cursor.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_password_is_shown() {
        let password = Password("k7mp3".into());
        let added = Reply::Added { address: "alice@localhost".into() };
        assert!(as_text(&added, Some(&password)).contains("k7mp3"));
        assert!(!as_text(&added, None).contains("password"));
        assert!(as_json(&added, Some(&password)).contains("\"password\":\"k7mp3\""));
    }

    #[test]
    fn files_are_listed_with_what_they_take() {
        let line = |name: &str, bytes| FileLine {
            id: "0123456789abcdef".into(),
            name: name.into(),
            media_type: None,
            bytes,
            made: "2026-11-25T12:00:00.000000Z".into(),
            expires: "2026-12-25T12:00:00.000000Z".into(),
        };
        let text = files_table(&[line("cat.jpg", 1_000), line("a\u{1b}[2J.txt", 24)]);
        assert!(text.contains("0123456789abcdef         1000  2026-11-25  2026-12-25  cat.jpg\n"), "{text}");
        assert!(text.contains("a\u{fffd}[2J.txt") && text.ends_with("2 files, 1024 bytes.\n"), "{text}");
    }

    #[test]
    fn the_list_has_columns() {
        let line = |address: &str, last_login: Option<&str>| AccountLine {
            address: address.into(),
            state: "active".into(),
            created: "2026-11-25".into(),
            last_login: last_login.map(Into::into),
        };
        let text = table(&[line("a@example.org", None), line("alice@example.org", Some("2026-11-25"))]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].find("STATE"), lines[2].find("active"));
        assert!(lines[1].ends_with("never"));
    }
}
