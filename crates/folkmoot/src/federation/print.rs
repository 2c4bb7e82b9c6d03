//! The steps of a walk, for people and for programs.

use net::probe::{About, Mark, Step};
use std::io::IsTerminal;

/// Whether the output understands colours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A terminal.
    Colour,
    /// A file, a pipe, or somebody who does not want them (<https://no-color.org>).
    Plain,
}

impl Style {
    /// That of the standard output.
    pub fn of_output() -> Style {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !is_unwanted { Style::Colour } else { Style::Plain }
    }
}

/// A mark, what it is about, and what was seen, a line each.
pub fn as_text(step: &Step, style: Style) -> String {
    let (word, colour) = match step.mark {
        Mark::Good => ("ok  ", 32),
        Mark::Doubtful => ("look", 33),
        Mark::Bad => ("BAD ", 31),
    };
    let word = match style {
        Style::Colour => format!("\u{1b}[1;{colour}m{word}\u{1b}[0m"),
        Style::Plain => word.to_owned(),
    };
    let mut text = String::new();
    for (index, line) in step.lines.iter().enumerate() {
        if index == 0 {
            text.push_str(&format!("{word}  {:<11} {line}\n", about(step.about)));
        } else {
            text.push_str(&format!("{:18}{line}\n", ""));
        }
    }
    text
}

/// One object.
pub fn as_json(step: &Step) -> String {
    let mark = match step.mark {
        Mark::Good => "good",
        Mark::Doubtful => "doubtful",
        Mark::Bad => "bad",
    };
    serde_json::json!({ "step": about(step.about), "mark": mark, "lines": step.lines }).to_string()
}

fn about(about: About) -> &'static str {
    match about {
        About::Names => "names",
        About::Addresses => "addresses",
        About::Connection => "connection",
        About::Encryption => "encryption",
        About::Identity => "identity",
        About::Stream => "stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_mark_and_lines_below_each_other() {
        let lines = vec!["a.example".to_owned(), "b.example".to_owned()];
        let step = Step { about: About::Names, mark: Mark::Doubtful, lines };
        let text = as_text(&step, Style::Plain);
        assert_eq!(text, "look  names       a.example\n                  b.example\n");
        assert!(as_text(&step, Style::Colour).starts_with("\u{1b}[1;33mlook\u{1b}[0m  names"));
        assert_eq!(as_json(&step), r#"{"lines":["a.example","b.example"],"mark":"doubtful","step":"names"}"#);
    }
}
