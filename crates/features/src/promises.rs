//! What the service promises to the people on it: the one place from which pages, files for directories, forms and
//! documents take what they say. What is enforced is read where it is enforced, what is measured is measured, and the
//! rest is what the operator stated; nothing is typed a second time.

use crate::archive;
use crate::branch::BranchKind;
use crate::contact::Contacts;
use crate::login::usage::Usage;
use crate::registration::Mode;
use crate::service::{Federation, Service};
use crate::statement::Statement;
use crate::upload::{self, Purpose};

/// Where the pages have the terms.
pub const TERMS: &str = "/policies/terms";

/// The promises of one service, as of now.
pub struct Promises<'a> {
    /// The domain of the accounts.
    pub domain: &'a str,
    /// What people call the service.
    pub name: &'a str,
    /// What the operator says.
    pub statement: &'a Statement,
    /// How people get an account.
    pub sign_up: SignUp<'a>,
    /// How long messages are kept, at most.
    pub archive: Archive,
    /// What is taken of files; nothing where there is no place for them.
    pub uploads: Option<Uploads>,
    /// With whom people can write to one another.
    pub federation: Federation,
    /// Whom to ask about what.
    pub contacts: &'a Contacts,
    /// How many people are here.
    pub usage: Usage,
}

/// How people get an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignUp<'a> {
    /// Who may.
    pub mode: Mode,
    /// What strangers have to answer.
    pub question: Option<&'a str>,
}

/// What is kept of messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Archive {
    /// Days, at most. Behind it they are erased, whoever wants to keep them.
    pub days: u32,
    /// What is kept for those who never chose.
    pub default: archive::Default,
}

/// What is taken of files (XEP-0363), for each account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uploads {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all.
    pub account_bytes: u64,
    /// Bytes in 24 hours.
    pub day_bytes: u64,
    /// Bytes in 7 days.
    pub week_bytes: u64,
    /// Days that a file is kept.
    pub days: u32,
}

impl Uploads {
    fn of(service: &Service) -> Option<Uploads> {
        let is_there = service.branches.iter().any(|branch| branch.kind == BranchKind::Upload);
        is_there.then(|| Uploads {
            file_bytes: upload::file_bytes(&service.limits, Purpose::Message),
            account_bytes: service.limits.of(&upload::ACCOUNT_BYTES),
            day_bytes: service.limits.of(&upload::DAY_BYTES),
            week_bytes: service.limits.of(&upload::WEEK_BYTES),
            days: service.upload.days,
        })
    }
}

impl<'a> Promises<'a> {
    /// Those of `service`, where so many people are.
    pub fn of(service: &'a Service, usage: Usage) -> Promises<'a> {
        let statement = &*service.statement;
        let domain = service.domain.as_str();
        Promises {
            domain,
            name: statement.name.as_deref().unwrap_or(domain),
            statement,
            sign_up: SignUp {
                mode: service.sign_up.mode,
                question: service.sign_up.question.as_ref().map(|question| &*question.text),
            },
            archive: Archive { days: service.archive_days, default: service.archive_default },
            uploads: Uploads::of(service),
            federation: service.federation,
            contacts: &service.contacts,
            usage,
        }
    }
}

/// What somebody should know before they join, in English: for forms, which have one language.
pub fn before_joining(service: &Service) -> String {
    let days = |days: u32| if days == 1 { "one day".to_owned() } else { format!("{days} days") };
    let messages = match service.archive_default {
        archive::Default::Always => format!("Messages are kept for {}.", days(service.archive_days)),
        archive::Default::Roster => format!("Messages with contacts are kept for {}.", days(service.archive_days)),
        archive::Default::Never => "Messages are not kept, unless you want it.".to_owned(),
    };
    let files = Uploads::of(service).map(|uploads| format!(" Files are kept for {}.", days(uploads.days)));
    let terms = service.pages.as_ref().map(|pages| format!(" Terms, rules and privacy: {pages}{TERMS}"));
    format!("{messages}{}{}", files.unwrap_or_default(), terms.unwrap_or_default())
}
