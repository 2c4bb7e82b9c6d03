//! What the scanner takes, in which form, and what it refuses.

mod scan;

use scan::{OPEN, scan, scan_pieces};
use stream::{Crime, xml::Budget};

/// The canonical form of a stanza or another element at the top of a stream.
fn canonical(element: &str) -> String {
    let (items, crime) = scan(format!("{OPEN}{element}").as_bytes());
    assert_eq!(crime, None, "{element}");
    assert_eq!(items.len(), 2, "{element}: {items:?}");
    items[1].clone()
}

fn refused(element: &[u8]) -> Crime {
    let (items, crime) = scan(&[OPEN.as_bytes(), element].concat());
    crime.unwrap_or_else(|| panic!("accepted {}: {items:?}", String::from_utf8_lossy(element)))
}

fn refuses_all(table: &[(&[u8], Crime)]) {
    for (element, expected) in table {
        assert_eq!(refused(element), *expected, "{}", String::from_utf8_lossy(element));
    }
}

#[test]
fn canonical_forms() {
    let table = [
        ("<presence/>", "<presence/>"),
        ("<presence></presence>", "<presence/>"),
        ("<presence\n>\n</presence\t>", "<presence>\n</presence>"),
        (
            "<message to=\"a@b\" id = '1'  type='chat' ><body >hi</body></message>",
            "<message to='a@b' id='1' type='chat'><body>hi</body></message>",
        ),
        (
            "<message xml:lang='de' from='a@b/c' junk='x' xmlns:q='r' q:to='zz'/>",
            "<message from='a@b/c' xml:lang='de'/>",
        ),
        ("<message type='odd'/>", "<message/>"),
        ("<message id='&lt;&#x1F339;&apos;'/>", "<message id='&lt;🌹&apos;'/>"),
        // Text
        (
            "<message><body>a&amp;b &lt; &gt; &quot;&apos; \" ' &#65;&#x42;&#x1F600;</body></message>",
            "<message><body>a&amp;b &lt; &gt; \"' \" ' AB😀</body></message>",
        ),
        (
            "<message><body>a\r\nb\rc\r\r\nd&#13;e\tf</body></message>",
            "<message><body>a\nb\nc\n\nd&#13;e\tf</body></message>",
        ),
        (
            "<message><body>a > b ]> ]] ] &#93;]></body></message>",
            "<message><body>a &gt; b ]&gt; ]] ] ]]&gt;</body></message>",
        ),
        ("<message><body>]]<![CDATA[]]>></body></message>", "<message><body>]]&gt;</body></message>"),
        (
            "<message><body>héé 💬\u{FFFD}\u{85}\u{FEFF}</body></message>",
            "<message><body>héé 💬\u{FFFD}\u{85}\u{FEFF}</body></message>",
        ),
        // CDATA
        (
            "<message><body><![CDATA[<a> & ]] ]> ]]]]><![CDATA[>\r\n]]></body></message>",
            "<message><body>&lt;a&gt; &amp; ]] ]&gt; ]]&gt;\n</body></message>",
        ),
        ("<message><body><![CDATA[]]></body></message>", "<message><body/></message>"),
        ("<message><body><![CDATA[]]]]></body></message>", "<message><body>]]</body></message>"),
        ("<message><![CDATA[x]]></message>", "<message>x</message>"),
        // Attributes
        (
            "<message><x a=\"it's\" b='\"' c='a\tb\nc\r\nd\re&#10;f&#13;&#9;' d='>&amp;&lt;'/></message>",
            "<message><x a='it&apos;s' b='\"' c='a b c d e&#10;f&#13;&#9;' d='&gt;&amp;&lt;'/></message>",
        ),
        ("<message><x a=''/></message>", "<message><x a=''/></message>"),
        // Namespaces
        ("<message xmlns='jabber:client'><body xmlns='jabber:client'/></message>", "<message><body/></message>"),
        (
            "<message><x a='1' xmlns='u'><y xmlns='u'/><z xmlns=''/></x></message>",
            "<message><x xmlns='u' a='1'><y/><z xmlns=''/></x></message>",
        ),
        (
            "<message xmlns:p='u'><p:x p:a='1' a='2'><y/><p:y xml:lang='en'/></p:x></message>",
            "<message><x xmlns='u' xmlns:a0='u' a0:a='1' a='2'><y xmlns='jabber:client'/><y xml:lang='en'/></x></message>",
        ),
        ("<p:message xmlns:p='jabber:client'><p:body>x</p:body></p:message>", "<message><body>x</body></message>"),
        ("<message><x xmlns='a&amp;b&gt;'><y/></x></message>", "<message><x xmlns='a&amp;b&gt;'><y/></x></message>"),
        (
            "<message><p:x xmlns:p='u'><p:y xmlns:p='v'/><p:z/></p:x></message>",
            "<message><x xmlns='u'><y xmlns='v'/><z/></x></message>",
        ),
        ("<message><stream:x/></message>", "<message><x xmlns='http://etherx.jabber.org/streams'/></message>"),
        (
            "<message><x xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:space='preserve'/></message>",
            "<message><x xml:space='preserve'/></message>",
        ),
        (
            "<message><x xmlns:a='u' xmlns:b='v' a:k='1' b:k='2' k='3'/></message>",
            "<message><x xmlns:a2='u' a2:k='1' xmlns:a3='v' a3:k='2' k='3'/></message>",
        ),
        ("<message><élan_·-.1 ñ='ü'/></message>", "<message><élan_·-.1 ñ='ü'/></message>"),
        ("<message>a<b>c<d/>e</b>f</message>", "<message>a<b>c<d/>e</b>f</message>"),
        ("<message><body xmlns=''>x</body></message>", "<message><body xmlns=''>x</body></message>"),
        // Other elements
        (
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism=\"PLAIN\">AA==</auth>",
            "nonza <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AA==</auth>",
        ),
        ("<s:r xmlns:s='urn:xmpp:sm:3'/>", "nonza <r xmlns='urn:xmpp:sm:3'/>"),
        ("<foo><message to='x'/></foo>", "nonza <foo><message to='x'/></foo>"),
        ("<message xmlns='u'/>", "nonza <message xmlns='u'/>"),
        ("<message xmlns=''/>", "nonza <message xmlns=''/>"),
        (
            "<stream:error><x/></stream:error>",
            "nonza <error xmlns='http://etherx.jabber.org/streams'><x xmlns='jabber:client'/></error>",
        ),
        // What can be answered only
        ("<iq type='get'><x xmlns='u'/></iq>", "bad-request <iq type='get'><x xmlns='u'/></iq>"),
        ("<iq id='1'/>", "bad-request <iq id='1' type='get'/>"),
        ("<iq id='1' type='SET'/>", "bad-request <iq id='1' type='get'/>"),
        ("<presence type='odd' id='1'/>", "bad-request <presence id='1'/>"),
        ("<message to='@b' id='2'/>", "jid-malformed <message id='2'/>"),
        ("<message to='a@b' from='a@/c'/>", "jid-malformed <message to='a@b'/>"),
    ];
    for (element, expected) in table {
        assert_eq!(canonical(element), expected, "{element}");
    }
}

