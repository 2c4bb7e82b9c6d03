//! The few Erlang terms that ejabberd writes into texts: atoms, numbers, binaries, and lists of them.

/// The texts in a term, in order: `[{<<"a">>,<<"b">>,<<>>}]` holds `a`, `b` and nothing.
pub fn texts(term: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = term;
    while let Some(at) = rest.find("<<") {
        rest = &rest[at + 2..];
        let Some(quoted) = rest.strip_prefix('"') else {
            texts.push(String::new());
            continue;
        };
        let (text, after) = quoted_text(quoted);
        texts.push(text);
        rest = after;
    }
    texts
}

/// What a term says as the value of a field: a text, or the term itself.
pub fn values(term: &str) -> Vec<String> {
    match term.trim() {
        "" | "[]" => Vec::new(),
        list if list.contains("<<") => texts(list),
        atom => vec![atom.trim_matches('\'').to_owned()],
    }
}

fn quoted_text(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, &quoted[at + 1..]),
            '\\' => text.extend(chars.next().map(|(_, c)| match c {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                c => c,
            })),
            c => text.push(c),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read() {
        assert_eq!(
            texts(r#"[{<<"a">>,<<"b.c">>,<<>>},{<<"d\"e">>,<<"f"/utf8>>,<<"g">>}]"#),
            ["a", "b.c", "", "d\"e", "f", "g"]
        );
        assert_eq!(values("whitelist"), ["whitelist"]);
        assert_eq!(values(r#"[<<"Friends">>,<<"Work">>]"#), ["Friends", "Work"]);
        assert!(values("[]").is_empty());
        assert_eq!(texts("<<\"x"), ["x"]);
    }
}
