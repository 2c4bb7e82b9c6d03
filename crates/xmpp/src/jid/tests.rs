//! Addresses that are accepted, refused and mapped (RFC 7622 §3.5 and what clients send today).

use super::*;

fn jid(text: &str) -> String {
    Jid::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).as_str().to_owned()
}

#[test]
fn is_small_and_shared() {
    assert!(size_of::<Jid>() <= 24);
    let jid = Jid::parse("juliet@example.com").expect("it is an address");
    assert!(Arc::ptr_eq(&jid.text, &jid.bare().text));
    assert!(Arc::ptr_eq(&jid.text, &jid.clone().text));
}

#[test]
fn legal_examples_of_the_rfc() {
    // RFC 7622 §3.5, table 1
    for text in [
        "juliet@example.com",
        "juliet@example.com/foo",
        "juliet@example.com/foo bar",
        "juliet@example.com/foo@bar",
        "foo\\20bar@example.com",
        "fussball@example.com",
        "fu\u{DF}ball@example.com",
        "\u{3C0}@example.com",
        "\u{3C3}@example.com/foo",
        "\u{3C2}@example.com/foo",
        "king@example.com/\u{265A}",
        "example.com",
        "example.com/foobar",
        "a.example.com/b@example.net",
    ] {
        assert_eq!(jid(text), text);
    }
    assert_eq!(jid("\u{3A3}@example.com/foo"), "\u{3C3}@example.com/foo");
    assert_eq!(jid("ΣΣ@example.com"), "σσ@example.com");
}

#[test]
fn illegal_examples_of_the_rfc() {
    // RFC 7622 §3.5, table 2
    let table = [
        ("\"juliet\"@example.com", JidError::LocalpartCharacter('"')),
        ("foo bar@example.com", JidError::LocalpartCharacter(' ')),
        ("juliet@example.com/ foo", JidError::LeadingSpace),
        ("@example.com/", JidError::EmptyPart),
        ("henry\u{2163}@example.com", JidError::LocalpartCharacter('\u{2163}')),
        ("\u{265A}@example.com", JidError::LocalpartCharacter('\u{265A}')),
        ("juliet@", JidError::EmptyPart),
        ("/foobar", JidError::EmptyPart),
    ];
    for (text, error) in table {
        assert_eq!(Jid::parse(text), Err(error), "{text}");
    }
}

#[test]
fn parts() {
    let jid = Jid::parse("a@b.c/d/e@f").expect("it is an address");
    assert_eq!((jid.local(), jid.domain(), jid.resource()), (Some("a"), "b.c", Some("d/e@f")));
    assert_eq!(jid.bare().as_str(), "a@b.c");
    let host = Jid::parse("b.c").expect("it is an address");
    assert_eq!((host.local(), host.domain(), host.resource()), (None, "b.c", None));
    assert_eq!(host.with_resource("ü").expect("it is an address").as_str(), "b.c/ü");
    assert_eq!(host.with_resource(""), Err(JidError::EmptyPart));
    assert!(jid.is_full() && host.is_bare());
}

#[test]
fn hosts() {
    let table = [
        ("EXAMPLE.org", "example.org"),
        ("example.org.", "example.org"),
        ("example\u{3002}org\u{3002}", "example.org"),
        ("ß.example", "ß.example"),
        ("xn--zca.example", "ß.example"),
        ("XN--Mnchen-3ya.Example", "münchen.example"),
        ("BÜCHER.example", "bücher.example"),
        ("ｅxample.org", "example.org"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8:0::1]", "[2001:db8::1]"),
        ("a_b.example", "a_b.example"),
        ("localhost", "localhost"),
    ];
    for (text, host) in table {
        assert_eq!(Jid::parse(&format!("u@{text}/r")).expect("it is an address").domain(), host, "{text}");
    }
    for text in [
        "a..b",
        ".a",
        ".",
        "a b",
        "-a",
        "a-",
        "a@b",
        "a:5222",
        "[::1",
        "[1.2.3.4]",
        "xn--a",
        "a\u{0}",
        "\u{200B}",
        "a%",
        "xn--zca-.b",
    ] {
        assert!(Jid::parse(&format!("u@{text}")).is_err(), "{text}");
    }
}