#[test]
fn the_index_finds_children() {
    let mut input = bytes::BytesMut::from(
        format!("{OPEN}<message xmlns:p='p&apos;q'>x<body>1</body><p:a/> <b xmlns='b'><c/></b><d xmlns=''/></message>")
            .as_bytes(),
    );
    let mut scanner = stream::xml::Scanner::new(Budget::STRANGER);
    scanner.next(&mut input).expect("the stream opens");
    let Some(stream::xml::Item::Stanza(stanza)) = scanner.next(&mut input).expect("it is well formed") else {
        panic!("no stanza")
    };
    assert_eq!(stanza.child("body", "jabber:client").expect("it has a body").text(), "1");
    assert!(stanza.has("a", "p&apos;q") && stanza.has("b", "b") && stanza.has("d", ""));
    assert!(!stanza.has("d", "jabber:client") && !stanza.has("c", "b"));
    assert_eq!(stanza.children().count(), 4);
}

#[test]
fn streams_open_and_close() {
    let ns = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";
    let table = [
        (format!("<?xml version='1.0'?><stream:stream {ns} to='b' version='1.0' xml:lang='en'></stream:stream >"), vec!["open jabber:client - b 1.0 en", "close"]),
        (format!("<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?>\n<stream:stream {ns} from='a@b' to='b'/> "), vec!["open jabber:client a@b b - -", "close"]),
        (" \n<stream xmlns='http://etherx.jabber.org/streams'><message xmlns='jabber:client'/></stream>".to_owned(), vec!["open http://etherx.jabber.org/streams - - - -", "<message/>", "close"]),
        ("<s:stream xmlns='jabber:server' xmlns:s='http://etherx.jabber.org/streams'><message xmlns='jabber:server'><x xmlns='u'><y xmlns='jabber:server'/></x></message>\n \n<s:features/></s:stream>\n".to_owned(), vec!["open jabber:server - - - -", "<message><x xmlns='u'><y xmlns='jabber:client'/></x></message>", "nonza <features xmlns='http://etherx.jabber.org/streams'/>", "close"]),
        ("<s:stream xmlns:s='http://etherx.jabber.org/streams'>".to_owned(), vec!["open  - - - -"]),
        ("<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='u' xmlns:t='u'><t:message/>".to_owned(), vec!["open u - - - -", "<message/>"]),
    ];
    for (document, expected) in table {
        let (items, crime) = scan(document.as_bytes());
        assert_eq!((items, crime), (expected.into_iter().map(str::to_owned).collect(), None), "{document}");
    }
}

