//! What people can do with their accounts, and how. All of it is there for people who are not logged in.

use super::{Block, Document, Section, contacts};
use crate::Words;
use features::promises::Promises;

/// Ways to the others.
pub(super) fn overview(words: Words) -> Document {
    let ways = [
        ("account-recover", "/account/recover"),
        ("account-export", "/account/export"),
        ("account-delete", "/account/delete"),
    ];
    let ways = ways.map(|(key, path)| (words.say(key), words.link(path)));
    let blocks = vec![Block::Paragraph(words.say("account-manage")), Block::Links(ways.into())];
    Document { title: words.say("account-title"), sections: vec![Section::new(String::new(), blocks)] }
}

pub(super) fn recover(promises: &Promises<'_>, words: Words) -> Document {
    let mut document = of(words, "account-recover", &["recover-logged-in", "recover-forgotten"]);
    document.sections.push(contacts(promises, words));
    document
}

pub(super) fn export(promises: &Promises<'_>, words: Words) -> Document {
    let mut document = of(words, "account-export", &["export-how", "export-what"]);
    document.sections.push(contacts(promises, words));
    document
}

pub(super) fn delete(words: Words) -> Document {
    of(words, "account-delete", &["delete-how", "delete-what", "delete-elsewhere"])
}

fn of(words: Words, title: &str, paragraphs: &[&str]) -> Document {
    let blocks = paragraphs.iter().map(|key| Block::Paragraph(words.say(key))).collect();
    Document { title: words.say(title), sections: vec![Section::new(String::new(), blocks)] }
}
