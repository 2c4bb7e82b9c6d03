//! The requests, by feature: who asks whom, and the error that the document names. `{30}` stands for thirty letters.

/// A request that is refused.
pub struct Row {
    /// Alice, Bob who may see her presence, or Carol whom she does not know.
    pub by: &'static str,
    /// `get` or `set`.
    pub kind: &'static str,
    /// Empty for one's own account.
    pub to: &'static str,
    /// What is asked.
    pub payload: &'static str,
    /// Elements in the error: the condition, and what the document has for it beside that.
    pub error: &'static str,
}

const OWN: &str = "";
const ALICE: &str = "alice@localhost";
const DOMAIN: &str = "localhost";
const NODES: &str = "pubsub.localhost";
const FILES: &str = "upload.localhost";

const BAD: &str = "bad-request";
const NOT_ACCEPTABLE: &str = "not-acceptable";
const NOT_FOUND: &str = "item-not-found";
const FORBIDDEN: &str = "forbidden";
/// What an address without an account answers.
const NOBODY: &str = "service-unavailable";

const fn set(payload: &'static str, error: &'static str) -> Row {
    Row { by: "alice", kind: "set", to: OWN, payload, error }
}

const fn get(payload: &'static str, error: &'static str) -> Row {
    Row { kind: "get", ..set(payload, error) }
}

impl Row {
    const fn by(self, by: &'static str) -> Row {
        Row { by, to: ALICE, ..self }
    }

    const fn of(self, to: &'static str) -> Row {
        Row { to, ..self }
    }
}

/// Features whose requests have nothing in them that could be wrong.
pub const HARMLESS: &[(&str, &str)] = &[
    ("ping", "it is empty"),
    ("version", "it is empty"),
    ("time", "it is empty"),
    ("last_activity", "it is empty"),
    ("carbons", "it is empty"),
    ("rooms", "its transcripts are about who may do what"),
];

