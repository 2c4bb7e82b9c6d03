//! Into which category a directory of services puts one: the criteria of XMPP Providers.
//!
//! Its table of criteria is not kept where it can be cited; what stands here holds for every service that was ever
//! listed in category A or B. What only others can measure is taken as good, and named.

use serde_json::{Map, Value};
use xmpp::time;

/// How good a service is for those who begin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Category {
    /// An app makes an account there, for nothing, and all else is as it should be.
    A,
    /// All is as it should be, but an account is had on a web page, or costs something.
    B,
    /// Something is not as it should be.
    C,
    /// Nobody gets an account there, or what matters is bad or not known.
    D,
}

impl Category {
    /// The letter.
    pub fn name(self) -> &'static str {
        match self {
            Category::A => "A",
            Category::B => "B",
            Category::C => "C",
            Category::D => "D",
        }
    }
}

/// What is asked of a service, by the key of a published entry.
#[derive(Clone, Copy, Debug)]
pub struct Criterion {
    /// The key.
    pub key: &'static str,
    /// The worst category in which it is asked for.
    pub until: Category,
    /// What to do for it; empty for what only others can find out.
    pub advice: &'static str,
    is_met: fn(&Entry<'_>) -> Option<bool>,
}

/// An entry as directories publish it: what the service's own file says, and what they measured.
struct Entry<'a> {
    entry: &'a Map<String, Value>,
    now: i64,
}

/// What came of looking at an entry.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The category.
    pub category: Category,
    /// What is missing for A.
    pub lacks: Vec<Criterion>,
    /// What only others can measure, and the entry does not say.
    pub unmeasured: Vec<Criterion>,
}

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;
/// Days that a service has to be there: about a year. The youngest that was listed had 362.
const DAYS_LEAST: i64 = 360;
/// Megabytes of one file.
const FILE_LEAST: i64 = 20;
/// Megabytes of all files of one account.
const FILES_LEAST: i64 = 100;
/// Days that files and messages are kept.
const KEPT_LEAST: i64 = 7;

/// All of them.
pub const CRITERIA: &[Criterion] = &[
    Criterion {
        key: "inBandRegistration",
        until: Category::A,
        advice: "`mode = \"open\"` under `[sign-up]` lets apps make accounts.",
        is_met: |entry| Some(entry.is_true("inBandRegistration")),
    },
    Criterion {
        key: "freeOfCharge",
        until: Category::A,
        advice: "`cost = \"free\"` under `[service]`, if that is so.",
        is_met: |entry| Some(entry.is_true("freeOfCharge")),
    },
    Criterion {
        key: "registrationWebPage",
        until: Category::B,
        advice: "Give an account on a page, or let apps make accounts.",
        is_met: |entry| Some(entry.is_true("inBandRegistration") || entry.has("registrationWebPage")),
    },
    Criterion {
        key: "maximumHttpFileUploadFileSize",
        until: Category::B,
        advice: "At least 20 MB: raise `upload-file-bytes` under `[limits]`.",
        is_met: |entry| Some(entry.is_enough("maximumHttpFileUploadFileSize", FILE_LEAST)),
    },
    Criterion {
        key: "maximumHttpFileUploadTotalSize",
        until: Category::B,
        advice: "At least 100 MB: raise `upload-account-bytes` under `[limits]`.",
        is_met: |entry| Some(entry.is_enough("maximumHttpFileUploadTotalSize", FILES_LEAST)),
    },
    Criterion {
        key: "maximumHttpFileUploadStorageTime",
        until: Category::B,
        advice: "At least 7 days: raise `days` under `[upload]`.",
        is_met: |entry| Some(entry.is_enough("maximumHttpFileUploadStorageTime", KEPT_LEAST)),
    },
    Criterion {
        key: "maximumMessageArchiveManagementStorageTime",
        until: Category::B,
        advice: "At least 7 days: raise `days` under `[archive]`.",
        is_met: |entry| Some(entry.is_enough("maximumMessageArchiveManagementStorageTime", KEPT_LEAST)),
    },
    Criterion {
        key: "professionalHosting",
        until: Category::B,
        advice: "`hosting = \"professional\"` under `[service]`, if power and line do not fail, doors are locked and \
                 backups are made.",
        is_met: |entry| Some(entry.is_true("professionalHosting")),
    },
    Criterion {
        key: "legalNotice",
        until: Category::B,
        advice: "Say under `[service.operator]` who answers for the service; the page is made of it.",
        is_met: |entry| Some(entry.has("legalNotice")),
    },
    Criterion {
        key: "serverLocations",
        until: Category::B,
        advice: "List the countries of machines and backups as `locations` under `[service]`.",
        is_met: |entry| Some(entry.has("serverLocations")),
    },
    Criterion {
        key: "emailSupport",
        until: Category::B,
        advice: "Name an address as `support` under `[contact]`.",
        is_met: |entry| Some(["emailSupport", "chatSupport", "groupChatSupport"].into_iter().any(|key| entry.has(key))),
    },
    Criterion {
        key: "since",
        until: Category::B,
        advice: "Write since when the service is there as `since` under `[service]`; about a year is wanted.",
        is_met: |entry| Some(entry.is_old_enough()),
    },
    Criterion {
        key: "ratingXmppComplianceTester",
        until: Category::B,
        advice: "",
        is_met: |entry| entry.number("ratingXmppComplianceTester").map(|rating| rating == 100),
    },
    Criterion {
        key: "ratingImObservatoryClientToServer",
        until: Category::B,
        advice: "",
        is_met: |entry| entry.text("ratingImObservatoryClientToServer").map(|rating| rating.starts_with('A')),
    },
    Criterion {
        key: "ratingImObservatoryServerToServer",
        until: Category::B,
        advice: "",
        is_met: |entry| entry.text("ratingImObservatoryServerToServer").map(|rating| rating.starts_with('A')),
    },
];

