//! What the service promises, each with where it comes from and where it is said: the first page shows it, the desk and
//! `folkmoot promises --explain` trace it.

use crate::landing::facts;
use crate::{Words, documents, wellknown};
use features::promises::Promises;
use features::registration::Mode;
use features::statement::said;

/// On what a promise stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// The service does it: the setting that is shown is the one that is obeyed.
    Enforced,
    /// The service counts it.
    Measured,
    /// Its operator says so.
    Stated,
}

impl Basis {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Enforced => "enforced",
            Basis::Measured => "measured",
            Basis::Stated => "stated",
        }
    }
}

/// A promise as it is kept, in somebody's language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained {
    /// What it is about.
    pub what: String,
    /// What is promised; empty if nothing is.
    pub text: String,
    /// On what it stands.
    pub basis: Basis,
    /// The settings that it follows, as they are written in the configuration.
    pub settings: &'static [&'static str],
    /// Where it is said: paths of pages, or the protocol's word.
    pub places: &'static [&'static str],
}

/// One thing that is promised.
struct Promise {
    /// The key of what it is about.
    what: &'static str,
    basis: Basis,
    settings: &'static [&'static str],
    places: &'static [&'static str],
    say: fn(&Promises<'_>, &Words) -> String,
}

/// What people can count on, the most asked for first: the first page shows these as a table.
const FACTS: &[Promise] = &[
    Promise {
        what: "promise-messages",
        basis: Basis::Enforced,
        settings: &["archive.days", "archive.default"],
        places: &["/", documents::PRIVACY, wellknown::provider::PATH],
        say: facts::archive,
    },
    Promise {
        what: "promise-files",
        basis: Basis::Enforced,
        settings: &[
            "services.upload",
            "upload.days",
            "limits.upload-file-bytes",
            "limits.upload-day-bytes",
            "limits.upload-week-bytes",
            "limits.upload-account-bytes",
        ],
        places: &["/", documents::PRIVACY, wellknown::provider::PATH, "XEP-0363"],
        say: facts::files,
    },
    Promise {
        what: "promise-backups",
        basis: Basis::Stated,
        settings: &["service.backups"],
        places: &["/", documents::PRIVACY],
        say: facts::backups,
    },
    Promise {
        what: "promise-others",
        basis: Basis::Enforced,
        settings: &["federation.with"],
        places: &["/"],
        say: facts::others,
    },
    Promise {
        what: "promise-place",
        basis: Basis::Stated,
        settings: &["service.locations", "service.operator.jurisdiction"],
        places: &["/", documents::PRIVACY, documents::LEGAL, wellknown::provider::PATH],
        say: facts::place,
    },
    Promise {
        what: "promise-operator",
        basis: Basis::Stated,
        settings: &["service.operator"],
        places: &["/", documents::PRIVACY, documents::LEGAL, wellknown::provider::PATH],
        say: facts::operator,
    },
    Promise {
        what: "promise-since",
        basis: Basis::Stated,
        settings: &["service.since"],
        places: &["/", wellknown::provider::PATH],
        say: facts::since,
    },
    Promise {
        what: "promise-cost",
        basis: Basis::Stated,
        settings: &["service.cost"],
        places: &["/", wellknown::provider::PATH],
        say: facts::cost,
    },
    Promise {
        what: "promise-people",
        basis: Basis::Measured,
        settings: &[],
        places: &["/", "/.well-known/nodeinfo", "/.well-known/x-nodeinfo2"],
        say: facts::people,
    },
];

/// What else is said, elsewhere on the pages.
const REST: &[Promise] = &[
    Promise {
        what: "join-title",
        basis: Basis::Enforced,
        settings: &["sign-up.mode", "sign-up.question"],
        places: &["/", "/register", "/.well-known/nodeinfo", "XEP-0077"],
        say: join,
    },
    Promise {
        what: "rules-title",
        basis: Basis::Stated,
        settings: &["service.rules"],
        places: &["/", "/rules"],
        say: |promises, words| {
            said(&promises.statement.rules, words.language()).map(|rules| rules.join(" ")).unwrap_or_default()
        },
    },
    Promise {
        what: "contact-title",
        basis: Basis::Stated,
        settings: &["contact"],
        places: &["/", documents::LEGAL, documents::RECOVER, "/.well-known/security.txt", "XEP-0157"],
        say: contacts,
    },
];

fn join(promises: &Promises<'_>, words: &Words) -> String {
    words.say(match promises.sign_up.mode {
        Mode::Open => "join-open",
        Mode::Invite => "join-invite",
        Mode::Closed => "join-closed",
    })
}

fn contacts(promises: &Promises<'_>, words: &Words) -> String {
    let uris = facts::people_to_ask(promises, *words).into_iter().flat_map(|(_, addresses)| addresses);
    uris.map(|address| address.uri).collect::<Vec<String>>().join(", ")
}

/// What people can count on, as far as there is anything to say.
pub(crate) fn facts(promises: &Promises<'_>, words: &Words) -> Vec<facts::Fact> {
    let all = FACTS.iter().map(|fact| facts::Fact { what: words.say(fact.what), text: (fact.say)(promises, words) });
    all.filter(|fact| !fact.text.is_empty()).collect()
}

/// All of it, with where it comes from.
pub fn explain(promises: &Promises<'_>, words: &Words) -> Vec<Explained> {
    let one = |promise: &Promise| Explained {
        what: words.say(promise.what),
        text: (promise.say)(promises, words),
        basis: promise.basis,
        settings: promise.settings,
        places: promise.places,
    };
    REST.iter().chain(FACTS).map(one).collect()
}