/// What is there before: where it is, and the request that makes it.
#[rustfmt::skip]
pub const MADE: &[(&str, &str)] = &[
    (OWN, "<query xmlns='jabber:iq:roster'><item jid='friend@elsewhere.example' name='Friend'/></query>"),
    (OWN, "<block xmlns='urn:xmpp:blocking'><item jid='spammer@elsewhere.example'/></block>"),
    (OWN, "<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'>milk</notes></query>"),
    (OWN, "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>"),
    (OWN, "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always/><never/></prefs>"),
    (OWN, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='1'><mood xmlns='urn:example:mood'>calm</mood></item></publish></pubsub>"),
    (OWN, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='room@elsewhere.example'><conference xmlns='urn:xmpp:bookmarks:1'/></item></publish></pubsub>"),
    (NODES, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='news'/></pubsub>"),
    (NODES, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='news'><item id='1'><news xmlns='urn:example:news'>none</news></item></publish></pubsub>"),
];

/// All of them.
#[rustfmt::skip]
pub const WRONG: &[Row] = &[
    // RFC 6121 §2.1.5, §2.3.3
    set("<query xmlns='jabber:iq:roster'/>", BAD),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'/><item jid='c@d.example'/></query>", BAD),
    set("<query xmlns='jabber:iq:roster'><item name='Nobody'/></query>", BAD),
    set("<query xmlns='jabber:iq:roster'><item jid='@'/></query>", "jid-malformed"),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example/phone'/></query>", BAD),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example' name='{1024}'/></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'><group/></item></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'><group>{1024}</group></item></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'><group>A</group><group>A</group></item></query>", BAD),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example' subscription='remove'/></query>", NOT_FOUND),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'/></query>", FORBIDDEN).by("bob"),
    set("<query xmlns='jabber:iq:roster'><item jid='a@b.example'/></query>", FORBIDDEN).by("carol"),
    get("<query xmlns='jabber:iq:roster'/>", NOBODY).by("bob"),

    // XEP-0191 §3
    set("<block xmlns='urn:xmpp:blocking'/>", BAD),
    set("<block xmlns='urn:xmpp:blocking'><other xmlns='urn:example:other'/></block>", BAD),
    set("<block xmlns='urn:xmpp:blocking'><item/></block>", BAD),
    set("<block xmlns='urn:xmpp:blocking'><item jid='a@b.example'/><item jid='@'/></block>", "jid-malformed"),
    set("<block xmlns='urn:xmpp:blocking'><item jid='a@b.example'/><item jid='alice@localhost'/></block>", "not-allowed"),
    set("<unblock xmlns='urn:xmpp:blocking'><item/></unblock>", BAD),
    set("<block xmlns='urn:xmpp:blocking'><item jid='carol@localhost'/></block>", NOBODY).by("bob"),
    get("<blocklist xmlns='urn:xmpp:blocking'/>", NOBODY).by("carol"),

    // XEP-0049 §5
    set("<query xmlns='jabber:iq:private'/>", NOT_ACCEPTABLE),
    get("<query xmlns='jabber:iq:private'/>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:private'><a xmlns='urn:example:a'/><b xmlns='urn:example:b'/></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:private'><notes/></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'>{1000}</notes></query>", NOT_ACCEPTABLE),
    set("<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'>hers</notes></query>", FORBIDDEN).by("bob"),
    get("<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'/></query>", FORBIDDEN).by("bob"),
    get("<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'/></query>", NOBODY).by("carol"),
    // XEP-0048 §3.1, kept as bookmarks.
    set("<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference name='A room'/></storage></query>", BAD),

    // XEP-0054 §3.2
    set("<vCard xmlns='vcard-temp'><NOTE>{1000}</NOTE></vCard>", NOT_ACCEPTABLE),
    set("<vCard xmlns='vcard-temp'><FN>Bob</FN></vCard>", FORBIDDEN).by("bob"),
    set("<vCard xmlns='vcard-temp'><FN>Carol</FN></vCard>", NOBODY).by("carol"),

    // XEP-0357 §5, §6
    set("<enable xmlns='urn:xmpp:push:0' node='n'/>", BAD),
    set("<enable xmlns='urn:xmpp:push:0' jid='@' node='n'/>", "jid-malformed"),
    set("<enable xmlns='urn:xmpp:push:0' jid='alice@localhost' node='n'/>", BAD),
    set("<enable xmlns='urn:xmpp:push:0' jid='push.example' node='{1001}'/>", NOT_ACCEPTABLE),
    set("<enable xmlns='urn:xmpp:push:0' jid='push.example' node='n'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:example:other</value></field></x></enable>", BAD),
    set("<disable xmlns='urn:xmpp:push:0'/>", BAD),
    set("<enable xmlns='urn:xmpp:push:0' jid='push.example' node='n'/>", NOBODY).by("bob"),

    // XEP-0494 §3.2
    set("<revoke xmlns='urn:xmpp:cam:0'/>", BAD),
    set("<revoke xmlns='urn:xmpp:cam:0' id='nobody'/>", NOT_FOUND),
    get("<list xmlns='urn:xmpp:cam:0'/>", NOBODY).by("bob"),

    // XEP-0313 §4, §6
    set("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:example:other</value></field></x></query>", BAD),
    set("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='colour'><value>red</value></field></x></query>", "feature-not-implemented"),
    set("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='start'><value>yesterday</value></field></x></query>", BAD),
    set("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='with'><value>@</value></field></x></query>", "jid-malformed"),
    set("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='ids'><value>a</value></field></x></query>", NOT_FOUND),
    set("<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><after>nothing</after></set></query>", NOT_FOUND),
    set("<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>many</max></set></query>", BAD),
    set("<query xmlns='urn:xmpp:mam:2' node='mood'/>", NOT_FOUND),
    set("<prefs xmlns='urn:xmpp:mam:2'><always/><never/></prefs>", BAD),
    set("<prefs xmlns='urn:xmpp:mam:2' default='perhaps'><always/><never/></prefs>", BAD),
    set("<prefs xmlns='urn:xmpp:mam:2' default='never'><always><jid>@</jid></always><never/></prefs>", "jid-malformed"),
    set("<query xmlns='urn:xmpp:mam:2'/>", NOBODY).by("bob"),
    set("<prefs xmlns='urn:xmpp:mam:2' default='never'><always/><never/></prefs>", NOBODY).by("carol"),

    // XEP-0050 §4.4
    set("<command xmlns='http://jabber.org/protocol/commands' action='execute'/>", BAD).of(DOMAIN),
    set("<command xmlns='http://jabber.org/protocol/commands' node='dance'/>", NOT_FOUND).of(DOMAIN),
    set("<command xmlns='http://jabber.org/protocol/commands' node='dance'/>", NOT_FOUND),
    set("<command xmlns='http://jabber.org/protocol/commands' node='urn:folkmoot:files#list' action='dance'/>", "bad-request malformed-action"),
    set("<command xmlns='http://jabber.org/protocol/commands' node='urn:folkmoot:files#list' sessionid='none'/>", "bad-request bad-sessionid"),
    set("<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#add-user'/>", FORBIDDEN).of(DOMAIN),

    // XEP-0077 §3.2, §3.3
    set("<query xmlns='jabber:iq:register'><username>alice</username></query>", BAD).of(DOMAIN),
    set("<query xmlns='jabber:iq:register'><username>bob</username><password>correct horse</password></query>", "not-allowed").of(DOMAIN),
    set("<query xmlns='jabber:iq:register'><username>alice</username><password>x</password></query>", NOT_ACCEPTABLE).of(DOMAIN),
    set("<query xmlns='jabber:iq:register'><remove/><username>alice</username></query>", BAD).of(DOMAIN),
    set("<query xmlns='jabber:iq:register'><remove/></query>", NOBODY).by("bob"),

    // XEP-0215 §3.3
    get("<credentials xmlns='urn:xmpp:extdisco:2'/>", BAD).of(DOMAIN),
    get("<credentials xmlns='urn:xmpp:extdisco:2'><service host='nowhere.example' type='turn'/></credentials>", NOT_FOUND).of(DOMAIN),

    // XEP-0363 §4, §6
    get("<request xmlns='urn:xmpp:http:upload:0' size='10'/>", BAD).of(FILES),
    get("<request xmlns='urn:xmpp:http:upload:0' filename='a.png'/>", BAD).of(FILES),
    get("<request xmlns='urn:xmpp:http:upload:0' filename='a.png' size='0'/>", BAD).of(FILES),
    get("<request xmlns='urn:xmpp:http:upload:0' filename='a.png' size='-1'/>", BAD).of(FILES),
    get("<request xmlns='urn:xmpp:http:upload:0' filename='a.png' size='10' content-type='picture'/>", BAD).of(FILES),
    get("<request xmlns='urn:xmpp:http:upload:0' filename='a.png' size='100000000000'/>", "not-acceptable file-too-large").of(FILES),

    // XEP-0030 §7
    get("<query xmlns='http://jabber.org/protocol/disco#info' node='nothing'/>", NOT_FOUND),
    get("<query xmlns='http://jabber.org/protocol/disco#items' node='nothing'/>", NOT_FOUND),
    get("<query xmlns='http://jabber.org/protocol/disco#info' node='nothing'/>", NOT_FOUND).of(DOMAIN),
    get("<query xmlns='http://jabber.org/protocol/disco#info' node='nothing'/>", NOT_FOUND).of(NODES),
    get("<query xmlns='http://jabber.org/protocol/disco#info'/>", NOBODY).by("carol"),

    // XEP-0060 §7.1.3
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'/>", "feature-not-implemented"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><dance node='mood'/></pubsub>", "feature-not-implemented"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish><item id='2'><mood xmlns='urn:example:mood'/></item></publish></pubsub>", "bad-request nodeid-required"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'/></pubsub>", "bad-request item-required"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='2'/><item id='3'/></publish></pubsub>", "bad-request invalid-payload"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='2'><a xmlns='urn:example:a'/><b xmlns='urn:example:b'/></item></publish></pubsub>", "bad-request invalid-payload"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='2'><mood xmlns='urn:example:mood'>{1000}</mood></item></publish></pubsub>", "not-acceptable payload-too-big"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='{4000}'><mood xmlns='urn:example:mood'/></item></publish></pubsub>", BAD),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='2'><mood xmlns='urn:example:mood'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>whitelist</value></field></x></publish-options></pubsub>", "conflict precondition-not-met"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='1'><mood xmlns='urn:example:mood'>angry</mood></item></publish></pubsub>", FORBIDDEN).by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='mood'><item id='1'><mood xmlns='urn:example:mood'>angry</mood></item></publish></pubsub>", NOBODY).by("carol"),
    Row { by: "bob", ..set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='news'><item id='1'><news xmlns='urn:example:news'>his</news></item></publish></pubsub>", FORBIDDEN) }.of(NODES),
    Row { by: "bob", ..set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='olds'><item id='1'><news xmlns='urn:example:news'>his</news></item></publish></pubsub>", NOT_FOUND) }.of(NODES),
    // XEP-0084 §3.1, XEP-0402 §3: what others rely on is what it says.
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:avatar:data'><item id='wrong'><data xmlns='urn:xmpp:avatar:data'>aGVsbG8=</data></item></publish></pubsub>", "bad-request invalid-payload"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='storage:bookmarks'><item id='current'><mood xmlns='urn:example:mood'/></item></publish></pubsub>", BAD),
    // §7.2.3
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='mood'/></pubsub>", "bad-request item-required"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract><item id='1'/></retract></pubsub>", "bad-request nodeid-required"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='mood'><item id='9'/></retract></pubsub>", NOT_FOUND),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='tune'><item id='1'/></retract></pubsub>", NOT_FOUND),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='mood'><item id='1'/></retract></pubsub>", FORBIDDEN).by("bob"),
    Row { by: "carol", ..set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='news'><item id='1'/></retract></pubsub>", FORBIDDEN) }.of(NODES),
    // §6
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscribe node='mood' jid='carol@localhost'/></pubsub>", "bad-request invalid-jid").by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscribe node='mood'/></pubsub>", "bad-request invalid-jid").by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscribe node='tune' jid='bob@localhost'/></pubsub>", NOT_FOUND).by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><unsubscribe node='mood' jid='bob@localhost'/></pubsub>", "unexpected-request not-subscribed").by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><unsubscribe node='mood'/></pubsub>", "bad-request jid-required").by("bob"),
    get("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='tune'/></pubsub>", NOT_FOUND),
    get("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items/></pubsub>", "bad-request nodeid-required"),
    get("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='mood'/><set xmlns='http://jabber.org/protocol/rsm'><after>9</after></set></pubsub>", NOT_FOUND),
    get("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>", "not-allowed closed-node").by("bob"),
    // §8
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='mood'/></pubsub>", "conflict"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='{4000}'/></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='tune'/></pubsub>", FORBIDDEN).by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='tune'/><configure><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field><field var='pubsub#access_model'><value>nobody</value></field></x></configure></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='tune'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field></x></configure></pubsub>", NOT_FOUND),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='mood'/></pubsub>", BAD),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='mood'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field><field var='pubsub#max_items'><value>some</value></field></x></configure></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='mood'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field><field var='pubsub#colour'><value>red</value></field></x></configure></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='urn:xmpp:bookmarks:1'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field><field var='pubsub#access_model'><value>open</value></field></x></configure></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='news'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field><field var='pubsub#access_model'><value>presence</value></field></x></configure></pubsub>", "not-acceptable unsupported-access-model").of(NODES),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='tune'/></pubsub>", NOT_FOUND),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><purge node='tune'/></pubsub>", NOT_FOUND),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><affiliations node='mood'><affiliation jid='bob@localhost' affiliation='king'/></affiliations></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><affiliations node='mood'><affiliation jid='@' affiliation='member'/></affiliations></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><subscriptions node='mood'><subscription jid='bob@localhost' subscription='perhaps'/></subscriptions></pubsub>", NOT_ACCEPTABLE),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='mood'/></pubsub>", FORBIDDEN).by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><purge node='mood'/></pubsub>", FORBIDDEN).by("bob"),
    set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><affiliations node='mood'><affiliation jid='bob@localhost' affiliation='owner'/></affiliations></pubsub>", FORBIDDEN).by("bob"),
    Row { by: "bob", ..set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='news'/></pubsub>", FORBIDDEN) }.of(NODES),
    Row { by: "carol", ..set("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><affiliations node='news'><affiliation jid='carol@localhost' affiliation='owner'/></affiliations></pubsub>", FORBIDDEN) }.of(NODES),
];
