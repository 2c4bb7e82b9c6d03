//! Applications, for people.

use crate::control::{ApplicationLine, Reply};
use crate::report::plain;

/// What is written to the standard output.
pub fn as_text(reply: &Reply) -> String {
    match reply {
        Reply::Applications { applications } if applications.is_empty() => "Nobody waits for a decision.\n".to_owned(),
        Reply::Applications { applications } => applications.iter().map(line).collect::<Vec<_>>().join("\n"),
        Reply::ApplicationAccepted { address } => format!("{address} can be used now.\n"),
        Reply::ApplicationRefused { address } => {
            format!("{address} is not given out. Who applied finds that by applying again; the name is free.\n")
        }
        _ => String::new(),
    }
}

fn line(one: &ApplicationLine) -> String {
    let reason: String = one.reason.lines().map(|line| format!("       {}\n", plain(line))).collect();
    format!("{:>5}  {}  since {}, until {}\n{reason}", one.number, one.name, one.filed, one.expires)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_shown_and_commands_no_terminal() {
        let one = ApplicationLine {
            number: 7,
            name: "carol".into(),
            reason: "I live here.\nMy friends do, too.\u{1b}[2J".into(),
            filed: "2026-11-25T03:00:00Z".into(),
            expires: "2026-12-09T03:00:00Z".into(),
        };
        let text = as_text(&Reply::Applications { applications: vec![one] });
        let wanted = "    7  carol  since 2026-11-25T03:00:00Z, until 2026-12-09T03:00:00Z\n       I live here.\n       \
                      My friends do, too.\u{fffd}[2J\n";
        assert_eq!(text, wanted);
    }
}
