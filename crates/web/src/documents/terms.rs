//! What people agree to, and how those who run the service act on what is reported. Both are short, so that they are
//! read, and say what the service does anyway.

use super::{Block, Document, Section, contacts};
use crate::Words;
use crate::promises;
use features::promises::Promises;
use features::statement::said;

/// The terms of service.
pub(super) fn document(promises: &Promises<'_>, words: Words) -> Document {
    let mut sections = vec![Section::new(String::new(), vec![paragraph(words.with("terms-intro", promises.domain))])];
    if let Some(rules) = said(&promises.statement.rules, words.language()) {
        sections.push(Section::new(words.say("rules-title"), vec![Block::List(rules.clone())]));
    }
    let say = |keys: &[&str]| keys.iter().map(|key| paragraph(words.say(key))).collect::<Vec<Block>>();
    // How many people are here is no promise, and would make every day another version.
    let facts = promises::lasting(promises, &words).into_iter();
    let facts = facts.map(|fact| format!("{}: {}", fact.what, fact.text)).collect();
    sections.push(Section::new(words.say("terms-you"), say(&["terms-account", "terms-law"])));
    sections
        .push(Section::new(words.say("promises-title"), vec![Block::List(facts), paragraph(words.say("terms-care"))]));
    sections.push(Section::new(words.say("terms-end"), say(&["terms-leave", "terms-shut-out"])));
    sections.push(Section::new(words.say("terms-change"), say(&["terms-versions"])));
    sections.push(contacts(promises, words));
    Document { title: words.say("terms-title"), sections }
}

/// How reports are acted on (DSA, Article 14(1)).
pub(super) fn moderation(promises: &Promises<'_>, words: Words) -> Document {
    let say = |keys: &[&str]| keys.iter().map(|key| paragraph(words.say(key))).collect::<Vec<Block>>();
    let sections = vec![
        Section::new(String::new(), say(&["moderation-who", "moderation-report"])),
        Section::new(
            words.say("moderation-acts"),
            say(&["moderation-account", "moderation-service", "moderation-file"]),
        ),
        Section::new(words.say("moderation-wrong"), say(&["moderation-appeal", "moderation-written"])),
        contacts(promises, words),
    ];
    Document { title: words.say("moderation-title"), sections }
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(text)
}
