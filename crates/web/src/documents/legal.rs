//! Who answers for the service, as the laws of many countries want it to be said.

use super::{Block, Document, Section, contacts};
use crate::Words;
use features::promises::Promises;

/// The notice; none without an operator.
pub(super) fn document(promises: &Promises<'_>, words: Words) -> Option<Document> {
    let operator = promises.statement.operator.as_ref()?;
    let mut lines = vec![operator.name.clone()];
    lines.extend(operator.address.iter().cloned());
    let mut who = vec![Block::Paragraph(words.with("legal-intro", promises.domain)), Block::List(lines)];
    if let Some(country) = &operator.jurisdiction {
        who.push(Block::Paragraph(words.with("jurisdiction", &words.country(country))));
    }
    let sections = vec![Section::new(String::new(), who), contacts(promises, words)];
    Some(Document { title: words.say("legal-title"), sections })
}
