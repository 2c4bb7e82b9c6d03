//! How it is said: what is wrong, what was seen, who is affected, and what can be done.

use super::{Alarm, Cause, Course};

/// Causes that are named in a daily message; the rest are counted.
const NAMED: usize = 20;

/// The message about something new.
pub fn news(alarm: &Alarm, affected: usize) -> String {
    let mut parts = vec![headline(alarm)];
    if !alarm.failed.evidence.is_empty() {
        parts.push(alarm.failed.evidence.clone());
    }
    if alarm.failed.course != Course::Own {
        parts.push(people(affected));
    }
    parts.push(advice(alarm));
    parts.join("\n")
}

/// The message that it is well again.
pub fn recovered(alarm: &Alarm) -> String {
    let how = match alarm.failed.course {
        Course::Own => "The certificate of this service is in order again.".to_owned(),
        Course::In | Course::Out => format!("{} can be talked with again.", alarm.failed.domain),
    };
    format!("{how} This is over: {}.", cause(alarm.failed.cause))
}

/// The daily message; each alarm with how many people are affected.
pub fn daily(alarms: &[(Alarm, usize)]) -> String {
    let mut text = "Since yesterday, these links with other services failed:".to_owned();
    for (alarm, affected) in alarms.iter().take(NAMED) {
        let times = if alarm.times == 1 { "once".to_owned() } else { format!("{} times", alarm.times) };
        text.push_str(&format!("\n{} ({times}) {}", headline(alarm), people(*affected)));
    }
    if alarms.len() > NAMED {
        text.push_str(&format!("\nAnd {} more.", alarms.len() - NAMED));
    }
    text + "\n`folkmoot federation status` shows all of them, `folkmoot federation test DOMAIN` the way to one."
}

/// What is wrong, in a sentence.
pub fn headline(alarm: &Alarm) -> String {
    let (domain, why) = (&alarm.failed.domain, cause(alarm.failed.cause));
    match alarm.failed.course {
        Course::In => format!("{domain} connected and was turned away: {why}."),
        Course::Out => format!("{domain} cannot be reached from here: {why}."),
        Course::Own => format!("This service ({domain}): {why}."),
    }
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Expired => "its certificate has expired",
        Cause::NotYetValid => "its certificate is not valid yet",
        Cause::SelfSigned => "its certificate is signed by nobody but itself",
        Cause::Untrusted => "nobody who is trusted here stands behind its certificate",
        Cause::WrongName => "its certificate is for another name",
        Cause::Unsuitable => "its certificate is broken, taken back or not made for this",
        Cause::NoCertificate => "it showed no certificate",
        Cause::Dane => "its name records (TLSA) promise another certificate",
        Cause::Forged => "the domain says that it is somebody else",
        Cause::Unanswered => "the domain could not be asked whether it is who it says",
        Cause::NoTls => "it offers no encryption",
        Cause::Rejected => "it does not believe that we are who we are, or does not want us",
        Cause::Unreachable => "it does not answer",
        Cause::OwnExpires => "its certificate expires soon",
        Cause::OwnExpired => "its certificate has expired",
        Cause::OwnNames => "its certificate does not name all that is served",
    }
}

fn people(affected: usize) -> String {
    match affected {
        0 => "Nobody here has contacts there.".to_owned(),
        1 => "One person here has contacts there.".to_owned(),
        many => format!("{many} people here have contacts there."),
    }
}

/// What can be done, with the command to type.
fn advice(alarm: &Alarm) -> String {
    let domain = &alarm.failed.domain;
    match alarm.failed.cause {
        Cause::Expired
        | Cause::NotYetValid
        | Cause::SelfSigned
        | Cause::Untrusted
        | Cause::WrongName
        | Cause::NoCertificate => format!(
            "Its operators can mend that. Until they do, encrypted dialback can do, which trusts the name servers in \
             between: folkmoot federation allow {domain} --proof dialback --days 30"
        ),
        Cause::Unsuitable | Cause::Dane | Cause::Forged => format!(
            "Somebody may stand in between: do not allow it before its operators say what it is. What there is to be \
             seen: folkmoot federation test {domain}"
        ),
        Cause::Unanswered | Cause::Unreachable | Cause::NoTls => {
            format!("The way there, step by step: folkmoot federation test {domain}")
        }
        Cause::Rejected => format!(
            "Look whether our certificate is in order; if it is, ask its operators. What they say of us: folkmoot \
             federation test {domain}"
        ),
        Cause::OwnExpires | Cause::OwnExpired => {
            "Renew it, put the files where [certificate] says, and reload: kill -HUP, or restart. Look: folkmoot check"
                .to_owned()
        }
        Cause::OwnNames => {
            "Have one issued for all names that are served, put the files where [certificate] says, and reload: \
             kill -HUP, or restart. Look: folkmoot check"
                .to_owned()
        }
    }
}
