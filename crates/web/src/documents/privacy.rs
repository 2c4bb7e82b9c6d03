//! What the service keeps of people, from whom it has it, and who sees it: from the tables that the features declare, the
//! settings in force, and what the operator states.

use super::{Block, Document, Section, contacts};
use crate::Words;
use crate::landing::facts;
use features::all;
use features::promises::Promises;
use features::service::Federation;
use store::Keep;

/// The declaration (GDPR, Articles 13 and 14).
pub(super) fn document(promises: &Promises<'_>, words: Words) -> Document {
    let sections = vec![
        who(promises, words),
        contacts(promises, words),
        kept(promises, words),
        inventory(words),
        others(promises, words),
        rights(words),
    ];
    Document { title: words.say("privacy-title"), sections }
}

fn who(promises: &Promises<'_>, words: Words) -> Section {
    let mut blocks = vec![Block::Paragraph(words.with("privacy-intro", promises.domain))];
    match &promises.statement.operator {
        Some(operator) => {
            let mut lines = vec![operator.name.clone()];
            lines.extend(operator.address.iter().cloned());
            blocks.push(Block::List(lines));
        }
        None => blocks.push(Block::Paragraph(words.say("operator-unsaid"))),
    }
    let place = facts::place(promises, &words);
    if !place.is_empty() {
        blocks.push(Block::Paragraph(place));
    }
    Section::new(String::new(), blocks)
}

fn kept(promises: &Promises<'_>, words: Words) -> Section {
    let entry = |what: &str, text: String| format!("{}: {text}", words.say(what));
    let blocks = vec![Block::List(vec![
        entry("promise-messages", facts::archive(promises, &words)),
        entry("promise-files", facts::files(promises, &words)),
        entry("promise-backups", facts::backups(promises, &words)),
    ])];
    Section::new(words.say("privacy-kept"), blocks)
}

/// Every table that there is. A feature cannot keep anything without telling it here.
fn inventory(words: Words) -> Section {
    let tables = all::tables().into_iter().map(|table| {
        let until = match table.keep {
            Keep::WithAccount => "Kept as long as the account.",
            Keep::Until(_) => "Kept until its date has passed.",
            Keep::Otherwise(why) => why,
        };
        (table.name, format!("{} {until}", table.holds))
    });
    let blocks = vec![Block::Paragraph(words.say("inventory-intro")), Block::English(tables.collect())];
    Section::new(words.say("inventory-title"), blocks)
}

fn others(promises: &Promises<'_>, words: Words) -> Section {
    let mut blocks = Vec::new();
    if promises.federation != Federation::Off {
        blocks.push(Block::Paragraph(words.say("privacy-others")));
    }
    blocks.push(Block::Paragraph(words.say("privacy-push")));
    let processors = &promises.statement.processors;
    if processors.is_empty() {
        blocks.push(Block::Paragraph(words.say("processors-none")));
    } else {
        blocks.push(Block::Paragraph(words.say("processors")));
        let line = |processor: &features::statement::Processor| {
            let country = processor.country.as_ref().map(|code| format!(" ({})", words.country(code)));
            format!("{}{}: {}", processor.name, country.unwrap_or_default(), processor.purpose)
        };
        blocks.push(Block::List(processors.iter().map(line).collect()));
    }
    Section::new(words.say("privacy-seen"), blocks)
}

fn rights(words: Words) -> Section {
    let ways = [("account-export", "/account/export"), ("account-delete", "/account/delete")];
    let ways = ways.map(|(key, path)| (words.say(key), words.link(path)));
    let blocks = vec![Block::Paragraph(words.say("privacy-rights-text")), Block::Links(ways.into())];
    Section::new(words.say("privacy-rights"), blocks)
}
