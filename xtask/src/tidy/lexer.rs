//! Telling code, comments and text apart, as far as the checks need it.

/// One line, taken apart.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Line {
    /// The code, with comments left out and the content of strings blanked.
    pub code: String,
    /// The comment, with its slashes.
    pub comment: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text,
    RawText { hashes: usize },
}

/// Takes the lines of a Rust file apart.
pub fn take_apart(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut state = State::Code;
    for raw in text.lines() {
        let chars: Vec<char> = raw.chars().collect();
        let mut line = Line::default();
        let mut at = 0;
        while at < chars.len() {
            at += step(&mut state, &chars[at..], &mut line);
        }
        if state == State::LineComment {
            state = State::Code;
        }
        lines.push(line);
    }
    lines
}

/// Looks at the front of `rest` and returns how many characters it took.
fn step(state: &mut State, rest: &[char], line: &mut Line) -> usize {
    match *state {
        State::Code => step_code(state, rest, line),
        State::LineComment => {
            line.comment.extend(rest);
            rest.len()
        }
        State::BlockComment { depth } => {
            let next = rest.get(1).copied();
            let (depth, taken) = match (rest[0], next) {
                ('*', Some('/')) => (depth - 1, 2),
                ('/', Some('*')) => (depth + 1, 2),
                _ => (depth, 1),
            };
            line.comment.extend(&rest[..taken]);
            *state = if depth == 0 { State::Code } else { State::BlockComment { depth } };
            taken
        }
        State::Text => {
            let taken = if rest[0] == '\\' { 2.min(rest.len()) } else { 1 };
            if rest[0] == '"' {
                *state = State::Code;
                line.code.push('"');
            }
            taken
        }
        State::RawText { hashes } => {
            let closes = rest[0] == '"' && rest.len() > hashes && rest[1..=hashes].iter().all(|c| *c == '#');
            if closes {
                *state = State::Code;
                line.code.push('"');
                return hashes + 1;
            }
            1
        }
    }
}

fn step_code(state: &mut State, rest: &[char], line: &mut Line) -> usize {
    match (rest[0], rest.get(1)) {
        ('/', Some('/')) => {
            *state = State::LineComment;
            0
        }
        ('/', Some('*')) => {
            *state = State::BlockComment { depth: 1 };
            line.comment.push_str("/*");
            2
        }
        ('"', _) => {
            *state = State::Text;
            line.code.push('"');
            1
        }
        ('r', _) if !ends_in_word(&line.code) || line.code.ends_with('b') => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest.get(1 + hashes) == Some(&'"') {
                *state = State::RawText { hashes };
                line.code.push('"');
                return 2 + hashes;
            }
            line.code.push('r');
            1
        }
        ('\'', _) => step_quote(rest, line),
        (c, _) => {
            line.code.push(c);
            1
        }
    }
}

/// A quote begins a character (`'x'`, `'\n'`) or a lifetime (`'a`).
fn step_quote(rest: &[char], line: &mut Line) -> usize {
    line.code.push('\'');
    if rest.get(1) == Some(&'\\') {
        let close = rest.iter().skip(3).position(|c| *c == '\'').map_or(rest.len(), |at| at + 4);
        line.code.push('\'');
        return close;
    }
    if rest.get(2) == Some(&'\'') {
        line.code.push('\'');
        return 3;
    }
    1
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        take_apart(text).into_iter().map(|line| line.code).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn comments_and_texts_are_no_code() {
        assert_eq!(code("let a = \"fn { // no\"; // fn {"), "let a = \"\"; ");
        assert_eq!(code("a /* { /* } */ */ b"), "a  b");
        assert_eq!(code("r#\"a \" b\"# + br\"{\""), "\"\" + b\"\"");
        assert_eq!(code("for r in x"), "for r in x");
        assert_eq!(code("\"a\n{ \\\" b\" c"), "\"\n\" c");
    }

    #[test]
    fn characters_and_lifetimes() {
        assert_eq!(code("f::<'a>('{', '\\'', '\\u{7f}', '\"')"), "f::<'a>('', '', '', '')");
    }

    #[test]
    fn a_comment_keeps_its_words() {
        assert_eq!(take_apart("x; // why, \"so\"")[0].comment, "// why, \"so\"");
    }
}
