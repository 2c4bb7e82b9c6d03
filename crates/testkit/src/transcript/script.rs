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
//!
//! Everything that can be said:
//!
//! | line | what it does |
//! |---|---|
//! | `limit: roster-items = 3` | sets a limit of the server; only before everything else |
//! | `services: rooms, pubsub` | what is served at other domains; only before everything else |
//! | `components: irc, sms with roster messages nodes` | programs that speak for domains, here for `irc.localhost` and `sms.localhost`, and may act for people; only before everything else |
//! | `admins: alice` | who may run the service; only before everything else |
//! | `others: far.example` | other services, which send and get under this name; only before everything else |
//! | `sign-up: open` | how strangers get an account, before everything else; `open with a question`, `by application` |
//! | `newcomers find: lobby` | rooms that new accounts have among their bookmarks; only before everything else |
//! | `terms: 3` | what everybody has to agree to from now on; `3 before all else` where nobody is reached without |
//! | `people: alice, bob` | makes accounts |
//! | `friends: alice, bob` | each sees the other's presence, as if they had agreed long ago |
//! | `phone connects as alice/phone` | logs in and binds that resource (SASL of RFC 6120), no more |
//! | `phone comes online as alice/phone` | the same, fetches the roster, sends presence, passes over what came |
//! | `phone turns on stream management` | from now on the client counts and acknowledges (XEP-0198) |
//! | `phone is cut off` | its connection is lost |
//! | `far.example is cut off` | there is no such service any more; when it `resumes` there is |
//! | `phone resumes` | it comes back to the session it lost |
//! | `irc attaches` | the component of that name connects and shows that it knows the secret |
//! | `phone leaves` | it closes its stream |
//! | `phone is disconnected` | the server closes the stream, and nothing comes before that |
//! | `phone sends` + XML | sends the elements below |
//! | `phone writes` + text | sends the lines below as they are: XML that is meant to be wrong |
//! | `phone gets` + XML | the next that comes is this, in this order |
//! | `phone gets in any order` + XML | the next that comes is this |
//! | `phone gets nothing` | nothing has come that was not seen |
//! | `phone discards` | what came so far is passed over |
//! | `the server is restarted` | in good order; every connection is lost |
//! | `6 minutes pass` | the clock is put forward: seconds, minutes, hours, days |
//! | `the disk is full`, `the disk has room again` | |
//! | `the way to far.example fails: expired` | a stream cannot be made, by a cause of the watch |
//! | `far.example is turned away: self-signed` | the same of one that comes from there |
//! | `far.example is believed` | there is a stream, in both directions |
//!
//! A client that `opens a stream` shows all of it: features, successes, acknowledgements (but not the
//! server's `<r/>`), and does nothing by itself. It logs in by SASL2 (XEP-0388), with the children of
//! `<authenticate/>` that stand below, and then has to get `<success/>` or `<failure/>`:
//!
//! | line | what it does |
//! |---|---|
//! | `phone opens a stream` | with TLS; the server's features are the first thing to come |
//! | `phone logs in as alice` + XML | by her password |
//! | `phone logs in as alice by the token {token}` + XML | by a token (XEP-0484) |
//! | `phone guesses the password of alice` | and is wrong |
//!
//! In XML that a client gets, `*` is anything, `begin*` is what begins so, and `{name}` is anything the
//! first time and the same from then on; in XML that it sends, `{name}` is what it was. `{filler}` is a
//! long text. A transcript with the line `// over STARTTLS` is played over both kinds of TLS.

use features::branch::BranchKind;
use features::consent::Without;
use features::watch::{Cause, Course};

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
    /// A limit of the server, before there is one.
    Limit { name: String, value: u64 },
    /// These people may run the service, before there is one.
    Admins(Vec<String>),
    /// These are served at other domains, from the start.
    Services(Vec<BranchKind>),
    /// These services talk with the server.
    Others(Vec<String>),
    /// These may connect as components.
    Components(Vec<String>),
    /// The terms of the service from now on: their number, and whether nobody is reached without.
    Terms(u32, Without),
    /// How strangers get an account, before there is a server.
    SignUp(String),
    /// New accounts find these rooms, before there is a server.
    NewcomerRooms(Vec<String>),
    /// Two people see each other's presence.
    Friends(String, String),
    /// These accounts exist.
    People(Vec<String>),
    /// A client logs in; no presence.
    Connects { client: String, user: String, resource: String },
    /// A client logs in, fetches its roster, sends presence, and what it got so far is passed over.
    ComesOnline { client: String, user: String, resource: String },
    /// A connection shows all that comes; nobody is logged in.
    Opens { client: String },
    /// The component of that name connects.
    Attaches { client: String },
    /// A login by SASL2 with what is wanted besides.
    LogsIn { client: String, user: String, proof: Proof, wishes: String },
    /// A client sends text as it is.
    Writes { client: String, text: String },
    /// The server closes the stream.
    IsDisconnected { client: String },
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
    /// The server stops in good order and starts again; every connection is lost.
    Restarts,
    /// Time goes by.
    Passes { seconds: i64 },
    /// A stream with another service fails.
    Fails { domain: String, course: Course, cause: Cause },
    /// There is a stream with another service.
    IsBelieved { domain: String },
    /// The disk takes nothing more, or something again.
    DiskFull(bool),
}

