//! A transcript as it is written: what people do and what their clients show, line by line.
//!
//! ```text
//! // A message reaches every device that wants it (RFC 6121 §8.5.2.1.1).
//! people: alice, bob
//! alice comes online as alice/phone
//! bob comes online as bob/desktop
//! alice sends
//!   <message to='bob@localhost' type='chat' id='1'><body>Hello</body></message>
//! bob gets
//!   <message from='alice@localhost/phone' to='bob@localhost' type='chat' id='1'>
//!     <body>Hello</body><stanza-id xmlns='urn:xmpp:sid:0' by='bob@localhost' id='*'/>
//!   </message>
//! alice gets nothing
//! ```

/// One line of a transcript, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Counted from one.
    pub number: usize,
    /// What is done.
    pub step: Step,
}

/// What is done, or seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// These accounts exist.
    People(Vec<String>),
    /// A client logs in; no presence.
    Connects { client: String, user: String, resource: String },
    /// A client logs in, fetches its roster, sends presence, and what it got so far is passed over.
    ComesOnline { client: String, user: String, resource: String },
    /// A client sends stanzas.
    Sends { client: String, stanzas: String },
    /// A client gets these stanzas and in this order, and they are the next ones.
    Gets { client: String, stanzas: String },
    /// The next stanzas that a client gets are these, in whatever order.
    GetsInAnyOrder { client: String, stanzas: String },
    /// Nothing more comes.
    GetsNothing { client: String },
    /// What came is passed over.
    Discards { client: String },
    /// Stream management is turned on.
    EnablesAcks { client: String },
    /// The connection is cut; the session may live on.
    IsCutOff { client: String },
    /// The session is taken up.
    Resumes { client: String },
    /// The stream is closed in order.
    Leaves { client: String },
    /// Time goes by.
    Passes { seconds: i64 },
    /// The disk takes nothing more, or something again.
    DiskFull(bool),
}

/// Reads a transcript.
///
/// # Errors
/// A sentence with the line's number.
pub fn parse(text: &str) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let number = index + 1;
        if raw.trim().is_empty() || raw.trim_start().starts_with("//") {
            continue;
        }
        if raw.starts_with(' ') {
            let Some(xml) = lines.last_mut().and_then(|line| line.step.xml()) else {
                return Err(format!("line {number}: XML stands below `sends` or `gets`"));
            };
            xml.push_str(raw.trim());
            xml.push('\n');
        } else {
            let step = step(raw.trim()).ok_or_else(|| format!("line {number}: not understood: {raw}"))?;
            lines.push(Line { number, step });
        }
    }
    Ok(lines)
}

fn step(line: &str) -> Option<Step> {
    if let Some(people) = line.strip_prefix("people:") {
        return Some(Step::People(people.split(',').map(|name| name.trim().to_owned()).collect()));
    }
    if let Some(time) = line.strip_suffix(" pass") {
        return passes(time);
    }
    match line {
        "the disk is full" => return Some(Step::DiskFull(true)),
        "the disk has room again" => return Some(Step::DiskFull(false)),
        _ => {}
    }
    let (client, action) = line.split_once(' ')?;
    let client = client.to_owned();
    Some(match action {
        "sends" => Step::Sends { client, stanzas: String::new() },
        "gets" => Step::Gets { client, stanzas: String::new() },
        "gets in any order" => Step::GetsInAnyOrder { client, stanzas: String::new() },
        "gets nothing" => Step::GetsNothing { client },
        "discards" => Step::Discards { client },
        "turns on stream management" => Step::EnablesAcks { client },
        "is cut off" => Step::IsCutOff { client },
        "resumes" => Step::Resumes { client },
        "leaves" => Step::Leaves { client },
        _ => return connects(client, action),
    })
}

fn connects(client: String, action: &str) -> Option<Step> {
    if let Some(address) = action.strip_prefix("connects as ") {
        let (user, resource) = address.split_once('/')?;
        return Some(Step::Connects { client, user: user.to_owned(), resource: resource.to_owned() });
    }
    let (user, resource) = action.strip_prefix("comes online as ")?.split_once('/')?;
    Some(Step::ComesOnline { client, user: user.to_owned(), resource: resource.to_owned() })
}

fn passes(time: &str) -> Option<Step> {
    let (count, unit) = time.split_once(' ')?;
    let unit = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    Some(Step::Passes { seconds: count.parse::<i64>().ok()? * unit })
}

impl Step {
    fn xml(&mut self) -> Option<&mut String> {
        match self {
            Step::Sends { stanzas, .. } | Step::Gets { stanzas, .. } | Step::GetsInAnyOrder { stanzas, .. } => {
                Some(stanzas)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lines_of_a_transcript() {
        let lines =
            parse("// hello\npeople: a, b\na comes online as a/x\na sends\n  <presence/>\n\n2 days pass\n").unwrap();
        assert_eq!(lines[0].step, Step::People(vec!["a".into(), "b".into()]));
        assert_eq!(
            lines[2],
            Line { number: 4, step: Step::Sends { client: "a".into(), stanzas: "<presence/>\n".into() } }
        );
        assert_eq!(lines[3].step, Step::Passes { seconds: 172_800 });
    }

    #[test]
    fn says_which_line_it_does_not_understand() {
        assert!(parse("people: a\na jumps\n").unwrap_err().starts_with("line 2"));
        assert!(parse("  <x/>\n").unwrap_err().starts_with("line 1"));
    }
}
