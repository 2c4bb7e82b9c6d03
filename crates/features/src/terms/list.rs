//! Rules as files: as CSV with all they say, or as the plain list of refused domains that operators share
//! (JabberSPAM's `blacklist.txt`: a domain a line).

use super::rule::{Action, Rule, read_domain};
use xmpp::time;

/// The first line of a CSV file.
pub const HEADER: &str = "domain,action,reason,author,made,expires";
/// Lines of a file that are told as wrong; who mends these sees the rest.
const PROBLEMS_TOLD: usize = 20;

/// What a file does not say.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// What is decided about the domains of a plain list.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// Who brings it in.
    pub author: String,
    /// When, in microseconds since 1970.
    pub now: i64,
    /// Until when it holds.
    pub expires_at: Option<i64>,
}

/// Reads a file of either kind, which its first line tells.
///
/// # Errors
/// A sentence for each line that is wrong, with its number; then nothing of it is to be used.
pub fn read(text: &str, defaults: &Defaults) -> Result<Vec<Rule>, Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let is_csv = text.lines().next().is_some_and(|line| line.trim() == HEADER);
    let lines: Vec<(usize, Vec<String>)> = if is_csv { records(text).skip(1).collect() } else { names(text) };
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for (number, fields) in lines {
        match rule(&fields, defaults) {
            Ok(rule) => rules.push(rule),
            Err(why) if problems.len() < PROBLEMS_TOLD => problems.push(format!("line {number}: {why}")),
            Err(_) => {}
        }
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// Writes all that rules say, by domain.
pub fn write<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> String {
    let mut sorted: Vec<&Rule> = rules.into_iter().collect();
    sorted.sort_unstable_by(|one, other| one.domain.as_str().cmp(other.domain.as_str()));
    let mut text = format!("{HEADER}\n");
    for rule in sorted {
        let fields = [
            rule.domain.as_str(),
            &rule.action.words(),
            &rule.reason,
            &rule.author,
            &time::write(rule.made_at),
            &rule.expires_at.map(time::write).unwrap_or_default(),
        ];
        text.push_str(&fields.map(quoted).join(","));
        text.push('\n');
    }
    text
}

/// The lines of a plain list, without remarks.
fn names(text: &str) -> Vec<(usize, Vec<String>)> {
    let name = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, name(line)));
    lines.filter(|(_, name)| !name.is_empty()).map(|(number, name)| (number, vec![name])).collect()
}

/// A rule of as many fields as there are, in the order of [`HEADER`].
fn rule(fields: &[String], defaults: &Defaults) -> Result<Rule, String> {
    let field = |index: usize| fields.get(index).map(|text| text.trim()).filter(|text| !text.is_empty());
    let date = |index: usize| {
        let read = |text: &str| {
            time::parse(text).ok_or_else(|| format!("`{text}` is not a date; write it like `2026-11-25T00:00:00Z`"))
        };
        field(index).map(read).transpose()
    };
    Ok(Rule {
        domain: read_domain(field(0).unwrap_or_default())?,
        action: field(1).map(Action::read).transpose()?.unwrap_or(defaults.action),
        reason: field(2).unwrap_or(&defaults.reason).into(),
        author: field(3).unwrap_or(&defaults.author).into(),
        made_at: date(4)?.unwrap_or(defaults.now),
        expires_at: date(5)?.or(defaults.expires_at),
    })
}

/// RFC 4180 §2.
fn quoted(field: &str) -> String {
    match field.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

/// The records of a CSV file (RFC 4180 §2) with the lines where they begin. Empty ones are left out.
fn records(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> {
    let mut records = Vec::new();
    let (mut fields, mut field, mut begins, mut line) = (Vec::new(), String::new(), 1, 1);
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(next) = chars.next() {
        line += usize::from(next == '\n');
        match next {
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                fields.push(std::mem::take(&mut field));
                records.push((std::mem::replace(&mut begins, line), std::mem::take(&mut fields)));
            }
            other => field.push(other),
        }
    }
    fields.push(field);
    records.push((begins, fields));
    records.into_iter().filter(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults() -> Defaults {
        let (reason, author) = ("JabberSPAM".to_owned(), "the command line".to_owned());
        Defaults { action: Action::Refuse, reason, author, now: 1_795_564_800_000_000, expires_at: None }
    }

    #[test]
    fn the_list_that_operators_share_is_read() {
        let rules = read("# spam\nSpam.example\n\nbad.example # since May\r\n", &defaults()).unwrap();
        let domains: Vec<&str> = rules.iter().map(|rule| rule.domain.as_str()).collect();
        assert_eq!(domains, ["spam.example", "bad.example"]);
        assert!(rules.iter().all(|rule| rule.action == Action::Refuse && &*rule.reason == "JabberSPAM"));
        assert_eq!(read("good.example\na@b\nc d\n", &defaults()).unwrap_err().len(), 2);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = "domain,action,reason,author,made,expires\n\
                    a.example,talk dialback,\"Old, but \"\"good\"\"\nas of May\",alice@here,2026-05-01T00:00:00.000000Z,2027-01-01T00:00:00.000000Z\n\
                    b.example,refuse,spam,the command line,2026-05-01T00:00:00.000000Z,\n";
        let rules = read(text, &defaults()).unwrap();
        assert_eq!(&*rules[0].reason, "Old, but \"good\"\nas of May");
        assert_eq!(write(rules.iter().rev()), text);
        let wrong = read(&text.replace("spam,the", "spam\",\"the").replace("refuse", "shun"), &defaults()).unwrap_err();
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("line 4: `shun` is no action"), "{wrong:?}");
    }
}
