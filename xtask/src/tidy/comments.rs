//! Comments: notes to self, dead code, and the marks that are counted.

use super::Report;
use super::source::Source;

/// Words for work put off. They need an issue: `TODO(#12)`.
const PUT_OFF: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// Checks comments in all code, tests included.
pub fn check(sources: &[Source], report: &mut Report) {
    let mut deviations = Vec::new();
    let mut compats = Vec::new();
    for source in sources {
        for (at, line) in source.lines.iter().enumerate() {
            let comment = line.comment.as_str();
            if let Some(word) = PUT_OFF.iter().find(|word| is_put_off(comment, word)) {
                report.find(
                    &source.path,
                    at + 1,
                    format!("{word} without an issue: do it, or write `{word}(#number)`"),
                );
            }
            if is_code(comment) {
                report.find(&source.path, at + 1, "code in a comment: the history keeps what is gone");
            }
            let text = comment.trim_start_matches(['/', '!', ' ']);
            if text.starts_with("Deviates:") {
                deviations.push(format!("{}:{}", source.path, at + 1));
            }
            if text.starts_with("Compat:") {
                compats.push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    report.note(counted("deliberate deviations (Deviates:)", &deviations));
    report.note(counted("places for old or odd peers (Compat:)", &compats));
}

fn counted(what: &str, places: &[String]) -> String {
    match places {
        [] => format!("0 {what}"),
        places => format!("{} {what}: {}", places.len(), places.join(", ")),
    }
}

fn is_put_off(comment: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    comment.match_indices(word).any(|(at, _)| {
        let rest = &comment[at + word.len()..];
        !joins(comment[..at].chars().next_back()) && !joins(rest.chars().next()) && !rest.starts_with("(#")
    })
}

/// Whether a plain comment reads like a statement. Documentation may hold code.
fn is_code(comment: &str) -> bool {
    let Some(text) = comment.strip_prefix("//") else { return false };
    if text.starts_with(['/', '!']) {
        return false;
    }
    let text = text.trim();
    if matches!(text, "}" | "};" | "});" | ")" | ");" | "},") {
        return true;
    }
    let begins = ["let ", "use ", "pub ", "fn ", "mod ", "return ", "if ", "for ", "match ", "while ", "self.", "#["];
    let keyword = begins.iter().any(|word| text.starts_with(word));
    let first = text.split([' ', '(']).next().unwrap_or_default();
    let call = text.starts_with(&format!("{first}(")) && first.len() > 1 && is_path(first);
    let ends = text.ends_with(';') || text.ends_with('{') || (text.starts_with("#[") && text.ends_with(']'));
    ends && (keyword || call)
}

fn is_path(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_put_off_needs_an_issue() {
        assert!(is_put_off("// TODO: later", "TODO"));
        assert!(!is_put_off("// TODO(#12): later", "TODO"));
        assert!(!is_put_off("// the TODOs of others", "TODO"));
    }

    #[test]
    fn code_in_comments_is_seen() {
        for code in
            ["// let x = 1;", "// turn.route(stanza, to);", "// if x {", "//}", "// #[test]", "// println!(\"a\");"]
        {
            assert!(is_code(code), "{code}");
        }
    }

    #[test]
    fn prose_is_no_code() {
        for prose in [
            "// The first one wins;",
            "// if this fails, the rest is left out;  see below",
            "/// let x = 1;",
            "// see RFC 6120 (section 4);",
            "// (XEP-0280 §6.1);",
        ] {
            assert!(!is_code(prose), "{prose}");
        }
    }

    #[test]
    fn marks_are_counted() {
        let mut report = Report::default();
        check(&[Source::new("a.rs", "// Deviates: here\n// Compat: Pidgin 2\n/// Compat: there\n")], &mut report);
        assert!(report.notes[0].starts_with("1 deliberate") && report.notes[1].starts_with("2 places"));
    }
}