#[test]
fn refused_at_the_start() {
    let table: &[(&str, Crime)] = &[
        ("x", Crime::NotWellFormed),
        ("\u{FEFF}<a/>", Crime::NotWellFormed),
        // Names that only the fifth edition of XML has: others would end the stream on which they get them.
        ("<\u{1200}/>", Crime::NotWellFormed),
        ("<a \u{2C00}='1'/>", Crime::NotWellFormed),
        ("<a\u{10000}/>", Crime::NotWellFormed),
        ("</a>", Crime::NotWellFormed),
        ("<stream:stream xmlns='jabber:client'>", Crime::BadNamespacePrefix),
        ("<stream xmlns='jabber:client'>", Crime::InvalidNamespace),
        ("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>", Crime::InvalidNamespace),
        ("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", Crime::InvalidNamespace),
        ("<?xml version='1.1'?>", Crime::NotWellFormed),
        ("<?xml encoding='UTF-8'?>", Crime::NotWellFormed),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>", Crime::Encoding),
        ("<?xml version='1.0'encoding='UTF-8'?>", Crime::NotWellFormed),
        ("<?xml version='1.0' encoding='UTF-8' more='x'?>", Crime::NotWellFormed),
        ("<?xml version='1.0' standalone='maybe'?>", Crime::NotWellFormed),
        ("<?xml?>", Crime::RestrictedXml),
        ("<?xml version='1.0", Crime::NotWellFormed),
        ("<?xml-stylesheet href='x'?>", Crime::RestrictedXml),
        ("<?xml version='1.0'\u{C}?>", Crime::NotWellFormed),
        (" <?xml version='1.0'?>", Crime::RestrictedXml),
        ("<?xml version='1.0'?><?xml version='1.0'?>", Crime::RestrictedXml),
        ("<!DOCTYPE stream [<!ENTITY a 'b'>]>", Crime::RestrictedXml),
        ("<!-- hello -->", Crime::RestrictedXml),
        ("<![CDATA[x]]>", Crime::NotWellFormed),
        ("\u{16}\u{3}\u{1}", Crime::NotWellFormed),
        ("GET / HTTP/1.1\r\n\r\n", Crime::NotWellFormed),
    ];
    for (document, expected) in table {
        let padded =
            if document.ends_with("1.0") { format!("{document}{}", " ".repeat(300)) } else { (*document).to_owned() };
        assert_eq!(scan(padded.as_bytes()), (Vec::new(), Some(*expected)), "{document}");
    }
}