impl Entry<'_> {
    fn is_true(&self, key: &str) -> bool {
        self.entry.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Nought stands for no bound, and less for nothing that is known.
    fn is_enough(&self, key: &str, least: i64) -> bool {
        self.number(key).is_some_and(|number| number == 0 || number >= least)
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.entry.get(key).and_then(Value::as_i64)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.entry.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn has(&self, key: &str) -> bool {
        match self.entry.get(key) {
            Some(Value::Object(object)) => !object.is_empty(),
            Some(Value::Array(array)) => !array.is_empty(),
            _ => false,
        }
    }

    fn is_old_enough(&self) -> bool {
        let since = self.text("since").and_then(|day| time::parse(&format!("{day}T00:00:00Z")));
        since.is_some_and(|since| self.now - since >= DAYS_LEAST * DAY_MICROS)
    }
}

/// Sorts an entry, as of `now` in microseconds since 1970.
pub fn judge(entry: &Map<String, Value>, now: i64) -> Judgement {
    let entry = Entry { entry, now };
    let (mut lacks, mut unmeasured) = (Vec::new(), Vec::new());
    for criterion in CRITERIA {
        match (criterion.is_met)(&entry) {
            Some(true) => {}
            Some(false) => lacks.push(*criterion),
            None => unmeasured.push(*criterion),
        }
    }
    let may_join = entry.is_true("inBandRegistration") || entry.has("registrationWebPage");
    let is_bad = entry.number("ratingXmppComplianceTester").is_some_and(|rating| rating < 90);
    let category = match lacks.iter().map(|criterion| criterion.until).max() {
        None => Category::A,
        Some(Category::A) => Category::B,
        Some(_) if may_join && !is_bad => Category::C,
        Some(_) => Category::D,
    };
    Judgement { category, lacks, unmeasured }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// 2026-07-01.
    const NOW: i64 = 1_782_864_000_000_000;

    /// What was published of a service in 2026: domain, category, whether apps make accounts, megabytes of a file and
    /// of all files, days of files and of messages, since when.
    type Published = (&'static str, Category, bool, [i64; 4], &'static str);

    const PUBLISHED: &[Published] = &[
        ("07f.de", Category::A, true, [5368, 10737, 30, 0], "2021-02-24"),
        ("chat.between-us.online", Category::A, true, [1258, 1200, 31, 7], "2024-11-16"),
        ("chatterboxtown.us", Category::A, true, [536, 1028, 7, 30], "2020-10-14"),
        ("404.city", Category::B, false, [256, 512, 30, 30], "2015-03-20"),
        ("5222.de", Category::B, false, [104, 100, 30, 7], "2012-01-15"),
        ("anoxinon.me", Category::B, false, [104, 100, 14, 14], "2018-10-04"),
        ("chatrix.one", Category::B, false, [104, 1024, 28, 28], "2018-10-30"),
        ("disroot.org", Category::B, false, [512, 512, 30, 30], "2015-08-04"),
        ("draugr.de", Category::B, false, [52, 0, 14, 21], "2005-11-21"),
        ("durare.org", Category::B, false, [31, 1024, 180, 180], "2015-03-26"),
    ];

    fn entry(published: &Published) -> Map<String, Value> {
        let (_, _, in_band, [file, files, days, messages], since) = published;
        let page = if *in_band { json!({}) } else { json!({ "en": "https://example.org/register" }) };
        let Value::Object(entry) = json!({
            "inBandRegistration": in_band, "registrationWebPage": page, "freeOfCharge": true,
            "ratingXmppComplianceTester": 100,
            "ratingImObservatoryClientToServer": "A", "ratingImObservatoryServerToServer": "A",
            "maximumHttpFileUploadFileSize": file, "maximumHttpFileUploadTotalSize": files,
            "maximumHttpFileUploadStorageTime": days, "maximumMessageArchiveManagementStorageTime": messages,
            "professionalHosting": true, "legalNotice": { "en": "https://example.org/legal" },
            "serverLocations": ["de"], "chatSupport": { "en": ["help@example.org"] }, "since": since,
        }) else {
            panic!("an object is an object")
        };
        entry
    }

    #[test]
    fn published_services_are_sorted_as_they_were() {
        for published in PUBLISHED {
            let judgement = judge(&entry(published), NOW);
            assert_eq!(judgement.category, published.1, "{}: {:?}", published.0, judgement.lacks);
            assert!(judgement.unmeasured.is_empty());
        }
    }

    #[test]
    fn each_thing_that_is_missing_costs_the_category_and_is_named() {
        let good = entry(&PUBLISHED[0]);
        for (key, worse, category) in [
            ("freeOfCharge", json!(false), Category::B),
            ("maximumHttpFileUploadFileSize", json!(19), Category::C),
            ("maximumHttpFileUploadTotalSize", json!(99), Category::C),
            ("maximumHttpFileUploadStorageTime", json!(-1), Category::C),
            ("maximumMessageArchiveManagementStorageTime", json!(6), Category::C),
            ("professionalHosting", json!(false), Category::C),
            ("legalNotice", json!({}), Category::C),
            ("serverLocations", json!([]), Category::C),
            ("since", json!("2026-01-01"), Category::C),
            ("since", json!(""), Category::C),
            ("ratingXmppComplianceTester", json!(94), Category::C),
            ("ratingXmppComplianceTester", json!(80), Category::D),
            ("ratingImObservatoryServerToServer", json!("B"), Category::C),
        ] {
            let mut entry = good.clone();
            entry.insert(key.to_owned(), worse);
            let judgement = judge(&entry, NOW);
            assert_eq!(judgement.category, category, "{key}");
            assert_eq!(judgement.lacks.iter().map(|lack| lack.key).collect::<Vec<_>>(), [key]);
        }
        let mut shut = good;
        shut.insert("inBandRegistration".to_owned(), json!(false));
        assert_eq!(judge(&shut, NOW).category, Category::D, "nobody gets in");
    }

    #[test]
    fn what_only_others_can_measure_is_taken_as_good_and_named() {
        let mut entry = entry(&PUBLISHED[0]);
        entry.retain(|key, _| !key.starts_with("rating"));
        let judgement = judge(&entry, NOW);
        assert_eq!(judgement.category, Category::A);
        assert_eq!(judgement.unmeasured.len(), 3);
    }
}
