//! What is wrong to say on a stream, where, and the condition that RFC 6120 has for it.

use super::State::{self, Bound, Plain, Secured};

/// Something wrong to say.
pub struct Wrong {
    /// What is wrong with it.
    pub name: &'static str,
    /// Where it is wrong.
    pub at: &'static [State],
    /// It stands in place of the open tag; else it comes behind.
    pub opens: bool,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The defined condition of the stream error (RFC 6120 §4.9.3).
    pub condition: &'static str,
}

const STRANGER: &[State] = &[Plain, Secured];
const ANY: &[State] = &[Plain, Secured, Bound];
const MEMBER: &[State] = &[Bound];

fn wrong(name: &'static str, at: &'static [State], bytes: impl Into<Vec<u8>>, condition: &'static str) -> Wrong {
    Wrong { name, at, opens: false, bytes: bytes.into(), condition }
}

fn opening(name: &'static str, bytes: impl Into<Vec<u8>>, condition: &'static str) -> Wrong {
    Wrong { opens: true, ..wrong(name, STRANGER, bytes, condition) }
}

/// The whole list.
pub fn list() -> Vec<Wrong> {
    [headers(), xml(), budgets(), strangers(), members()].into_iter().flatten().collect()
}

fn header(attributes: &str) -> String {
    format!("<stream:stream {attributes} xmlns:stream='http://etherx.jabber.org/streams'>")
}

/// RFC 6120 §4.7, §4.8, §4.9.3.
fn headers() -> Vec<Wrong> {
    let fine = "to='localhost' version='1.0' xmlns='jabber:client'";
    let many = |attribute: fn(usize) -> String| (0..40).map(attribute).collect::<String>();
    vec![
        opening("another protocol", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "not-well-formed"),
        opening("another element", "<flood xmlns='jabber:client'>", "invalid-namespace"),
        opening(
            "another stream namespace",
            "<s:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:s='urn:x'>",
            "invalid-namespace",
        ),
        opening(
            "a server's content",
            header("to='localhost' version='1.0' xmlns='jabber:server'"),
            "invalid-namespace",
        ),
        opening("no content namespace", header("to='localhost' version='1.0'"), "invalid-namespace"),
        opening("no version", header("to='localhost' xmlns='jabber:client'"), "unsupported-version"),
        opening("version 0.9", header("to='localhost' version='0.9' xmlns='jabber:client'"), "unsupported-version"),
        opening("version 2.0", header("to='localhost' version='2.0' xmlns='jabber:client'"), "unsupported-version"),
        opening("no host", header("version='1.0' xmlns='jabber:client'"), "improper-addressing"),
        opening("another host", header("to='example.com' version='1.0' xmlns='jabber:client'"), "host-unknown"),
        opening("no address at all", header("to='@/@' version='1.0' xmlns='jabber:client'"), "host-unknown"),
        opening("from elsewhere", header(&format!("from='eve@example.com' {fine}")), "invalid-from"),
        opening("from nowhere", header(&format!("from='@' {fine}")), "invalid-from"),
        opening("an undeclared prefix", "<stream:stream to='localhost'>", "bad-namespace-prefix"),
        opening("Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?>", "unsupported-encoding"),
        opening("XML 1.1", "<?xml version='1.1'?>", "not-well-formed"),
        opening("a DTD", "<!DOCTYPE lol [<!ENTITY lol 'lol'>]>", "restricted-xml"),
        opening("a comment", "<!-- hello -->", "restricted-xml"),
        opening("a processing instruction", "<?php exit() ?>", "restricted-xml"),
        opening("a flood of attributes", header(&many(|n| format!("a{n}='' "))), "policy-violation"),
        opening("a flood of namespaces", header(&many(|n| format!("xmlns:a{n}='urn:{n}' "))), "policy-violation"),
        opening("a tag without end", header(&format!("{fine} x='{}", "x".repeat(20_000))), "policy-violation"),
    ]
}