#[test]
fn refused_inside() {
    let table: &[(&[u8], Crime)] = &[
        // RFC 6120 §11.1
        (b"<!-- -->", Crime::RestrictedXml),
        (b"<message><!-- --></message>", Crime::RestrictedXml),
        (b"<message><?php x?></message>", Crime::RestrictedXml),
        (b"<?xml version='1.0'?>", Crime::RestrictedXml),
        (b"<!DOCTYPE x>", Crime::RestrictedXml),
        (b"<message>&nbsp;</message>", Crime::RestrictedXml),
        (b"<message a='&lol;'/>", Crime::RestrictedXml),
        (b"<message>&a-very-long-name-of-an-entity;</message>", Crime::RestrictedXml),
        // References
        (b"<message>& </message>", Crime::NotWellFormed),
        (b"<message>&;</message>", Crime::NotWellFormed),
        (b"<message>&#;</message>", Crime::NotWellFormed),
        (b"<message>&#x;</message>", Crime::NotWellFormed),
        (b"<message>&#0;</message>", Crime::NotWellFormed),
        (b"<message>&#8;</message>", Crime::NotWellFormed),
        (b"<message>&#xD800;</message>", Crime::NotWellFormed),
        (b"<message>&#xFFFE;</message>", Crime::NotWellFormed),
        (b"<message>&#x110000;</message>", Crime::NotWellFormed),
        (b"<message>&#X41;</message>", Crime::NotWellFormed),
        (b"<message>&#+65;</message>", Crime::NotWellFormed),
        (b"<message>&#99999999999;</message>", Crime::NotWellFormed),
        (b"<message>&#6a;</message>", Crime::NotWellFormed),
        (b"<message>&lt</message>", Crime::NotWellFormed),
        (b"<message>&AMP;</message>", Crime::RestrictedXml),
        // Characters
        (b"<message>\x01</message>", Crime::NotWellFormed),
        (b"<message>\x00</message>", Crime::NotWellFormed),
        (b"<message>a\x0Cb</message>", Crime::NotWellFormed),
        (b"<message><![CDATA[\x01]]></message>", Crime::NotWellFormed),
        (b"<message a='\x01'/>", Crime::NotWellFormed),
        (b"<message>\xEF\xBF\xBE</message>", Crime::NotWellFormed),
        (b"<message a='\xEF\xBF\xBF'/>", Crime::NotWellFormed),
        (b"<message><![CDATA[\xEF\xBF\xBF]]></message>", Crime::NotWellFormed),
        (b"<message>\xFF</message>", Crime::NotUtf8),
        (b"<message>\xC0\x80</message>", Crime::NotUtf8),
        (b"<message>\xED\xA0\x80</message>", Crime::NotUtf8),
        (b"<message>\xF4\x90\x80\x80</message>", Crime::NotUtf8),
        (b"<message>\xE2\x82</message>", Crime::NotUtf8),
        (b"<message a='\xE2\x82'/>", Crime::NotUtf8),
        (b"<message><![CDATA[\xE2\x82]]></message>", Crime::NotUtf8),
        (b"<m\xFF/>", Crime::NotUtf8),
        (b"<message \xE2=''/>", Crime::NotUtf8),
        (b"<message>\xEF\xBF\xBE\xFF</message>", Crime::NotWellFormed),
        // Text
        (b"<message>]]></message>", Crime::NotWellFormed),
        (b"<message>]]]></message>", Crime::NotWellFormed),
        (b"<message><![CDATA[x]]]]>]]></message>", Crime::NotWellFormed),
        (b"<message><![cdata[x]]></message>", Crime::NotWellFormed),
        (b"<message><!ELEMENT x></message>", Crime::RestrictedXml),
    ];
    refuses_all(table);
}

