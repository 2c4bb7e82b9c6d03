//! A document as Markdown (CommonMark).

use super::{Block, Document};
use std::fmt::Write;

/// What has a meaning in Markdown.
const SPECIAL: &str = "\\`*_{}[]<>#|";

pub(super) fn write(document: &Document) -> String {
    let mut text = format!("# {}\n", escape(&document.title));
    for section in &document.sections {
        if !section.heading.is_empty() {
            add(&mut text, format_args!("\n## {}\n", escape(&section.heading)));
        }
        for block in &section.blocks {
            text.push('\n');
            match block {
                Block::Paragraph(paragraph) => add(&mut text, format_args!("{}\n", escape(paragraph))),
                Block::List(items) => {
                    items.iter().for_each(|item| add(&mut text, format_args!("- {}\n", escape(item))));
                }
                Block::Links(links) => {
                    for (words, address) in links {
                        add(&mut text, format_args!("- [{}](<{address}>)\n", escape(words)));
                    }
                }
                Block::English(items) => {
                    for (name, meaning) in items {
                        add(&mut text, format_args!("- **{}**: {}\n", escape(name), escape(meaning)));
                    }
                }
            }
        }
    }
    text
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("writing to a string does not fail");
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if SPECIAL.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::Section;
    use super::*;

    #[test]
    fn what_was_written_means_what_it_says() {
        let blocks = vec![Block::List(vec!["a *b* <c>".into()]), Block::Links(vec![("x".into(), "/y".into())])];
        let document = Document { title: "T".into(), sections: vec![Section::new("H".into(), blocks)] };
        assert_eq!(write(&document), "# T\n\n## H\n\n- a \\*b\\* \\<c\\>\n\n- [x](</y>)\n");
    }
}