/// RFC 6120 §11.
fn xml() -> Vec<Wrong> {
    vec![
        wrong("tags that cross", ANY, "<a xmlns='urn:x'><b></a></b>", "not-well-formed"),
        wrong("a tag in a tag", ANY, "<a xmlns='urn:x' <b/>", "not-well-formed"),
        wrong("a value with a tag", ANY, "<a xmlns='<b/>'/>", "not-well-formed"),
        wrong("an attribute twice", ANY, "<a xmlns='urn:x' b='1' b='2'/>", "not-well-formed"),
        wrong(
            "an attribute twice by two prefixes",
            ANY,
            "<a xmlns='urn:x' xmlns:b='urn:b' xmlns:c='urn:b' b:x='1' c:x='2'/>",
            "not-well-formed",
        ),
        wrong("a forbidden character", ANY, b"<a xmlns='urn:x'>\x01</a>".to_vec(), "not-well-formed"),
        wrong("a forbidden reference", ANY, "<a xmlns='urn:x'>&#0;</a>", "not-well-formed"),
        wrong("a stray end of CDATA", ANY, "<a xmlns='urn:x'>]]></a>", "not-well-formed"),
        wrong("bytes that are no UTF-8", ANY, b"<a xmlns='urn:x'>\xff\xfe</a>".to_vec(), "unsupported-encoding"),
        wrong("an overlong character", ANY, b"<a xmlns='urn:x'>\xc0\xaf</a>".to_vec(), "unsupported-encoding"),
        wrong("half a surrogate", ANY, b"<a xmlns='urn:x'>\xed\xa0\x80</a>".to_vec(), "unsupported-encoding"),
        wrong("a comment", ANY, "<!-- hello -->", "restricted-xml"),
        wrong("a comment inside", ANY, "<a xmlns='urn:x'><!-- hello --></a>", "restricted-xml"),
        wrong("a processing instruction", ANY, "<?php exit() ?>", "restricted-xml"),
        wrong("a declaration in the middle", ANY, "<?xml version='1.0'?>", "restricted-xml"),
        wrong("a DTD", ANY, "<!DOCTYPE lol>", "restricted-xml"),
        wrong("an entity", ANY, "<a xmlns='urn:x'>&lol;</a>", "restricted-xml"),
        wrong("an entity in a value", ANY, "<a xmlns='urn:x' b='&lol;'/>", "restricted-xml"),
        wrong("an undeclared prefix", ANY, "<p:a/>", "bad-namespace-prefix"),
        wrong("an undeclared prefix of an attribute", ANY, "<a xmlns='urn:x' p:b=''/>", "bad-namespace-prefix"),
        wrong("text between stanzas", ANY, "hello", "bad-format"),
        wrong("CDATA between stanzas", ANY, "<![CDATA[hello]]>", "bad-format"),
    ]
}

fn nested(depth: usize) -> String {
    format!("<a xmlns='urn:x'>{}", "<a>".repeat(depth))
}

fn crowd(elements: usize) -> String {
    format!("<a xmlns='urn:x'>{}", "<b/>".repeat(elements))
}

fn attributes(count: usize) -> String {
    format!("<a xmlns='urn:x' {}/>", (0..count).map(|n| format!("a{n}='' ")).collect::<String>())
}

fn namespaces(count: usize) -> String {
    format!("<a xmlns='urn:x' {}/>", (0..count).map(|n| format!("xmlns:a{n}='urn:{n}' ")).collect::<String>())
}

fn text(bytes: usize) -> String {
    format!("<a xmlns='urn:x'>{}", "x".repeat(bytes))
}

/// RFC 6120 §13.12: a little for strangers, more for members.
fn budgets() -> Vec<Wrong> {
    vec![
        wrong("deep", STRANGER, nested(9), "policy-violation"),
        wrong("crowded", STRANGER, crowd(70), "policy-violation"),
        wrong("many attributes", STRANGER, attributes(17), "policy-violation"),
        wrong("many namespaces", STRANGER, namespaces(20), "policy-violation"),
        wrong("long", STRANGER, text(20_000), "policy-violation"),
        wrong("deep, from a member", MEMBER, nested(40), "policy-violation"),
        wrong("crowded, from a member", MEMBER, crowd(4100), "policy-violation"),
        wrong("many attributes, from a member", MEMBER, attributes(33), "policy-violation"),
        wrong("many namespaces, from a member", MEMBER, namespaces(40), "policy-violation"),
        wrong("long, from a member", MEMBER, text(300_000), "policy-violation"),
        wrong(
            "a namespace written out for each prefix",
            MEMBER,
            format!("<a xmlns='urn:x' xmlns:p='{}'>{}", "x".repeat(1000), "<p:b/>".repeat(2000)),
            "policy-violation",
        ),
    ]
}