#[test]
fn refused_in_tags_and_namespaces() {
    let table: &[(&[u8], Crime)] = &[
        // Tags
        (b"<message><a></b></message>", Crime::NotWellFormed),
        (b"<message></iq>", Crime::NotWellFormed),
        (b"<message></message2>", Crime::NotWellFormed),
        (b"<message></messag>", Crime::NotWellFormed),
        (b"<message></message x='y'>", Crime::NotWellFormed),
        (b"<message></ message>", Crime::NotWellFormed),
        (b"< message/>", Crime::NotWellFormed),
        (b"<1message/>", Crime::NotWellFormed),
        (b"<-message/>", Crime::NotWellFormed),
        (b"<message/ >", Crime::NotWellFormed),
        (b"<message<x/>", Crime::NotWellFormed),
        (b"<message a/>", Crime::NotWellFormed),
        (b"<message a=b/>", Crime::NotWellFormed),
        (b"<message a='b'c='d'/>", Crime::NotWellFormed),
        (b"<message a='<'/>", Crime::NotWellFormed),
        (b"<message a=''' />", Crime::NotWellFormed),
        (b"<message 1='x'/>", Crime::NotWellFormed),
        (b"<message a='1' a='2'/>", Crime::NotWellFormed),
        (b"<message to='a@b' to='a@b'/>", Crime::NotWellFormed),
        (b"<m\xC3\x97/>", Crime::NotWellFormed),
        (b"<\xC2\xB7m/>", Crime::NotWellFormed),
        (b"<>", Crime::NotWellFormed),
        (b"</>", Crime::NotWellFormed),
        // Namespaces
        (b"<p:message/>", Crime::BadNamespacePrefix),
        (b"<message p:a='1'/>", Crime::BadNamespacePrefix),
        (b"<message><x xmlns:p='u'/><p:y/></message>", Crime::BadNamespacePrefix),
        (b"<a:b:c/>", Crime::NotWellFormed),
        (b"<message a:b:c='1'/>", Crime::NotWellFormed),
        (b"<:a/>", Crime::NotWellFormed),
        (b"<a:/>", Crime::NotWellFormed),
        (b"<stream:1/>", Crime::NotWellFormed),
        (b"<message xmlns:='u'/>", Crime::NotWellFormed),
        (b"<message xmlns:p=''/>", Crime::BadNamespacePrefix),
        (b"<message xmlns:xml='u'/>", Crime::BadNamespacePrefix),
        (b"<message xmlns:xmlns='u'/>", Crime::BadNamespacePrefix),
        (b"<message xmlns:p='http://www.w3.org/XML/1998/namespace'/>", Crime::BadNamespacePrefix),
        (b"<message xmlns:p='http://www.w3.org/2000/xmlns/'/>", Crime::BadNamespacePrefix),
        (b"<message xmlns='http://www.w3.org/2000/xmlns/'/>", Crime::BadNamespacePrefix),
        (b"<xmlns:message/>", Crime::BadNamespacePrefix),
        (b"<xml:message/>", Crime::BadNamespacePrefix),
        (b"<message xmlns='u' xmlns='u'/>", Crime::NotWellFormed),
        (b"<message xmlns:p='u' xmlns:p='v'/>", Crime::NotWellFormed),
        (b"<message xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", Crime::NotWellFormed),
        (b"<q:x xmlns:q='u'></x>", Crime::NotWellFormed),
        (b"<q:x xmlns:q='u' xmlns:r='u'></r:x>", Crime::NotWellFormed),
        (b"<x></q:x>", Crime::NotWellFormed),
        // Between stanzas
        (b"x", Crime::TextBetweenStanzas),
        (b"<presence/>&amp;", Crime::TextBetweenStanzas),
        (b"<![CDATA[x]]>", Crime::TextBetweenStanzas),
        (b"</stream>", Crime::NotWellFormed),
        (b"</stream:stream><presence/>", Crime::NotWellFormed),
        (b"</stream:stream>x", Crime::NotWellFormed),
    ];
    refuses_all(table);
}

#[test]
fn a_restart_begins_a_new_stream() {
    let mut scanner = stream::xml::Scanner::new(Budget::STRANGER);
    let mut input = bytes::BytesMut::from(OPEN.as_bytes());
    scanner.next(&mut input).expect("the stream opens");
    scanner.restart();
    input.extend_from_slice(format!("<?xml version='1.0'?>{OPEN}").as_bytes());
    assert!(matches!(scanner.next(&mut input), Ok(Some(stream::xml::Item::Open(_)))));
}