/// What a login is proved by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password.
    Password,
    /// Something else.
    WrongPassword,
    /// A token, possibly the name of one.
    Token(String),
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

fn terms(words: &str) -> Option<Step> {
    let (version, without) = match words.strip_suffix(" before all else") {
        Some(version) => (version, Without::Service),
        None => (words, Without::Everybody),
    };
    Some(Step::Terms(version.trim().parse().ok()?, without))
}

fn step(line: &str) -> Option<Step> {
    let names = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect();
    if let Some(people) = line.strip_prefix("people:") {
        return Some(Step::People(names(people)));
    }
    if let Some(others) = line.strip_prefix("others:") {
        return Some(Step::Others(names(others)));
    }
    if let Some(admins) = line.strip_prefix("admins:") {
        return Some(Step::Admins(names(admins)));
    }
    if let Some(services) = line.strip_prefix("services:") {
        let kind = |label: &str| BranchKind::OWN.into_iter().find(|kind| kind.label() == label.trim());
        return services.split(',').map(kind).collect::<Option<_>>().map(Step::Services);
    }
    if let Some(components) = line.strip_prefix("components:") {
        return Some(Step::Components(names(components)));
    }
    if let Some(mode) = line.strip_prefix("sign-up:") {
        return Some(Step::SignUp(mode.trim().to_owned()));
    }
    if let Some(terms) = line.strip_prefix("terms:") {
        return self::terms(terms);
    }
    if let Some(rooms) = line.strip_prefix("newcomers find:") {
        return Some(Step::NewcomerRooms(names(rooms)));
    }
    if let Some(friends) = line.strip_prefix("friends:") {
        let (one, other) = friends.split_once(',')?;
        return Some(Step::Friends(one.trim().to_owned(), other.trim().to_owned()));
    }
    if let Some(limit) = line.strip_prefix("limit:") {
        let (name, value) = limit.split_once('=')?;
        return Some(Step::Limit { name: name.trim().to_owned(), value: value.trim().parse().ok()? });
    }
    if let Some(time) = line.strip_suffix(" pass") {
        return passes(time);
    }
    if let Some(failed) = fails(line) {
        return Some(failed);
    }
    match line {
        "the server is restarted" => return Some(Step::Restarts),
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
        "attaches" => Step::Attaches { client },
        "is believed" => Step::IsBelieved { domain: client },
        "opens a stream" => Step::Opens { client },
        "writes" => Step::Writes { client, text: String::new() },
        "is disconnected" => Step::IsDisconnected { client },
        _ => return logs_in(client.clone(), action).or_else(|| connects(client, action)),
    })
}

fn fails(line: &str) -> Option<Step> {
    let (what, why) = line.split_once(": ")?;
    let (course, domain) = match what.strip_prefix("the way to ") {
        Some(way) => (Course::Out, way.strip_suffix(" fails")?),
        None => (Course::In, what.strip_suffix(" is turned away")?),
    };
    let (cause, _) = Cause::ALL.into_iter().find(|(_, name)| *name == why)?;
    Some(Step::Fails { domain: domain.to_owned(), course, cause })
}

fn logs_in(client: String, action: &str) -> Option<Step> {
    let wishes = String::new();
    if let Some(user) = action.strip_prefix("guesses the password of ") {
        return Some(Step::LogsIn { client, user: user.to_owned(), proof: Proof::WrongPassword, wishes });
    }
    let login = action.strip_prefix("logs in as ")?;
    let (user, proof) = match login.split_once(" by the token ") {
        Some((user, token)) => (user, Proof::Token(token.to_owned())),
        None => (login, Proof::Password),
    };
    Some(Step::LogsIn { client, user: user.to_owned(), proof, wishes })
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
            Step::LogsIn { wishes, .. } => Some(wishes),
            Step::Writes { text, .. } => Some(text),
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
    fn reads_logins_and_limits() {
        let lines = parse("limit: roster-items = 3\nfriends: a, b\nx logs in as a by the token {t}\n  <y/>\n").unwrap();
        assert_eq!(lines[0].step, Step::Limit { name: "roster-items".into(), value: 3 });
        assert_eq!(lines[1].step, Step::Friends("a".into(), "b".into()));
        let proof = Proof::Token("{t}".into());
        let login = Step::LogsIn { client: "x".into(), user: "a".into(), proof, wishes: "<y/>\n".into() };
        assert_eq!(lines[2].step, login);
    }

    #[test]
    fn says_which_line_it_does_not_understand() {
        assert!(parse("people: a\na jumps\n").unwrap_err().starts_with("line 2"));
        assert!(parse("  <x/>\n").unwrap_err().starts_with("line 1"));
    }
}