/// RFC 6120 §4.9.3.12: before login nothing is looked at but what leads to it.
fn strangers() -> Vec<Wrong> {
    let iq = "<iq type='get' id='1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";
    let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj1hLHI9Yg==</auth>";
    let authenticate = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'>\
         <initial-response>biwsbj1hLHI9Yg==</initial-response></authenticate>";
    vec![
        wrong("a message", STRANGER, "<message to='alice@localhost'><body>hi</body></message>", "not-authorized"),
        wrong("presence", STRANGER, "<presence/>", "not-authorized"),
        wrong("a request", STRANGER, iq, "not-authorized"),
        wrong(
            "a bind",
            STRANGER,
            "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
            "not-authorized",
        ),
        wrong(
            "a login as it was of old",
            STRANGER,
            "<iq type='get' id='1'><query xmlns='jabber:iq:auth'/></iq>",
            "not-authorized",
        ),
        wrong("a resumption", STRANGER, "<resume xmlns='urn:xmpp:sm:3' previd='AAAA' h='0'/>", "not-authorized"),
        wrong("acknowledgements", STRANGER, "<enable xmlns='urn:xmpp:sm:3'/>", "not-authorized"),
        wrong("a state", STRANGER, "<inactive xmlns='urn:xmpp:csi:0'/>", "not-authorized"),
        wrong("a nonza nobody knows", STRANGER, "<a xmlns='urn:x'/>", "not-authorized"),
        wrong(
            "compression",
            STRANGER,
            "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
            "not-authorized",
        ),
        // A password must not travel in plain text, nor anything that a downgrade could be built on.
        wrong("a login in plain text", &[Plain], auth, "not-authorized"),
        wrong("a SASL2 login in plain text", &[Plain], authenticate, "not-authorized"),
        wrong("TLS inside TLS", &[Secured], "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "not-authorized"),
        wrong(
            "five logins at once",
            &[Secured],
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYQ==</auth>".repeat(5),
            "policy-violation",
        ),
        wrong("logins begun and left", &[Secured], auth.repeat(20), "policy-violation"),
    ]
}

/// RFC 6120 §4.9.3, §8.1; XEP-0198 §3, §4, §6; XEP-0388 §4.8.
fn members() -> Vec<Wrong> {
    let stream = super::HEADER.replace("<?xml version='1.0'?>", "");
    let enable = "<enable xmlns='urn:xmpp:sm:3'/>";
    vec![
        wrong("another's name", MEMBER, "<message from='bob@localhost' to='bob@localhost'/>", "invalid-from"),
        wrong("another resource's name", MEMBER, "<presence from='mallory@localhost/other'/>", "invalid-from"),
        wrong("the service's name", MEMBER, "<iq from='localhost' type='get' id='1'/>", "invalid-from"),
        wrong("a nonza nobody knows", MEMBER, "<a xmlns='urn:x'/>", "unsupported-stanza-type"),
        wrong("a stanza of no kind", MEMBER, "<massage/>", "unsupported-stanza-type"),
        wrong("a server's stanza", MEMBER, "<message xmlns='jabber:server'/>", "unsupported-stanza-type"),
        wrong("a second login", MEMBER, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "not-authorized"),
        wrong("a second SASL2 login", MEMBER, "<authenticate xmlns='urn:xmpp:sasl:2'/>", "not-authorized"),
        wrong("TLS inside TLS", MEMBER, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "not-authorized"),
        wrong("a stream in the stream", MEMBER, format!("{stream}</stream:stream>"), "unsupported-stanza-type"),
        wrong("acknowledgements twice", MEMBER, enable.repeat(2), "undefined-condition"),
        wrong("an acknowledgement of nothing", MEMBER, "<a xmlns='urn:xmpp:sm:3'/>", "bad-format"),
        wrong("an acknowledgement beyond numbers", MEMBER, "<a xmlns='urn:xmpp:sm:3' h='4294967296'/>", "bad-format"),
        wrong(
            "an acknowledgement of what was never sent",
            MEMBER,
            format!("{enable}<a xmlns='urn:xmpp:sm:3' h='77'/>"),
            "undefined-condition",
        ),
    ]
}