#[test]
fn user_names() {
    let table = [
        ("Juliet", "juliet"),
        ("ＪＵＬＩＥＴ", "juliet"),
        ("Jürgen", "jürgen"),
        ("Ju\u{308}rgen", "jürgen"),
        ("ИВАН", "иван"),
        ("שלום", "שלום"),
        ("علي5", "علي5"),
        ("l·l", "l·l"),
        ("カ・ナ", "カ・ナ"),
        ("क्\u{200D}ष", "क्\u{200D}ष"),
        ("a.b-c_d+e!#$%*=?[]^`{|}~", "a.b-c_d+e!#$%*=?[]^`{|}~"),
    ];
    for (name, prepared) in table {
        assert_eq!(Jid::prepare_localpart(name).as_deref(), Ok(prepared), "{name}");
    }
    for name in [
        "",
        "a b",
        "a@b",
        "a/b",
        "a＠b",
        "♥",
        "😀",
        "henryⅣ",
        "ﬁ",
        "\u{212A}elvin",
        "a\u{AD}b",
        "a\u{200B}b",
        "a\u{200D}b",
        "a\u{FE0F}",
        "a·b",
        "\u{FFFF}",
        "\u{E000}",
        "\u{0}",
        "\u{7F}",
        "a\u{3000}b",
        "٠۰",
        "₿",
        "\u{378}",
        "²",
        "\u{1100}",
        "a\u{2E}\u{202E}b",
    ] {
        assert!(Jid::prepare_localpart(name).is_err(), "{name:?}");
    }
    for name in ["aא", "אa", "5א", "א٠5", "א-"] {
        assert_eq!(Jid::prepare_localpart(name), Err(JidError::Direction), "{name}");
    }
}

#[test]
fn resources() {
    for resource in [
        "Nick 🌹",
        "😀",
        "₿",
        "🫨",
        "👩\u{200D}💻",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "❤\u{FE0F}",
        "❤\u{FE0F}\u{200D}🔥",
        "1\u{FE0F}\u{20E3}",
        "👍🏽",
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "🇩🇪",
        "henryⅣ",
        "ﬁ",
        "Büro",
        "a<b>&'\"",
        "trailing ",
        "می\u{200C}خواهم",
        "שa",
        "\u{1FAFF}",
    ] {
        let text = format!("room@muc.example/{resource}");
        assert_eq!(jid(&text), text);
    }
    assert_eq!(jid("a@b/Ju\u{308}\u{A0}x\u{3000}y"), "a@b/Jü x y");
    for resource in [
        "\u{7}",
        "\n",
        "a\u{200B}",
        "a\u{AD}",
        "a\u{FE0F}",
        "a\u{200D}b",
        "a\u{E0067}",
        "\u{202E}a",
        "\u{378}",
        "\u{E000}",
        "\u{FFFE}",
        "\u{1100}",
    ] {
        assert!(Jid::parse(&format!("a@b/{resource}")).is_err(), "{resource:?}");
    }
}

#[test]
fn lengths() {
    let part = "a".repeat(1023);
    let longest = format!("{part}@{part}/{part}");
    assert_eq!(jid(&longest), longest);
    for text in [
        format!("a{part}@b"),
        format!("b/a{part}"),
        format!("a{part}"),
        format!("{}@b", "é".repeat(512)),
        format!("b/{}", "x".repeat(1 << 20)),
    ] {
        assert_eq!(Jid::parse(&text), Err(JidError::TooLong));
    }
    assert!(Jid::parse(&format!("{}@b", "é".repeat(511))).is_ok());
}

#[test]
fn the_tolerant_take_what_was_let_in_elsewhere() {
    for (text, kept) in [
        ("♥@Example.org", "♥@example.org"),
        ("henryⅣ@a", "henryⅳ@a"),
        ("a@b/ x", "a@b/ x"),
        ("a@b/\u{378}", "a@b/\u{378}"),
        ("a@-b-./c", "a@-b-/c"),
        ("A@b.", "a@b"),
    ] {
        assert_eq!(Jid::parse_tolerant(text).map(|jid| jid.to_string()).as_deref(), Ok(kept), "{text}");
    }
    for text in ["", "@b", "a@", "a b@c", "a@b@c", "a@b/", "a@b/\u{0}", "a@b c", "a'@b", "a@."] {
        assert!(Jid::parse_tolerant(text).is_err(), "{text}");
    }
}

#[test]
fn what_was_prepared_is_not_changed_again() {
    let mut taken = 0;
    // No characters but private ones lie in between, or behind.
    for c in (0..=0x3_3FFF).chain(0xE_0000..=0xE_0FFF).filter_map(char::from_u32) {
        for name in [format!("{c}"), format!("a{c}"), format!("{c}\u{301}")] {
            if let Ok(prepared) = Jid::prepare_localpart(&name) {
                taken += 1;
                assert_eq!(Jid::prepare_localpart(&prepared).as_deref(), Ok(prepared.as_str()), "{name:?}");
            }
        }
        if let Ok(jid) = Jid::parse(&format!("b/{c}\u{301}")) {
            assert_eq!(Jid::parse(jid.as_str()), Ok(jid), "{c:?}");
        }
        if let Ok(jid) = Jid::parse(&format!("{c}.b")) {
            assert_eq!(Jid::parse(jid.as_str()), Ok(jid), "{c:?}");
        }
    }
    assert!(taken > 100_000);
}