#[test]
fn budgets_end_what_passes_them_before_it_is_whole() {
    let budget = Budget { bytes: 200, depth: 4, elements: 6, attributes: 3, namespaces: 2 };
    let check = |element: &str, expected: Option<Crime>| {
        let document = format!("{OPEN}{element}");
        let at_once = scan_pieces(budget, [document.as_bytes()]);
        assert_eq!(at_once.1, expected, "{element}");
        for size in [1, 7] {
            assert_eq!(scan_pieces(budget, document.as_bytes().chunks(size)), at_once, "{element}");
        }
    };
    let pad = |open: &str, len: usize| format!("{open}{}", "x".repeat(len - open.len()));
    // Bytes, wherever they are: text, values, names, CDATA, references, white space in a tag.
    for open in ["<message><b>", "<message a='", "<message ", "<message><![CDATA[", "<message/"] {
        let within = if open == "<message/" { continue } else { pad(open, 200) };
        check(&within, None);
        check(&pad(open, 201), Some(Crime::TooManyBytes));
    }
    check(&format!("<message{}", " ".repeat(193)), Some(Crime::TooManyBytes));
    check(&format!("<message>{}é", "x".repeat(190)), Some(Crime::TooManyBytes));
    check(&format!("<message>{}</message>", "x".repeat(181)), None);
    check(&format!("<message>{}</message>", "x".repeat(182)), Some(Crime::TooManyBytes));
    check(&"<presence/> ".repeat(100), None);
    check("<message><a><b><c/></b></a></message>", None);
    check("<message><a><b><c><d", None);
    check("<message><a><b><c><d ", Some(Crime::TooDeep));
    check("<message><a/><a/><a/><a/><a/></message>", None);
    check("<message><a/><a/><a/><a/><a/><a ", Some(Crime::TooManyElements));
    check("<message><x a='' b='' c='' xmlns='u'/></message>", None);
    check("<message><x a='' b='' c='' xmlns='u' d=", Some(Crime::TooManyAttributes));
    check("<message xmlns:a='a'><x xmlns:b='b'/><x xmlns:b='b'/></message>", None);
    check("<message xmlns:a='a'><x xmlns:b='b'><x xmlns=", Some(Crime::TooManyNamespaces));
    // A prefix is short where its namespace is long.
    let amplified = format!("<message xmlns:a='{}'>{}", "u".repeat(90), "<a:x/>".repeat(4));
    check(&amplified, Some(Crime::TooManyBytes));
    let name = "n".repeat(1025);
    let document = format!("{OPEN}<{name}/>");
    assert_eq!(scan_pieces(Budget::STRANGER, [document.as_bytes()]).1, Some(Crime::TooManyBytes));
    // The stream's own tag has the same budget.
    assert_eq!(
        scan_pieces(budget, [format!("<stream:stream a='{}", "x".repeat(300)).as_bytes()]).1,
        Some(Crime::TooManyBytes)
    );
}

#[test]
fn hostile_documents_cost_what_they_weigh() {
    let budget = Budget { bytes: 1_000_000, depth: 300_000, elements: 300_000, attributes: 32, namespaces: 32 };
    let begin = std::time::Instant::now();
    let deep = format!("{OPEN}<message>{}", "<a>".repeat(200_000));
    assert_eq!(scan_pieces(budget, [deep.as_bytes()]).1, None);
    let long = format!("{OPEN}<message><a b='{}", "x".repeat(400_000));
    assert_eq!(scan_pieces(budget, long.as_bytes().chunks(1)).1, None);
    let brackets = format!("{OPEN}<message><![CDATA[{}", "]".repeat(400_000));
    assert_eq!(scan_pieces(budget, brackets.as_bytes().chunks(1)).1, None);
    let laughs = format!("{OPEN}<message>{}", "&lol;".repeat(10));
    assert_eq!(scan_pieces(budget, [laughs.as_bytes()]).1, Some(Crime::RestrictedXml));
    // Quadratic work on these sizes takes minutes.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
